//! Trims weights to limits.

use super::WeightError;
use super::adjustment::{AdjustedWeights, Adjustment};
use super::sum::{check_rows, sum};
use crate::Labels;

/// Among which rows the difference that trimming makes is spread.
#[derive(Debug, Clone)]
pub enum Redistribution {
    /// Among all, as in R.
    AllRows,
    /// Among those of the same cell, so that totals of cells stay as they were.
    WithinCells(Labels),
}

/// Cuts weights to limits (`-∞` and `∞`: none) and spreads the difference in equal parts over the
/// other rows, until none is outside: R's `trimWeights(strict = TRUE)`. The sum of weights stays.
///
/// Where no row is free to take the difference though the mean is within the limits, which R's
/// rule leaves open, rows that were cut at the other limit take it. Totals of earlier adjustments
/// are met no longer; as in R, variances are those of the adjustments before with the new weights.
///
/// # Errors
/// [`WeightError::Limits`] unless lower ≤ upper; [`WeightError::TrimImpossible`] if the mean weight
/// is outside; [`WeightError::Rows`]; [`WeightError::Weight`] if a weight is not finite (negative
/// ones of a calibration can be trimmed).
pub fn trim(
    weights: &[f64],
    lower: f64,
    upper: f64,
    redistribution: &Redistribution,
) -> Result<AdjustedWeights, WeightError> {
    if lower.is_nan() || upper.is_nan() || lower > upper {
        return Err(WeightError::Limits { lower, upper });
    }
    if let Some(row) = weights.iter().position(|weight| !weight.is_finite()) {
        return Err(WeightError::Weight { row, weight: weights[row] });
    }
    let groups: Vec<(String, Vec<usize>)> = match redistribution {
        Redistribution::AllRows => vec![("all rows".to_owned(), (0..weights.len()).collect())],
        Redistribution::WithinCells(labels) => {
            check_rows("the column of cells", weights.len(), labels.len())?;
            let names = labels.names().iter().map(|name| format!("cell {name}"));
            let mut groups: Vec<_> = names.map(|name| (name, Vec::new())).collect();
            for (row, code) in labels.codes().iter().enumerate() {
                groups[*code as usize].1.push(row);
            }
            groups
        }
    };

    let mut new = weights.to_vec();
    for (group, rows) in groups {
        let mut of_group: Vec<f64> = rows.iter().map(|row| weights[*row]).collect();
        trim_group(&mut of_group, lower, upper).map_err(|mean| WeightError::TrimImpossible {
            group,
            mean,
            lower,
            upper,
        })?;
        for (row, weight) in rows.into_iter().zip(of_group) {
            new[row] = weight;
        }
    }
    Ok(AdjustedWeights { weights: new, adjustment: Adjustment::unprojected() })
}

/// The error is the mean weight, which is outside the limits.
fn trim_group(weights: &mut [f64], lower: f64, upper: f64) -> Result<(), f64> {
    let is_outside = |weight: f64| weight < lower || weight > upper;
    loop {
        let outside: Vec<bool> = weights.iter().map(|weight| is_outside(*weight)).collect();
        if !outside.contains(&true) {
            return Ok(());
        }
        let mean = sum(weights.iter().copied()) / count(weights.len());
        let excess = sum(weights.iter().map(|weight| weight - weight.clamp(lower, upper)));
        for weight in &mut *weights {
            *weight = weight.clamp(lower, upper);
        }

        // R spreads over rows at a limit too and cuts them again in the next round; leaving them
        // out comes to the same weights in at most as many rounds as there are rows.
        let has_room = |weight: f64| if excess > 0.0 { weight < upper } else { weight > lower };
        let mut takers: Vec<usize> =
            (0..weights.len()).filter(|row| !outside[*row] && has_room(weights[*row])).collect();
        if takers.is_empty() {
            takers = (0..weights.len()).filter(|row| has_room(weights[*row])).collect();
        }
        if takers.is_empty() {
            // All rows are at one limit: what is left is rounding, or the mean is outside.
            let rounding = 1e-12 * mean.abs() * count(weights.len());
            return if excess.abs() <= rounding { Ok(()) } else { Err(mean) };
        }
        let part = excess / count(takers.len());
        for row in takers {
            weights[row] += part;
        }
    }
}

#[expect(clippy::cast_precision_loss, reason = "rows are far fewer than 2⁵³")]
fn count(rows: usize) -> f64 {
    rows as f64
}
