//! The table.

use survey_defs::analysis::{
    Adjustment, Adjustments, ComparedGroup, ComparisonTable, FunnelBasis, Grouping, ReferenceScore,
};

use super::against_target;
use super::against_whole::{funnel_results, rank_ranges, tier_results};
use super::compared_wave::{ComparedWave, Member};
use super::over_time::BeforeAndAfter;
use super::round::Printed;
use super::{ComparisonError, ComparisonRequest};
use crate::Request;
use crate::groups::Groups;
use crate::provenance::provenance;
use crate::tree::Tree;

/// Puts everything together.
pub(super) fn table(
    request: &ComparisonRequest<'_>,
    compared: &ComparedWave<'_>,
    times: Option<&BeforeAndAfter<'_>>,
) -> Result<ComparisonTable, ComparisonError> {
    let Request { method, data, by, .. } = compared.request;
    let printed = Printed(method.definition().rounding);
    let (funnel, groups) = groups(request, compared, (times, printed))?;
    let n_compared = compared.shown().count();
    Ok(ComparisonTable {
        provenance: provenance(compared.wave_totals),
        by: *by,
        approximate_groups: Groups::of(compared.request, *by).are_approximate(),
        node: Tree::of(data.instrument()).label(request.node.clone()),
        alpha: request.alpha,
        adjustment: Adjustments {
            tiers: Adjustment::Holm,
            ranks: Adjustment::Holm,
            targets: Adjustment::Bonferroni,
            changes: Adjustment::Holm,
            change_intervals: Adjustment::Bonferroni,
        },
        reference: reference(request, compared, (times, printed))?,
        compared: n_compared as u64,
        left_out: (compared.groups.len() - n_compared) as u64,
        funnel,
        before: times.map(BeforeAndAfter::summary).transpose()?,
        groups,
    })
}

fn reference(
    request: &ComparisonRequest<'_>,
    compared: &ComparedWave<'_>,
    (times, printed): (Option<&BeforeAndAfter<'_>>, Printed),
) -> Result<ReferenceScore, ComparisonError> {
    let alpha = request.alpha;
    let cell = compared.whole.as_ref().map(|whole| whole.cell);
    Ok(ReferenceScore {
        group: Groups::of(compared.request, Grouping::City).label(0),
        n: cell.and_then(|cell| cell.n),
        score: cell.and_then(|cell| cell.score),
        precision: cell.and_then(|cell| cell.precision),
        suppressed: cell.and_then(|cell| cell.suppressed),
        target: against_target::of_whole(compared, request.targets, (alpha, printed))?,
        change: match times {
            Some(times) => times.of_whole(alpha, printed)?,
            None => None,
        },
    })
}

/// One row for each group; verdicts of all groups are reached together.
fn groups(
    request: &ComparisonRequest<'_>,
    compared: &ComparedWave<'_>,
    (times, printed): (Option<&BeforeAndAfter<'_>>, Printed),
) -> Result<(Option<FunnelBasis>, Vec<ComparedGroup>), ComparisonError> {
    let alpha = request.alpha;
    let mut tiers = tier_results(compared, alpha, printed)?.into_iter();
    let mut ranks = rank_ranges(compared, alpha)?.into_iter();
    let (basis, funnel) = funnel_results(compared, printed)?;
    let mut funnel = funnel.into_iter();
    let targets = against_target::of_groups(compared, request.targets, (alpha, printed))?;
    let mut targets = targets.into_iter();
    let mut changes = match times {
        Some(times) => times.of_groups(alpha, printed)?,
        None => std::collections::HashMap::new(),
    };
    let mut rows = Vec::new();
    for Member { label, cell, exact } in &compared.groups {
        let mut row = ComparedGroup {
            group: label.clone(),
            n: cell.n,
            score: cell.score,
            precision: cell.precision,
            caution: cell.caution,
            suppressed: cell.suppressed,
            tier: None,
            rank: None,
            funnel: None,
            target: None,
            change: changes.remove(&label.key),
        };
        if exact.is_some() {
            row.tier = tiers.next().flatten();
            row.rank = ranks.next();
            row.funnel = funnel.next().flatten();
            row.target = targets.next().flatten();
        }
        rows.push(row);
    }
    Ok((basis, rows))
}
