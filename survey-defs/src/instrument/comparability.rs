//! Defines which items of a version continue those of the version before.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::Instrument;
use super::definition::{Question, Section};
use super::kind::QuestionKind;
use crate::ids::QuestionId;
use crate::text::Text;
use crate::wire::wire_enum;

/// What became of the items of the version before. An item that is not named here and stands in
/// both versions is the same: same text and help, same answers, same duty to answer, asked under the
/// same words in the same section.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparability {
    /// The version that is compared with.
    pub previous: u32,
    /// The items that need a word, each once.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<ItemComparability>,
}

/// What became of one item.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemComparability {
    /// The item: of both versions, or one of the version before that is gone.
    pub item: QuestionId,
    /// Whether its answers may be put beside those of the version before.
    pub continuity: Continuity,
    /// What is different, and why the verdict is this one.
    pub reason: Text,
}

/// Whether answers to an item of two versions speak of the same thing.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Continuity {
    /// They do, and the reason stands beside them.
    Continues,
    /// They do not.
    Broken,
}
wire_enum!(Continuity {
    Continues = "continues",
    Broken = "broken",
});

/// In what an item differs between two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference {
    /// What is asked.
    Text,
    /// The sentence of help.
    Help,
    /// The kind of answer, or its limits.
    Kind,
    /// The choices, or their texts.
    Choices,
    /// Whether an answer is needed.
    Obligation,
    /// When it, or its section, is asked.
    Relevance,
    /// Its factor.
    Factor,
    /// What the system reads from it.
    Role,
    /// In which section it stands, or what that is called.
    Section,
    /// The sentence under the heading of its section.
    Intro,
}
wire_enum!(Difference {
    Text = "text",
    Help = "help",
    Kind = "kind",
    Choices = "choices",
    Obligation = "obligation",
    Relevance = "relevance",
    Factor = "factor",
    Role = "role",
    Section = "section",
    Intro = "intro",
});

impl Instrument {
    /// What stands between the answers to an item of this version and those of an earlier version
    /// of the same instrument, with the reason that the map gives; none if it is simply the same.
    /// Versions without a map between them continue only what they did not touch.
    pub fn continuity(
        &self,
        earlier: &Self,
        item: &QuestionId,
    ) -> Option<(Continuity, Option<&Text>)> {
        let map = self.definition().comparability.as_ref();
        let Some(map) = map.filter(|map| map.previous == earlier.definition().version) else {
            let differs = !self.differences(earlier, item).is_empty();
            return differs.then_some((Continuity::Broken, None));
        };
        map.of(item).map(|one| (one.continuity, Some(&one.reason)))
    }

    /// In what an item that stands in both versions differs; nothing for other items.
    pub(super) fn differences(&self, earlier: &Self, item: &QuestionId) -> Vec<Difference> {
        let (Some((section_before, before)), Some((section, now))) =
            (earlier.asked_in(item), self.asked_in(item))
        else {
            return Vec::new();
        };
        let choices = |instrument: &Self, question: &Question| {
            question.kind.options().map(|set| instrument.choices(set).to_vec())
        };
        let differs = |one: Difference| match one {
            Difference::Text => before.text != now.text,
            Difference::Help => before.help != now.help,
            Difference::Kind => !is_same_kind(&before.kind, &now.kind),
            Difference::Choices => choices(earlier, before) != choices(self, now),
            Difference::Obligation => before.required != now.required,
            Difference::Relevance => {
                (&before.relevance, &section_before.relevance)
                    != (&now.relevance, &section.relevance)
            }
            Difference::Factor => before.factor != now.factor,
            Difference::Role => before.role != now.role,
            Difference::Section => {
                (&section_before.id, &section_before.title) != (&section.id, &section.title)
            }
            Difference::Intro => section_before.intro != section.intro,
        };
        Difference::ALL.iter().copied().filter(|one| differs(*one)).collect()
    }

    /// A question and the section in which it stands.
    fn asked_in(&self, item: &QuestionId) -> Option<(&Section, &Question)> {
        self.sections().iter().find_map(|section| {
            let question = section.questions.iter().find(|question| question.id == *item)?;
            Some((section, question))
        })
    }
}

impl Comparability {
    /// What is said of an item.
    pub fn of(&self, item: &QuestionId) -> Option<&ItemComparability> {
        self.items.iter().find(|one| one.item == *item)
    }
}

/// The same kind with the same limits; what the option set is called does not matter.
fn is_same_kind(one: &QuestionKind, other: &QuestionKind) -> bool {
    match (one, other) {
        (QuestionKind::Single { .. }, QuestionKind::Single { .. }) => true,
        (
            QuestionKind::Multiple { min: least, max: most, .. },
            QuestionKind::Multiple { min, max, .. },
        ) => (least, most) == (min, max),
        _ => one == other,
    }
}
