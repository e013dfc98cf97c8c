//! Comparing groups without being fooled: every verdict takes the precision of the scores and the
//! number of comparisons into account, and a rank is never given without its interval.
//!
//! Most functions take [`Groups`](crate::compare::Groups), scores with their covariance matrix:
//! groups that share PSUs or strata are correlated, and a difference has another variance than the
//! sum of two.

mod groups;
mod error;
pub mod adjust;
mod tiers;
mod ranks;
mod funnel;
mod target;
mod change;
mod distributions;
#[cfg(test)]
mod tests;

pub use change::{Change, ChangeVerdict, Dependence, Waves, change};
pub use error::CompareError;
pub use funnel::{
    Centre, ControlVerdict, Dispersion, Funnel, FunnelColumns, FunnelPoint, FunnelRule, funnel,
};
pub use groups::{Difference, Groups, Scores};
pub use ranks::{RankInterval, RankMethod, rank_intervals};
pub use target::{AgainstTarget, Margin, TargetVerdict, against_target};
pub use tiers::{Multiplicity, Reference, Tier, TierRule, TierVerdict, tiers};
