//! Tests scores of groups against their targets.

use super::distributions::t_two_sided_quantile;
use super::error::{CompareError, check_alpha, check_length, check_not_infinite};
use super::groups::{Groups, Score, as_float};

/// Whether a group has met its target.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct AgainstTarget {
    /// The verdict.
    pub verdict: TargetVerdict,
    /// Score minus target with its interval; none where the verdict is `NotEstimable`.
    pub margin: Option<Margin>,
}

/// What may be said of a score beside a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TargetVerdict {
    /// The whole interval lies at or above the target.
    Met,
    /// The whole interval lies below the target.
    NotMet,
    /// The target lies inside the interval: more answers are needed to tell.
    CannotTell,
    /// There is no score, no standard error or no target.
    NotEstimable,
}

/// A score minus a fixed number.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Margin {
    /// The difference, in the unit of the scores.
    pub value: f64,
    /// The standard error of the score.
    pub se: f64,
    /// Degrees of freedom of the standard error.
    pub df: f64,
    /// Lower end of the simultaneous interval of the difference.
    pub low: f64,
    /// Upper end of the simultaneous interval of the difference.
    pub high: f64,
}

/// Compares each group with its target, in the order of the groups; NaN where a group has none.
///
/// The intervals hold jointly at level 1 − `alpha` by Bonferroni's inequality over the groups that
/// have a score and a target: difference ± t(1 − alpha / 2m, df) · se.
///
/// # Errors
/// Not one target for each group, an infinite target, `alpha` not between 0 and 0.5.
pub fn against_target(
    groups: &Groups,
    targets: &[f64],
    alpha: f64,
) -> Result<Vec<AgainstTarget>, CompareError> {
    check_alpha(alpha)?;
    check_length("targets", targets.len(), groups.len())?;
    check_not_infinite("target", targets)?;
    let present: Vec<Option<Score>> = targets
        .iter()
        .enumerate()
        .map(|(group, target)| groups.estimable(group).filter(|_| !target.is_nan()))
        .collect();
    let comparisons = as_float(present.iter().flatten().count() as u64);
    Ok(present
        .into_iter()
        .zip(targets)
        .map(|(score, target)| {
            let margin = score.map(|score| margin(score, *target, alpha / comparisons));
            AgainstTarget { verdict: verdict(margin), margin }
        })
        .collect())
}

fn margin(score: Score, target: f64, level: f64) -> Margin {
    let value = score.value - target;
    let se = score.variance.sqrt();
    let half = t_two_sided_quantile(level, score.df) * se;
    Margin { value, se, df: score.df, low: value - half, high: value + half }
}

fn verdict(margin: Option<Margin>) -> TargetVerdict {
    match margin {
        None => TargetVerdict::NotEstimable,
        Some(margin) if margin.low >= 0.0 => TargetVerdict::Met,
        Some(margin) if margin.high < 0.0 => TargetVerdict::NotMet,
        Some(_) => TargetVerdict::CannotTell,
    }
}
