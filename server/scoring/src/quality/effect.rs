//! Scores with and without some forms.

use statistics::disclosure::{Cause, Visibility};
use survey_defs::analysis::{
    AnnulledRecords, AnnulmentEffect, CountsSuppression, Effect, Filters, FlagFilter, GroupKey,
    ScoreCell, ScoreTable, Suppression,
};
use survey_defs::method::Rounding;

use crate::annulled::{annulled_forms, annulled_records};
use crate::output::{nothing, without_deff};
use crate::suppress::suppression_mask;
use crate::tree::depth;
use crate::wave_totals::WaveTotals;
use crate::{Data, Request, ScoringError, score};

/// The same request about forms without a flag.
pub(super) fn without_flagged<'a>(request: &Request<'a>) -> Request<'a> {
    let filters = Filters { quality: FlagFilter::Unflagged, ..request.filters.clone() };
    Request { filters, ..request.clone() }
}

/// Two tables about the city, node by node.
pub(super) fn printed(with: &ScoreTable, without: &ScoreTable) -> Vec<Effect> {
    let rounding = Rounding { decimals: with.provenance.method.decimals };
    let cell = |table: &ScoreTable, place: usize| -> ScoreCell {
        let group = table.groups.first();
        group.map_or_else(|| nothing(Suppression::TooFew), |group| group.cells[place])
    };
    let effect = |(place, label)| {
        let (with, without) = (cell(with, place), cell(without, place));
        let scores = with.score.zip(without.score);
        Effect {
            label,
            with,
            without,
            difference: scores.map(|(with, without)| rounding.round(without - with)),
        }
    };
    with.nodes.iter().cloned().enumerate().map(effect).collect()
}

/// What annulled records would do to the scores of a request about the city, which are given; none if
/// none passes the filters.
///
/// Whoever has scores with and without them knows what is between the two, so scores with them are
/// judged also by the annulled ones alone, as if these were a table of their own.
pub(super) fn annulled(
    request: &Request<'_>,
    without: &ScoreTable,
) -> Result<Option<AnnulmentEffect>, ScoringError> {
    let records: u64 = annulled_records(request)?.into_iter().map(|(_, records)| records).sum();
    let (Some(forms), 1..) = (annulled_forms(request), records) else {
        return Ok(None);
    };
    let Data::Forms(counted) = request.data else {
        return Ok(None);
    };
    let alone = Request { data: Data::Forms(forms), dossiers: None, ..request.clone() };
    let totals = WaveTotals::of(&alone)?;
    let mask = suppression_mask(&totals)?;
    let visible = mask.get(&GroupKey::City).into_iter().flatten();
    let shown = totals.layout.nodes.iter().zip(visible);
    let shown = shown.filter(|(node, _)| depth(node) <= request.detail);
    let all = counted.as_if_counted()?;
    let scores = match score(&Request { data: Data::Forms(&all), ..request.clone() }) {
        Ok(mut with) => {
            for group in &mut with.groups {
                for (cell, (_, visible)) in group.cells.iter_mut().zip(shown.clone()) {
                    *cell = judged(*cell, *visible);
                }
            }
            printed(&with, without)
        }
        // They came in for what nobody has handled.
        Err(ScoringError::UnknownPostStratum { .. }) => Vec::new(),
        Err(error) => return Err(error),
    };
    let records = AnnulledRecords::of(records, request.disclosure.small);
    Ok(Some(AnnulmentEffect { records, scores }))
}

/// What is left of a cell beside others that are so visible.
fn judged(cell: ScoreCell, visible: Visibility) -> ScoreCell {
    let counts_hidden = |reason| ScoreCell {
        counts: None,
        counts_suppressed: cell.counts_suppressed.or(Some(reason)),
        precision: cell.precision.map(without_deff),
        ..cell
    };
    match (cell.suppressed, visible) {
        (Some(_), _) | (None, Visibility::Shown) => cell,
        (None, Visibility::Hidden(Cause::Primary)) => nothing(Suppression::TooFew),
        (None, Visibility::Hidden(Cause::Complementary)) => nothing(Suppression::Complementary),
        (None, Visibility::CountsHidden(Cause::Primary)) => {
            counts_hidden(CountsSuppression::SmallCounts)
        }
        (None, Visibility::CountsHidden(Cause::Complementary)) => {
            counts_hidden(CountsSuppression::Complementary)
        }
    }
}
