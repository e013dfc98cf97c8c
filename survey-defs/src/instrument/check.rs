//! Refuses broken definitions, and names the file, the item and the reason.

use std::collections::BTreeSet;
use std::fmt;

use super::Instrument;
use super::comparability::{Comparability, Continuity, Difference};
use super::definition::{Definition, Head, Question, Role, Section};
use super::kind::QuestionKind;
use super::rule::{Comparison, Operand, Operator, Rule};
use crate::ids::{OptionId, OptionSetId, QuestionId};
use crate::text::Text;

/// The greatest text limit a question may set; four pages, and small beside the body limit.
const MAX_GRAPHEMES: usize = 5_000;

/// Why a definition is refused: which file, which item in it, and what is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefinitionError {
    /// The file, if the definition came from one.
    pub file: Option<String>,
    /// The item, such as “question `access_signs`”.
    pub item: String,
    /// The reason.
    pub defect: Defect,
}

/// What is wrong with a definition.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Defect {
    /// The text is not TOML of the documented shape.
    #[error("{0}")]
    Syntax(String),
    /// Versions start at 1.
    #[error("the version must be 1 or more")]
    VersionZero,
    /// A list that must have a member has none.
    #[error("there must be at least one {0}")]
    Empty(&'static str),
    /// A text is missing in one of the languages.
    #[error("the {0} text is empty")]
    EmptyText(&'static str),
    /// An id is used twice.
    #[error("the id is used twice")]
    DuplicateId,
    /// A choice question names a set that does not exist.
    #[error("the option set “{0}” does not exist")]
    UnknownOptionSet(OptionSetId),
    /// A set that no question uses is a mistake in a name somewhere.
    #[error("no question uses this option set")]
    UnusedOptionSet,
    /// A statement names a factor that does not exist.
    #[error("the factor “{0}” does not exist")]
    UnknownFactor(String),
    /// Only satisfaction statements enter the index.
    #[error("only a satisfaction question may have a factor")]
    FactorOnOtherKind,
    /// A factor without statements has no score.
    #[error("no statement belongs to this factor")]
    FactorWithoutStatements,
    /// A lower limit above the upper one.
    #[error("the lower limit is above the upper limit")]
    LimitsReversed,
    /// A limit that cannot be met or is too large.
    #[error("the limit must be between 1 and {0}")]
    LimitOutOfRange(usize),
    /// A role on a question that cannot carry it.
    #[error("the role needs {0}")]
    RoleDoesNotFit(&'static str),
    /// Two questions with one role.
    #[error("another question already has this role")]
    RoleTwice,
    /// Relevance may only look backwards, so that one pass decides it.
    #[error("relevance refers to “{0}”, which does not come earlier")]
    NotEarlier(QuestionId),
    /// Relevance compares different types.
    #[error(
        "relevance compares “{0}” with a value of another type, or by an order that it does not have"
    )]
    WrongComparison(QuestionId),
    /// Relevance names a choice that the question does not offer.
    #[error("relevance names the choice “{1}”, which “{0}” does not offer")]
    UnknownChoice(QuestionId, OptionId),
    /// A head that names one plan would freeze it into a version that many surveys use.
    #[error("number and day of the plan must be blanks (…) in both languages")]
    PlanWithoutBlanks,
    /// The comparability map compares with a version that is not earlier.
    #[error("version {0} is not before this one")]
    PreviousNotEarlier(u32),
    /// The comparability map names an item that is in neither version.
    #[error("no version has this item")]
    UnknownItem,
    /// An item cannot continue what only one version asks.
    #[error("only one of the versions has this item, so it does not continue")]
    ContinuesNothing,
    /// A later version does not say how it relates to the one before.
    #[error("there is no comparability map from version {0}")]
    NoComparability(u32),
    /// An item was changed without a word.
    #[error("it differs from version {0} in {list}, and the comparability map does not name it", list = words(.1))]
    ChangedSilently(u32, Vec<Difference>),
}

fn words(differences: &[Difference]) -> String {
    differences.iter().map(|one| one.as_str()).collect::<Vec<_>>().join(", ")
}

impl DefinitionError {
    pub(super) fn syntax(file: &str, message: String) -> Self {
        Self { file: Some(file.into()), item: "file".into(), defect: Defect::Syntax(message) }
    }

