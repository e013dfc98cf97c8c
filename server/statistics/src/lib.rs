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

mod labels;

pub mod distribution;

pub mod design;
pub mod estimate;
pub mod interval;
pub mod replicate;
pub mod weights;

pub mod compare;
pub mod disclosure;
pub mod irregularity;
pub mod reliability;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use design::Design;
pub use estimate::Estimate;
pub use labels::Labels;
