//! Scales weights to population totals, cell by cell.

use super::adjustment::{AdjustedWeights, Adjustment};
use super::cells::Cells;
use super::sum::check_weights;
use super::{Margin, WeightError};
use crate::Labels;

/// Scales the weights in each cell to the cell's population total: R's `postStratify`.
///
/// `variables` are those of the margin, in its order, one entry for each row. The adjustment
/// subtracts from an influence its mean in the cell, weighted by the weights that came in (Särndal,
/// Swensson & Wretman 1992, chapter 7): what is constant within cells has no variance.
///
/// # Errors
/// [`WeightError::Weight`], [`WeightError::Rows`], [`WeightError::Variables`],
/// [`WeightError::UnknownCell`], [`WeightError::ZeroCell`], [`WeightError::EmptyCell`].
pub fn post_stratify(
    weights: &[f64],
    variables: &[Labels],
    margin: &Margin,
) -> Result<AdjustedWeights, WeightError> {
    check_weights(weights)?;
    let cells = Cells::of(margin, variables, weights.len())?;
    let sums = cells.filled_sums(weights)?;
    let new_weight = |(cell, weight): (&u32, &f64)| {
        let cell = *cell as usize;
        weight * (margin.cells()[cell].total / sums[cell])
    };
    let new: Vec<f64> = cells.of_row.iter().zip(weights).map(new_weight).collect();
    let adjustment = Adjustment::post_stratified(&cells, weights, &new);
    Ok(AdjustedWeights { weights: new, adjustment })
}