    pub(super) fn in_file(self, file: &str) -> Self {
        Self { file: Some(file.into()), ..self }
    }
}

impl fmt::Display for DefinitionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}: ")?;
        }
        write!(f, "{}: {}", self.item, self.defect)
    }
}

impl std::error::Error for DefinitionError {}

type Checked = Result<(), DefinitionError>;

fn refuse(item: impl fmt::Display, defect: Defect) -> Checked {
    Err(DefinitionError { file: None, item: item.to_string(), defect })
}

fn refuse_if(wrong: bool, item: impl fmt::Display, defect: Defect) -> Checked {
    if wrong { refuse(item, defect) } else { Ok(()) }
}

/// Checks everything that types cannot.
pub(super) fn check(definition: &Definition) -> Checked {
    let instrument = format!("instrument “{}”", definition.id);
    refuse_if(definition.version == 0, &instrument, Defect::VersionZero)?;
    check_text(&instrument, &definition.title)?;
    check_text(&instrument, &definition.intro)?;
    definition.head.as_ref().map_or(Ok(()), check_head)?;
    refuse_if(definition.sections.is_empty(), &instrument, Defect::Empty("section"))?;
    check_contents(definition)?;
    check_option_sets(definition)?;
    check_sections(definition)?;
    definition.comparability.as_ref().map_or(Ok(()), |map| check_comparability(map, definition))
}

fn check_head(head: &Head) -> Checked {
    for text in [&head.form, &head.plan, &head.instruction, &head.number] {
        check_text("head", text)?;
    }
    let has_blanks = |text: &str| text.contains('…');
    let is_open = has_blanks(&head.plan.vi) && has_blanks(&head.plan.en);
    refuse_if(!is_open, "head", Defect::PlanWithoutBlanks)
}

/// Checks what this version alone can tell of its comparability map.
fn check_comparability(map: &Comparability, definition: &Definition) -> Checked {
    let is_earlier = (1..definition.version).contains(&map.previous);
    refuse_if(!is_earlier, "comparability", Defect::PreviousNotEarlier(map.previous))?;
    let mut seen = BTreeSet::new();
    for one in &map.items {
        let item = format!("comparability, item “{}”", one.item);
        check_text(&item, &one.reason)?;
        refuse_if(!seen.insert(&one.item), &item, Defect::DuplicateId)?;
        let mut questions = definition.sections.iter().flat_map(|section| &section.questions);
        let is_here = questions.any(|question| question.id == one.item);
        let continues = one.continuity == Continuity::Continues;
        refuse_if(continues && !is_here, &item, Defect::ContinuesNothing)?;
    }
    Ok(())
}

/// Checks that a version says of each item of an earlier one what became of it.
pub(super) fn check_succession(later: &Instrument, earlier: &Instrument) -> Checked {
    let previous = earlier.definition().version;
    let map = later.definition().comparability.as_ref();
    let Some(map) = map.filter(|map| map.previous == previous) else {
        let instrument = format!("instrument “{}”", later.definition().id);
        return refuse(instrument, Defect::NoComparability(previous));
    };
    for one in &map.items {
        let item = format!("comparability, item “{}”", one.item);
        let (was, is) =
            (earlier.question(&one.item).is_some(), later.question(&one.item).is_some());
        refuse_if(!was && !is, &item, Defect::UnknownItem)?;
        let continues = one.continuity == Continuity::Continues;
        refuse_if(continues && !was, &item, Defect::ContinuesNothing)?;
    }
    for question in later.questions().filter(|question| map.of(&question.id).is_none()) {
        let differences = later.differences(earlier, &question.id);
        let item = format!("question “{}”", question.id);
        let is_silent = !differences.is_empty();
        refuse_if(is_silent, item, Defect::ChangedSilently(previous, differences))?;
    }
    Ok(())
}

fn check_text(item: &str, text: &Text) -> Checked {
    refuse_if(text.vi.trim().is_empty(), item, Defect::EmptyText("Vietnamese"))?;
    refuse_if(text.en.trim().is_empty(), item, Defect::EmptyText("English"))
}

