//! The scalar reference of the score: short, slow, and the definition that the columnar
//! implementation must equal.
//!
//! A score is computed in three steps. First the missing rule drops whole forms. Then each
//! statement's levels are counted. Then the roll-up turns counts into scores of statements,
//! factors, contents and the whole. A node without a valid answer has no score; means leave such
//! nodes out; a fixed-weight mean needs every content.

mod node_name;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

pub use self::node_name::InvalidNode;
use crate::answer::Answer;
use crate::counts::{Cell, LevelCounts};
use crate::engine::{Answers, evaluate};
use crate::ids::{ContentId, FactorId, QuestionId};
use crate::instrument::{Instrument, Question};
use crate::method::{Method, Rollup};

/// What a score speaks of: the index, a part of it, or a satisfaction question. Everywhere written
/// as `overall`, `content:policy`, `factor:access`, `item:access_signs`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Node {
    /// The whole index.
    #[default]
    Overall,
    /// A content.
    Content(ContentId),
    /// A factor.
    Factor(FactorId),
    /// A satisfaction question, in the index or beside it.
    Item(QuestionId),
}

/// The score of one node for one group of respondents.
#[derive(Debug, Clone, PartialEq)]
pub struct NodeScore {
    /// What it speaks of.
    pub node: Node,
    /// Respondents with at least one valid answer below the node. Where only counts are known,
    /// the largest n of a statement below it, which is the least number there can be.
    pub n: u64,
    /// Answers below the node, summed.
    pub counts: LevelCounts,
    /// Percent, 0 to 100, not rounded; `None` without valid answers.
    pub score: Option<f64>,
}

/// The nodes of an instrument in printing order: the whole, each content with its factors and
/// their statements, then satisfaction questions outside the index.
pub fn nodes(instrument: &Instrument) -> Vec<Node> {
    let item = |question: &Question| Node::Item(question.id.clone());
    let mut nodes = vec![Node::Overall];
    for content in instrument.contents() {
        nodes.push(Node::Content(content.id.clone()));
        for factor in &content.factors {
            nodes.push(Node::Factor(factor.id.clone()));
            nodes.extend(instrument.statements_of(&factor.id).map(item));
        }
    }
    nodes.extend(instrument.satisfaction_questions().filter(|q| q.factor.is_none()).map(item));
    nodes
}

/// One form's cells, in the order of [`Instrument::satisfaction_questions`].
pub fn cells(instrument: &Instrument, answers: &Answers) -> Vec<Cell> {
    let conditional = instrument.sections().iter().any(|section| {
        let asks = |question: &&Question| question.kind.is_satisfaction();
        section
            .questions
            .iter()
            .filter(asks)
            .any(|question| section.relevance.is_some() || question.relevance.is_some())
    });
    let evaluation = conditional.then(|| evaluate(instrument, answers));
    instrument
        .satisfaction_questions()
        .map(|question| match answers.get(&question.id) {
            Some(Answer::Level(level)) => Cell::Level(*level),
            Some(Answer::NotApplicable) => Cell::NotApplicable,
            _ if evaluation.as_ref().is_some_and(|e| !e.is_visible(&question.id)) => Cell::NotAsked,
            _ => Cell::NoAnswer,
        })
        .collect()
}

/// Scores one group from its forms; each form is the cells of [`cells`].
pub fn score_forms(
    instrument: &Instrument,
    method: &Method,
    forms: &[Vec<Cell>],
) -> Vec<NodeScore> {
    let questions: Vec<&Question> = instrument.satisfaction_questions().collect();
    let kept: Vec<&Vec<Cell>> = forms
        .iter()
        .filter(|form| {
            let in_index = |(question, _): &(&&Question, &Cell)| question.factor.is_some();
            let asked = questions.iter().zip(form.iter()).filter(in_index);
            let asked = asked.map(|(_, cell)| *cell).filter(|cell| *cell != Cell::NotAsked);
            let answered = asked.clone().filter(|cell| matches!(cell, Cell::Level(_))).count();
            method.definition().missing.keeps(answered, asked.count())
        })
        .collect();
    let mut items: BTreeMap<QuestionId, LevelCounts> = BTreeMap::new();
    for form in &kept {
        for (question, cell) in questions.iter().zip(form.iter()) {
            items.entry(question.id.clone()).or_default().add(*cell);
        }
    }
    let mut scores = score_counts(instrument, method, &items);
    for score in &mut scores {
        let below = |question: &Question| is_below(instrument, question, &score.node);
        let n = kept.iter().filter(|form| {
            questions
                .iter()
                .zip(form.iter())
                .any(|(question, cell)| below(question) && matches!(cell, Cell::Level(_)))
        });
        score.n = n.count() as u64;
    }
    scores
}

