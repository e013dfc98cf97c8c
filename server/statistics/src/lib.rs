//! Design-based estimation: what a survey statistician needs, on plain slices of numbers.
//!
//! A [`Design`] says how rows were drawn (strata, clusters, stages, finite populations) and what
//! they weigh; estimators turn values into an [`Estimate`] with its standard error; the rest makes
//! weights, intervals, comparisons and tables that give nothing away. Every number equals that of
//! R's `survey` package or of the publication that its documentation names.
//!
//! Invariants: no IO, no clock, no randomness of its own, no frame, no knowledge of instruments or
//! units. A value that is missing is NaN on the way in; no NaN comes out.
#![warn(missing_docs)]

/// Names and codes of a categorical variable.
mod labels;

/// Distribution functions and quantiles.
pub mod distribution;

/// How rows were drawn.
pub mod design;
/// Means, totals, ratios, shares, quantiles, differences.
pub mod estimate;
/// From an estimate to an interval.
pub mod interval;
/// Replicate weights, the second way to a standard error.
pub mod replicate;
/// Base weights, post-stratification, raking, calibration, trimming.
pub mod weights;

/// Tiers, rank intervals, funnels, targets, changes; multiplicity.
pub mod compare;
/// Which cells of a hierarchical table are hidden, so that no hidden one can be derived.
pub mod disclosure;
/// Whether items hang together, and whether a row was answered with care.
pub mod reliability;

/// Files of reference numbers.
#[cfg(test)]
mod fixture;
/// Designs and estimators as one.
#[cfg(test)]
mod tests;

pub use design::Design;
pub use estimate::Estimate;
pub use labels::Labels;
