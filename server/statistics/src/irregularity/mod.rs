//! Finds what single responses do not show: too many in an hour, and copies of each other.
//!
//! Neither is a finding. Both are for whoever looks after a survey, so that somebody looks.

mod bursts;
mod copies;
#[cfg(test)]
mod tests;

pub use bursts::{Burst, BurstLimits, HourCount, bursts};
pub use copies::{CopyJudgement, CopyLimits, RecentResponses, TimedResponse};
