//! Estimates means, totals, ratios, shares, quantiles and differences, with standard errors.

mod difference;
mod domain;
mod linearisation;
mod quantile;

pub use difference::{Difference, difference, independent_difference};
pub use domain::Domain;
pub use linearisation::{Linearisation, covariance};
pub use quantile::{Quantile, quantile};

use crate::design::{Design, DesignError};

/// A number with what is known of its precision.
#[derive(Debug, Clone, PartialEq)]
pub struct Estimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error, 0 or more. It is there even where the degrees of freedom are 0, as for
    /// a domain within one PSU, but no interval can be made from it then.
    pub se: f64,
    /// Degrees of freedom of the design in the domain, rows without a value included.
    pub df: u64,
    /// Variance over that of simple random sampling without replacement of as many rows: R
    /// survey's `deff = TRUE`. None where that variance is 0, or where the weights of the domain
    /// sum to less than its rows, so that they cannot count a population.
    pub deff: Option<f64>,
    /// Rows behind it.
    pub n: u64,
}

/// The share of one level of a categorical variable.
#[derive(Debug, Clone, PartialEq)]
pub struct Share {
    /// The level.
    pub level: String,
    /// Its share, from 0 to 1.
    pub estimate: Estimate,
}

/// Why there is no estimate.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum EstimateError {
    /// No row of the domain has a value.
    #[error("no row has a value")]
    EmptyDomain,
    /// A column does not fit the design.
    #[error("{column}: {found} values for {expected} rows")]
    Length {
        /// Which column.
        column: &'static str,
        /// The number of rows of the design.
        expected: usize,
        /// The number of values in the column.
        found: usize,
    },
    /// An infinite value; a missing one is NaN.
    #[error("row {row}: the value is infinite")]
    Infinite {
        /// The row.
        row: u32,
    },
    /// A code without a name.
    #[error("row {row}: the code {code} is not one of the {levels} levels")]
    UnknownCode {
        /// The row.
        row: u32,
        /// Its code.
        code: u32,
        /// The number of levels.
        levels: usize,
    },
    /// The denominator of a mean or ratio is 0.
    #[error("the denominator is 0")]
    ZeroDenominator {
        /// How many rows have a value.
        n: u64,
    },
    /// Not from 0 to 1.
    #[error("{probability} is not a probability")]
    Probability {
        /// What was asked for.
        probability: f64,
    },
    /// The estimate is no number, because values are too large.
    #[error("the estimate is too large for a number")]
    Overflow,
    /// The design cannot give a variance.
    #[error(transparent)]
    Design(#[from] DesignError),
}

/// The mean of the selected rows with a value: R's
/// `svymean(~y, subset(design, selected), na.rm = TRUE, deff = TRUE)`.
///
/// `y` has a value per row of the design, NaN where it is missing. The variance is that of a ratio
/// of two totals inside the full design, by linearisation (Särndal, Swensson & Wretman 1992,
/// chapter 5.7).
pub fn mean(design: &Design, y: &[f64], selected: &[bool]) -> Result<Estimate, EstimateError> {
    Linearisation::mean(design, y, &Domain::of(selected))?.estimate(design)
}

/// The total of the selected rows with a value: R's
/// `svytotal(~y, subset(design, selected), na.rm = TRUE, deff = TRUE)`.
///
/// A missing value counts as 0, so that a variable with many is better served by a mean.
pub fn total(design: &Design, y: &[f64], selected: &[bool]) -> Result<Estimate, EstimateError> {
    Linearisation::total(design, y, &Domain::of(selected))?.estimate(design)
}

/// The ratio of two totals over the selected rows with both values: R's
/// `svyratio(~numerator, ~denominator, subset(design, selected), na.rm = TRUE, deff = TRUE)`.
///
/// Linearisation as in Särndal, Swensson & Wretman 1992, chapter 5.6.
pub fn ratio(
    design: &Design,
    numerator: &[f64],
    denominator: &[f64],
    selected: &[bool],
) -> Result<Estimate, EstimateError> {
    Linearisation::ratio(design, numerator, denominator, &Domain::of(selected))?.estimate(design)
}

/// The share of every level among the selected rows with one, in the order of `levels`: R's
/// `svymean(~factor, subset(design, selected), na.rm = TRUE, deff = TRUE)`.
///
/// `codes` has a place in `levels` per row of the design, none where it is missing. A level that
/// does not occur has share 0 with standard error 0.
pub fn shares(
    design: &Design,
    codes: &[Option<u32>],
    levels: &[String],
    selected: &[bool],
) -> Result<Vec<Share>, EstimateError> {
    let domain = Domain::of(selected);
    let shares = Linearisation::shares(design, codes, levels.len(), &domain)?;
    (levels.iter().zip(shares))
        .map(|(level, share)| {
            Ok(Share { level: level.clone(), estimate: share?.estimate(design)? })
        })
        .collect()
}
