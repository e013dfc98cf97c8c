//! The same tables by plain loops over `survey_defs::score`.

use std::collections::BTreeMap;

use jiff::civil::Date;
use survey_defs::api::{Detail, Grouping};
use survey_defs::counts::{Cell, LevelCounts};
use survey_defs::ids::QuestionId;
use survey_defs::score::{Node, NodeScore, score_counts, score_forms};
use survey_defs::unit::{Level, UnitKey};

use crate::{CountRow, Form, Request};

/// The unrounded scores of each group by its key.
pub(super) type Scores = BTreeMap<String, Vec<NodeScore>>;

pub(super) fn of_forms(request: &Request<'_>, forms: &[Form]) -> Scores {
    let filters = &request.filters;
    let mut groups: BTreeMap<String, Vec<Vec<Cell>>> = BTreeMap::new();
    for form in forms {
        let passes = filters.first_day.is_none_or(|first| form.day >= first)
            && filters.last_day.is_none_or(|last| form.day <= last)
            && filters.channel.is_none_or(|channel| form.channel == channel)
            && filters.respondent_type.is_none_or(|one| form.respondent_type == one);
        if let Some(key) = group(request, Some(&form.unit), Some(form.day))
            && passes
        {
            groups.entry(key).or_default().push(form.cells.clone());
        }
    }
    let instrument = request.data.instrument();
    let score = |forms: Vec<Vec<Cell>>| score_forms(instrument, request.method, &forms);
    groups.into_iter().map(|(key, forms)| (key, shown(request.detail, score(forms)))).collect()
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
    groups.into_iter().map(|(key, items)| (key, shown(request.detail, score(items)))).collect()
}

fn shown(detail: Detail, scores: Vec<NodeScore>) -> Vec<NodeScore> {
    let is_shown = |score: &NodeScore| match score.node {
        Node::Overall => true,
        Node::Content(_) => detail != Detail::Overall,
        Node::Factor(_) => detail == Detail::Factor || detail == Detail::Item,
        Node::Item(_) => detail == Detail::Item,
    };
    scores.into_iter().filter(is_shown).collect()
}

/// The key of the group to which an answer belongs, if it is wanted.
fn group(request: &Request<'_>, unit: Option<&UnitKey>, day: Option<Date>) -> Option<String> {
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
    key.filter(|key| request.group.is_none_or(|wanted| wanted == key))
}
