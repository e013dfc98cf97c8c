//! Comparisons of groups, on the same data as scores.

use scoring::{ComparisonRequest, TargetChoice, compare};
use store::Store;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable};
use survey_defs::target::Targets;

use super::Error;
use super::question::{Loaded, Question, Subject};
use super::wave_data::wave;
use crate::catalogue::definitions::Definitions;

/// The error level of a query that names none: the usual one.
const ALPHA: f64 = 0.05;

impl Question for ComparisonQuery {
    const NAME: &'static str = "comparison";
    type Answer = ComparisonTable;

    /// The wave, and what it is compared with over time, if anything; both by one method.
    async fn subjects(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
    ) -> Result<Vec<Subject>, Error> {
        let Self { period, before_wave, before_period, selection, .. } = self;
        let wave_now = wave(store, &self.wave).await?;
        let now = Subject::of(definitions, wave_now, period.as_ref(), selection)?;
        if before_wave.is_none() && before_period.is_none() {
            return Ok(vec![now]);
        }
        let wave_before = wave(store, before_wave.as_ref().unwrap_or(&self.wave)).await?;
        let before = Subject::of(definitions, wave_before, before_period.as_ref(), selection)?;
        let before = before.by_method_of(&now);
        Ok(vec![now, before])
    }

    fn answer(&self, subjects: &[Loaded], targets: &Targets) -> Result<ComparisonTable, Error> {
        Ok(compare(&ComparisonRequest {
            now: subjects[0].request(self.by),
            before: subjects.get(1).map(|before| before.request(self.by)),
            node: self.node.clone(),
            targets: self.target.map_or(TargetChoice::Plans(targets), TargetChoice::Same),
            alpha: self.alpha.unwrap_or(ALPHA),
        })?)
    }
}
