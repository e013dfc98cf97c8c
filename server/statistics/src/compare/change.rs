//! Tests the change of scores from one wave to the next.

use super::adjust::holm;
use super::distributions::t_two_sided_quantile;
use super::error::{CompareError, check_alpha, check_length};
use super::groups::{Difference, Groups, Score, adjust_present, as_float, check_covariance};

/// What happened to a group between two waves.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// The verdict.
    pub verdict: ChangeVerdict,
    /// Later minus earlier; none where the verdict is `NotEstimable`.
    pub difference: Option<Difference>,
    /// Lower and upper end of the interval of the difference, simultaneous over the groups; none
    /// where the verdict is `NotEstimable`.
    pub interval: Option<(f64, f64)>,
}

/// What may be said of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ChangeVerdict {
    /// The score has risen.
    Up,
    /// The score has fallen.
    Down,
    /// No change was seen. This is not proof that there was none.
    NoChangeSeen,
    /// One of the waves has no score or no standard error.
    NotEstimable,
}

/// The same groups in the same order, twice.
#[derive(Debug, Clone, Copy)]
pub struct Waves<'a> {
    /// The wave that is compared with.
    pub earlier: &'a Groups,
    /// The wave that is judged.
    pub later: &'a Groups,
    /// How the two samples hang together.
    pub dependence: Dependence<'a>,
}

/// How two samples hang together.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dependence<'a> {
    /// Drawn independently: no covariance, and degrees of freedom by Welch and Satterthwaite.
    Independent,
    /// Partly the same clusters or persons: for each group the covariance of its two scores. The
    /// degrees of freedom are the smaller of the two, because Welch and Satterthwaite's hold for
    /// independent variances only.
    Covariances(&'a [f64]),
}

/// The change of each group, in the order of the groups, judged at the family-wise level `alpha`.
///
/// The test is Student's t (for independent samples Welch's: R `t.test`), its p-value adjusted by
/// [`holm`] over the groups. Intervals are Bonferroni's at joint level 1 − `alpha`, so one that
/// leaves out 0 always belongs to a verdict `Up` or `Down`; as Holm's test is sharper, the reverse
/// may fail. Degrees of freedom: (v₁ + v₂)² / (v₁²/d₁ + v₂²/d₂), Welch 1947, "The generalization of
/// 'Student's' problem when several different population variances are involved", Biometrika 34.
///
/// # Errors
/// Waves of different groups, covariances not one for each group or beyond the variances, `alpha`
/// not between 0 and 0.5.
pub fn change(waves: Waves<'_>, alpha: f64) -> Result<Vec<Change>, CompareError> {
    check_alpha(alpha)?;
    let groups = waves.earlier.len();
    check_length("later wave", waves.later.len(), groups)?;
    match waves.dependence {
        Dependence::Independent => {}
        Dependence::Covariances(values) => {
            check_length("covariances of the waves", values.len(), groups)?;
        }
    }
    let mut differences = (0..groups)
        .map(|group| match (waves.earlier.estimable(group), waves.later.estimable(group)) {
            (Some(earlier), Some(later)) => difference(group, earlier, later, waves.dependence),
            (None, _) | (_, None) => Ok(None),
        })
        .collect::<Result<Vec<_>, _>>()?;
    adjust_present(differences.iter_mut().flatten(), holm)?;
    let comparisons = as_float(differences.iter().flatten().count() as u64);
    Ok(differences
        .into_iter()
        .map(|difference| Change {
            verdict: verdict(difference, alpha),
            difference,
            interval: difference.map(|difference| interval(difference, alpha / comparisons)),
        })
        .collect())
}

fn difference(
    group: usize,
    earlier: Score,
    later: Score,
    dependence: Dependence<'_>,
) -> Result<Option<Difference>, CompareError> {
    match dependence {
        Dependence::Independent => {
            let variance = later.variance + earlier.variance;
            let df = variance.powi(2)
                / (later.variance.powi(2) / later.df + earlier.variance.powi(2) / earlier.df);
            Ok(Some(Difference::of(later.value - earlier.value, variance, df)))
        }
        Dependence::Covariances(values) => {
            let value = values[group];
            check_covariance(("covariances of the waves", group), value, (later, earlier))?;
            Ok(later.minus(earlier, value))
        }
    }
}

fn interval(difference: Difference, level: f64) -> (f64, f64) {
    let half = t_two_sided_quantile(level, difference.df) * difference.se;
    (difference.value - half, difference.value + half)
}

fn verdict(difference: Option<Difference>, alpha: f64) -> ChangeVerdict {
    match difference {
        None => ChangeVerdict::NotEstimable,
        Some(difference) if difference.adjusted_p > alpha => ChangeVerdict::NoChangeSeen,
        Some(difference) if difference.value > 0.0 => ChangeVerdict::Up,
        Some(_) => ChangeVerdict::Down,
    }
}
