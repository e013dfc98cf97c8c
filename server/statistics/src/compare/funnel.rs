//! Computes the control limits of a funnel plot, which depend on the size of a group.

use super::distributions::normal_two_sided_quantile;
use super::error::{CompareError, check_length, check_not_infinite};
use super::groups::as_float;

/// Scores by size with their control limits.
#[derive(Debug, Clone, PartialEq)]
pub struct Funnel {
    /// The line in the middle.
    pub centre: f64,
    /// Factor by which the variance of all groups was enlarged, at least 1.
    pub over_dispersion: f64,
    /// One entry for each group, in the order of the groups.
    pub points: Vec<FunnelPoint>,
}

/// One group in the funnel. Limits may lie beyond the ends of the scale; a chart cuts them there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelPoint {
    /// The verdict.
    pub verdict: ControlVerdict,
    /// Rows divided by the design effect; none without rows or design effect.
    pub effective_n: Option<f64>,
    /// Lower and upper 95% limit; none without effective n.
    pub warning: Option<(f64, f64)>,
    /// Lower and upper 99.8% limit; none without effective n.
    pub alarm: Option<(f64, f64)>,
}

/// Where a score lies against the limits that chance would keep it in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ControlVerdict {
    /// Above the upper 99.8% limit.
    HighAlarm,
    /// Between the upper 95% and 99.8% limits. One group in forty gets here by chance.
    HighWarning,
    /// Inside the 95% limits.
    InControl,
    /// Between the lower 99.8% and 95% limits. One group in forty gets here by chance.
    LowWarning,
    /// Below the lower 99.8% limit.
    LowAlarm,
    /// No score, no rows or no design effect.
    NotEstimable,
}

/// What is known of `k` groups, in one order.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelColumns<'a> {
    /// Scores; NaN where a group has none.
    pub scores: &'a [f64],
    /// Rows behind each score.
    pub n: &'a [u64],
    /// Design effects, greater than 0; NaN where unknown.
    pub deff: &'a [f64],
}

/// How limits are drawn.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct FunnelRule {
    /// The line in the middle.
    pub centre: Centre,
    /// Standard deviation of one answer in the whole population, in the unit of the scores, greater
    /// than 0.
    pub standard_deviation: f64,
    /// Whether groups may differ by more than chance.
    pub dispersion: Dispersion,
}

/// What groups are held against.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Centre {
    /// A fixed number.
    Target(f64),
    /// The mean of the scores, weighted by effective n.
    Mean,
}

/// Whether groups may differ by more than chance without being called out.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Dispersion {
    /// Limits of chance alone.
    Chance,
    /// Limits times √φ̂, where φ̂ is the mean of the squared z-scores after the given share of them
    /// at each end (from 0 to below 0.5; Spiegelhalter uses 0.1) is set to its quantile (R
    /// `quantile`, type 7). φ̂ below 1 counts as 1: limits are never narrower than chance.
    Multiplicative {
        /// The share at each end.
        winsorised: f64,
    },
}

/// Control limits for groups of different sizes: centre ± z·s·√(φ̂·deff/n) with z = 1.960 and
/// 3.090.
///
/// Source: Spiegelhalter 2005, "Funnel plots for comparing institutional performance", Statistics
/// in Medicine 24. Limits are for one group each: a verdict here is a reason to look, a [`tiers`]
/// verdict is a finding. That each group is itself a part of the mean is left out, as there.
///
/// [`tiers`]: super::tiers
///
/// # Errors
/// Lengths that differ, infinite scores, design effects not above 0, settings outside their ranges.
pub fn funnel(columns: FunnelColumns<'_>, rule: FunnelRule) -> Result<Funnel, CompareError> {
    check(columns, rule)?;
    let sizes: Vec<Option<f64>> = columns
        .n
        .iter()
        .zip(columns.deff)
        .map(|(&n, &deff)| (n > 0 && !deff.is_nan()).then(|| as_float(n) / deff))
        .collect();
    let present: Vec<(f64, f64)> = columns
        .scores
        .iter()
        .zip(&sizes)
        .filter_map(|(&score, &size)| Some((score, size?)))
        .filter(|(score, _)| !score.is_nan())
        .collect();
    let centre = match rule.centre {
        Centre::Target(target) => target,
        Centre::Mean => weighted_mean(&present)?,
    };
    let z = present
        .iter()
        .map(|(score, size)| (score - centre) * size.sqrt() / rule.standard_deviation)
        .collect();
    let over_dispersion = over_dispersion(z, rule.dispersion);
    let limits = Limits {
        centre,
        one: rule.standard_deviation * over_dispersion.sqrt(),
        warning: normal_two_sided_quantile(0.05),
        alarm: normal_two_sided_quantile(0.002),
    };
    let points = columns
        .scores
        .iter()
        .zip(sizes)
        .map(|(&score, effective_n)| limits.point(score, effective_n))
        .collect();
    Ok(Funnel { centre, over_dispersion, points })
}

