//! Tests variances against their definition, and what leaves estimates as they are.

use std::collections::BTreeMap;

use crate::Labels;
use crate::design::{Columns, Design, LonelyPsu, Nesting, StageColumns};
use crate::estimate::{self, Domain, Estimate, Linearisation};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::test_runner::RngSeed;

use super::support::assert_within;

/// A pupil in a school in a district in a stratum; all labels are unique.
#[derive(Debug, Clone)]
struct Row {
    stratum: String,
    district: String,
    school: String,
    districts: f64,
    schools: f64,
    weight: f64,
    y: f64,
    selected: bool,
}

fn school() -> impl Strategy<Value = Vec<(f64, f64, bool)>> {
    vec((1.0..9.0, -50.0..50.0, any::<bool>()), 1..3)
}

/// Strata of at least two districts with their own numbers of districts and schools not drawn; the
/// first row is always selected.
fn sample() -> impl Strategy<Value = Vec<Row>> {
    let district = (0_u8..3, vec(school(), 1..4));
    vec((0_u8..3, vec(district, 2..4)), 1..4).prop_map(|strata| {
        let mut rows = Vec::new();
        for (s, (undrawn_districts, districts)) in strata.iter().enumerate() {
            for (d, (undrawn_schools, schools)) in districts.iter().enumerate() {
                for (k, pupils) in schools.iter().enumerate() {
                    rows.extend(pupils.iter().map(|(weight, y, selected)| Row {
                        stratum: format!("{s}"),
                        district: format!("{s}.{d}"),
                        school: format!("{s}.{d}.{k}"),
                        districts: size(districts.len()) + f64::from(*undrawn_districts),
                        schools: size(schools.len()) + f64::from(*undrawn_schools),
                        weight: *weight,
                        y: *y,
                        selected: *selected,
                    }));
                }
            }
        }
        rows[0].selected = true;
        rows
    })
}

fn columns(rows: &[Row]) -> Columns {
    let labels = |name: fn(&Row) -> &String| Some(Labels::of(rows.iter().map(name)));
    Columns {
        rows: rows.len(),
        weights: Some(rows.iter().map(|row| row.weight).collect()),
        stages: vec![
            StageColumns {
                strata: labels(|row| &row.stratum),
                clusters: labels(|row| &row.district),
                fpc: Some(rows.iter().map(|row| row.districts).collect()),
            },
            StageColumns {
                strata: None,
                clusters: labels(|row| &row.school),
                fpc: Some(rows.iter().map(|row| row.schools).collect()),
            },
        ],
        lonely: LonelyPsu::Adjust,
        nesting: Nesting::Unique,
    }
}

fn one_stage(rows: &[Row]) -> Columns {
    let mut columns = columns(rows);
    columns.stages.truncate(1);
    columns
}

fn y(rows: &[Row]) -> Vec<f64> {
    rows.iter().map(|row| row.y).collect()
}

fn selected(rows: &[Row]) -> Vec<bool> {
    rows.iter().map(|row| row.selected).collect()
}

fn mean(columns: Columns, rows: &[Row]) -> Estimate {
    let design = Design::new(columns).expect("a design");
    estimate::mean(&design, &y(rows), &selected(rows)).expect("a mean")
}

fn total(columns: Columns, rows: &[Row]) -> Estimate {
    let design = Design::new(columns).expect("a design");
    estimate::total(&design, &y(rows), &selected(rows)).expect("a total")
}

fn size(number: usize) -> f64 {
    f64::from(u32::try_from(number).expect("a small number"))
}

fn assert_same(found: &Estimate, expected: &Estimate) {
    assert_near(found.value, expected.value);
    assert_near(found.se, expected.se);
    assert_eq!((found.df, found.n), (expected.df, expected.n));
    match (found.deff, expected.deff) {
        (Some(found), Some(expected)) => assert_near(found, expected),
        (found, expected) => assert_eq!(found, expected),
    }
}

