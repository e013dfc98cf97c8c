use polars::prelude::{DataFrame, Expr, LazyFrame, PolarsError, SortMultipleOptions, col, lit};
use survey_defs::api::GroupLabel;
use survey_defs::counts::LevelCounts;
use survey_defs::method::{Method, MethodError};
use survey_defs::score::{Node, NodeScore};

use crate::columns::{self, Tally};
use crate::error::engine;
use crate::groups::Groups;
use crate::missing::blank_incomplete_forms;
use crate::rollup::roll_up;
use crate::run::collect;
use crate::select::select;
use crate::tally::{tally_counts, tally_forms, tally_nodes};
use crate::tree::Tree;
use crate::{Data, Request, ScoringError};

/// One group with its unrounded scores, of which nothing is suppressed yet.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Estimate {
    pub(crate) group: GroupLabel,
    /// One for each node shown, in printing order.
    pub(crate) scores: Vec<NodeScore>,
}

/// Scores the groups to which at least one form or row of the filtered data belongs, in printing
/// order.
pub(crate) fn estimate(
    request: &Request<'_>,
    groups: &Groups,
) -> Result<Vec<Estimate>, ScoringError> {
    check(request)?;
    let tree = Tree::of(request.data.instrument());
    let rows = only_group(groups.assign(select(request.data, &request.filters)?), request, groups);
    let tallies = match request.data {
        Data::Forms(_) => {
            let rule = request.method.definition().missing;
            tally_forms(blank_incomplete_forms(rows, tree, rule), tree)
        }
        Data::Counts(_) => tally_counts(rows, tree),
    };
    let nodes = tree.shown(request.detail);
    let scores = roll_up(tally_nodes(tallies, tree), tree, request.method)
        .select(shown_columns(&nodes))
        .sort([columns::GROUP], SortMultipleOptions::default());
    read(&collect(scores)?, &nodes, groups).map_err(engine)
}

/// Refuses data of another instrument, and methods that cannot score these data.
fn check(request: &Request<'_>) -> Result<(), ScoringError> {
    let Request { wave, method, data, .. } = request;
    let answered = data.instrument().reference();
    if answered != wave.instrument {
        return Err(ScoringError::OtherInstrument {
            wave: wave.instrument.clone(),
            data: answered,
        });
    }
    method.check_fits(data.instrument())?;
    match data {
        Data::Forms(_) => Ok(()),
        Data::Counts(_) => check_needs_no_respondents(method),
    }
}

fn check_needs_no_respondents(method: &Method) -> Result<(), ScoringError> {
    if method.definition().missing.needs_respondents() {
        return Err(MethodError::NeedsRespondents { method: method.id().clone() }.into());
    }
    Ok(())
}

/// The rows of the one group that is wanted, or of all.
fn only_group(rows: LazyFrame, request: &Request<'_>, groups: &Groups) -> LazyFrame {
    match request.group.map(|key| groups.number(key)) {
        None => rows,
        Some(Some(number)) => rows.filter(col(columns::GROUP).eq(lit(number))),
        Some(None) => rows.filter(lit(false)),
    }
}

fn shown_columns(nodes: &[Node]) -> Vec<Expr> {
    let of_node = |node: &Node| {
        let mut names = vec![columns::n(node), columns::score(node)];
        names.extend(Tally::all().map(|tally| columns::node_count(node, tally)));
        names
    };
    let names = nodes.iter().flat_map(of_node);
    std::iter::once(columns::GROUP.into()).chain(names).map(col).collect()
}

fn read(frame: &DataFrame, nodes: &[Node], groups: &Groups) -> Result<Vec<Estimate>, PolarsError> {
    let numbers = frame.column(columns::GROUP)?.i32()?.iter().flatten();
    let mut estimates: Vec<Estimate> = numbers
        .map(|number| Estimate { group: groups.label(number), scores: Vec::new() })
        .collect();
    for node in nodes {
        let mut counts = vec![LevelCounts::default(); estimates.len()];
        for tally in Tally::all() {
            let column = frame.column(&columns::node_count(node, tally))?.u64()?;
            for (counts, count) in counts.iter_mut().zip(column.iter()) {
                tally.put(counts, count.unwrap_or(0));
            }
        }
        let n = frame.column(&columns::n(node))?.u64()?.iter();
        let score = frame.column(&columns::score(node))?.f64()?.iter();
        for (((estimate, counts), n), score) in estimates.iter_mut().zip(counts).zip(n).zip(score) {
            let n = n.unwrap_or(0);
            estimate.scores.push(NodeScore { node: node.clone(), n, counts, score });
        }
    }
    Ok(estimates)
}
