//! Makes weights: `base_weights` of a sample plan, then adjustments to population totals
//! (`post_stratify`, `rake`, `calibrate`) and to limits (`trim`).
//!
//! Each step takes weights and gives `AdjustedWeights`: new weights and the `Adjustment` that
//! `Design::adjusted` keeps for variances. Steps are chained by giving the weights of one to the
//! next. Rows are indices from 0 in fields and counted from 1 in messages.

mod adjustment;
mod base;
mod basis;
mod calibrate;
mod cells;
mod error;
mod kish;
mod margin;
mod post_stratify;
mod rake;
mod span;
mod sum;
mod trim;

pub use adjustment::{AdjustedWeights, Adjustment};
pub use base::{PlanStage, base_weights};
pub use calibrate::{Auxiliary, NegativeWeights, calibrate};
pub use error::WeightError;
pub use kish::{Kish, kish};
pub use margin::{Margin, MarginCell, check_one_population};
pub use post_stratify::post_stratify;
pub use rake::{Raking, SampleMargin, rake};
pub use span::StrangeWeight;
pub use trim::{Redistribution, trim};

#[cfg(test)]
mod tests;
