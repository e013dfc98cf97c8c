use std::collections::BTreeMap;

use polars::lazy::dsl::{max_horizontal, sum_horizontal};
use polars::prelude::{DataType, Expr, LazyFrame, col, lit};
use survey_defs::counts::Cell;
use survey_defs::ids::QuestionId;
use survey_defs::score::Node;

use crate::columns::{self, Tally};
use crate::data::CellCode;
use crate::missing::is_valid;
use crate::tree::Tree;

/// Counts forms per group: the tallies of every question, and the respondents of every inner node,
/// who are those with at least one valid answer below it.
pub(crate) fn tally_forms(forms: LazyFrame, tree: Tree<'_>) -> LazyFrame {
    let mut sums: Vec<Expr> = for_items(tree, |item, tally| {
        col(columns::cell(item)).eq(lit(code(tally).0)).sum().cast(DataType::UInt64)
    });
    sums.extend(tree.inner().iter().map(|node| {
        let answered = tree.items_below(node).into_iter().map(is_valid).reduce(Expr::or);
        let answered = answered.unwrap_or_else(|| lit(false));
        answered.sum().cast(DataType::UInt64).alias(columns::n(node))
    }));
    forms.group_by([col(columns::GROUP)]).agg(sums)
}

/// Adds rows of level counts up per group. Respondents of an inner node are unknown; the largest n
/// of a question below it is the least number there can be.
pub(crate) fn tally_counts(rows: LazyFrame, tree: Tree<'_>) -> LazyFrame {
    let places: BTreeMap<&QuestionId, u32> = tree.items().into_iter().zip(0..).collect();
    let sums = for_items(tree, |item, tally| {
        let is_item = col(columns::ITEM).eq(lit(places[item]));
        col(columns::count(tally)).filter(is_item).sum()
    });
    let largest = |node: &Node| {
        let below = tree.items_below(node).into_iter().map(|id| answers(&Node::Item(id.clone())));
        let below: Vec<Expr> = below.collect();
        max_horizontal(below).unwrap_or_else(|_| lit(0_u64)).alias(columns::n(node))
    };
    let largest: Vec<Expr> = tree.inner().iter().map(largest).collect();
    rows.group_by([col(columns::GROUP)]).agg(sums).with_columns(largest)
}

/// Completes the tallies of questions: their respondents, and the tallies of inner nodes.
pub(crate) fn tally_nodes(groups: LazyFrame, tree: Tree<'_>) -> LazyFrame {
    let mut sums: Vec<Expr> = Vec::new();
    for item in tree.items() {
        let node = Node::Item(item.clone());
        sums.push(answers(&node).alias(columns::n(&node)));
    }
    for node in tree.inner() {
        for tally in Tally::all() {
            let below = tree.items_below(&node).into_iter();
            let below = below.map(|item| count(&Node::Item(item.clone()), tally));
            sums.push(total(below).alias(columns::node_count(&node, tally)));
        }
    }
    groups.with_columns(sums)
}

/// The valid answers of a node.
pub(crate) fn answers(node: &Node) -> Expr {
    total(
        Tally::all()
            .filter(|tally| matches!(tally, Tally::Level(_)))
            .map(|level| count(node, level)),
    )
}

/// One tally of a node.
pub(crate) fn count(node: &Node, tally: Tally) -> Expr {
    col(columns::node_count(node, tally))
}

/// The sum of columns. Polars refuses to add up none, which is nothing.
fn total(counts: impl Iterator<Item = Expr>) -> Expr {
    sum_horizontal(counts.collect::<Vec<Expr>>(), false).unwrap_or_else(|_| lit(0_u64))
}

fn for_items(tree: Tree<'_>, sum: impl Fn(&QuestionId, Tally) -> Expr) -> Vec<Expr> {
    let of_item = |item: &QuestionId| -> Vec<Expr> {
        let node = Node::Item(item.clone());
        Tally::all()
            .map(|tally| sum(item, tally).alias(columns::node_count(&node, tally)))
            .collect()
    };
    tree.items().into_iter().flat_map(of_item).collect()
}

fn code(tally: Tally) -> CellCode {
    CellCode::from(match tally {
        Tally::Level(level) => Cell::Level(level),
        Tally::NotApplicable => Cell::NotApplicable,
        Tally::NoAnswer => Cell::NoAnswer,
    })
}
