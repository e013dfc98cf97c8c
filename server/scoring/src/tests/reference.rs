//! The same tables by plain loops over `survey_defs::score`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use survey_defs::analysis::{FlagFilter, Grouping};
use survey_defs::counts::{Cell, LevelCounts};
use survey_defs::ids::QuestionId;
use survey_defs::method::Rollup;
use survey_defs::score::{Node, NodeScore, score_counts, score_forms};
use survey_defs::unit::{Level, UnitKey};

use crate::tree::Tree;
use crate::{CountRow, FillingTime, Form, Request};

/// The unrounded scores of each group by its key.
pub(super) type Scores = BTreeMap<String, Vec<NodeScore>>;

pub(super) fn of_forms(request: &Request<'_>, forms: &[Form]) -> Scores {
    let filters = &request.filters;
    let mut groups: BTreeMap<String, Vec<Vec<Cell>>> = BTreeMap::new();
    for form in forms {
        let passes = filters.first_day.is_none_or(|first| form.day >= first)
            && filters.last_day.is_none_or(|last| form.day <= last)
            && filters.channel.is_none_or(|channel| form.channel == channel)
            && filters.respondent_type.is_none_or(|one| form.respondent_type == one)
            && (filters.quality == FlagFilter::All || !is_flagged(form));
        if let Some(key) = group(request, Some(&form.unit), Some(form.day))
            && passes
        {
            groups.entry(key).or_default().push(form.cells.clone());
        }
    }
    let instrument = request.data.instrument();
    let score = |forms: Vec<Vec<Cell>>| score_forms(instrument, request.method, &forms);
    groups.into_iter().map(|(key, forms)| (key, score(forms))).collect()
}

/// The usual limits, straight from their definition.
pub(super) fn is_flagged(form: &Form) -> bool {
    let levels: Vec<u32> = form
        .cells
        .iter()
        .filter_map(|cell| match cell {
            Cell::Level(level) => Some(u32::from(level.get())),
            Cell::NotAsked | Cell::NoAnswer | Cell::NotApplicable => None,
        })
        .collect();
    let n = f64::from(u32::try_from(levels.len()).unwrap());
    let longest = levels.chunk_by(|one, next| one == next).map(<[_]>::len).max().unwrap_or(0);
    let mean = levels.iter().copied().map(f64::from).sum::<f64>() / n;
    let squares: f64 = levels.iter().map(|level| (f64::from(*level) - mean).powi(2)).sum();
    let is_monotonous = longest * 10 >= levels.len() * 9 || (squares / (n - 1.0)).sqrt() < 0.2;
    let is_fast = form.time.seconds().is_some_and(|seconds| f64::from(seconds) < 2.0 * n);
    (levels.len() >= 15 && is_monotonous) || is_fast || form.time == FillingTime::Unusable
}

pub(super) fn of_counts(request: &Request<'_>, rows: &[CountRow]) -> Scores {
    let filters = &request.filters;
    let mut groups: BTreeMap<String, BTreeMap<QuestionId, LevelCounts>> = BTreeMap::new();
    for row in rows {
        let starts = filters.first_day.is_none_or(|first| row.month.unwrap() >= first);
        let ends = filters.last_day.is_none_or(|last| row.month.unwrap().last_of_month() <= last);
        if let Some(key) = group(request, row.unit.as_ref(), row.month)
            && starts
            && ends
        {
            groups.entry(key).or_default().entry(row.item.clone()).or_default().merge(&row.counts);
        }
    }
    let instrument = request.data.instrument();
    let score = |items| score_counts(instrument, request.method, &items);
    groups.into_iter().map(|(key, items)| (key, score(items))).collect()
}

/// The score of every node with weights, by plain loops over forms; weights are given apart.
pub(super) fn weighted(request: &Request<'_>, forms: &[(&Form, f64)]) -> Vec<Option<f64>> {
    let instrument = request.data.instrument();
    let definition = request.method.definition();
    let questions: Vec<_> = instrument.satisfaction_questions().collect();
    let mut points: BTreeMap<&QuestionId, f64> = BTreeMap::new();
    let mut weights: BTreeMap<&QuestionId, f64> = BTreeMap::new();
    for (form, weight) in forms {
        let in_index = |place: &usize| questions[*place].factor.is_some();
        let cells = (0..questions.len()).filter(in_index).map(|place| form.cells[place]);
        let asked: Vec<Cell> = cells.filter(|cell| *cell != Cell::NotAsked).collect();
        let answered = asked.iter().filter(|cell| matches!(cell, Cell::Level(_))).count();
        if !definition.missing.keeps(answered, asked.len()) {
            continue;
        }
        for (question, cell) in questions.iter().zip(&form.cells) {
            let mut one = LevelCounts::default();
            one.add(*cell);
            if let Some(percent) = definition.conversion.score(&one) {
                *points.entry(&question.id).or_default() += weight * percent;
                *weights.entry(&question.id).or_default() += weight;
            }
        }
    }
    let tree = Tree::of(instrument);
    let answered = |node: &Node| -> Vec<&QuestionId> {
        tree.items_below(node).into_iter().filter(|item| weights.contains_key(item)).collect()
    };
    let mean = |scores: &[f64]| {
        #[expect(clippy::cast_precision_loss, reason = "few")]
        let n = scores.len() as f64;
        (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / n)
    };
    let statements = |node: &Node| {
        let scores = answered(node).into_iter().map(|item| points[item] / weights[item]);
        mean(&scores.collect::<Vec<_>>())
    };
    let score = |node: &Node| match (&definition.rollup, node) {
        (Rollup::Pooled, _) => {
            let items = answered(node);
            let total = |of: &BTreeMap<&QuestionId, f64>| items.iter().map(|item| of[item]).sum();
            let (points, weights): (f64, f64) = (total(&points), total(&weights));
            (weights > 0.0).then(|| points / weights)
        }
        (Rollup::MeanOfFactors, Node::Content(_) | Node::Overall) => {
            let factors = tree.factors_below(node);
            mean(&factors.iter().filter_map(statements).collect::<Vec<_>>())
        }
        (Rollup::FixedWeights { contents }, Node::Overall) => {
            let weighted = contents.iter().map(|(content, weight)| {
                Some(weight * statements(&Node::Content(content.clone()))?)
            });
            let sum: f64 = weighted.collect::<Option<Vec<f64>>>()?.iter().sum();
            Some(sum / contents.values().sum::<f64>())
        }
        _ => statements(node),
    };
    tree.nodes().iter().map(score).collect()
}

/// The key of the group to which an answer belongs, if it is wanted.
pub(super) fn group(
    request: &Request<'_>,
    unit: Option<&UnitKey>,
    day: Option<Date>,
) -> Option<String> {
    let own = |level| {
        let unit = request.gazetteer.get(unit?)?;
        (unit.level == level).then(|| unit.key.to_string())
    };
    let key = match request.by {
        Grouping::City => Some("city".to_owned()),
        Grouping::District => {
            let found = request.gazetteer.district_of(unit?, request.wave.geography)?;
            Some(found.district.to_string())
        }
        Grouping::Ward => own(Level::Commune),
        Grouping::Agency => own(Level::Agency),
        Grouping::Branch => own(Level::Branch),
        Grouping::Month => day.map(|day| format!("{:04}-{:02}", day.year(), day.month())),
    };
    key.filter(|key| request.group.is_none_or(|wanted| wanted == key.as_str()))
}
