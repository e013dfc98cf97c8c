//! The names of all columns; no other file spells one.

use polars::prelude::PlSmallStr;
use survey_defs::answer::Level;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::QuestionId;
use survey_defs::score::Node;

/// The unit that was served, as a place in the list of units.
pub(crate) const UNIT: &str = "unit";
/// The day of receipt, in days since 1970-01-01.
pub(crate) const DAY: &str = "day";
/// The month of receipt, in months since January of the year 0.
pub(crate) const MONTH: &str = "month";
/// The first day of the month of receipt.
pub(crate) const FIRST_DAY: &str = "first_day";
/// The last day of the month of receipt.
pub(crate) const LAST_DAY: &str = "last_day";
/// How the form reached us.
pub(crate) const CHANNEL: &str = "channel";
/// Who answered.
pub(crate) const RESPONDENT_TYPE: &str = "respondent_type";
/// The satisfaction question of a row of level counts, as a place in their list.
pub(crate) const ITEM: &str = "item";
/// The group of a row; groups are numbered in printing order.
pub(crate) const GROUP: &str = "group";
/// Whether the missing rule keeps a form.
pub(crate) const KEPT: &str = "kept";

/// What is counted of a question: the fields of [`LevelCounts`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tally {
    Level(Level),
    NotApplicable,
    NoAnswer,
}

impl Tally {
    pub(crate) fn all() -> impl Iterator<Item = Self> {
        Level::ALL.into_iter().map(Self::Level).chain([Self::NotApplicable, Self::NoAnswer])
    }

    pub(crate) fn of(self, counts: &LevelCounts) -> u64 {
        match self {
            Self::Level(level) => counts.levels[level.index()],
            Self::NotApplicable => counts.not_applicable,
            Self::NoAnswer => counts.no_answer,
        }
    }

    pub(crate) fn put(self, counts: &mut LevelCounts, count: u64) {
        match self {
            Self::Level(level) => counts.levels[level.index()] = count,
            Self::NotApplicable => counts.not_applicable = count,
            Self::NoAnswer => counts.no_answer = count,
        }
    }

    fn word(self) -> String {
        match self {
            Self::Level(level) => format!("level {}", level.get()),
            Self::NotApplicable => "not applicable".to_owned(),
            Self::NoAnswer => "no answer".to_owned(),
        }
    }
}

/// The cells of one satisfaction question, one per form.
pub(crate) fn cell(item: &QuestionId) -> PlSmallStr {
    format!("cell of {item}").into()
}

/// One tally of a row of level counts.
pub(crate) fn count(tally: Tally) -> PlSmallStr {
    format!("count of {}", tally.word()).into()
}

/// One tally of a node, per group.
pub(crate) fn node_count(node: &Node, tally: Tally) -> PlSmallStr {
    format!("{} of {}", tally.word(), name(node)).into()
}

/// Respondents of a node, per group.
pub(crate) fn n(node: &Node) -> PlSmallStr {
    format!("n of {}", name(node)).into()
}

/// The score of a node, per group.
pub(crate) fn score(node: &Node) -> PlSmallStr {
    format!("score of {}", name(node)).into()
}

fn name(node: &Node) -> String {
    match node {
        Node::Overall => "overall".to_owned(),
        Node::Content(id) => format!("content {id}"),
        Node::Factor(id) => format!("factor {id}"),
        Node::Item(id) => format!("item {id}"),
    }
}
