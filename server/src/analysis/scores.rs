//! Scores from the log: each wave has a columnar copy that follows the log by position, so a
//! table costs the new records and one aggregation.

use std::collections::HashMap;
use std::sync::Arc;

use scoring::{CountRow, Counts, Data, Disclosure, Forms, Request, Uncertainty};
use store::{Contents, Store};
use survey_defs::analysis::{
    Detail, Filters, Grouping, Quality, SamplingBasis, ScoreQuery, ScoreTable,
};
use survey_defs::dossiers::DossierCounts;
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::method::Method;
use survey_defs::period::{self, Period, PeriodRef};
use survey_defs::unit::Gazetteer;
use survey_defs::wave::{Channel, RespondentType, Wave};
use tokio::sync::Mutex;

use super::Error;
use super::mirror::{LogCopy, Segments};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// Columnar copies of the waves that were asked for, each behind its own lock, so that a long
/// read of one wave does not hold up another.
#[derive(Debug)]
pub struct Scoreboard {
    segments: Segments,
    waves: Mutex<HashMap<WaveId, Arc<Mutex<LogCopy>>>>,
}

/// A wave with all that its tables are computed from.
pub(crate) struct WaveData {
    pub(crate) wave: Wave,
    answers: Loaded,
    sampling: SamplingBasis,
    dossiers: Option<DossierCounts>,
}

/// The answers of a wave, once they have caught up with the log.
enum Loaded {
    Forms(Box<Forms>),
    Counts(Counts),
}

impl Scoreboard {
    /// A scoreboard that reads segments from a mirror, or from a mirror with a depot.
    pub fn new(segments: impl Into<Segments>) -> Self {
        Self { segments: segments.into(), waves: Mutex::default() }
    }

    /// The table that a query asks for, from everything that was recorded before the call.
    ///
    /// # Errors
    /// Problems of the query (unknown wave, method or period; a method or filter that does not
    /// fit the data); those of the store.
    pub async fn table(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        query: ScoreQuery,
    ) -> Result<ScoreTable, Error> {
        let wave = wave(store, &query.wave).await?;
        let method = method(definitions, query.method.as_ref().unwrap_or(&wave.method))?;
        let filters = Filters {
            quality: query.quality,
            ..filters(query.period.as_deref(), query.channel, query.respondent_type)?
        };
        let data = self.data(store, definitions, wave).await?;
        spawn_blocking(move || score(&data, &method, filters, &query)).await?
    }

    /// Everything that was recorded of a wave before the call.
    pub(crate) async fn data(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        wave: Wave,
    ) -> Result<WaveData, Error> {
        let instrument = definitions.instrument(&wave.instrument);
        let instrument =
            instrument.ok_or_else(|| Error::UnknownInstrument(wave.instrument.clone()))?;
        Ok(WaveData {
            answers: self.load(store, &wave, instrument).await?,
            sampling: sampling(store, &wave).await?,
            dossiers: store.dossiers(&wave.id).await?,
            wave,
        })
    }

    async fn load(
        &self,
        store: &dyn Store,
        wave: &Wave,
        instrument: &Arc<Instrument>,
    ) -> Result<Loaded, Error> {
        let end = store.log_end(&wave.id).await?;
        if end.contents == Some(Contents::LevelCounts) {
            let rows = store.level_counts(&wave.id).await?.into_iter().map(|row| CountRow {
                unit: row.unit,
                month: row.month,
                item: row.item,
                counts: row.counts,
            });
            let rows: Vec<CountRow> = rows.collect();
            let counts = Counts::new(Arc::clone(instrument), end.position, &rows);
            return Ok(Loaded::Counts(counts?));
        }
        let copy =
            Arc::clone(self.waves.lock().await.entry(wave.id.clone()).or_insert_with(|| {
                let (instrument, segments) = (Arc::clone(instrument), self.segments.clone());
                Arc::new(Mutex::new(LogCopy::new(wave.id.clone(), instrument, segments)))
            }));
        let mut copy = copy.lock().await;
        copy.catch_up(store, end.position).await?;
        Ok(Loaded::Forms(Box::new(copy.forms())))
    }
}

impl WaveData {
    /// The scores of some answers by a method, as far as a query does not say more.
    pub(crate) fn request<'a>(
        &'a self,
        method: &'a Method,
        by: Grouping,
        filters: Filters,
    ) -> Request<'a> {
        Request {
            wave: &self.wave,
            method,
            gazetteer: Gazetteer::hanoi(),
            data: match &self.answers {
                Loaded::Forms(forms) => Data::Forms(forms),
                Loaded::Counts(counts) => Data::Counts(counts),
            },
            by,
            group: None,
            filters,
            detail: Detail::default(),
            uncertainty: Uncertainty::default(),
            sampling: self.sampling,
            dossiers: self.dossiers.as_ref(),
            disclosure: Disclosure::PUBLISHED,
        }
    }
}

/// A wave that must exist.
pub(crate) async fn wave(store: &dyn Store, id: &WaveId) -> Result<Wave, Error> {
    store.wave(id).await?.ok_or_else(|| Error::UnknownWave(id.clone()))
}

/// A method that must exist.
pub(crate) fn method(definitions: &Definitions, id: &MethodId) -> Result<Arc<Method>, Error> {
    definitions.method(id).map(Arc::clone).ok_or_else(|| {
        let known = definitions.method_summaries().into_iter().map(|one| one.id.to_string());
        Error::UnknownMethod { id: id.clone(), known: known.collect::<Vec<_>>().join(", ") }
    })
}

/// Filters whose period is written as text, of forms with and without flags.
pub(crate) fn filters(
    period: Option<&str>,
    channel: Option<Channel>,
    respondent_type: Option<RespondentType>,
) -> Result<Filters, Error> {
    let period = period.map(resolve).transpose()?;
    Ok(Filters {
        first_day: period.as_ref().map(|period| period.first),
        last_day: period.as_ref().map(|period| period.last),
        channel,
        respondent_type,
        quality: Quality::All,
    })
}

/// A period as a query writes it.
pub(crate) fn resolve(text: &str) -> Result<Period, Error> {
    let reference: PeriodRef = text
        .parse()
        .map_err(|error: period::InvalidPeriodRef| Error::InvalidQuery(error.to_string()))?;
    period::resolve(&reference).map_err(|error| Error::UnknownPeriod(error.to_string()))
}

/// Whether a wave is a sample. An import takes all forms with a plan or all without, so the first
/// form tells.
async fn sampling(store: &dyn Store, wave: &Wave) -> Result<SamplingBasis, Error> {
    let first = store.submissions_after(&wave.id, 0, 1).await?;
    let is_planned = first.first().is_some_and(|record| record.sampling.is_some());
    Ok(if is_planned { SamplingBasis::Plan } else { SamplingBasis::AsCollected })
}

fn score(
    data: &WaveData,
    method: &Method,
    filters: Filters,
    query: &ScoreQuery,
) -> Result<ScoreTable, Error> {
    let mut request = data.request(method, query.by, filters);
    request.group = query.group.as_deref();
    request.detail = query.detail;
    if query.design_effects {
        request.uncertainty = Uncertainty::DesignEffects;
    }
    if query.plain {
        request.dossiers = None;
    }
    Ok(scoring::score(&request)?)
}
