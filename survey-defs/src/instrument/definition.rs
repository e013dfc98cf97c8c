//! Defines questions, sections, contents and factors as plain data, in the shape of the TOML files.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::comparability::Comparability;
use super::kind::QuestionKind;
use super::rule::Rule;
use crate::ids::{ContentId, FactorId, InstrumentId, OptionId, OptionSetId, QuestionId, SectionId};
use crate::text::Text;

/// A question set as it is written down, not yet checked.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = InstrumentDefinition)]
pub struct Definition {
    /// Which instrument.
    pub id: InstrumentId,
    /// Which version, from 1.
    pub version: u32,
    /// Whose wording it is.
    pub wording: Wording,
    /// What stands around the title of an official form.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<Head>,
    /// The title on the first screen.
    pub title: Text,
    /// On the first screen, between the form's own promises (voluntary, no name, unseen by officials):
    /// why, for whom, and who receives what.
    pub intro: Text,
    /// How long it takes, in seconds; what is promised to respondents. `cargo xtask tidy` computes
    /// it for the newest versions.
    pub estimated_seconds: u32,
    /// What became of the items of the version before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub comparability: Option<Comparability>,
    /// Contents of the index with their factors, in order.
    #[serde(default)]
    pub contents: Vec<Content>,
    /// Lists of choices that questions share.
    #[serde(default)]
    pub option_sets: BTreeMap<OptionSetId, Vec<Choice>>,
    /// The steps of the form, in order.
    pub sections: Vec<Section>,
}

/// The head of an official form. The title and the purpose stand between its lines: they are those
/// of the definition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// Which form of its plan it is, such as “Mẫu số 02”.
    pub form: Text,
    /// Which plan it belongs to. Number and day are blanks, “…”, because each survey has its own
    /// plan and an instrument serves many.
    pub plan: Text,
    /// How to answer.
    pub instruction: Text,
    /// What the number is called that a form gets once it is recorded.
    pub number: Text,
}

/// Whether the wording is our own draft or the institute's official text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Wording {
    /// Our own wording, until the official text is pasted in.
    Draft,
    /// The official text.
    Official,
}

/// A content of the index (*nội dung*), the level below the overall score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Content {
    /// Stable id.
    pub id: ContentId,
    /// Title.
    pub title: Text,
    /// Its factors, in order; at least one.
    pub factors: Vec<Factor>,
}

/// A factor of the index (*yếu tố*), the level above the statements.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Factor {
    /// Stable id.
    pub id: FactorId,
    /// Title.
    pub title: Text,
}

/// One choice of an option set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Choice {
    /// Stable id, unique in its set.
    pub id: OptionId,
    /// Label.
    pub text: Text,
    /// Whether it cannot be combined with others in a multiple choice (“none of these”).
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exclusive: bool,
}

/// One step of the form.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Section {
    /// Stable id.
    pub id: SectionId,
    /// Heading.
    pub title: Text,
    /// A sentence under the heading.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub intro: Option<Text>,
    /// When the section is shown; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevance: Option<Rule>,
    /// Its questions, in order; at least one.
    pub questions: Vec<Question>,
}

/// One question.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Question {
    /// Stable id: the same in two versions means the same question.
    pub id: QuestionId,
    /// What is asked.
    pub text: Text,
    /// A sentence of help.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<Text>,
    /// What kind of answer it takes.
    pub kind: QuestionKind,
    /// The factor of the index that the statement belongs to; satisfaction questions only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub factor: Option<FactorId>,
    /// What the system reads from the answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub role: Option<Role>,
    /// Whether an answer is needed when the question is relevant.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub required: bool,
    /// Whether bystanders at a counter must not see the answer again: there the review says only
    /// that the question is answered.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sensitive: bool,
    /// When the question is asked; always if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub relevance: Option<Rule>,
}

/// What the system itself reads from an answer, at most one question per role.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Overall satisfaction, a score of its own outside the index.
    Overall,
    /// Who answers: options `individual`, `household`, `organisation`.
    RespondentType,
    /// Whether staff helps with filling in: options `yes`, `no`, and `undisclosed` where it is
    /// offered, which is neither.
    StaffHelped,
    /// The group of procedures handled; its options are the groups.
    ProcedureGroup,
}