fn check_contents(definition: &Definition) -> Checked {
    let mut seen = BTreeSet::new();
    for content in &definition.contents {
        let item = format!("content “{}”", content.id);
        check_text(&item, &content.title)?;
        refuse_if(content.factors.is_empty(), &item, Defect::Empty("factor"))?;
        refuse_if(!seen.insert(content.id.as_str()), &item, Defect::DuplicateId)?;
    }
    let mut seen = BTreeSet::new();
    for factor in definition.contents.iter().flat_map(|content| &content.factors) {
        let item = format!("factor “{}”", factor.id);
        check_text(&item, &factor.title)?;
        refuse_if(!seen.insert(&factor.id), &item, Defect::DuplicateId)?;
        let used = definition
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .any(|question| question.factor.as_ref() == Some(&factor.id));
        refuse_if(!used, &item, Defect::FactorWithoutStatements)?;
    }
    Ok(())
}

fn check_option_sets(definition: &Definition) -> Checked {
    for (id, choices) in &definition.option_sets {
        let item = format!("option set “{id}”");
        refuse_if(choices.is_empty(), &item, Defect::Empty("choice"))?;
        let used = definition
            .sections
            .iter()
            .flat_map(|section| &section.questions)
            .any(|question| question.kind.options() == Some(id));
        refuse_if(!used, &item, Defect::UnusedOptionSet)?;
        let mut seen = BTreeSet::new();
        for choice in choices {
            let item = format!("option set “{id}”, choice “{}”", choice.id);
            check_text(&item, &choice.text)?;
            refuse_if(!seen.insert(&choice.id), &item, Defect::DuplicateId)?;
        }
    }
    Ok(())
}

fn check_sections(definition: &Definition) -> Checked {
    let mut sections = BTreeSet::new();
    let mut roles = BTreeSet::new();
    let mut earlier: Vec<&Question> = Vec::new();
    for section in &definition.sections {
        let item = format!("section “{}”", section.id);
        check_section(&item, section)?;
        refuse_if(!sections.insert(&section.id), &item, Defect::DuplicateId)?;
        if let Some(rule) = &section.relevance {
            check_rule(&item, rule, definition, &earlier)?;
        }
        for question in &section.questions {
            let item = format!("question “{}”", question.id);
            let twice = earlier.iter().any(|other| other.id == question.id);
            refuse_if(twice, &item, Defect::DuplicateId)?;
            check_question(&item, question, definition)?;
            if let Some(role) = question.role {
                refuse_if(!roles.insert(role), &item, Defect::RoleTwice)?;
            }
            if let Some(rule) = &question.relevance {
                check_rule(&item, rule, definition, &earlier)?;
            }
            earlier.push(question);
        }
    }
    Ok(())
}

fn check_section(item: &str, section: &Section) -> Checked {
    check_text(item, &section.title)?;
    if let Some(intro) = &section.intro {
        check_text(item, intro)?;
    }
    refuse_if(section.questions.is_empty(), item, Defect::Empty("question"))
}

fn check_question(item: &str, question: &Question, definition: &Definition) -> Checked {
    check_text(item, &question.text)?;
    if let Some(help) = &question.help {
        check_text(item, help)?;
    }
    if let Some(factor) = &question.factor {
        refuse_if(!question.kind.is_satisfaction(), item, Defect::FactorOnOtherKind)?;
        let mut factors = definition.contents.iter().flat_map(|content| &content.factors);
        let known = factors.any(|known| known.id == *factor);
        refuse_if(!known, item, Defect::UnknownFactor(factor.to_string()))?;
    }
    check_kind(item, &question.kind, definition)?;
    question.role.map_or(Ok(()), |role| check_role(item, role, question, definition))
}

fn check_kind(item: &str, kind: &QuestionKind, definition: &Definition) -> Checked {
    if let Some(set) = kind.options() {
        let known = definition.option_sets.contains_key(set);
        refuse_if(!known, item, Defect::UnknownOptionSet(set.clone()))?;
    }
    match kind {
        QuestionKind::Multiple { options, min, max } => {
            let offered = definition.option_sets[options].len();
            let reversed = matches!((min, max), (Some(min), Some(max)) if min > max);
            refuse_if(reversed, item, Defect::LimitsReversed)?;
            let out_of_range = [min, max].into_iter().flatten().any(|n| !(1..=offered).contains(n));
            refuse_if(out_of_range, item, Defect::LimitOutOfRange(offered))
        }
        QuestionKind::Number { min, max, .. } => {
            let reversed = matches!((min, max), (Some(min), Some(max)) if min > max);
            refuse_if(reversed, item, Defect::LimitsReversed)
        }
        QuestionKind::Date { min, max } => {
            let reversed = matches!((min, max), (Some(min), Some(max)) if min > max);
            refuse_if(reversed, item, Defect::LimitsReversed)
        }
        QuestionKind::ShortText { max_graphemes } | QuestionKind::LongText { max_graphemes } => {
            let fits = (1..=MAX_GRAPHEMES).contains(max_graphemes);
            refuse_if(!fits, item, Defect::LimitOutOfRange(MAX_GRAPHEMES))
        }
        QuestionKind::Satisfaction { .. } | QuestionKind::Single { .. } => Ok(()),
    }
}