/// What the limits of all sizes have in common.
struct Limits {
    centre: f64,
    /// The standard deviation of the score of a group of one.
    one: f64,
    warning: f64,
    alarm: f64,
}

impl Limits {
    fn point(&self, score: f64, effective_n: Option<f64>) -> FunnelPoint {
        let around = |z: f64| {
            effective_n.map(|size| {
                let half = z * self.one / size.sqrt();
                (self.centre - half, self.centre + half)
            })
        };
        let (warning, alarm) = (around(self.warning), around(self.alarm));
        FunnelPoint { verdict: verdict(score, warning, alarm), effective_n, warning, alarm }
    }
}

fn check(columns: FunnelColumns<'_>, rule: FunnelRule) -> Result<(), CompareError> {
    let FunnelColumns { scores, n, deff } = columns;
    check_length("rows", n.len(), scores.len())?;
    check_length("design effects", deff.len(), scores.len())?;
    check_not_infinite("score", scores)?;
    check_not_infinite("design effect", deff)?;
    if let Some(group) = deff.iter().position(|deff| *deff <= 0.0) {
        let range = "greater than 0, or NaN";
        let value = deff[group];
        return Err(CompareError::OutOfRange { what: "design effect", group, value, range });
    }
    let setting = |what, value, range, holds: bool| {
        if holds { Ok(()) } else { Err(CompareError::Setting { what, value, range }) }
    };
    let sd = rule.standard_deviation;
    setting("standard deviation", sd, "greater than 0", sd > 0.0 && sd.is_finite())?;
    match rule.centre {
        Centre::Target(target) => {
            setting("target", target, "a finite number", target.is_finite())?;
        }
        Centre::Mean => {}
    }
    match rule.dispersion {
        Dispersion::Chance => Ok(()),
        Dispersion::Multiplicative { winsorised } => {
            let holds = (0.0..0.5).contains(&winsorised);
            setting("winsorised share", winsorised, "from 0 to below 0.5", holds)
        }
    }
}

fn weighted_mean(present: &[(f64, f64)]) -> Result<f64, CompareError> {
    let size: f64 = present.iter().map(|(_, size)| size).sum();
    let sum: f64 = present.iter().map(|(score, size)| score * size).sum();
    if size > 0.0 {
        Ok(sum / size)
    } else {
        let range = "above 0, which a mean needs";
        Err(CompareError::Setting { what: "rows of all groups", value: 0.0, range })
    }
}

fn over_dispersion(mut z: Vec<f64>, dispersion: Dispersion) -> f64 {
    match dispersion {
        Dispersion::Multiplicative { winsorised } if !z.is_empty() => {
            z.sort_by(f64::total_cmp);
            let (low, high) = (quantile(&z, winsorised), quantile(&z, 1.0 - winsorised));
            let squares: f64 = z.iter().map(|z| z.max(low).min(high).powi(2)).sum();
            (squares / as_float(z.len() as u64)).max(1.0)
        }
        Dispersion::Multiplicative { .. } | Dispersion::Chance => 1.0,
    }
}

/// R `quantile(sorted, share)`, type 7.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a place in the list, from 0 to its length"
)]
fn quantile(sorted: &[f64], share: f64) -> f64 {
    let place = share * as_float(sorted.len() as u64 - 1);
    let (below, above) = (sorted[place.floor() as usize], sorted[place.ceil() as usize]);
    below + (above - below) * place.fract()
}

fn verdict(score: f64, warning: Option<(f64, f64)>, alarm: Option<(f64, f64)>) -> ControlVerdict {
    match (warning, alarm) {
        (Some(warning), Some(alarm)) if !score.is_nan() => {
            if score > alarm.1 {
                ControlVerdict::HighAlarm
            } else if score < alarm.0 {
                ControlVerdict::LowAlarm
            } else if score > warning.1 {
                ControlVerdict::HighWarning
            } else if score < warning.0 {
                ControlVerdict::LowWarning
            } else {
                ControlVerdict::InControl
            }
        }
        (None, _) | (_, None) | (Some(_), Some(_)) => ControlVerdict::NotEstimable,
    }
}
