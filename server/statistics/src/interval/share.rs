//! Computes intervals for shares and other bounded quantities under a complex design.

use super::bounded_estimate::real;
use super::count::clopper_pearson;
use super::{BoundedEstimate, Bounds, Interval, IntervalError, Level, half_width, t_factor};
use crate::distribution::expit;

/// The interval for a share `p`, 0 < `p` < 1, that is symmetric in the log-odds: R's
/// `svyciprop(method = "logit")` and `"xlogit"`.
///
/// The limits of logit(p) ± t · se / (p (1 − p)), transformed back; they lie in 0 to 1.
///
/// # Errors
///
/// [`IntervalError::AtBound`] for a share of exactly 0 or 1.
pub fn logit(p: f64, se: f64, df: f64, level: Level) -> Result<Interval, IntervalError> {
    if !(0.0..=1.0).contains(&p) {
        return Err(IntervalError::Value { value: p, low: 0.0, high: 1.0 });
    }
    let spread = p * (1.0 - p);
    if spread <= 0.0 {
        return Err(IntervalError::AtBound(p));
    }
    let half = half_width(se, df, level)?;
    if half <= 0.0 {
        return Ok(Interval { low: p, high: p });
    }
    let log_odds = p.ln() - (-p).ln_1p();
    Ok(Interval { low: expit(log_odds - half / spread), high: expit(log_odds + half / spread) })
}

/// [`logit`] for the mean of values between two bounds, such as a score from 0 to 100: the same on
/// (value − low) / (high − low).
///
/// At a bound, where all answers are equal and there are no log-odds, it is [`korn_graubard`] on
/// that scale with the number of rows. A share varies more than any other quantity between the
/// same bounds with the same mean, so this is no narrower than it should be. A value within 1e-12
/// of the range from a bound counts as at the bound, since sums round.
pub fn logit_between(
    observed: &BoundedEstimate,
    bounds: Bounds,
    level: Level,
) -> Result<Interval, IntervalError> {
    let share = bounds.share_of(observed)?;
    let interval = if at_bound(share.value) {
        nominal(&share, level)?
    } else {
        logit(share.value, share.se, share.df, level)?
    };
    Ok(Interval { low: bounds.value_of(interval.low), high: bounds.value_of(interval.high) })
}

/// The interval of Korn & Graubard (1998) for a share from 0 to 1: R's
/// `svyciprop(method = "beta")`.
///
/// Clopper–Pearson with the effective number of rows p (1 − p) / se², multiplied by
/// (t of n − 1 degrees of freedom / t of the design's)². Where R has no answer:
///
/// * A share of 0 or 1 (within 1e-12) has no effective number of rows; the number of rows takes
///   its place, with the same factor for the degrees of freedom.
/// * Between them a standard error of 0 means that nothing is uncertain: both limits are the share.
/// * Above a thousand million effective rows, where the beta distribution is no different from
///   what follows but slow to compute, it is [`logit`].
pub fn korn_graubard(observed: &BoundedEstimate, level: Level) -> Result<Interval, IntervalError> {
    let share = Bounds::SHARE.share_of(observed)?;
    if at_bound(share.value) {
        return nominal(&share, level);
    }
    // Also checks what `logit` needs.
    let limit = logit(share.value, share.se, share.df, level)?;
    let n = share.value * (1.0 - share.value) / (share.se * share.se) * df_factor(&share, level)?;
    if n < 1e9 { Ok(clopper_pearson(share.value * n, n, level)) } else { Ok(limit) }
}

/// Korn & Graubard at 0 or 1, with the number of rows as the effective one.
fn nominal(share: &BoundedEstimate, level: Level) -> Result<Interval, IntervalError> {
    half_width(share.se, share.df, level)?;
    let n = real(share.n) * df_factor(share, level)?;
    Ok(clopper_pearson(share.value * n, n, level))
}

/// What the effective number of rows loses because the design has fewer degrees of freedom than
/// rows.
fn df_factor(share: &BoundedEstimate, level: Level) -> Result<f64, IntervalError> {
    if share.n < 2 {
        return Err(IntervalError::Rows { rows: share.n, least: 2 });
    }
    let factor = t_factor(real(share.n - 1), level)? / t_factor(share.df, level)?;
    Ok(factor * factor)
}

fn at_bound(share: f64) -> bool {
    share <= 0.0 || share >= 1.0
}
