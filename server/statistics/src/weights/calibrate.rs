//! Calibrates weights to totals of auxiliary variables.

use super::adjustment::{AdjustedWeights, Adjustment};
use super::basis::Basis;
use super::cells::Cells;
use super::sum::{check_rows, check_weights, sum};
use super::{Margin, WeightError};
use crate::Labels;

/// A variable that is known for every row and whose population total is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Auxiliary {
    /// What it is called in messages.
    pub name: String,
    /// One finite number for each row.
    pub values: Vec<f64>,
    /// Their sum over the population.
    pub total: f64,
}

/// What happens where calibration gives a negative weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum NegativeWeights {
    /// It stays, as in R.
    Allow,
    /// An error that names the first row.
    Refuse,
}

impl Auxiliary {
    /// The intercept: 1 for each row, the size of the population in total.
    pub fn intercept(rows: usize, population: f64) -> Self {
        Self { name: "(intercept)".to_owned(), values: vec![1.0; rows], total: population }
    }

    /// The indicator columns of a margin, one for each cell with units in the population. They sum
    /// to the intercept, which therefore must not be there besides; of a second margin the caller
    /// leaves out one column.
    ///
    /// # Errors
    /// Those of [`post_stratify`](super::post_stratify) but for weights.
    pub fn indicators(variables: &[Labels], margin: &Margin) -> Result<Vec<Self>, WeightError> {
        let rows = variables.first().map_or(0, Labels::len);
        let cells = Cells::of(margin, variables, rows)?;
        cells.filled_sums(&vec![1.0; rows])?;
        let column = |(place, cell): (usize, &super::MarginCell)| Self {
            name: margin.describe_cell(place),
            values: cells.of_row.iter().map(|of| f64::from(*of as usize == place)).collect(),
            total: cell.total,
        };
        let filled = margin.cells().iter().enumerate().filter(|(_, cell)| cell.total > 0.0);
        Ok(filled.map(column).collect())
    }
}

/// Linear calibration, the generalised regression estimator: the weights that meet all totals and
/// are nearest to those that came in, by Σ (new − old)² / old (Deville & Särndal 1992; Särndal,
/// Swensson & Wretman 1992, chapter 6). R's `calibrate(calfun = "linear")` without bounds.
///
/// An intercept is a column like any other ([`Auxiliary::intercept`]). The adjustment replaces
/// influences by residuals of their regression on the auxiliary variables, weighted by the weights
/// that came in. A row whose new weight is exactly 0 has no part in variances.
///
/// # Errors
/// [`WeightError::Weight`], [`WeightError::Rows`], [`WeightError::Auxiliary`];
/// [`WeightError::Dependent`] or [`WeightError::ContradictoryTotal`] for the first variable that
/// is a linear combination of those before it; [`WeightError::NegativeWeight`] if refused.
pub fn calibrate(
    weights: &[f64],
    auxiliaries: Vec<Auxiliary>,
    negative: NegativeWeights,
) -> Result<AdjustedWeights, WeightError> {
    check_weights(weights)?;
    let roots: Vec<f64> = weights.iter().map(|weight| weight.sqrt()).collect();
    let mut basis = Basis::default();
    let mut totals = Vec::with_capacity(auxiliaries.len());
    for auxiliary in auxiliaries {
        auxiliary.check(weights.len())?;
        let Auxiliary { name, mut values, total } = auxiliary;
        values.iter_mut().zip(&roots).for_each(|(value, root)| *value *= root);
        basis
            .push(values)
            .map_err(|coefficients| dependent(name, total, &coefficients, &totals))?;
        totals.push(total);
    }

    // With old weights w = √w·√w and new ones w + √w·(Q c), totals are met where c is the
    // difference of the coordinates of totals and of √w.
    let wanted = basis.coordinates_of(&totals);
    let present = basis.coordinates(&roots);
    let steps: Vec<f64> =
        wanted.iter().zip(present).map(|(wanted, present)| wanted - present).collect();
    let new_weight =
        |(row, (weight, root)): (usize, (&f64, &f64))| weight + root * basis.at(row, &steps);
    let new: Vec<f64> = weights.iter().zip(&roots).enumerate().map(new_weight).collect();
    match negative {
        NegativeWeights::Allow => {}
        NegativeWeights::Refuse => {
            if let Some(row) = new.iter().position(|weight| *weight < 0.0) {
                return Err(WeightError::NegativeWeight { row, weight: new[row] });
            }
        }
    }
    let adjustment = Adjustment::calibrated(basis, weights, &new);
    Ok(AdjustedWeights { weights: new, adjustment })
}

impl Auxiliary {
    fn check(&self, rows: usize) -> Result<(), WeightError> {
        check_rows(&self.name, rows, self.values.len())?;
        let not_finite = |at| Err(WeightError::Auxiliary { variable: self.name.clone(), at });
        if !self.total.is_finite() {
            return not_finite("the total".to_owned());
        }
        match self.values.iter().position(|value| !value.is_finite()) {
            Some(row) => not_finite(format!("row {}", row + 1)),
            None => Ok(()),
        }
    }
}

/// Whether the total of a dependent variable follows from the others as the variable does.
fn dependent(variable: String, total: f64, coefficients: &[f64], totals: &[f64]) -> WeightError {
    let parts = || coefficients.iter().zip(totals).map(|(coefficient, total)| coefficient * total);
    let implied = sum(parts());
    let size = parts().map(f64::abs).fold(total.abs(), f64::max);
    // The coefficients are those of a column that depends on others to the same tolerance.
    if (total - implied).abs() <= 1e-7 * size {
        WeightError::Dependent { variable }
    } else {
        WeightError::ContradictoryTotal { variable, total, implied }
    }
}
