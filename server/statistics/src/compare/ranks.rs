//! Computes confidence intervals of ranks.

use super::adjust::holm;
use super::distributions::t_two_sided_quantile;
use super::error::{CompareError, check_alpha};
use super::groups::{Groups, as_float};

/// The ranks that a group may have; 1 is the highest score.
///
/// The intervals of all groups hold jointly: with the chosen confidence, every group has its true
/// rank inside. A group without a score or a standard error may have any rank.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RankInterval {
    /// The best rank that the data allow.
    pub best: usize,
    /// The worst rank that the data allow.
    pub worst: usize,
    /// The place of the score itself, ties sharing the better one; none where there is no score.
    /// Never to be shown without the interval.
    pub point: Option<usize>,
}

/// How it is decided that one group is certainly above another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RankMethod {
    /// Their simultaneous confidence intervals are disjoint. What a reader sees in a chart of
    /// intervals, needs no covariances, and is the more cautious of the two.
    ///
    /// Source: Klein, Wright & Wieczorek 2020, "A joint confidence region for an overall ranking of
    /// populations", JRSS-C 69. The level of one interval among k is Šidák's (1 − alpha)^(1/k),
    /// which for jointly normal scores is enough under any correlation.
    ScoreIntervals,
    /// Their difference is significant by [`holm`] over both directions of all pairs, with
    /// covariances. The sharper one.
    ///
    /// Source: Mogstad, Romano, Shaikh & Wilhelm 2024, "Inference for ranks with applications to
    /// mobility across neighbourhoods and academic achievement across countries", Review of
    /// Economic Studies 91; with Holm's critical values instead of their bootstrap, so that no
    /// random numbers are needed.
    Differences,
}

/// Joint confidence intervals of the ranks of all groups at level 1 − `alpha`, in the order of the
/// groups.
///
/// A group's best rank is 1 + the number of groups certainly above it, its worst rank is the number
/// of groups − the number certainly below it.
///
/// # Errors
/// `alpha` not between 0 and 0.5.
pub fn rank_intervals(
    groups: &Groups,
    method: RankMethod,
    alpha: f64,
) -> Result<Vec<RankInterval>, CompareError> {
    check_alpha(alpha)?;
    let orders = match method {
        RankMethod::ScoreIntervals => disjoint_intervals(groups, alpha),
        RankMethod::Differences => significant_differences(groups, alpha)?,
    };
    let values = &groups.scores().values;
    let mut intervals: Vec<RankInterval> = values
        .iter()
        .map(|value| RankInterval {
            best: 1,
            worst: values.len(),
            point: (!value.is_nan())
                .then(|| 1 + values.iter().filter(|other| *other > value).count()),
        })
        .collect();
    for Order { above, below } in orders {
        intervals[below].best += 1;
        intervals[above].worst -= 1;
    }
    Ok(intervals)
}

/// One group is certainly above another.
struct Order {
    above: usize,
    below: usize,
}

fn disjoint_intervals(groups: &Groups, alpha: f64) -> Vec<Order> {
    let estimable: Vec<_> =
        (0..groups.len()).filter_map(|group| Some((group, groups.estimable(group)?))).collect();
    // 1 − (1 − alpha)^(1/k), without cancellation for many groups.
    let share = 1.0 / as_float(estimable.len().max(1) as u64);
    let level = -(share * (-alpha).ln_1p()).exp_m1();
    let intervals: Vec<(usize, f64, f64)> = estimable
        .into_iter()
        .map(|(group, score)| {
            let half = t_two_sided_quantile(level, score.df) * score.variance.sqrt();
            (group, score.value - half, score.value + half)
        })
        .collect();
    intervals
        .iter()
        .flat_map(|&(above, low, _)| {
            intervals
                .iter()
                .filter(move |&&(_, _, high)| high < low)
                .map(move |&(below, ..)| Order { above, below })
        })
        .collect()
}

/// Holm over the one-sided hypotheses "not above" of all ordered pairs, so that a wrong direction
/// counts as an error too.
fn significant_differences(groups: &Groups, alpha: f64) -> Result<Vec<Order>, CompareError> {
    let mut orders = Vec::new();
    let mut one_sided = Vec::new();
    for first in 0..groups.len() {
        for second in 0..first {
            let difference = groups
                .estimable(first)
                .zip(groups.estimable(second))
                .and_then(|(one, other)| one.minus(other, groups.covariance(first, second)));
            let Some(difference) = difference else { continue };
            let order = if difference.value > 0.0 {
                Order { above: first, below: second }
            } else {
                Order { above: second, below: first }
            };
            orders.push(order);
            one_sided.push(difference.p / 2.0);
        }
    }
    // The opposite directions are hypotheses too; their p-values are one half or more.
    let opposite: Vec<f64> = one_sided.iter().map(|p| 1.0 - p).collect();
    let adjusted = holm(&[one_sided, opposite].concat())?;
    Ok(orders
        .into_iter()
        .zip(adjusted)
        .filter_map(|(order, adjusted)| (adjusted <= alpha).then_some(order))
        .collect())
}