fn check_role(item: &str, role: Role, question: &Question, definition: &Definition) -> Checked {
    let offers = |wanted: &[&str]| match &question.kind {
        QuestionKind::Single { options } => {
            let offered: Vec<_> =
                definition.option_sets[options].iter().map(|choice| choice.id.as_str()).collect();
            offered.len() == wanted.len() && wanted.iter().all(|one| offered.contains(one))
        }
        _ => false,
    };
    let (fits, needs) = match role {
        Role::Overall => (
            question.kind.is_satisfaction() && question.factor.is_none(),
            "a satisfaction question without a factor",
        ),
        Role::RespondentType => (
            offers(&["individual", "household", "organisation"]),
            "a single choice of individual, household, organisation",
        ),
        Role::StaffHelped => (
            offers(&["yes", "no"]) || offers(&["yes", "no", "undisclosed"]),
            "a single choice of yes, no, with or without undisclosed",
        ),
        Role::ProcedureGroup => {
            (matches!(question.kind, QuestionKind::Single { .. }), "a single choice")
        }
    };
    refuse_if(!fits, item, Defect::RoleDoesNotFit(needs))
}

fn check_rule(item: &str, rule: &Rule, definition: &Definition, earlier: &[&Question]) -> Checked {
    let find = |id: &QuestionId| {
        earlier.iter().find(|question| question.id == *id).copied().ok_or_else(|| DefinitionError {
            file: None,
            item: item.to_owned(),
            defect: Defect::NotEarlier(id.clone()),
        })
    };
    let check_choice = |question: &Question, set: &OptionSetId, choice: &OptionId| {
        let offered = definition.option_sets[set].iter().any(|one| one.id == *choice);
        refuse_if(!offered, item, Defect::UnknownChoice(question.id.clone(), choice.clone()))
    };
    let mut outcome = Ok(());
    rule.walk(&mut |rule| {
        let checked = || match rule {
            Rule::Compare(comparison) => {
                let question = find(&comparison.question)?;
                let wrong = Defect::WrongComparison(question.id.clone());
                refuse_if(!comparable(question, comparison), item, wrong)?;
                match (&question.kind, &comparison.value) {
                    (QuestionKind::Single { options }, Operand::Option(choice)) => {
                        check_choice(question, options, choice)
                    }
                    _ => Ok(()),
                }
            }
            Rule::In { question, options } => {
                let question = find(question)?;
                refuse_if(options.is_empty(), item, Defect::Empty("choice in a rule"))?;
                let Some(set) = question.kind.options() else {
                    return refuse(item, Defect::WrongComparison(question.id.clone()));
                };
                options.iter().try_for_each(|choice| check_choice(question, set, choice))
            }
            Rule::Answered(question) => find(question).map(|_| ()),
            Rule::And(rules) | Rule::Or(rules) => {
                refuse_if(rules.is_empty(), item, Defect::Empty("rule"))
            }
            Rule::Not(_) => Ok(()),
        };
        if outcome.is_ok() {
            outcome = checked();
        }
    });
    outcome
}

fn comparable(question: &Question, comparison: &Comparison) -> bool {
    match (&question.kind, &comparison.value) {
        (QuestionKind::Satisfaction { .. }, Operand::Level(_))
        | (QuestionKind::Number { .. }, Operand::Number(_))
        | (QuestionKind::Date { .. }, Operand::Date(_)) => true,
        (QuestionKind::Single { .. }, Operand::Option(_)) => {
            matches!(comparison.op, Operator::Eq | Operator::Ne)
        }
        _ => false,
    }
}
