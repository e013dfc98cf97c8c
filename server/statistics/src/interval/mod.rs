//! Turns estimates into confidence intervals.

mod count;
mod error;
mod bounded_estimate;
mod share;

#[cfg(test)]
mod tests;

pub use bounded_estimate::{BoundedEstimate, Bounds};
pub use count::{exact, wilson};
pub use error::IntervalError;
pub use share::{korn_graubard, logit, logit_between};

use std::cell::Cell;

use crate::distribution::student_t_quantile;

/// A confidence interval, in the unit of its estimate; `low` ≤ `high`.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Interval {
    /// The lower limit.
    pub low: f64,
    /// The upper limit.
    pub high: f64,
}

/// A confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95 percent.
    pub const DEFAULT: Self = Self(0.95);

    /// Checks a level.
    pub fn new(level: f64) -> Result<Self, IntervalError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(IntervalError::Level(level)) }
    }

    /// The level as a fraction.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability left out on each side.
    fn tail(self) -> f64 {
        0.5 * (1.0 - self.0)
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}

/// Estimate ± t quantile × standard error: R's `confint(svymean(…), df = df)`.
///
/// `df` > 0 are the degrees of freedom of the design; infinite ones give the normal interval.
/// The limits know no bounds: for a share or a score see [`logit`] and [`logit_between`].
pub fn t(value: f64, se: f64, df: f64, level: Level) -> Result<Interval, IntervalError> {
    if !value.is_finite() {
        return Err(IntervalError::Value { value, low: f64::NEG_INFINITY, high: f64::INFINITY });
    }
    let half = half_width(se, df, level)?;
    Ok(Interval { low: value - half, high: value + half })
}

/// The t quantile times the standard error, after checking both.
fn half_width(se: f64, df: f64, level: Level) -> Result<f64, IntervalError> {
    if !(se >= 0.0 && se.is_finite()) {
        return Err(IntervalError::StandardError(se));
    }
    Ok(t_factor(df, level)? * se)
}

/// The upper t quantile of a level.
fn t_factor(df: f64, level: Level) -> Result<f64, IntervalError> {
    if df.is_nan() || df <= 0.0 {
        return Err(IntervalError::DegreesOfFreedom(df));
    }
    // All cells of a group have the same degrees of freedom, and the quantile takes longer than all
    // else of an interval.
    thread_local! {
        static LAST: Cell<(f64, f64, f64)> = const { Cell::new((f64::NAN, f64::NAN, f64::NAN)) };
    }
    let (last_df, last_tail, last) = LAST.get();
    let same = last_df.to_bits() == df.to_bits() && last_tail.to_bits() == level.tail().to_bits();
    if same {
        return Ok(last);
    }
    let factor = -student_t_quantile(level.tail(), df);
    LAST.set((df, level.tail(), factor));
    Ok(factor)
}
