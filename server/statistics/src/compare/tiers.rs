//! Sorts groups into tiers: above, at or below the whole.

use super::adjust::{benjamini_hochberg, holm};
use super::error::{CompareError, check_alpha, check_length};
use super::groups::{Difference, Groups, adjust_present, check_covariance, estimable, is_variance};

/// Where a group stands against the reference.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Tier {
    /// The verdict.
    pub verdict: TierVerdict,
    /// Group minus reference; none where the verdict is `NotEstimable`.
    pub difference: Option<Difference>,
}

/// What may be said of a group beside the reference.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum TierVerdict {
    /// Higher than the reference.
    Above,
    /// No difference was shown. This is not proof that there is none.
    InLine,
    /// Lower than the reference.
    Below,
    /// The group or the reference has no score or no standard error, or both are the same.
    NotEstimable,
}

/// The estimate that all groups are compared with, mostly that of the whole.
///
/// A group is a part of the whole, so the two are correlated: with the influences of both in one
/// call of [`Design::covariance`](crate::Design::covariance) the covariance is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Reference {
    /// The score; NaN if there is none.
    pub value: f64,
    /// Its squared standard error; NaN or 0 if there is none (for a number that is no estimate, use
    /// [`against_target`](super::against_target)).
    pub variance: f64,
    /// Degrees of freedom of the variance.
    pub df: u64,
    /// Its covariance with the score of each group.
    pub covariances: Vec<f64>,
}

/// How verdicts are reached.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct TierRule {
    /// The error rate that [`Multiplicity`] names, between 0 and 0.5; mostly 0.05.
    pub alpha: f64,
    /// Which error rate that is.
    pub multiplicity: Multiplicity,
}

/// Which error rate is kept over all groups.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Multiplicity {
    /// The chance of any false verdict: [`holm`].
    Holm,
    /// The expected share of false ones among the verdicts other than `InLine`:
    /// [`benjamini_hochberg`].
    BenjaminiHochberg,
}

impl Reference {
    fn check(&self) -> Result<(), CompareError> {
        let setting = |what, value, range| Err(CompareError::Setting { what, value, range });
        if self.value.is_infinite() {
            setting("score of the reference", self.value, "a finite number or NaN")
        } else if !is_variance(self.variance) {
            setting("variance of the reference", self.variance, "0 or more, or NaN")
        } else {
            Ok(())
        }
    }
}

/// Compares each group with the reference, in the order of the groups.
///
/// The variance of a difference is var(group) + var(reference) − 2 cov, its test Student's t with
/// the smaller of the two degrees of freedom: R `survey` `svycontrast` of the two. Groups that are
/// not estimable are not counted as comparisons.
///
/// # Errors
/// Numbers outside their ranges, covariances not one for each group or beyond the variances.
pub fn tiers(
    groups: &Groups,
    reference: &Reference,
    rule: TierRule,
) -> Result<Vec<Tier>, CompareError> {
    check_alpha(rule.alpha)?;
    check_length("covariances with the reference", reference.covariances.len(), groups.len())?;
    reference.check()?;
    let whole = estimable(reference.value, reference.variance, reference.df);
    let mut differences = (0..groups.len())
        .map(|group| match (groups.estimable(group), whole) {
            (Some(part), Some(whole)) => {
                let covariance = reference.covariances[group];
                let place = ("covariances with the reference", group);
                check_covariance(place, covariance, (part, whole))?;
                Ok(part.minus(whole, covariance))
            }
            (None, _) | (_, None) => Ok(None),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let adjust = match rule.multiplicity {
        Multiplicity::Holm => holm,
        Multiplicity::BenjaminiHochberg => benjamini_hochberg,
    };
    adjust_present(differences.iter_mut().flatten(), adjust)?;
    Ok(differences
        .into_iter()
        .map(|difference| Tier { verdict: verdict(difference, rule.alpha), difference })
        .collect())
}

fn verdict(difference: Option<Difference>, alpha: f64) -> TierVerdict {
    match difference {
        None => TierVerdict::NotEstimable,
        Some(difference) if difference.adjusted_p > alpha => TierVerdict::InLine,
        Some(difference) if difference.value > 0.0 => TierVerdict::Above,
        Some(_) => TierVerdict::Below,
    }
}
