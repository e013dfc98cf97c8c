//! The one place where a plan is executed.

use polars::prelude::{DataFrame, LazyFrame};

use crate::ScoringError;
use crate::error::engine;

/// Executes a plan.
///
/// Blocks its thread; on a current-thread tokio runtime polars panics, hence the one place.
#[expect(clippy::disallowed_methods, reason = "this is the one place")]
pub(crate) fn collect(plan: LazyFrame) -> Result<DataFrame, ScoringError> {
    plan.collect().map_err(engine)
}
