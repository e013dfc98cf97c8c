use survey_defs::api::{GroupScores, ScoreCell, ScoreTable};
use survey_defs::method::Rounding;
use survey_defs::score::NodeScore;

use crate::estimate::{Estimate, estimate};
use crate::groups::Groups;
use crate::suppress::suppression;
use crate::tree::Tree;
use crate::{Disclosure, Request, ScoringError};

/// Scores a wave.
///
/// A group appears as soon as one answer passes the filters, even if the missing rule drops it.
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
/// * Level counts of a month pass a period filter only if the whole month lies in the period.
///
/// # Errors
/// [`ScoringError`], whose variants say what to change in the request.
pub fn score(request: &Request<'_>) -> Result<ScoreTable, ScoringError> {
    let groups = Groups::of(request);
    let estimates = estimate(request, &groups)?;
    let Request { wave, method, data, by, filters, detail, disclosure, .. } = request;
    let tree = Tree::of(data.instrument());
    let rounding = method.definition().rounding;
    Ok(ScoreTable {
        wave: wave.id.clone(),
        wave_title: wave.title.clone(),
        population: wave.population,
        simulated: wave.simulated,
        instrument: data.instrument().reference(),
        method: method.summary(),
        by: *by,
        approximate_groups: groups.are_approximate(),
        filters: filters.clone(),
        data_position: data.position(),
        min_n: disclosure.min_n,
        nodes: tree.shown(*detail).into_iter().map(|node| tree.label(node)).collect(),
        groups: estimates.into_iter().map(|one| row(one, rounding, *disclosure)).collect(),
    })
}

fn row(estimate: Estimate, rounding: Rounding, disclosure: Disclosure) -> GroupScores {
    let Estimate { group, scores } = estimate;
    GroupScores {
        group,
        cells: scores.iter().map(|score| cell(score, rounding, disclosure)).collect(),
    }
}

/// What may be shown of a score, rounded: the only rounding there is.
fn cell(score: &NodeScore, rounding: Rounding, disclosure: Disclosure) -> ScoreCell {
    if let Some(reason) = suppression(score, disclosure) {
        return ScoreCell { n: None, counts: None, score: None, suppressed: Some(reason) };
    }
    ScoreCell {
        n: Some(score.n),
        counts: Some(score.counts),
        score: score.score.map(|score| rounding.round(score)),
        suppressed: None,
    }
}
