//! Question sets: what is asked, in which steps, and where each statement stands in the index.
//!
//! An [`Instrument`] is a checked [`Definition`]. The check ([`check`]) is run on every way in
//! (TOML of this repository, JSON), so an instrument that exists is sound: ids are unique, option
//! sets exist, relevance looks only backwards, every statement has a factor that exists. One way in
//! is without a check: [`vouched`], for what an `Instrument` of our own was written as. A published
//! version is never changed; a change is a new version, which says in its [`Comparability`] which
//! items continue.

mod asked;
mod comparability;
mod definition;
mod kind;
mod rule;

mod check;
mod embedded;

#[cfg(test)]
mod tests;

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub(crate) use self::asked::vouched;
pub use self::check::{Defect, DefinitionError};
pub use self::comparability::{Comparability, Continuity, Difference, ItemComparability};
pub use self::definition::{
    Choice, Content, Definition, Factor, Head, Question, Role, Section, Wording,
};
pub use self::embedded::{embedded, embedded_toml, embedded_version};
pub use self::kind::QuestionKind;
pub use self::rule::{Comparison, Operand, Operator, Rule};
use crate::ids::{FactorId, InstrumentId, OptionSetId, QuestionId};
use crate::text::Text;

/// A version of an instrument: the two parts that a submission must name.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct InstrumentRef {
    /// Which instrument.
    pub id: InstrumentId,
    /// Which version, from 1.
    pub version: u32,
}

impl std::fmt::Display for InstrumentRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} v{}", self.id, self.version)
    }
}

/// A sound question set.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "Definition", into = "Definition")]
#[schema(value_type = Definition)]
pub struct Instrument(Definition);

/// The questions that carry a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Marked {
    /// Those that must be answered.
    Required,
    /// Those that may be left out.
    Optional,
}

impl Instrument {
    /// Reads TOML and checks it. `file` is named in errors.
    ///
    /// # Errors
    /// [`DefinitionError`] with file, item and reason: the TOML does not parse, has an unknown
    /// field, or the definition is broken in one of the ways of [`Defect`].
    pub fn from_toml(file: &str, toml: &str) -> Result<Self, DefinitionError> {
        let definition: Definition = toml::from_str(toml)
            .map_err(|error| DefinitionError::syntax(file, error.to_string()))?;
        Self::new(definition).map_err(|error| error.in_file(file))
    }

    /// Checks a definition.
    ///
    /// # Errors
    /// [`DefinitionError`] with the item and the reason.
    pub fn new(definition: Definition) -> Result<Self, DefinitionError> {
        check::check(&definition)?;
        Ok(Self(definition))
    }

    /// Checks that this version says what became of each item of an earlier one.
    ///
    /// # Errors
    /// [`DefinitionError`] with the item and the reason.
    pub fn check_succession(&self, earlier: &Self) -> Result<(), DefinitionError> {
        check::check_succession(self, earlier)
    }

    /// The definition as plain data.
    pub fn definition(&self) -> &Definition {
        &self.0
    }

    /// Id and version.
    pub fn reference(&self) -> InstrumentRef {
        InstrumentRef { id: self.0.id.clone(), version: self.0.version }
    }

    /// The title.
    pub fn title(&self) -> &Text {
        &self.0.title
    }

    /// The sections in order; at least one.
    pub fn sections(&self) -> &[Section] {
        &self.0.sections
    }

    /// Contents of the index in order; empty if the instrument has no index.
    pub fn contents(&self) -> &[Content] {
        &self.0.contents
    }

    /// All questions in order.
    pub fn questions(&self) -> impl Iterator<Item = &Question> {
        self.0.sections.iter().flat_map(|section| &section.questions)
    }

    /// Which questions need a mark: the rarer kind. None where all are alike.
    pub fn marked(&self) -> Option<Marked> {
        let required = self.questions().filter(|question| question.required).count();
        let optional = self.questions().count() - required;
        match (required, optional) {
            (0, _) | (_, 0) => None,
            _ if required <= optional => Some(Marked::Required),
            _ => Some(Marked::Optional),
        }
    }

    /// The first question, if it is a statement that everybody is asked: a face on a first screen can
    /// answer it.
    pub fn opening_statement(&self) -> Option<&Question> {
        let first = self.questions().next()?;
        let is_statement = matches!(first.kind, QuestionKind::Satisfaction { .. });
        Some(first).filter(|_| is_statement && first.relevance.is_none())
    }

    /// One question.
    pub fn question(&self, id: &QuestionId) -> Option<&Question> {
        self.questions().find(|question| question.id == *id)
    }

    /// The question with a role, if the instrument has one.
    pub fn question_with_role(&self, role: Role) -> Option<&Question> {
        self.questions().find(|question| question.role == Some(role))
    }

    /// All questions answered with levels, in order: the statements of the index and others.
    pub fn satisfaction_questions(&self) -> impl Iterator<Item = &Question> {
        self.questions().filter(|question| question.kind.is_satisfaction())
    }

    /// The statements of the index, in order: satisfaction questions that belong to a factor.
    pub fn statements(&self) -> impl Iterator<Item = &Question> {
        self.questions().filter(|question| question.factor.is_some())
    }

    /// The statements of one factor, in order.
    pub fn statements_of<'a>(&'a self, factor: &'a FactorId) -> impl Iterator<Item = &'a Question> {
        self.questions().filter(move |question| question.factor.as_ref() == Some(factor))
    }

    /// The choices of an option set. Empty for a set that does not exist, which the check
    /// excludes for every set that a question names.
    pub fn choices(&self, set: &OptionSetId) -> &[Choice] {
        self.0.option_sets.get(set).map_or(&[], Vec::as_slice)
    }
}

impl TryFrom<Definition> for Instrument {
    type Error = DefinitionError;
    fn try_from(definition: Definition) -> Result<Self, DefinitionError> {
        Self::new(definition)
    }
}

impl From<Instrument> for Definition {
    fn from(instrument: Instrument) -> Definition {
        instrument.0
    }
}
