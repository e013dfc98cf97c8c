//! Requests that follow the selection.

use app::platform::location;
use survey_defs::analysis::{Detail, Grouping, Quality, ScoreQuery};
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
        by,
        method: selection.method.clone(),
        period: selection.period.clone(),
        channel: selection.channel,
        respondent_type: selection.respondent_type,
        quality: Quality::All,
        group: None,
        detail: Detail::Factor,
        plain: false,
        design_effects: false,
    }
}

/// The same answers for the whole city.
pub(crate) fn city(table: ScoreQuery) -> ScoreQuery {
    ScoreQuery { by: Grouping::City, detail: Detail::Content, ..table }
}

/// The same answers for one group, down to the questions.
pub(crate) fn unit(table: ScoreQuery, group: String) -> ScoreQuery {
    ScoreQuery { group: Some(group), detail: Detail::Item, ..table }
}

/// The path with which a table is asked for.
pub(crate) fn path(query: ScoreQuery) -> String {
    format!("{}?{}", paths::SCORES, location::encode(&parameters(query)))
}

fn parameters(query: ScoreQuery) -> Vec<(&'static str, String)> {
    let ScoreQuery {
        wave,
        by,
        method,
        period,
        channel,
        respondent_type,
        quality,
        group,
        detail,
        plain,
        design_effects,
    } = query;
    let if_set = |flag: bool| flag.then(|| "true".to_owned());
    let parameters = [
        ("wave", Some(wave.into())),
        ("by", Some(by.to_string())),
        ("method", method.map(String::from)),
        ("period", period),
        ("channel", channel.map(|one| one.to_string())),
        ("respondent_type", respondent_type.map(|one| one.to_string())),
        ("quality", (quality != Quality::All).then(|| quality.to_string())),
        ("group", group),
        ("detail", Some(detail.to_string())),
        ("plain", if_set(plain)),
        ("design_effects", if_set(design_effects)),
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
            by: Grouping::Ward,
            method: None,
            period: Some("2026-q1".to_owned()),
            channel: Some(Channel::WallQr),
            respondent_type: None,
            quality: Quality::All,
            group: None,
            detail: Detail::Factor,
            plain: false,
            design_effects: false,
        };
        let json = serde_json::to_value(&query).unwrap();
        let parameters = parameters(query);
        assert_eq!(json.as_object().unwrap().len(), parameters.len());
        for (name, value) in parameters {
            assert_eq!(json[name], value);
        }
    }
}
