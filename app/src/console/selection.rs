//! Defines what is selected, and reads and writes it in the address.

use survey_defs::analysis::{GroupKey, Grouping};
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::period::PeriodRef;
use survey_defs::score::Node;
use survey_defs::text::Language;
use survey_defs::wave::{Channel, RespondentType};

/// All state of the page that a person chose. What is absent is decided by the data.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Selection {
    pub(crate) language: Language,
    pub(crate) page: Page,
    pub(crate) wave: Option<WaveId>,
    pub(crate) by: Option<Grouping>,
    pub(crate) method: Option<MethodId>,
    pub(crate) period: Option<PeriodRef>,
    pub(crate) channel: Option<Channel>,
    pub(crate) respondent_type: Option<RespondentType>,
    /// The key of the group whose panel is open.
    pub(crate) group: Option<GroupKey>,
    pub(crate) sort: Sort,
    /// What the search box holds.
    pub(crate) filter: String,
}

/// What the console shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Page {
    /// Scores of a wave.
    #[default]
    Scores,
    /// Devices at counters, and posters.
    Devices,
}

/// The word for the devices in the address; scores need none.
const DEVICES: &str = "devices";

/// The order of rows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Sort {
    pub(crate) column: SortColumn,
    pub(crate) descending: bool,
}

/// A column that rows can be sorted by.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) enum SortColumn {
    /// The server's order: names by Vietnamese collation, months by time.
    #[default]
    Name,
    N,
    Node(Node),
}

impl Selection {
    /// Reads the parameters of the address. One that has no meaning counts as absent, so that an
    /// old link still opens.
    pub(crate) fn from_query(parameter: impl Fn(&str) -> Option<String>) -> Self {
        let text = |name| parameter(name).filter(|text| !text.trim().is_empty());
        let english = text("lang").is_some_and(|tag| tag == Language::En.tag());
        Self {
            page: match text("page") {
                Some(word) if word == DEVICES => Page::Devices,
                Some(_) | None => Page::Scores,
            },
            language: if english { Language::En } else { Language::Vi },
            wave: text("wave").and_then(|word| word.parse().ok()),
            by: text("by").and_then(|word| word.parse().ok()),
            method: text("method").and_then(|word| word.parse().ok()),
            period: text("period").and_then(|text| text.parse().ok()),
            channel: text("channel").and_then(|word| word.parse().ok()),
            respondent_type: text("respondent_type").and_then(|word| word.parse().ok()),
            group: text("group").and_then(|text| text.parse().ok()),
            sort: text("sort").and_then(|text| Sort::from_text(&text)).unwrap_or_default(),
            filter: text("q").unwrap_or_default(),
        }
    }

    /// The parameters of the address, without what is not chosen.
    pub(crate) fn to_query(&self) -> Vec<(&'static str, String)> {
        let Self {
            language,
            page,
            wave,
            by,
            method,
            period,
            channel,
            respondent_type,
            group,
            sort,
            filter,
        } = self;
        let parameters = [
            ("lang", (*language == Language::En).then(|| language.tag().to_owned())),
            ("page", (*page == Page::Devices).then(|| DEVICES.to_owned())),
            ("wave", wave.as_ref().map(WaveId::to_string)),
            ("by", by.map(|by| by.as_str().to_owned())),
            ("method", method.as_ref().map(MethodId::to_string)),
            ("period", period.as_ref().map(PeriodRef::to_string)),
            ("channel", channel.map(|channel| channel.as_str().to_owned())),
            ("respondent_type", respondent_type.map(|one| one.as_str().to_owned())),
            ("group", group.as_ref().map(GroupKey::to_string)),
            ("sort", (*sort != Sort::default()).then(|| sort.to_text())),
            ("q", (!filter.is_empty()).then(|| filter.clone())),
        ];
        let chosen = parameters.into_iter();
        chosen.filter_map(|(name, value)| Some((name, value?))).collect()
    }
}

impl Sort {
    /// What a press on a column's heading makes of the present order: another column starts where
    /// people look first (names from A, numbers from the largest), the same one turns round.
    pub(crate) fn pressed(&self, column: &SortColumn) -> Self {
        let descending =
            if self.column == *column { !self.descending } else { *column != SortColumn::Name };
        Self { column: column.clone(), descending }
    }

    /// The text form: `-factor:access` is the factor's score from the largest.
    fn to_text(&self) -> String {
        let sign = if self.descending { "-" } else { "" };
        let column = match &self.column {
            SortColumn::Name => "name".to_owned(),
            SortColumn::N => "n".to_owned(),
            SortColumn::Node(node) => node.to_string(),
        };
        [sign, &column].concat()
    }

    fn from_text(text: &str) -> Option<Self> {
        let (descending, column) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let column = match column {
            "name" => SortColumn::Name,
            "n" => SortColumn::N,
            node => SortColumn::Node(node.parse().ok()?),
        };
        Some(Self { column, descending })
    }
}

#[cfg(test)]
mod tests {
    use survey_defs::ids::{ContentId, FactorId, QuestionId};

    use super::*;

    fn read(pairs: &[(&'static str, String)]) -> Selection {
        let find = |name: &str| pairs.iter().find(|(known, _)| *known == name);
        Selection::from_query(|name| find(name).map(|(_, value)| value.clone()))
    }

    #[test]
    fn the_address_brings_everything_back() {
        let selection = Selection {
            language: Language::En,
            page: Page::Devices,
            wave: Some(WaveId::new("2026-tx").unwrap()),
            by: Some(Grouping::Ward),
            method: Some(MethodId::new("m5-weighted").unwrap()),
            period: Some("2026-01-01..2026-01-31".parse().unwrap()),
            channel: Some(Channel::WallQr),
            respondent_type: Some(RespondentType::Organisation),
            group: Some("00004@2025-07-01".parse().unwrap()),
            sort: Sort::default().pressed(&SortColumn::N),
            filter: "đống đa".to_owned(),
        };
        assert_eq!(read(&selection.to_query()), selection);
    }

    #[test]
    fn nothing_chosen_is_an_empty_address() {
        assert!(Selection::default().to_query().is_empty());
        assert_eq!(read(&[]), Selection::default());
    }

    #[test]
    fn parameters_without_meaning_are_absent() {
        let odd = [
            "page",
            "wave",
            "by",
            "method",
            "period",
            "channel",
            "respondent_type",
            "group",
            "sort",
            "lang",
        ];
        let odd: Vec<_> = odd.map(|name| (name, "no such word!".to_owned())).into();
        assert_eq!(read(&odd), Selection::default());
    }

    #[test]
    fn every_order_has_a_text() {
        let node = |node| SortColumn::Node(node);
        for (column, text) in [
            (SortColumn::Name, "name"),
            (SortColumn::N, "n"),
            (node(Node::Overall), "overall"),
            (node(Node::Content(ContentId::new("services").unwrap())), "content:services"),
            (node(Node::Factor(FactorId::new("a.b").unwrap())), "factor:a.b"),
            (node(Node::Item(QuestionId::new("q1").unwrap())), "item:q1"),
        ] {
            let ascending = Sort { column, descending: false };
            assert_eq!(ascending.to_text(), text);
            let descending = ascending.pressed(&ascending.column);
            assert_eq!(descending.to_text(), format!("-{text}"));
            for sort in [ascending, descending] {
                assert_eq!(Sort::from_text(&sort.to_text()), Some(sort));
            }
        }
    }
}