/// Scores one group from the counts of its satisfaction questions. A question without counts has
/// no answers.
pub fn score_counts(
    instrument: &Instrument,
    method: &Method,
    items: &BTreeMap<QuestionId, LevelCounts>,
) -> Vec<NodeScore> {
    let counts_of = |question: &Question| items.get(&question.id).copied().unwrap_or_default();
    nodes(instrument)
        .into_iter()
        .map(|node| {
            let below: Vec<&Question> = instrument
                .satisfaction_questions()
                .filter(|question| is_below(instrument, question, &node))
                .collect();
            let mut counts = LevelCounts::default();
            for question in &below {
                counts.merge(&counts_of(question));
            }
            NodeScore {
                n: below.iter().map(|question| counts_of(question).n()).max().unwrap_or(0),
                counts,
                score: roll_up(instrument, method, &node, &counts_of),
                node,
            }
        })
        .collect()
}

/// Whether a satisfaction question counts towards a node.
fn is_below(instrument: &Instrument, question: &Question, node: &Node) -> bool {
    match node {
        Node::Overall => question.factor.is_some(),
        Node::Content(id) => instrument
            .contents()
            .iter()
            .filter(|content| content.id == *id)
            .flat_map(|content| &content.factors)
            .any(|factor| question.factor.as_ref() == Some(&factor.id)),
        Node::Factor(id) => question.factor.as_ref() == Some(id),
        Node::Item(id) => question.id == *id,
    }
}

fn roll_up(
    instrument: &Instrument,
    method: &Method,
    node: &Node,
    counts_of: &dyn Fn(&Question) -> LevelCounts,
) -> Option<f64> {
    let conversion = method.definition().conversion;
    let below = |node: &Node| -> Vec<LevelCounts> {
        let questions = instrument.satisfaction_questions();
        questions.filter(|q| is_below(instrument, q, node)).map(counts_of).collect()
    };
    let mean_of_statements =
        |node: &Node| mean(below(node).iter().map(|counts| conversion.score(counts)));
    match &method.definition().rollup {
        Rollup::Pooled => {
            let mut sum = LevelCounts::default();
            for counts in below(node) {
                sum.merge(&counts);
            }
            conversion.score(&sum)
        }
        Rollup::MeanOfStatements => mean_of_statements(node),
        Rollup::MeanOfFactors => match node {
            Node::Item(_) | Node::Factor(_) => mean_of_statements(node),
            Node::Content(_) | Node::Overall => {
                let contents = instrument.contents().iter().filter(|content| {
                    *node == Node::Overall || *node == Node::Content(content.id.clone())
                });
                let factors = contents.flat_map(|content| &content.factors);
                mean(factors.map(|factor| mean_of_statements(&Node::Factor(factor.id.clone()))))
            }
        },
        Rollup::FixedWeights { contents } => match node {
            Node::Item(_) | Node::Factor(_) | Node::Content(_) => mean_of_statements(node),
            Node::Overall => {
                let mut weighted = 0.0;
                for (content, weight) in contents {
                    weighted += weight * mean_of_statements(&Node::Content(content.clone()))?;
                }
                Some(weighted / contents.values().sum::<f64>())
            }
        },
    }
}

/// The mean of the scores that exist; `None` if none does.
#[expect(clippy::cast_precision_loss, reason = "an instrument has few statements")]
fn mean(scores: impl Iterator<Item = Option<f64>>) -> Option<f64> {
    let scores: Vec<f64> = scores.flatten().collect();
    (!scores.is_empty()).then(|| scores.iter().sum::<f64>() / scores.len() as f64)
}
