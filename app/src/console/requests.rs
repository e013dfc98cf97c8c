//! Makes the requests that follow from the selection.

use app::platform::location;
use survey_defs::analysis::{self, Detail, FlagFilter, GroupKey, Grouping, ScoreQuery, Weights};
use survey_defs::api::{WaveView, paths};

use crate::selection::Selection;

/// The wave that is shown when none is chosen: the latest that has answers, else the latest.
pub(crate) fn default_wave(waves: &[WaveView]) -> Option<&WaveView> {
    waves.iter().max_by_key(|view| (view.submissions > 0, view.wave.opens_at))
}

/// What the selection asks of the score table.
pub(crate) fn table(selection: &Selection, view: &WaveView, by: Grouping) -> ScoreQuery {
    ScoreQuery {
        wave: view.wave.id.clone(),
        period: selection.period.clone(),
        by,
        group: None,
        detail: Detail::Factor,
        design_effects: false,
        selection: analysis::Selection {
            method: selection.method.clone(),
            channel: selection.channel,
            respondent_type: selection.respondent_type,
            ..analysis::Selection::default()
        },
    }
}

/// The same answers for the whole city.
pub(crate) fn city(table: ScoreQuery) -> ScoreQuery {
    ScoreQuery { by: Grouping::City, detail: Detail::Content, ..table }
}

/// The same answers for one group, down to the questions.
pub(crate) fn unit(table: ScoreQuery, group: GroupKey) -> ScoreQuery {
    ScoreQuery { group: Some(group), detail: Detail::Item, ..table }
}

/// The path with which a table is asked for.
pub(crate) fn path(query: ScoreQuery) -> String {
    format!("{}?{}", paths::SCORES, location::encode(&parameters(query)))
}

/// The path with which the quality of the answers of a table is asked for.
pub(crate) fn quality_path(table: ScoreQuery) -> String {
    let ScoreQuery { wave, period, selection, .. } = table;
    let mut parameters = vec![("wave", wave.into())];
    parameters.extend(period.map(|period| ("period", period.into())));
    parameters.extend(parameters_of(selection));
    format!("{}?{}", paths::QUALITY, location::encode(&parameters))
}

fn parameters(query: ScoreQuery) -> Vec<(&'static str, String)> {
    let ScoreQuery { wave, period, by, group, detail, design_effects, selection } = query;
    let parameters = [
        ("wave", Some(wave.into())),
        ("period", period.map(String::from)),
        ("by", Some(by.to_string())),
        ("group", group.map(String::from)),
        ("detail", Some(detail.to_string())),
        ("design_effects", design_effects.then(|| "true".to_owned())),
    ];
    let own = parameters.into_iter().filter_map(|(name, value)| Some((name, value?)));
    own.chain(parameters_of(selection)).collect()
}

fn parameters_of(selection: analysis::Selection) -> Vec<(&'static str, String)> {
    let analysis::Selection { method, channel, respondent_type, quality, weights } = selection;
    let parameters = [
        ("method", method.map(String::from)),
        ("channel", channel.map(|one| one.to_string())),
        ("respondent_type", respondent_type.map(|one| one.to_string())),
        ("quality", (quality != FlagFilter::All).then(|| quality.to_string())),
        ("weights", (weights != Weights::Known).then(|| weights.to_string())),
    ];
    parameters.into_iter().filter_map(|(name, value)| Some((name, value?))).collect()
}

#[cfg(test)]
mod tests {
    use survey_defs::ids::WaveId;
    use survey_defs::wave::Channel;

    use super::*;

    #[test]
    fn parameters_are_the_fields_of_the_query() {
        let query = ScoreQuery {
            wave: WaveId::new("w1").unwrap(),
            period: Some("2026-q1".parse().unwrap()),
            by: Grouping::Ward,
            group: None,
            detail: Detail::Factor,
            design_effects: false,
            selection: analysis::Selection {
                channel: Some(Channel::WallQr),
                weights: Weights::None,
                ..analysis::Selection::default()
            },
        };
        let json = serde_json::to_value(&query).unwrap();
        let parameters = parameters(query);
        assert_eq!(json.as_object().unwrap().len(), parameters.len());
        for (name, value) in parameters {
            assert_eq!(json[name], value);
        }
    }
}
