//! Comparisons of groups, on the same data as scores.

use std::sync::Arc;

use scoring::{ComparisonRequest, Request, TargetChoice, compare};
use store::Store;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable, Filters};
use survey_defs::ids::WaveId;
use survey_defs::method::Method;
use survey_defs::score::{InvalidNode, Node};
use survey_defs::target::Targets;

use super::Error;
use super::scores::{Scoreboard, WaveData, filters, method, wave};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// The error level of a query that names none: the usual one.
const ALPHA: f64 = 0.05;

/// A query with the definitions and filters that it names.
struct Resolved {
    query: ComparisonQuery,
    node: Node,
    method: Arc<Method>,
    targets: Arc<Targets>,
    filters: Filters,
    /// Where something is compared with.
    earlier: Option<Filters>,
}

impl Scoreboard {
    /// The comparison that a query asks for, from everything that was recorded before the call.
    ///
    /// # Errors
    /// Problems of the query; those of the store.
    pub async fn comparison(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        query: ComparisonQuery,
    ) -> Result<ComparisonTable, Error> {
        let now = wave(store, &query.wave).await?;
        let other = match other_wave(&query) {
            Some(id) => Some(wave(store, id).await?),
            None => None,
        };
        let resolved = Resolved {
            node: node(&query)?,
            method: method(definitions, query.method.as_ref().unwrap_or(&now.method))?,
            targets: Arc::clone(definitions.targets()),
            filters: filters(query.period.as_deref(), query.channel, query.respondent_type)?,
            earlier: earlier(&query)?,
            query,
        };
        let now = self.data(store, definitions, now).await?;
        let other = match other {
            Some(wave) => Some(self.data(store, definitions, wave).await?),
            None => None,
        };
        spawn_blocking(move || resolved.compare(&now, other.as_ref())).await?
    }
}

impl Resolved {
    fn compare(self, now: &WaveData, other: Option<&WaveData>) -> Result<ComparisonTable, Error> {
        let Self { query, node, method, targets, filters, earlier } = self;
        let mut now_request = now.request(&method, query.by, filters);
        let other = other.unwrap_or(now);
        let mut before = earlier.map(|filters| other.request(&method, query.by, filters));
        if query.plain {
            now_request.dossiers = None;
            before = before.map(|before| Request { dossiers: None, ..before });
        }
        Ok(compare(&ComparisonRequest {
            now: now_request,
            before,
            node,
            targets: query.target.map_or(TargetChoice::Plans(&targets), TargetChoice::Same),
            alpha: query.alpha.unwrap_or(ALPHA),
        })?)
    }
}

/// The wave that is compared with, if it is another one.
fn other_wave(query: &ComparisonQuery) -> Option<&WaveId> {
    query.before_wave.as_ref().filter(|before| **before != query.wave)
}

/// The filters of what is compared with, if anything is.
fn earlier(query: &ComparisonQuery) -> Result<Option<Filters>, Error> {
    if query.before_wave.is_none() && query.before_period.is_none() {
        return Ok(None);
    }
    filters(query.before_period.as_deref(), query.channel, query.respondent_type).map(Some)
}

fn node(query: &ComparisonQuery) -> Result<Node, Error> {
    let text = query.node.as_deref().unwrap_or("overall");
    text.parse().map_err(|error: InvalidNode| Error::InvalidQuery(error.to_string()))
}
