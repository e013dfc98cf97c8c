//! Standard errors to intervals and design effects.

use statistics::interval::{BoundedEstimate, Bounds, Level, logit_between};
use survey_defs::analysis::Precision;
use survey_defs::method::Conversion;

use crate::tally::SrsVariance;
use crate::weighting::real;

/// The confidence level of all intervals.
pub(crate) const LEVEL: Level = Level::DEFAULT;

/// A score with all that its precision depends on.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Observation {
    pub(crate) value: f64,
    pub(crate) variance: f64,
    /// At least 1.
    pub(crate) df: u64,
    pub(crate) n: u64,
    /// Where a design effect is wanted.
    pub(crate) srs_variance: Option<SrsVariance>,
}

/// The precision of a score; none where a single respondent stands behind it.
///
/// The interval is the one of [`logit_between`] on the scale of the conversion: symmetric in the
/// log-odds with a t quantile, and that of Korn and Graubard where all answers are equal. An
/// effective sample of more than a million times n is none: sampling units do not differ at all.
pub(crate) fn precision(conversion: Conversion, observation: Observation) -> Option<Precision> {
    let Observation { value, variance, df, n, srs_variance } = observation;
    let se = variance.max(0.0).sqrt();
    let low = match conversion {
        Conversion::T2b | Conversion::M4 => 0.0,
        Conversion::M5 => 20.0,
    };
    let bounds = Bounds::new(low, 100.0).expect("both conversions have a range");
    let observed = BoundedEstimate { value, se, df: real(df), n };
    let interval = logit_between(&observed, bounds, LEVEL).ok()?;
    let deff = srs_variance.and_then(|srs_variance| design_effect(variance, n, srs_variance));
    Some(Precision {
        se,
        df,
        ci_low: interval.low,
        ci_high: interval.high,
        deff,
        n_effective: deff.filter(|deff| *deff > 1e-6).map(|deff| real(n) / deff),
    })
}

/// The variance over that of a simple random sample with replacement of n respondents; none where
/// that is 0.
///
/// With N = Σ w the latter is N × Σ w u² ÷ (n − 1), as in R's `svymean(…, deff = "replace")` and
/// `svytotal(u, …, deff = "replace")`: n/(n − 1) × Σ w u² ÷ N estimates the variance of u, and the
/// total of n draws has N²/n times that.
fn design_effect(
    variance: f64,
    n: u64,
    SrsVariance { squares, weight }: SrsVariance,
) -> Option<f64> {
    let simple = weight * squares / real(n.checked_sub(1)?);
    // Where all answers are equal, rounding leaves a little.
    (simple > 1e-18).then(|| variance / simple)
}
