use std::collections::BTreeMap;

use polars::lazy::dsl::mean_horizontal;
use polars::prelude::{DataType, Expr, LazyFrame, NULL, col, lit};
use survey_defs::api::Detail;
use survey_defs::ids::ContentId;
use survey_defs::method::{Method, Rollup};
use survey_defs::score::Node;

use crate::columns;
use crate::conversion::percent;
use crate::tree::Tree;

/// Writes the scores of all nodes: questions first, then whatever is made of them.
pub(crate) fn roll_up(groups: LazyFrame, tree: Tree<'_>, method: &Method) -> LazyFrame {
    let write_scores = |groups: LazyFrame, depth: Detail| {
        let nodes = tree.at(depth);
        let scores = nodes.iter().map(|node| score(tree, method, node).alias(columns::score(node)));
        groups.with_columns(scores.collect::<Vec<Expr>>())
    };
    [Detail::Item, Detail::Factor, Detail::Content, Detail::Overall]
        .into_iter()
        .fold(groups, write_scores)
}

/// The score of a node, from counts or from the scores of deeper nodes.
fn score(tree: Tree<'_>, method: &Method, node: &Node) -> Expr {
    let conversion = method.definition().conversion;
    match (&method.definition().rollup, node) {
        (Rollup::Pooled, _) | (_, Node::Item(_)) => percent(conversion, node),
        (Rollup::MeanOfStatements, _)
        | (Rollup::MeanOfFactors, Node::Factor(_))
        | (Rollup::FixedWeights { .. }, Node::Factor(_) | Node::Content(_)) => {
            let statements = tree.items_below(node).into_iter();
            mean(statements.map(|item| Node::Item(item.clone())))
        }
        (Rollup::MeanOfFactors, Node::Content(_) | Node::Overall) => {
            mean(tree.factors_below(node).into_iter())
        }
        (Rollup::FixedWeights { contents }, Node::Overall) => weighted_mean(contents),
    }
}

/// The mean of the scores that exist; null if none does, or if there are no nodes, which polars
/// refuses.
fn mean(nodes: impl Iterator<Item = Node>) -> Expr {
    let scores: Vec<Expr> = nodes.map(|node| col(columns::score(&node))).collect();
    mean_horizontal(scores, true).unwrap_or_else(|_| lit(NULL).cast(DataType::Float64))
}

/// The weighted mean of contents; null if one of them has no score.
fn weighted_mean(contents: &BTreeMap<ContentId, f64>) -> Expr {
    contents
        .iter()
        .map(|(id, weight)| col(columns::score(&Node::Content(id.clone()))) * lit(*weight))
        .reduce(|sum, term| sum + term)
        .expect("a method has at least one weight")
        / lit(contents.values().sum::<f64>())
}
