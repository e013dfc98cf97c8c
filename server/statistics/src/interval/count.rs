//! Computes intervals for a share from counts of a simple random sample.

use super::bounded_estimate::real;
use super::{Interval, IntervalError, Level};
use crate::distribution::{beta_quantile, normal_quantile};

/// The score interval of Wilson (1927) for a share, from counts of a simple random sample:
/// R's `prop.test(successes, n, correct = FALSE)`.
///
/// `n` is at least 1. The limits lie in 0 to 1.
pub fn wilson(successes: u64, n: u64, level: Level) -> Result<Interval, IntervalError> {
    let (x, n) = checked(successes, n)?;
    let z = normal_quantile(level.tail());
    let square = z * z;
    let centre = (x + 0.5 * square) / (n + square);
    let half = z.abs() / (n + square) * (x * (n - x) / n + 0.25 * square).sqrt();
    // At 0 and n one limit is the bound itself, but for rounding.
    let low = if successes == 0 { 0.0 } else { (centre - half).max(0.0) };
    let high = if x < n { (centre + half).min(1.0) } else { 1.0 };
    Ok(Interval { low, high })
}

/// The exact interval of Clopper & Pearson (1934) for a share, from counts of a simple random
/// sample: R's `binom.test`.
///
/// `n` is at least 1. The limits lie in 0 to 1.
pub fn exact(successes: u64, n: u64, level: Level) -> Result<Interval, IntervalError> {
    let (x, n) = checked(successes, n)?;
    Ok(clopper_pearson(x, n, level))
}

/// Clopper–Pearson with real counts, `successes` from 0 to `n`.
pub(super) fn clopper_pearson(successes: f64, n: f64, level: Level) -> Interval {
    let failures = n - successes;
    let low =
        if successes > 0.0 { beta_quantile(level.tail(), successes, failures + 1.0) } else { 0.0 };
    let high = if failures > 0.0 {
        beta_quantile(1.0 - level.tail(), successes + 1.0, failures)
    } else {
        1.0
    };
    Interval { low, high }
}

fn checked(successes: u64, n: u64) -> Result<(f64, f64), IntervalError> {
    if n == 0 {
        return Err(IntervalError::Rows { rows: n, least: 1 });
    }
    if successes > n {
        return Err(IntervalError::Successes { successes, n });
    }
    Ok((real(successes), real(n)))
}
