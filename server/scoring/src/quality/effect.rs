//! Scores with and without flagged forms.

use survey_defs::analysis::{Filters, FlagEffect, FlagFilter, ScoreCell, ScoreTable, Suppression};
use survey_defs::method::Rounding;

use crate::Request;
use crate::output::nothing;

/// The same request about forms without a flag.
pub(super) fn without_flagged<'a>(request: &Request<'a>) -> Request<'a> {
    let filters = Filters { quality: FlagFilter::Unflagged, ..request.filters.clone() };
    Request { filters, ..request.clone() }
}

/// Two tables about the city, node by node.
pub(super) fn printed(with: &ScoreTable, without: &ScoreTable) -> Vec<FlagEffect> {
    let rounding = Rounding { decimals: with.provenance.method.decimals };
    let cell = |table: &ScoreTable, place: usize| -> ScoreCell {
        let group = table.groups.first();
        group.map_or_else(|| nothing(Suppression::TooFew), |group| group.cells[place])
    };
    let effect = |(place, label)| {
        let (with, without) = (cell(with, place), cell(without, place));
        let scores = with.score.zip(without.score);
        FlagEffect {
            label,
            with,
            without,
            difference: scores.map(|(with, without)| rounding.round(without - with)),
        }
    };
    with.nodes.iter().cloned().enumerate().map(effect).collect()
}
