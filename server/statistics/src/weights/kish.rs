//! Computes Kish's effect of unequal weighting.

use super::WeightError;
use super::sum::{check_weights, sum};

/// What unequal weights alone cost.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Kish {
    /// 1 + cv² of the weights, at least 1: the factor by which unequal weights would raise the
    /// variance of a mean that has nothing to do with them.
    pub effect: f64,
    /// Equally weighted rows that would be worth as much: (Σw)² / Σw².
    pub effective_n: f64,
}

/// Kish's effect of unequal weighting n Σw² / (Σw)² and the effective sample size (Kish 1965,
/// *Survey Sampling*; Kish 1992, *Weighting for unequal Pi*). Rows of weight 0 are outside the
/// sample and do not count in n.
///
/// # Errors
/// [`WeightError::Weight`]; [`WeightError::NoWeight`] if no weight is positive.
pub fn kish(weights: &[f64]) -> Result<Kish, WeightError> {
    check_weights(weights)?;
    let largest = weights.iter().copied().fold(0.0, f64::max);
    if largest == 0.0 {
        return Err(WeightError::NoWeight);
    }
    // Relative to the largest, so that squares cannot leave the range of numbers.
    let relative = || weights.iter().map(|weight| weight / largest).filter(|weight| *weight > 0.0);
    let total = sum(relative());
    let effective_n = total * total / sum(relative().map(|weight| weight * weight));
    let n = sum(relative().map(|_| 1.0));
    Ok(Kish { effect: n / effective_n, effective_n })
}
