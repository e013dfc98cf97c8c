//! The index in numbers.

use std::collections::BTreeMap;

use survey_defs::ids::QuestionId;
use survey_defs::instrument::Instrument;
use survey_defs::method::Rollup;
use survey_defs::score::Node;

use crate::tree::Tree;

/// The index of an instrument in numbers: an item is a place among the satisfaction questions, a
/// node a place among [`Tree::nodes`].
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct IndexLayout {
    /// Names of the items, in the order of a form's cells.
    pub(crate) items: Vec<QuestionId>,
    /// All nodes in printing order.
    pub(crate) nodes: Vec<Node>,
    /// For each node the items that count towards it.
    pub(crate) below: Vec<Vec<usize>>,
    /// For each node the factors below it, each as its items.
    pub(crate) factors: Vec<Vec<Vec<usize>>>,
    /// The nodes that are no items.
    pub(crate) inner: Vec<usize>,
    /// The items of the index.
    pub(crate) statements: Vec<usize>,
}

impl IndexLayout {
    pub(crate) fn of(instrument: &Instrument) -> Self {
        let tree = Tree::of(instrument);
        let items: Vec<QuestionId> = tree.items().into_iter().cloned().collect();
        let places: BTreeMap<&QuestionId, usize> = items.iter().zip(0..).collect();
        let items_below = |node: &Node| -> Vec<usize> {
            tree.items_below(node).into_iter().map(|id| places[id]).collect()
        };
        let nodes = tree.nodes();
        let is_inner = |place: &usize| !matches!(nodes[*place], Node::Item(_));
        let factors_of = |node: &Node| tree.factors_below(node).iter().map(items_below).collect();
        Self {
            below: nodes.iter().map(items_below).collect(),
            factors: nodes.iter().map(factors_of).collect(),
            inner: (0..nodes.len()).filter(is_inner).collect(),
            statements: items_below(&Node::Overall),
            items,
            nodes,
        }
    }

    /// For each content that a method weighs its weight and items; none for other methods.
    pub(crate) fn weighted_contents(&self, rollup: &Rollup) -> Vec<(f64, &[usize])> {
        let Rollup::FixedWeights { contents } = rollup else {
            return Vec::new();
        };
        let items = |node: Node| {
            let place = self.nodes.iter().position(|one| *one == node);
            self.below[place.expect("a method that fits names contents")].as_slice()
        };
        contents.iter().map(|(id, weight)| (*weight, items(Node::Content(id.clone())))).collect()
    }
}
