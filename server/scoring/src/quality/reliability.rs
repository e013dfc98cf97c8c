//! From moments to coefficients.

use statistics::reliability::{Alpha, AlphaError};
use survey_defs::analysis::{
    FactorReliability, NoReliability, NodeLabel, Reliability, ScoreTable, StatementReliability,
};
use survey_defs::score::Node;

use super::ROUNDING;
use super::moments::Moments;
use crate::Request;
use crate::index_layout::IndexLayout;
use crate::tree::Tree;

/// What may be shown of the factors, in printing order.
pub(super) fn printed(
    request: &Request<'_>,
    layout: &IndexLayout,
    factors: &[Moments],
    with: &ScoreTable,
) -> Vec<FactorReliability> {
    let tree = Tree::of(request.data.instrument());
    let is_factor = |(_, label): &(usize, &NodeLabel)| matches!(label.node, Node::Factor(_));
    let labels = with.nodes.iter().enumerate().filter(is_factor);
    let of_factor = |((place, label), moments): ((usize, &NodeLabel), &Moments)| {
        let cell = with.groups.first().map(|group| group.cells[place]);
        let is_hidden = cell.is_none_or(|cell| cell.suppressed.is_some());
        let node = layout.nodes.iter().position(|node| *node == label.node);
        let items = &layout.below[node.expect("the table has nodes of the instrument")];
        let statements =
            items.iter().map(|item| tree.label(Node::Item(layout.items[*item].clone())));
        let found = if items.len() < 2 {
            Err(NoReliability::OneStatement)
        } else if is_hidden || moments.n < with.provenance.min_n {
            Err(NoReliability::TooFew)
        } else {
            moments.alpha().map_err(|error| why(&error))
        };
        FactorReliability {
            label: label.clone(),
            missing: found.as_ref().err().copied(),
            reliability: found.ok().map(|alpha| rounded(&alpha, statements.collect())),
        }
    };
    labels.zip(factors).map(of_factor).collect()
}

fn why(error: &AlphaError) -> NoReliability {
    match error {
        AlphaError::NoVariance { .. } | AlphaError::NoTotalVariance => NoReliability::NoVariance,
        AlphaError::TooFewRows { .. } => NoReliability::TooFew,
        AlphaError::TooFewItems { .. }
        | AlphaError::Length { .. }
        | AlphaError::Weights { .. }
        | AlphaError::Weight { .. }
        | AlphaError::Infinite { .. }
        | AlphaError::NotSquare { .. }
        | AlphaError::NotSymmetric { .. } => {
            unreachable!("moments make a finite symmetric matrix of two statements or more")
        }
    }
}

fn rounded(alpha: &Alpha, statements: Vec<NodeLabel>) -> Reliability {
    let round = |number: f64| ROUNDING.round(number);
    let statements = statements.into_iter().zip(&alpha.items);
    Reliability {
        n: alpha.n,
        alpha: round(alpha.raw),
        alpha_standardised: alpha.standardised.map(round),
        mean_correlation: round(alpha.mean_correlation),
        statements: statements
            .map(|(label, item)| StatementReliability {
                label,
                alpha_if_dropped: item.alpha_if_dropped.map(round),
                rest_correlation: item.rest_correlation.map(round),
            })
            .collect(),
    }
}