/// Absolute near 0, where rounding of values up to 50 remains.
fn assert_near(found: f64, expected: f64) {
    let allowed = 1e-12 * (1.0 + expected.abs());
    assert!((found - expected).abs() <= allowed, "{found} is not {expected}");
}

/// The variance of a total of weighted values by the recursion over stages.
fn variance_of_total(rows: &[(&Row, f64)], stage: usize) -> f64 {
    let (stratum, cluster): (Name, Name) = match stage {
        1 => (|row| &row.stratum, |row| &row.district),
        _ => (|row| &row.district, |row| &row.school),
    };
    let population = |row: &Row| if stage == 1 { row.districts } else { row.schools };
    let mut variance = 0.0;
    for rows in groups(rows, stratum).values() {
        let clusters = groups(rows, cluster);
        let n = size(clusters.len());
        let fraction = n / population(rows[0].0);
        let totals: Vec<f64> =
            clusters.values().map(|rows| rows.iter().map(|(_, value)| value).sum()).collect();
        let squares: f64 = if clusters.len() == 1 {
            totals[0].powi(2)
        } else {
            let mean = totals.iter().sum::<f64>() / n;
            totals.iter().map(|total| (total - mean).powi(2)).sum::<f64>() * n / (n - 1.0)
        };
        variance += (1.0 - fraction) * squares;
        if stage == 1 {
            variance +=
                fraction * clusters.values().map(|rows| variance_of_total(rows, 2)).sum::<f64>();
        }
    }
    variance
}

type Name = fn(&Row) -> &str;

