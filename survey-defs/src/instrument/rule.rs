//! Defines relevance: typed rules over earlier answers.

use std::cmp::Ordering;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::{Answer, Finite, Level};
use crate::ids::{OptionId, QuestionId};

/// A condition over earlier answers. A question that is not answered, or is itself not relevant,
/// makes `compare`, `in` and `answered` false.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(no_recursion)]
pub enum Rule {
    /// The answer compares so with a value of the same type.
    Compare(Comparison),
    /// The choice, or one of the choices, is among these.
    In {
        /// A single- or multiple-choice question.
        question: QuestionId,
        /// Choices of its set.
        options: Vec<OptionId>,
    },
    /// The question is answered at all.
    Answered(QuestionId),
    /// All of these hold.
    And(Vec<Rule>),
    /// At least one of these holds.
    Or(Vec<Rule>),
    /// This does not hold.
    Not(Box<Rule>),
}

/// `question op value`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Comparison {
    /// The question whose answer is compared.
    pub question: QuestionId,
    /// How.
    pub op: Operator,
    /// With what.
    pub value: Operand,
}

/// How an answer is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operator {
    /// Equal.
    Eq,
    /// Not equal.
    Ne,
    /// Less, or earlier.
    Lt,
    /// Less or equal.
    Le,
    /// Greater, or later.
    Gt,
    /// Greater or equal.
    Ge,
}

/// What an answer is compared with.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Operand {
    /// A level of a satisfaction statement.
    Level(Level),
    /// A number.
    Number(Finite),
    /// A choice; only with `eq` and `ne`.
    Option(OptionId),
    /// A day.
    #[serde(deserialize_with = "crate::iso::de::day")]
    #[schema(value_type = String)]
    Date(Date),
}

impl Rule {
    /// Whether the rule holds, given the answers to earlier relevant questions.
    pub fn holds<'a>(&self, answer_to: &dyn Fn(&QuestionId) -> Option<&'a Answer>) -> bool {
        match self {
            Self::Compare(comparison) => {
                answer_to(&comparison.question).is_some_and(|answer| comparison.holds(answer))
            }
            Self::In { question, options } => match answer_to(question) {
                Some(Answer::Option(chosen)) => options.contains(chosen),
                Some(Answer::Options(chosen)) => options.iter().any(|one| chosen.contains(one)),
                _ => false,
            },
            Self::Answered(question) => answer_to(question).is_some(),
            Self::And(rules) => rules.iter().all(|rule| rule.holds(answer_to)),
            Self::Or(rules) => rules.iter().any(|rule| rule.holds(answer_to)),
            Self::Not(rule) => !rule.holds(answer_to),
        }
    }

    /// Calls `visit` for this rule and every rule inside it.
    pub fn walk<'r>(&'r self, visit: &mut dyn FnMut(&'r Rule)) {
        visit(self);
        match self {
            Self::And(rules) | Self::Or(rules) => rules.iter().for_each(|rule| rule.walk(visit)),
            Self::Not(rule) => rule.walk(visit),
            Self::Compare(_) | Self::In { .. } | Self::Answered(_) => {}
        }
    }
}

impl Comparison {
    fn holds(&self, answer: &Answer) -> bool {
        let ordering = match (answer, &self.value) {
            (Answer::Level(given), Operand::Level(wanted)) => Some(given.cmp(wanted)),
            (Answer::Number(given), Operand::Number(wanted)) => given.partial_cmp(wanted),
            (Answer::Option(given), Operand::Option(wanted)) => Some(given.cmp(wanted)),
            (Answer::Date(given), Operand::Date(wanted)) => Some(given.cmp(wanted)),
            // “Not applicable” is no level, so no comparison with a level holds.
            _ => None,
        };
        ordering.is_some_and(|ordering| self.op.accepts(ordering))
    }
}

impl Operator {
    fn accepts(self, ordering: Ordering) -> bool {
        match self {
            Self::Eq => ordering.is_eq(),
            Self::Ne => ordering.is_ne(),
            Self::Lt => ordering.is_lt(),
            Self::Le => ordering.is_le(),
            Self::Gt => ordering.is_gt(),
            Self::Ge => ordering.is_ge(),
        }
    }
}
