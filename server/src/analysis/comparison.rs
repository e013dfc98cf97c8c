//! Comparisons of groups, on the same data as scores.

use std::sync::Arc;

use scoring::{ComparisonRequest, TargetChoice, compare};
use store::Store;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable};
use survey_defs::ids::WaveId;
use survey_defs::target::Targets;

use super::Error;
use super::scores::{Scoreboard, Terms, WaveData, wave};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// The error level of a query that names none: the usual one.
const ALPHA: f64 = 0.05;

/// A query with the definitions and filters that it names.
struct Resolved {
    query: ComparisonQuery,
    terms: Terms,
    targets: Arc<Targets>,
    /// Where something is compared with.
    earlier: Option<Terms>,
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
        let ComparisonQuery { period, before_wave, before_period, selection, .. } = &query;
        let is_compared = before_wave.is_some() || before_period.is_some();
        let earlier = is_compared.then(|| {
            let before = other.as_ref().unwrap_or(&now);
            Terms::of(definitions, before, before_period.as_ref(), selection)
        });
        let resolved = Resolved {
            terms: Terms::of(definitions, &now, period.as_ref(), selection)?,
            targets: Arc::clone(definitions.targets()),
            earlier: earlier.transpose()?,
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
        let Self { query, terms, targets, earlier } = self;
        let other = other.unwrap_or(now);
        Ok(compare(&ComparisonRequest {
            now: now.request(&terms, query.by),
            before: earlier.as_ref().map(|terms| other.request(terms, query.by)),
            node: query.node,
            targets: query.target.map_or(TargetChoice::Plans(&targets), TargetChoice::Same),
            alpha: query.alpha.unwrap_or(ALPHA),
        })?)
    }
}

/// The wave that is compared with, if it is another one.
fn other_wave(query: &ComparisonQuery) -> Option<&WaveId> {
    query.before_wave.as_ref().filter(|before| **before != query.wave)
}