type Groups<'a> = BTreeMap<&'a str, Vec<(&'a Row, f64)>>;

fn groups<'a>(rows: &[(&'a Row, f64)], name: Name) -> Groups<'a> {
    let mut groups = Groups::new();
    for &(row, value) in rows {
        groups.entry(name(row)).or_default().push((row, value));
    }
    groups
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 64,
        rng_seed: RngSeed::Fixed(20_261_122),
        failure_persistence: None,
        ..ProptestConfig::default()
    })]

    #[test]
    fn variances_are_those_of_the_definition(rows in sample()) {
        // With unselected rows as zeros this needs no lonely strata outside the domain: a stratum
        // of zeros contributes nothing.
        let value = |row: &Row| if row.selected { row.weight * row.y } else { 0.0 };
        let weighted: Vec<(&Row, f64)> = rows.iter().map(|row| (row, value(row))).collect();
        let found = total(columns(&rows), &rows);
        assert_within(found.se.powi(2), variance_of_total(&weighted, 1), (1e-10, "total"));

        let found = mean(columns(&rows), &rows);
        let inside = || rows.iter().filter(|row| row.selected);
        let population: f64 = inside().map(|row| row.weight).sum();
        let influence = |row: &Row| {
            if row.selected { row.weight * (row.y - found.value) / population } else { 0.0 }
        };
        let weighted: Vec<(&Row, f64)> = rows.iter().map(|row| (row, influence(row))).collect();
        assert_within(found.se.powi(2), variance_of_total(&weighted, 1), (1e-10, "mean"));
    }

    #[test]
    fn the_order_of_rows_does_not_matter(
        (rows, permuted) in sample().prop_flat_map(|rows| (Just(rows.clone()), Just(rows).prop_shuffle()))
    ) {
        assert_same(&mean(columns(&permuted), &permuted), &mean(columns(&rows), &rows));
        let quantile = |rows: &[Row]| {
            let design = Design::new(columns(rows)).expect("a design");
            estimate::quantile(&design, &y(rows), &selected(rows), 0.5).expect("a quantile")
        };
        assert_near(quantile(&permuted).value, quantile(&rows).value);
    }

    /// Twice the strata, each with the same clusters: the mean stays, its variance halves, and a
    /// total doubles with twice its variance.
    #[test]
    fn a_copy_of_every_stratum_halves_the_variance_of_a_mean(rows in sample()) {
        let copies = rows.iter().cloned().map(|mut row| {
            for label in [&mut row.stratum, &mut row.district, &mut row.school] {
                label.insert(0, '+');
            }
            row
        });
        let doubled: Vec<Row> = rows.iter().cloned().chain(copies).collect();
        let (one, two) = (mean(columns(&rows), &rows), mean(columns(&doubled), &doubled));
        assert_near(two.value, one.value);
        assert_near(two.se.powi(2), one.se.powi(2) / 2.0);
        prop_assert_eq!((two.df, two.n), (2 * one.df, 2 * one.n));
        let (one, two) = (total(columns(&rows), &rows), total(columns(&doubled), &doubled));
        assert_within(two.value, 2.0 * one.value, (1e-10, "total"));
        assert_within(two.se.powi(2), 2.0 * one.se.powi(2), (1e-10, "variance of the total"));
    }

    /// The scale of weights does not matter to a mean; a total follows it.
    #[test]
    fn weights_may_be_rescaled(rows in sample(), factor in 0.1..10.0) {
        let mut scaled = rows.clone();
        for row in &mut scaled {
            row.weight *= factor;
        }
        let (one, other) = (mean(columns(&rows), &rows), mean(columns(&scaled), &scaled));
        assert_near(other.value, one.value);
        assert_near(other.se, one.se);
        let (one, other) = (total(columns(&rows), &rows), total(columns(&scaled), &scaled));
        assert_within(other.se, factor * one.se, (1e-10, "total"));
    }

    /// A constant added to all values moves the mean and nothing else; a factor moves both.
    #[test]
    fn means_follow_their_values(rows in sample(), shift in -50.0..50.0, factor in 0.1..10.0) {
        let mut moved = rows.clone();
        for row in &mut moved {
            row.y = factor * row.y + shift;
        }
        let (one, other) = (mean(columns(&rows), &rows), mean(columns(&moved), &moved));
        assert_within(other.value + 1e3, factor * one.value + shift + 1e3, (1e-12, "mean"));
        assert_within(other.se, factor * one.se, (1e-9, "se"));
    }

    #[test]
    fn the_same_design_in_other_words_has_the_same_numbers(rows in sample()) {
        // Fractions for sizes.
        let mut fractions = columns(&rows);
        for (place, name) in [(0, 0_u8), (1, 1)] {
            let count = |row: &Row| {
                let same = |other: &&Row| match name {
                    0 => other.stratum == row.stratum,
                    _ => other.district == row.district,
                };
                let mut labels: Vec<&String> = (rows.iter().filter(same))
                    .map(|other| if name == 0 { &other.district } else { &other.school })
                    .collect();
                labels.sort();
                labels.dedup();
                size(labels.len())
            };
            let population = |row: &Row| if name == 0 { row.districts } else { row.schools };
            fractions.stages[place].fpc =
                Some(rows.iter().map(|row| count(row) / population(row)).collect());
        }
        assert_same(&mean(fractions, &rows), &mean(columns(&rows), &rows));

        // Clusters of one row for none.
        let mut alone = one_stage(&rows);
        alone.stages[0].clusters = None;
        alone.stages[0].fpc = None;
        let mut named = alone.clone();
        named.stages[0].clusters = Some(Labels::of((0..rows.len()).map(|row| row.to_string())));
        assert_same(&mean(named, &rows), &mean(alone.clone(), &rows));

        // One stratum for none, and no stage for one without anything.
        let mut none = alone.clone();
        none.stages[0].strata = None;
        let mut one = alone.clone();
        one.stages[0].strata = Some(Labels::of(vec!["all"; rows.len()]));
        assert_same(&mean(one, &rows), &mean(none.clone(), &rows));
        let mut empty = none.clone();
        empty.stages.clear();
        assert_same(&mean(empty, &rows), &mean(none, &rows));

        // Stages after one with replacement for none.
        let mut later = columns(&rows);
        later.stages[0].fpc = None;
        let mut replaced = one_stage(&rows);
        replaced.stages[0].fpc = None;
        assert_same(&mean(later, &rows), &mean(replaced, &rows));
    }

    /// A missing value is the same as a row outside the domain, except for degrees of freedom.
    #[test]
    fn missing_values_are_outside(rows in sample()) {
        let design = Design::new(columns(&rows)).expect("a design");
        let missing: Vec<f64> =
            rows.iter().map(|row| if row.selected { row.y } else { f64::NAN }).collect();
        let all = vec![true; rows.len()];
        let found = estimate::mean(&design, &missing, &all).expect("a mean");
        let expected = mean(columns(&rows), &rows);
        prop_assert_eq!(found.df, design.degrees_of_freedom(&all));
        assert_same(&Estimate { df: expected.df, ..found }, &expected);
    }

    /// Shares sum to 1, so that each row of their covariance matrix sums to 0; the share of one
    /// level is the mean of its indicator.
    #[test]
    fn shares_are_means_of_indicators(rows in sample()) {
        let design = Design::new(columns(&rows)).expect("a design");
        let codes: Vec<Option<u32>> =
            rows.iter().map(|row| Some(if row.y < -10.0 { 0 } else { u32::from(row.y < 10.0) + 1 })).collect();
        let domain = Domain::of(&selected(&rows));
        let shares = Linearisation::shares(&design, &codes, 3, &domain).expect("shares");
        let shares: Vec<Linearisation> = shares.collect::<Result<_, _>>().expect("shares");
        assert_near(shares.iter().map(Linearisation::value).sum(), 1.0);
        let all: Vec<&Linearisation> = shares.iter().collect();
        let matrix = estimate::covariance(&design, &all).expect("covariances");
        for (place, line) in matrix.iter().enumerate() {
            assert_near(line.iter().sum(), 0.0);
            let indicator: Vec<f64> = codes
                .iter()
                .map(|code| if code.is_some_and(|code| code as usize == place) { 1.0 } else { 0.0 })
                .collect();
            let mean = estimate::mean(&design, &indicator, &selected(&rows)).expect("a mean");
            assert_near(mean.value, shares[place].value());
            assert_near(mean.se.powi(2), line[place]);
        }
    }

    /// Influences along all rows give what the estimators make from the rows of the domain.
    #[test]
    fn covariances_by_row_are_those_of_the_estimators(rows in sample()) {
        let design = Design::new(columns(&rows)).expect("a design");
        let (y, selected) = (y(&rows), selected(&rows));
        let inside = |value: f64, row: usize| if selected[row] { value } else { 0.0 };
        let totals: Vec<f64> = y.iter().enumerate().map(|(row, y)| inside(*y, row)).collect();
        let ones: Vec<f64> = (0..rows.len()).map(|row| inside(1.0, row)).collect();
        let matrix = design.covariance(&[totals, ones]).expect("covariances");

        let domain = Domain::of(&selected);
        let count = vec![1.0; rows.len()];
        let a = Linearisation::total(&design, &y, &domain).expect("a total");
        let b = Linearisation::total(&design, &count, &domain).expect("a total");
        let expected = estimate::covariance(&design, &[&a, &b]).expect("covariances");
        for (found, expected) in matrix.iter().flatten().zip(expected.iter().flatten()) {
            assert_within(*found, *expected, (1e-9, "covariance"));
        }
        // The mean as a smooth function of both totals.
        let (total, population) = (a.value(), b.value());
        let gradient = [(1.0 / population, &a), (-total / population.powi(2), &b)];
        let ratio = Linearisation::combine(total / population, &gradient);
        assert_same(&ratio.estimate(&design).expect("a ratio"), &mean(columns(&rows), &rows));
    }
}
