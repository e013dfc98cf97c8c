//! Sums weights without loss of digits, and checks columns.

use super::WeightError;

/// A sum that keeps what rounding loses (Neumaier's variant of Kahan summation), so that a million
/// weights still meet a total to twelve digits.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Sum {
    high: f64,
    low: f64,
}

impl Sum {
    pub(super) fn add(&mut self, value: f64) {
        let next = self.high + value;
        self.low += if self.high.abs() >= value.abs() {
            (self.high - next) + value
        } else {
            (value - next) + self.high
        };
        self.high = next;
    }

    pub(super) fn value(self) -> f64 {
        self.high + self.low
    }
}

pub(super) fn sum(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut sum = Sum::default();
    values.into_iter().for_each(|value| sum.add(value));
    sum.value()
}

/// The sum of the values of each group.
pub(super) fn group_sums(
    groups: usize,
    of_value: &[u32],
    values: impl IntoIterator<Item = f64>,
) -> Vec<f64> {
    let mut sums = vec![Sum::default(); groups];
    for (&group, value) in of_value.iter().zip(values) {
        sums[group as usize].add(value);
    }
    sums.into_iter().map(Sum::value).collect()
}

/// Weights that can be scaled: finite, not negative.
pub(super) fn check_weights(weights: &[f64]) -> Result<(), WeightError> {
    match weights.iter().position(|weight| !(weight.is_finite() && *weight >= 0.0)) {
        Some(row) => Err(WeightError::Weight { row, weight: weights[row] }),
        None => Ok(()),
    }
}

/// A column that must have one entry for each row.
pub(super) fn check_rows(column: &str, rows: usize, found: usize) -> Result<(), WeightError> {
    if found == rows {
        Ok(())
    } else {
        Err(WeightError::Rows { column: column.to_owned(), rows, found })
    }
}
