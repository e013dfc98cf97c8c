//! Samples with a small one-stage variance of their own, so that a test of weights rests on no
//! other part of the crate.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use crate::Labels;
use crate::weights::{AdjustedWeights, Adjustment, Margin, MarginCell};

pub(super) type Record = HashMap<String, String>;

/// The records of a file below `tests/fixtures`.
pub(super) fn records(file: &str) -> Vec<Record> {
    let path = Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures")).join(file);
    csv::Reader::from_path(path).unwrap().deserialize().map(Result::unwrap).collect()
}

/// What a variance needs: the first-stage stratum and unit of each row, weights, adjustments.
pub(super) struct Sample {
    records: Vec<Record>,
    strata: Labels,
    units: Labels,
    pub(super) weights: Vec<f64>,
    adjustments: Vec<Adjustment>,
}

impl Sample {
    /// `apiclus1` with the weights of the file.
    pub(super) fn clusters() -> Self {
        let records = records("oracle/apiclus1.csv");
        let strata = Labels::of(records.iter().map(|_| ""));
        let units = Labels::of(records.iter().map(|record| &record["dnum"]));
        Self::new(records, strata, units)
    }

    /// `apistrat` with the weights of the file.
    pub(super) fn strata() -> Self {
        let records = records("oracle/apistrat.csv");
        let strata = Labels::of(records.iter().map(|record| &record["stype"]));
        let units = Labels::of((0..records.len()).map(|row| row.to_string()));
        Self::new(records, strata, units)
    }

    fn new(records: Vec<Record>, strata: Labels, units: Labels) -> Self {
        let mut sample =
            Self { records, strata, units, weights: Vec::new(), adjustments: Vec::new() };
        sample.weights = sample.numbers("pw");
        sample
    }

    /// The unequal base weights of `weights.R`.
    pub(super) fn unequal(mut self) -> Self {
        let factors = self.numbers("snum");
        for (weight, number) in self.weights.iter_mut().zip(factors) {
            *weight *= 1.0 + (number % 7.0) / 10.0;
        }
        self
    }

    pub(super) fn adjusted(
        mut self,
        AdjustedWeights { weights, adjustment }: AdjustedWeights,
    ) -> Self {
        self.weights = weights;
        self.adjustments.push(adjustment);
        self
    }

    /// A column of labels for each variable.
    pub(super) fn labels(&self, variables: &[&str]) -> Vec<Labels> {
        let column = |name: &&str| Labels::of(self.records.iter().map(|record| &record[*name]));
        variables.iter().map(column).collect()
    }

    /// A column of numbers; NaN where there is none.
    pub(super) fn numbers(&self, variable: &str) -> Vec<f64> {
        self.records.iter().map(|record| record[variable].parse().unwrap_or(f64::NAN)).collect()
    }

    /// Estimate and standard error of a mean.
    pub(super) fn mean(&self, variable: &str) -> (f64, f64) {
        let values = self.numbers(variable);
        let population: f64 = self.weights.iter().sum();
        let total: f64 = self.weights.iter().zip(&values).map(|(weight, y)| weight * y).sum();
        let mean = total / population;
        let influences: Vec<f64> = values.iter().map(|y| (y - mean) / population).collect();
        (mean, self.variance(&influences).sqrt())
    }

    /// Estimate and standard error of a total; missing values count as 0.
    pub(super) fn total(&self, variable: &str) -> (f64, f64) {
        let values: Vec<f64> =
            self.numbers(variable).iter().map(|y| if y.is_nan() { 0.0 } else { *y }).collect();
        let total = self.weights.iter().zip(&values).map(|(weight, y)| weight * y).sum();
        (total, self.variance(&values).sqrt())
    }

    /// The one-stage variance with the finite population of column `fpc`.
    fn variance(&self, influences: &[f64]) -> f64 {
        let mut weighted: Vec<f64> =
            self.weights.iter().zip(influences).map(|(weight, value)| weight * value).collect();
        for adjustment in &self.adjustments {
            adjustment.project(&mut weighted);
        }
        let populations = self.numbers("fpc");
        let mut strata: BTreeMap<u32, (BTreeMap<u32, f64>, f64)> = BTreeMap::new();
        for (row, value) in weighted.iter().enumerate() {
            let (units, population) = strata.entry(self.strata.codes()[row]).or_default();
            *units.entry(self.units.codes()[row]).or_default() += value;
            *population = populations[row];
        }
        strata
            .values()
            .map(|(units, population)| {
                let n = units.values().map(|_| 1.0).sum::<f64>();
                let mean = units.values().sum::<f64>() / n;
                let squares: f64 = units.values().map(|total| (total - mean).powi(2)).sum();
                (1.0 - n / population) * n / (n - 1.0) * squares
            })
            .sum()
    }
}

/// A margin of one variable.
pub(super) fn margin(variable: &str, cells: &[(&str, f64)]) -> Margin {
    let cells: Vec<(Vec<&str>, f64)> =
        cells.iter().map(|(name, total)| (vec![*name], *total)).collect();
    crossed(&[variable], &cells)
}

/// A margin of several crossed variables.
pub(super) fn crossed(variables: &[&str], cells: &[(Vec<&str>, f64)]) -> Margin {
    let strings = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let cells = cells
        .iter()
        .map(|(names, total)| MarginCell { names: strings(names), total: *total })
        .collect();
    Margin::new(variables.join("×"), "2026", strings(variables), cells).unwrap()
}

pub(super) fn stype() -> Margin {
    margin("stype", &[("E", 4421.0), ("H", 755.0), ("M", 1018.0)])
}

pub(super) fn sch_wide() -> Margin {
    margin("sch.wide", &[("No", 1072.0), ("Yes", 5122.0)])
}

pub(super) fn awards() -> Margin {
    margin("awards", &[("No", 2027.0), ("Yes", 4167.0)])
}

pub(super) fn close(found: f64, expected: f64, tolerance: f64, what: &str) {
    let difference = (found - expected).abs();
    assert!(
        difference <= tolerance * expected.abs().max(1e-3),
        "{what}: {found} instead of {expected}"
    );
}
