//! From a request to a table.

use std::collections::HashMap;

use statistics::disclosure::{Cause, Visibility};
use survey_defs::analysis::{
    AnnulledRecords, CountsSuppression, FormsPerDossier, GroupKey, GroupScores, NodeLabel,
    Precision, ScoreCell, ScoreTable, Suppression,
};
use survey_defs::method::Rounding;
use survey_defs::score::NodeScore;

use crate::annulled::add_annulled;
use crate::estimate::{Estimate, estimate};
use crate::forms_per_dossier::forms_per_dossier;
use crate::groups::Groups;
use crate::provenance::provenance;
use crate::suppress::{SuppressionMask, suppression_mask};
use crate::tree::{Tree, depth};
use crate::wave_totals::WaveTotals;
use crate::{Request, ScoringError};

/// Scores a wave.
///
/// A group appears as soon as one answer passes the filters, even if the missing rule drops it or it
/// was annulled. Annulled forms are counted, but for a handful; nothing else is made of them.
/// Groups stand in Vietnamese order of names, then of keys; months ascend. Percentages are from
/// 0 to 100, rounded by the method; n counts respondents with at least one valid answer below the
/// node, for level counts the largest n of a question below it.
///
/// * By city everything is one group. By ward, agency and branch each unit of that level is one,
///   under the key that the answers carry, so that the same ward before and after a change of the
///   register is two. By district a commune belongs to its district on the wave's day of
///   geography, since July 2025 to its former district.
/// * Answers that belong to no group of the grouping are left out: those of agencies by ward, those
///   of communes outside the geography by district, level counts without a unit or a month.
/// * Scores weigh forms as the table says under `weighting`; counts and n never do.
/// * Standard errors are those of the first stage of the design (“ultimate clusters”) by Taylor
///   linearisation, for a group of a wave as for a domain of the whole sample. A stratum with a
///   single sampling unit adds that unit's square, as R's `survey.lonely.psu = "adjust"`. Without
///   degrees of freedom there is no standard error.
/// * Level counts of a month pass a period filter only if the whole month lies in the period.
///
/// # Errors
/// [`ScoringError`], whose variants say what to change in the request.
pub fn score(request: &Request<'_>) -> Result<ScoreTable, ScoringError> {
    let wave_totals = WaveTotals::of(request)?;
    let groups = Groups::of(request, request.by);
    let mut estimates = estimate(&wave_totals, &groups)?;
    estimates.retain(|one| request.group.is_none_or(|wanted| one.group.key == *wanted));
    let printer = Printer {
        wave_totals: &wave_totals,
        mask: suppression_mask(&wave_totals)?,
        forms_per_dossier: match request.dossiers {
            Some(dossiers) => forms_per_dossier(&wave_totals, &groups, (request.by, dossiers)),
            None => HashMap::new(),
        },
    };
    let Request { data, by, .. } = request;
    let tree = Tree::of(data.instrument());
    let nodes: Vec<NodeLabel> =
        tree.shown(request.detail).into_iter().map(|node| tree.label(node)).collect();
    let mut rows = estimates.into_iter().map(|one| printer.row(one)).collect();
    add_annulled(request, &nodes, &mut rows)?;
    Ok(ScoreTable {
        provenance: provenance(&wave_totals),
        by: *by,
        approximate_groups: groups.are_approximate(),
        nodes,
        groups: rows,
    })
}

/// Prints estimates: the only place that hides and rounds.
pub(crate) struct Printer<'a> {
    pub(crate) wave_totals: &'a WaveTotals<'a>,
    pub(crate) mask: SuppressionMask,
    /// By the key of the group; empty where they are not printed.
    pub(crate) forms_per_dossier: HashMap<GroupKey, FormsPerDossier>,
}

impl Printer<'_> {
    fn row(&self, estimate: Estimate) -> GroupScores {
        let Estimate { group, scores, precision } = estimate;
        let visible = &self.mask[&group.key];
        let is_shown = |score: &NodeScore| depth(&score.node) <= self.wave_totals.request.detail;
        let all = scores.iter().zip(precision).zip(visible);
        let shown = all.filter(|((score, _), _)| is_shown(score));
        let cells: Vec<ScoreCell> = shown
            .map(|((score, precision), visible)| self.cell(score, precision, *visible))
            .collect();
        let is_shown = cells.first().is_some_and(|cell| cell.suppressed.is_none());
        let forms_per_dossier =
            self.forms_per_dossier.get(&group.key).copied().filter(|_| is_shown);
        GroupScores { group, forms_per_dossier, annulled: AnnulledRecords::default(), cells }
    }

    /// What may be shown of a score, rounded.
    pub(crate) fn cell(
        &self,
        score: &NodeScore,
        precision: Option<Precision>,
        visible: Visibility,
    ) -> ScoreCell {
        let counts_suppressed = match visible {
            Visibility::Hidden(Cause::Complementary) if score.n > 0 => {
                return nothing(Suppression::Complementary);
            }
            Visibility::Hidden(_) => return nothing(Suppression::TooFew),
            _ if score.n == 0 => return nothing(Suppression::TooFew),
            Visibility::CountsHidden(Cause::Primary) => Some(CountsSuppression::SmallCounts),
            Visibility::CountsHidden(Cause::Complementary) => {
                Some(CountsSuppression::Complementary)
            }
            Visibility::Shown => None,
        };
        let rounding = self.wave_totals.request.method.definition().rounding;
        ScoreCell {
            n: Some(score.n),
            counts: counts_suppressed.is_none().then_some(score.counts),
            score: score.score.map(|score| rounding.round(score)),
            precision: precision.map(|precision| {
                let precision = rounded(precision, rounding);
                if counts_suppressed.is_some() { without_deff(precision) } else { precision }
            }),
            caution: score.n < self.wave_totals.request.disclosure.caution_n,
            suppressed: None,
            counts_suppressed,
        }
    }
}

/// With the standard error, n and the score a design effect is one more equation on the counts, so
/// it is not shown where they are hidden.
pub(crate) fn without_deff(precision: Precision) -> Precision {
    Precision { deff: None, n_effective: None, ..precision }
}

/// A cell that does not show anything.
pub(crate) fn nothing(reason: Suppression) -> ScoreCell {
    ScoreCell {
        n: None,
        counts: None,
        score: None,
        precision: None,
        caution: false,
        suppressed: Some(reason),
        counts_suppressed: None,
    }
}

/// Percentages by the method, design effects to two decimals, people to whole ones.
pub(crate) fn rounded(precision: Precision, rounding: Rounding) -> Precision {
    let Precision { se, df, ci_low, ci_high, deff, n_effective } = precision;
    Precision {
        se: rounding.round(se),
        df,
        ci_low: rounding.round(ci_low),
        ci_high: rounding.round(ci_high),
        deff: deff.map(|deff| Rounding { decimals: 2 }.round(deff)),
        n_effective: n_effective.map(|n| Rounding { decimals: 0 }.round(n)),
    }
}
