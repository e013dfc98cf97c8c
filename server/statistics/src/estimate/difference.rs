//! Estimates the difference of two estimates.

use super::{Estimate, EstimateError, Linearisation};
use crate::design::Design;

/// The difference of two estimates.
#[derive(Debug, Clone, PartialEq)]
pub struct Difference {
    /// The first minus the second.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom, not always whole; 0 where no interval can be made.
    pub df: f64,
}

/// The difference of two statistics of one design, such as two domains or two variables, with
/// their covariance: `a − b`.
///
/// Equals R's `svycontrast(svyby(…, covmat = TRUE), c(1, -1))`. The degrees of freedom are those of
/// the design in both domains together.
pub fn difference(
    design: &Design,
    a: &Linearisation,
    b: &Linearisation,
) -> Result<Difference, EstimateError> {
    let difference = Linearisation::combine(a.value() - b.value(), &[(1.0, a), (-1.0, b)]);
    if !difference.value().is_finite() {
        return Err(EstimateError::Overflow);
    }
    let se = difference.variance(design)?.sqrt();
    let df = difference.degrees_of_freedom(design);
    Ok(Difference { value: difference.value(), se, df: f64::from(whole(df)) })
}

/// The difference of two estimates from independent samples, such as two waves: `later − earlier`.
///
/// Variances add. The degrees of freedom are those of Welch (1947) and Satterthwaite (1946):
/// (v₁+v₂)² / (v₁²/df₁ + v₂²/df₂); where both variances are 0 they are the sum of the two.
pub fn independent_difference(later: &Estimate, earlier: &Estimate) -> Difference {
    let se = later.se.hypot(earlier.se);
    // By shares of the variance, so that tiny variances do not vanish when they are squared.
    let part = |estimate: &Estimate| {
        let share = if se > 0.0 { (estimate.se / se).powi(2) } else { 0.0 };
        if share > 0.0 { share.powi(2) / f64::from(whole(estimate.df)) } else { 0.0 }
    };
    let parts = part(later) + part(earlier);
    let df = if parts > 0.0 {
        1.0 / parts
    } else {
        f64::from(whole(later.df)) + f64::from(whole(earlier.df))
    };
    Difference { value: later.value - earlier.value, se, df }
}

/// Degrees of freedom are fewer than rows, of which there are fewer than 2³².
fn whole(df: u64) -> u32 {
    u32::try_from(df).unwrap_or(u32::MAX)
}
