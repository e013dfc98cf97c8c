//! Tests what holds for any sample.

use crate::Labels;
use crate::weights::{
    Auxiliary, Margin, NegativeWeights, Raking, Redistribution, SampleMargin, calibrate,
    post_stratify, rake, trim,
};
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::samples::{close, margin};

/// Rows of a weight, two categories and a number; every pair of categories has a row, so that any
/// two margins of one size can be met.
#[derive(Debug, Clone)]
struct Rows {
    weights: Vec<f64>,
    first: Vec<usize>,
    second: Vec<usize>,
    numbers: Vec<f64>,
}

const FIRST: [&str; 3] = ["a", "b", "c"];
const SECOND: [&str; 2] = ["x", "y"];

impl Rows {
    fn labels(&self) -> [Vec<Labels>; 2] {
        [
            vec![Labels::of(self.first.iter().map(|code| FIRST[*code]))],
            vec![Labels::of(self.second.iter().map(|code| SECOND[*code]))],
        ]
    }

    /// The rows in the order of `places`.
    fn permuted(&self, places: &[usize]) -> Self {
        Self {
            weights: places.iter().map(|place| self.weights[*place]).collect(),
            first: places.iter().map(|place| self.first[*place]).collect(),
            second: places.iter().map(|place| self.second[*place]).collect(),
            numbers: places.iter().map(|place| self.numbers[*place]).collect(),
        }
    }

    fn raked(&self, margins: &[Margin; 2], raking: Raking) -> crate::weights::AdjustedWeights {
        let labels = self.labels();
        let margins: Vec<SampleMargin<'_>> = margins
            .iter()
            .zip(&labels)
            .map(|(margin, variables)| SampleMargin { margin, variables })
            .collect();
        rake(&self.weights, &margins, raking).unwrap()
    }
}

fn rows() -> impl Strategy<Value = Rows> {
    let row = (0.5..20.0, 0..FIRST.len(), 0..SECOND.len(), -50.0..50.0);
    prop::collection::vec(row, 8..40).prop_map(|mut rows: Vec<(f64, usize, usize, f64)>| {
        for (place, row) in rows.iter_mut().take(6).enumerate() {
            (row.1, row.2) = (place % 3, place / 3);
        }
        Rows {
            weights: rows.iter().map(|row| row.0).collect(),
            first: rows.iter().map(|row| row.1).collect(),
            second: rows.iter().map(|row| row.2).collect(),
            numbers: rows.iter().map(|row| row.3).collect(),
        }
    })
}

/// Margins of both categories with the same grand total of 1000.
fn margins() -> impl Strategy<Value = [Margin; 2]> {
    (50.0..450.0, 50.0..450.0, 200.0..800.0).prop_map(|(a, b, x): (f64, f64, f64)| {
        [
            margin("first", &[("a", a), ("b", b), ("c", 1000.0 - a - b)]),
            margin("second", &[("x", x), ("y", 1000.0 - x)]),
        ]
    })
}

/// The sum of weights in each cell of a margin of one variable.
fn totals(weights: &[f64], labels: &Labels, margin: &Margin) -> Vec<f64> {
    let total = |name: &String| {
        let rows = (0..weights.len()).filter(|row| labels.name_of(*row) == name);
        rows.map(|row| weights[row]).sum()
    };
    margin.cells().iter().map(|cell| total(&cell.names[0])).collect()
}

fn assert_meets(weights: &[f64], labels: &Labels, margin: &Margin) {
    for (found, cell) in totals(weights, labels, margin).iter().zip(margin.cells()) {
        close(*found, cell.total, 1e-11, &cell.names[0]);
    }
}

/// The size of what remains of weighted values after projection, relative to what was there.
fn remainder(adjusted: &crate::weights::AdjustedWeights, values: &[f64]) -> f64 {
    let weighted: Vec<f64> =
        adjusted.weights.iter().zip(values).map(|(weight, value)| weight * value).collect();
    let mut projected = weighted.clone();
    adjusted.adjustment.project(&mut projected);
    let size = |values: &[f64]| values.iter().map(|value| value.abs()).fold(0.0, f64::max);
    size(&projected) / size(&weighted)
}

