//! Tiers, ranks, funnel.

use statistics::compare::{
    Centre, ControlVerdict, Dispersion, FunnelColumns, FunnelPoint, FunnelRule, Multiplicity,
    RankMethod, Reference, Tier, TierRule, funnel, rank_intervals, tiers,
};
use survey_defs::analysis::{
    FunnelBasis, FunnelResult, FunnelVerdict, RankRange, TierResult, TierVerdict,
};

use super::ComparisonError;
use super::compared_wave::{ComparedWave, Exact};
use super::round::{Printed, p_value};
use crate::weighting::real;

/// Spiegelhalter's share of groups at each end that do not decide how much groups differ.
const WINSORISED: f64 = 0.1;

/// The tier of each group that shows a score.
pub(super) fn tier_results(
    compared: &ComparedWave<'_>,
    alpha: f64,
    printed: Printed,
) -> Result<Vec<Option<TierResult>>, ComparisonError> {
    let Some(whole) = compared.whole() else {
        return Ok(vec![None; compared.shown().count()]);
    };
    let reference = Reference {
        value: whole.value,
        variance: whole.variance,
        df: whole.df,
        covariances: compared.with_whole().to_vec(),
    };
    let rule = TierRule { alpha, multiplicity: Multiplicity::Holm };
    let tiers = tiers(&compared.comparable()?, &reference, rule)?;
    Ok(tiers.into_iter().map(|tier| tier_result(tier, printed)).collect())
}

/// The ranks that each group that shows a score may have.
pub(super) fn rank_ranges(
    compared: &ComparedWave<'_>,
    alpha: f64,
) -> Result<Vec<RankRange>, ComparisonError> {
    let ranks = rank_intervals(&compared.comparable()?, RankMethod::Differences, alpha)?;
    let of = ranks.len() as u64;
    let range = |rank: statistics::compare::RankInterval| RankRange {
        best: rank.best as u64,
        worst: rank.worst as u64,
        of,
    };
    Ok(ranks.into_iter().map(range).collect())
}

/// How the limits of the funnel were drawn, and where each group that shows a score lies; nothing
/// where the whole or all groups have no design effect.
pub(super) fn funnel_results(
    compared: &ComparedWave<'_>,
    printed: Printed,
) -> Result<(Option<FunnelBasis>, Vec<Option<FunnelResult>>), ComparisonError> {
    let groups: Vec<Exact> = compared.shown().map(|(_, exact)| exact).collect();
    let whole = compared.whole().and_then(|whole| Some((whole.value, standard_deviation(whole)?)));
    let (Some((centre, standard_deviation)), Some(deff)) = (whole, mean_design_effect(&groups))
    else {
        return Ok((None, vec![None; groups.len()]));
    };
    let columns = FunnelColumns {
        scores: &groups.iter().map(|group| group.value).collect::<Vec<_>>(),
        n: &groups.iter().map(|group| group.n).collect::<Vec<_>>(),
        deff: &vec![deff; groups.len()],
    };
    let rule = FunnelRule {
        centre: Centre::Target(centre),
        standard_deviation,
        dispersion: Dispersion::Multiplicative { winsorised: WINSORISED },
    };
    let funnel = funnel(columns, rule)?;
    let basis = FunnelBasis {
        centre: printed.points(funnel.centre),
        standard_deviation: printed.points(standard_deviation),
        design_effect: printed.points(deff),
        over_dispersion: printed.points(funnel.over_dispersion),
    };
    let results = funnel.points.into_iter().map(|point| funnel_result(point, printed));
    Ok((Some(basis), results.collect()))
}

/// Of one respondent: a simple random sample of n would have the variance s²/n, and the variance
/// is the design effect times that.
fn standard_deviation(whole: Exact) -> Option<f64> {
    Some((whole.variance * real(whole.n) / whole.deff?).sqrt())
}

/// Weighted by n, over the groups that have one.
fn mean_design_effect(groups: &[Exact]) -> Option<f64> {
    let known = groups.iter().filter_map(|group| Some((real(group.n), group.deff?)));
    let (n, sum) = known.fold((0.0, 0.0), |(n, sum), (of, deff)| (n + of, sum + of * deff));
    (n > 0.0).then(|| sum / n)
}

fn tier_result(tier: Tier, printed: Printed) -> Option<TierResult> {
    use statistics::compare::TierVerdict as Verdict;
    let verdict = match tier.verdict {
        Verdict::Above => TierVerdict::Above,
        Verdict::InLine => TierVerdict::InLine,
        Verdict::Below => TierVerdict::Below,
        Verdict::NotEstimable => return None,
    };
    let difference = tier.difference?;
    Some(TierResult {
        verdict,
        difference: printed.points(difference.value),
        se: printed.points(difference.se),
        p: p_value(difference.p),
        adjusted_p: p_value(difference.adjusted_p),
    })
}

fn funnel_result(point: FunnelPoint, printed: Printed) -> Option<FunnelResult> {
    let verdict = match point.verdict {
        ControlVerdict::HighAlarm => FunnelVerdict::HighAlarm,
        ControlVerdict::HighWarning => FunnelVerdict::HighWarning,
        ControlVerdict::InControl => FunnelVerdict::InControl,
        ControlVerdict::LowWarning => FunnelVerdict::LowWarning,
        ControlVerdict::LowAlarm => FunnelVerdict::LowAlarm,
        ControlVerdict::NotEstimable => return None,
    };
    let ((low_95, high_95), (low_998, high_998)) = (point.warning?, point.alarm?);
    Some(FunnelResult {
        verdict,
        low_95: printed.points(low_95),
        high_95: printed.points(high_95),
        low_998: printed.points(low_998),
        high_998: printed.points(high_998),
    })
}
