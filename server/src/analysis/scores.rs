//! Scores of the groups of a wave.

use scoring::Uncertainty;
use store::Store;
use survey_defs::analysis::{ScoreQuery, ScoreTable};
use survey_defs::target::Targets;

use super::Error;
use super::question::{Loaded, Question, Subject};
use super::wave_data::wave;
use crate::catalogue::definitions::Definitions;

impl Question for ScoreQuery {
    const NAME: &'static str = "scores";
    type Answer = ScoreTable;

    async fn subjects(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
    ) -> Result<Vec<Subject>, Error> {
        let wave = wave(store, &self.wave).await?;
        let subject = Subject::of(definitions, wave, self.period.as_ref(), &self.selection)?;
        Ok(vec![subject])
    }

    fn answer(&self, subjects: &[Loaded], _: &Targets) -> Result<ScoreTable, Error> {
        let mut request = subjects[0].request(self.by);
        request.group = self.group.as_ref();
        request.detail = self.detail;
        if self.design_effects {
            request.uncertainty = Uncertainty::DesignEffects;
        }
        Ok(scoring::score(&request)?)
    }
}