fn indicator(labels: &Labels, name: &str) -> Vec<f64> {
    (0..labels.len()).map(|row| f64::from(labels.name_of(row) == name)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        failure_persistence: None,
        rng_seed: RngSeed::Fixed(1003),
        ..ProptestConfig::default()
    })]

    #[test]
    fn post_stratification(rows in rows(), margins in margins(), factor in 0.001..1000.0) {
        let [first, _] = rows.labels();
        let adjusted = post_stratify(&rows.weights, &first, &margins[0]).unwrap();
        assert_meets(&adjusted.weights, &first[0], &margins[0]);
        for name in FIRST {
            prop_assert!(remainder(&adjusted, &indicator(&first[0], name)) < 1e-12);
        }
        // Projecting twice takes out nothing more.
        let mut once: Vec<f64> = rows.numbers.clone();
        adjusted.adjustment.project(&mut once);
        let mut twice = once.clone();
        adjusted.adjustment.project(&mut twice);
        for (once, twice) in once.iter().zip(&twice) {
            prop_assert!((once - twice).abs() < 1e-9);
        }
        // Base weights only say how rows of a cell compare.
        let scaled: Vec<f64> = rows.weights.iter().map(|weight| weight * factor).collect();
        let rescaled = post_stratify(&scaled, &first, &margins[0]).unwrap();
        for (one, other) in adjusted.weights.iter().zip(&rescaled.weights) {
            close(*one, *other, 1e-12, "weight of rescaled base weights");
        }
    }

    #[test]
    fn raking(rows in rows(), margins in margins()) {
        let [first, second] = rows.labels();
        let adjusted = rows.raked(&margins, Raking { sweeps: 1000, ..Raking::default() });
        assert_meets(&adjusted.weights, &first[0], &margins[0]);
        assert_meets(&adjusted.weights, &second[0], &margins[1]);
        for name in FIRST {
            prop_assert!(remainder(&adjusted, &indicator(&first[0], name)) < 1e-9);
        }
        for name in SECOND {
            prop_assert!(remainder(&adjusted, &indicator(&second[0], name)) < 1e-9);
        }
    }

    /// The textbook's loop over rows gives the same weights, and R's sweeps over rows the same
    /// projection.
    #[test]
    fn raking_row_by_row(rows in rows(), margins in margins()) {
        let codes = [&rows.first, &rows.second];
        let mut weights = rows.weights.clone();
        for _ in 0..400 {
            for (codes, margin) in codes.iter().zip(&margins) {
                for (cell, of_cell) in margin.cells().iter().enumerate() {
                    let members: Vec<usize> =
                        (0..weights.len()).filter(|row| codes[*row] == cell).collect();
                    let sum: f64 = members.iter().map(|row| weights[*row]).sum();
                    for row in members {
                        weights[row] *= of_cell.total / sum;
                    }
                }
            }
        }
        let adjusted = rows.raked(&margins, Raking::default());
        for (found, expected) in adjusted.weights.iter().zip(&weights) {
            close(*found, *expected, 1e-9, "raked weight");
        }

        let mut expected = rows.numbers.clone();
        for _ in 0..10 {
            for (codes, margin) in codes.iter().zip(&margins) {
                for cell in 0..margin.cells().len() {
                    let members: Vec<usize> =
                        (0..weights.len()).filter(|row| codes[*row] == cell).collect();
                    let count = f64::from(u32::try_from(members.len()).unwrap());
                    let mean =
                        members.iter().map(|row| expected[*row] / weights[*row]).sum::<f64>() / count;
                    for row in members {
                        expected[row] -= mean * weights[row];
                    }
                }
            }
        }
        let mut found = rows.numbers.clone();
        adjusted.adjustment.project(&mut found);
        for (found, expected) in found.iter().zip(&expected) {
            prop_assert!((found - expected).abs() < 1e-6, "{found} instead of {expected}");
        }
    }

    #[test]
    fn raking_to_one_margin_is_post_stratification(rows in rows(), margins in margins()) {
        let [first, _] = rows.labels();
        let one = SampleMargin { margin: &margins[0], variables: &first };
        let raked = rake(&rows.weights, &[one], Raking::default()).unwrap();
        let post_stratified = post_stratify(&rows.weights, &first, &margins[0]).unwrap();
        for (raked, post_stratified) in raked.weights.iter().zip(&post_stratified.weights) {
            close(*raked, *post_stratified, 1e-12, "weight");
        }
        // With equal weights the means are the same ones too.
        let ones = vec![1.0; rows.weights.len()];
        let raked = rake(&ones, &[one], Raking::default()).unwrap();
        let post_stratified = post_stratify(&ones, &first, &margins[0]).unwrap();
        let (mut one, mut other) = (rows.numbers.clone(), rows.numbers.clone());
        raked.adjustment.project(&mut one);
        post_stratified.adjustment.project(&mut other);
        for (one, other) in one.iter().zip(&other) {
            prop_assert!((one - other).abs() < 1e-9);
        }
    }

    #[test]
    fn calibration(rows in rows(), population in 500.0..5000.0, mean in -5.0..5.0) {
        let n = rows.weights.len();
        let total = mean * population;
        let numbers =
            Auxiliary { name: "number".to_owned(), values: rows.numbers.clone(), total };
        let auxiliaries = vec![Auxiliary::intercept(n, population), numbers];
        let adjusted =
            calibrate(&rows.weights, auxiliaries, NegativeWeights::Allow).unwrap();
        let sum: f64 = adjusted.weights.iter().sum();
        close(sum, population, 1e-10, "population");
        let parts = || adjusted.weights.iter().zip(&rows.numbers).map(|(weight, x)| weight * x);
        let size: f64 = parts().map(f64::abs).sum();
        prop_assert!((parts().sum::<f64>() - total).abs() < 1e-10 * size);
        prop_assert!(remainder(&adjusted, &rows.numbers) < 1e-9);
        prop_assert!(remainder(&adjusted, &vec![1.0; n]) < 1e-9);

        let some_negative = adjusted.weights.iter().position(|weight| *weight < 0.0);
        let again = vec![
            Auxiliary::intercept(n, population),
            Auxiliary { name: "number".to_owned(), values: rows.numbers.clone(), total },
        ];
        let refused = calibrate(&rows.weights, again, NegativeWeights::Refuse);
        prop_assert_eq!(refused.is_err(), some_negative.is_some());
    }

    /// Calibration to the indicators of one margin is post-stratification, variance included.
    #[test]
    fn calibration_to_a_margin_is_post_stratification(rows in rows(), margins in margins()) {
        let [first, _] = rows.labels();
        let indicators = Auxiliary::indicators(&first, &margins[0]).unwrap();
        let calibrated =
            calibrate(&rows.weights, indicators, NegativeWeights::Refuse).unwrap();
        let post_stratified = post_stratify(&rows.weights, &first, &margins[0]).unwrap();
        let (mut one, mut other) = (rows.numbers.clone(), rows.numbers.clone());
        calibrated.adjustment.project(&mut one);
        post_stratified.adjustment.project(&mut other);
        for row in 0..one.len() {
            close(calibrated.weights[row], post_stratified.weights[row], 1e-11, "weight");
            prop_assert!((one[row] - other[row]).abs() < 1e-7);
        }
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        (rows, places) in rows().prop_flat_map(|rows| {
            let places: Vec<usize> = (0..rows.weights.len()).collect();
            (Just(rows), Just(places).prop_shuffle())
        }),
        margins in margins(),
    ) {
        let adjusted = rows.raked(&margins, Raking::default());
        let permuted = rows.permuted(&places).raked(&margins, Raking::default());
        let mut residuals = rows.numbers.clone();
        adjusted.adjustment.project(&mut residuals);
        let mut of_permuted = rows.permuted(&places).numbers;
        permuted.adjustment.project(&mut of_permuted);
        for (row, place) in places.iter().enumerate() {
            close(permuted.weights[row], adjusted.weights[*place], 1e-9, "weight");
            prop_assert!((of_permuted[row] - residuals[*place]).abs() < 1e-6);
        }
    }

    #[test]
    fn trimming(rows in rows(), below in 0.2..0.95, above in 1.05..3.0) {
        let n = f64::from(u32::try_from(rows.weights.len()).unwrap());
        let total: f64 = rows.weights.iter().sum();
        let (lower, upper) = (below * total / n, above * total / n);
        let trimmed = trim(&rows.weights, lower, upper, &Redistribution::AllRows).unwrap();
        prop_assert!(trimmed.weights.iter().all(|weight| (lower..=upper).contains(weight)));
        close(trimmed.weights.iter().sum(), total, 1e-12, "sum");

        let cells = &rows.labels()[0][0];
        let within = Redistribution::WithinCells(cells.clone());
        // No cell's mean may be outside the limits.
        let mean = |name: &&str| {
            let of = indicator(cells, name);
            let sum: f64 = rows.weights.iter().zip(&of).map(|(weight, of)| weight * of).sum();
            sum / of.iter().sum::<f64>()
        };
        let upper = above * FIRST.iter().map(mean).fold(0.0, f64::max);
        let trimmed = trim(&rows.weights, 0.0, upper, &within).unwrap();
        prop_assert!(trimmed.weights.iter().all(|weight| *weight <= upper));
        for name in FIRST {
            let sum = |weights: &[f64]| -> f64 {
                weights.iter().zip(indicator(cells, name)).map(|(weight, of)| weight * of).sum()
            };
            close(sum(&trimmed.weights), sum(&rows.weights), 1e-12, name);
        }
    }
}
