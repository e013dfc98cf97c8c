//! What changed between two points.

use survey_defs::analysis::{Break, ChangedStatement, SeriesBreak};
use survey_defs::score::Node;

use super::Point;
use crate::channels::shifted;
use crate::statements::{are_broken, changed_statements};

/// What is not the same on both sides of each step, for the steps where something is not.
pub(super) fn breaks(points: &[Point], node: &Node) -> Vec<SeriesBreak> {
    let steps = points.windows(2).enumerate();
    let found = steps.map(|(after, pair)| {
        let statements = changed_statements(&pair[0].instrument, &pair[1].instrument, node);
        SeriesBreak { after, kinds: kinds(&pair[0], &pair[1], &statements), statements }
    });
    found.filter(|one| !one.kinds.is_empty()).collect()
}

fn kinds(before: &Point, after: &Point, statements: &[ChangedStatement]) -> Vec<Break> {
    let (one, other) = (&before.about.provenance, &after.about.provenance);
    let is_other_method =
        (&one.method.id, one.method.version) != (&other.method.id, other.method.version);
    let all = [
        (Break::Instrument, one.instrument != other.instrument),
        (Break::Statements, are_broken(statements)),
        (Break::Method, is_other_method),
        (Break::Geography, before.units != after.units),
        (Break::Channels, shifted(&before.mix, &after.mix)),
    ];
    all.into_iter().filter(|(_, is_broken)| *is_broken).map(|(kind, _)| kind).collect()
}
