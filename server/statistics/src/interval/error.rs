//! Says which input of an interval is out of range.

/// Which input of an interval is out of range.
#[derive(Debug, Clone, Copy, PartialEq, thiserror::Error)]
pub enum IntervalError {
    /// The confidence level.
    #[error("a confidence level lies between 0 and 1: {0}")]
    Level(f64),
    /// The estimate; NaN included.
    #[error("an estimate lies between {low} and {high}: {value}")]
    Value {
        /// The estimate.
        value: f64,
        /// The least that it can be.
        low: f64,
        /// The most that it can be.
        high: f64,
    },
    /// A share of 0 or 1 has no log-odds; `logit_between` and `korn_graubard` have an answer.
    #[error("a share of {0} has no log-odds")]
    AtBound(f64),
    /// The standard error.
    #[error("a standard error is a finite number from 0: {0}")]
    StandardError(f64),
    /// The degrees of freedom.
    #[error("degrees of freedom are above 0: {0}")]
    DegreesOfFreedom(f64),
    /// The number of rows.
    #[error("an interval takes at least {least} rows: {rows}")]
    Rows {
        /// Rows given.
        rows: u64,
        /// The fewest that the method takes.
        least: u64,
    },
    /// The number of successes.
    #[error("{successes} successes in {n}")]
    Successes {
        /// Successes given.
        successes: u64,
        /// Trials given.
        n: u64,
    },
    /// The bounds of a scale.
    #[error("bounds of a scale are finite and in order: {low} to {high}")]
    Bounds {
        /// The lower bound.
        low: f64,
        /// The upper bound.
        high: f64,
    },
}
