//! The index as a tree of nodes.

use survey_defs::analysis::{Detail, NodeLabel};
use survey_defs::ids::{FactorId, QuestionId};
use survey_defs::instrument::{Content, Factor, Instrument, Question};
use survey_defs::score::{Node, nodes};
use survey_defs::text::Text;

/// The index of an instrument as a tree of nodes, with the satisfaction questions beside it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Tree<'a> {
    instrument: &'a Instrument,
}

impl<'a> Tree<'a> {
    pub(crate) fn of(instrument: &'a Instrument) -> Self {
        Self { instrument }
    }

    /// All nodes in printing order.
    pub(crate) fn nodes(self) -> Vec<Node> {
        nodes(self.instrument)
    }

    /// The nodes that a table of some depth shows, in printing order.
    pub(crate) fn shown(self, detail: Detail) -> Vec<Node> {
        self.nodes().into_iter().filter(|node| depth(node) <= detail).collect()
    }

    /// All satisfaction questions, in the order of a form's cells.
    pub(crate) fn items(self) -> Vec<&'a QuestionId> {
        self.instrument.satisfaction_questions().map(|question| &question.id).collect()
    }

    /// The satisfaction questions that count towards a node; of a question only itself.
    pub(crate) fn items_below(self, node: &Node) -> Vec<&'a QuestionId> {
        let in_content = |factor: &FactorId| {
            let mut contents = self.instrument.contents().iter();
            contents.any(|content| {
                *node == Node::Content(content.id.clone())
                    && content.factors.iter().any(|one| one.id == *factor)
            })
        };
        let is_below = |question: &&Question| match (node, &question.factor) {
            (Node::Item(id), _) => question.id == *id,
            (Node::Overall, factor) => factor.is_some(),
            (Node::Factor(id), factor) => factor.as_ref() == Some(id),
            (Node::Content(_), factor) => factor.as_ref().is_some_and(in_content),
        };
        let questions = self.instrument.satisfaction_questions();
        questions.filter(is_below).map(|question| &question.id).collect()
    }

    /// The factors below a node; none below a factor or a question.
    pub(crate) fn factors_below(self, node: &Node) -> Vec<Node> {
        let contents = self.instrument.contents().iter().filter(|content| match node {
            Node::Overall => true,
            Node::Content(id) => content.id == *id,
            Node::Factor(_) | Node::Item(_) => false,
        });
        let factors = contents.flat_map(|content| &content.factors);
        factors.map(|factor| Node::Factor(factor.id.clone())).collect()
    }

    /// A node with its title.
    pub(crate) fn label(self, node: Node) -> NodeLabel {
        let title = self.title(&node).cloned().unwrap_or_else(overall_title);
        NodeLabel { node, title }
    }

    /// The title of a node; none for the whole, which no instrument names.
    fn title(self, node: &Node) -> Option<&'a Text> {
        let mut contents = self.instrument.contents().iter();
        match node {
            Node::Overall => None,
            Node::Content(id) => {
                contents.find(|content| content.id == *id).map(|Content { title, .. }| title)
            }
            Node::Factor(id) => contents
                .flat_map(|content| &content.factors)
                .find(|factor| factor.id == *id)
                .map(|Factor { title, .. }| title),
            Node::Item(id) => self.instrument.question(id).map(|question| &question.text),
        }
    }
}

/// How deep a table goes that shows the node.
pub(crate) fn depth(node: &Node) -> Detail {
    match node {
        Node::Overall => Detail::Overall,
        Node::Content(_) => Detail::Content,
        Node::Factor(_) => Detail::Factor,
        Node::Item(_) => Detail::Item,
    }
}

/// Not “SIPAS”, which only the official household sample may be called.
fn overall_title() -> Text {
    Text { vi: "Chỉ số hài lòng chung".into(), en: "Overall satisfaction index".into() }
}
