//! Scores from the log: each wave has a columnar copy that follows the log by position, so a
//! table costs the new records and one aggregation.

use std::collections::HashMap;
use std::sync::Arc;

use scoring::{CountRow, Counts, Data, Disclosure, Forms, Request, Uncertainty};
use store::{Contents, Store};
use survey_defs::analysis::{
    Detail, Filters, Grouping, SamplingBasis, ScoreQuery, ScoreTable, Selection, Weights,
};
use survey_defs::dossiers::DossierCounts;
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::method::Method;
use survey_defs::period::{self, Period, PeriodRef};
use survey_defs::text::Text;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::Wave;
use tokio::sync::Mutex;

use super::Error;
use super::mirror::{LogCopy, Segments};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// Entries of the audit log that are read at a time.
const AUDIT_PAGE: u32 = 1_000;

/// Columnar copies of the waves that were asked for, each behind its own lock, so that a long
/// read of one wave does not hold up another.
#[derive(Debug)]
pub struct Scoreboard {
    segments: Segments,
    waves: Mutex<HashMap<WaveId, Arc<Mutex<LogCopy>>>>,
    /// The last entry of the audit log of each wave, as far as it was read.
    audited: Mutex<HashMap<WaveId, u64>>,
}

/// A wave with all that its tables are computed from.
pub(crate) struct WaveData {
    pub(crate) wave: Wave,
    answers: Loaded,
    sampling: SamplingBasis,
    audit_number: u64,
    dossiers: Option<DossierCounts>,
}

/// What a selection and a period mean for one wave.
#[derive(Debug, Clone)]
pub(crate) struct Terms {
    pub(crate) method: Arc<Method>,
    /// What the period is called, if there is one.
    pub(crate) period_title: Option<Text>,
    period: Option<PeriodRef>,
    selection: Selection,
    filters: Filters,
}

impl Terms {
    /// Looks up what is named.
    pub(crate) fn of(
        definitions: &Definitions,
        wave: &Wave,
        period: Option<&PeriodRef>,
        selection: &Selection,
    ) -> Result<Self, Error> {
        let days = period.map(resolve).transpose()?;
        Ok(Self {
            method: method(definitions, selection.method.as_ref().unwrap_or(&wave.method))?,
            filters: filters(days.as_ref(), selection),
            period_title: days.map(|days| days.title),
            period: period.cloned(),
            selection: selection.clone(),
        })
    }
}

/// The answers of a wave, once they have caught up with the log.
enum Loaded {
    Forms(Box<Forms>),
    Counts(Counts),
}

impl Scoreboard {
    /// A scoreboard that reads segments from a mirror, or from a mirror with a depot.
    pub fn new(segments: impl Into<Segments>) -> Self {
        Self { segments: segments.into(), waves: Mutex::default(), audited: Mutex::default() }
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
        let terms = Terms::of(definitions, &wave, query.period.as_ref(), &query.selection)?;
        let data = self.data(store, definitions, wave).await?;
        spawn_blocking(move || score(&data, &terms, &query)).await?
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
            audit_number: self.audit_number(store, &wave.id).await?,
            dossiers: store.dossiers(&wave.id).await?,
            wave,
        })
    }

    /// The last entry of the audit log of a wave. Entries are never removed, so each is read once.
    async fn audit_number(&self, store: &dyn Store, wave: &WaveId) -> Result<u64, Error> {
        let mut number = self.audited.lock().await.get(wave).copied().unwrap_or_default();
        while let Some(last) = store.acts_after(wave, number, AUDIT_PAGE).await?.last() {
            number = last.number;
        }
        let mut audited = self.audited.lock().await;
        let known = audited.entry(wave.clone()).or_default();
        *known = number.max(*known);
        Ok(*known)
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
    /// The scores of some answers, as far as a query does not say more.
    pub(crate) fn request<'a>(&'a self, terms: &'a Terms, by: Grouping) -> Request<'a> {
        Request {
            wave: &self.wave,
            method: &terms.method,
            gazetteer: Gazetteer::hanoi(),
            data: match &self.answers {
                Loaded::Forms(forms) => Data::Forms(forms),
                Loaded::Counts(counts) => Data::Counts(counts),
            },
            by,
            group: None,
            period: terms.period.clone(),
            selection: terms.selection.clone(),
            filters: terms.filters.clone(),
            audit_number: self.audit_number,
            detail: Detail::default(),
            uncertainty: Uncertainty::default(),
            sampling: self.sampling,
            dossiers: match terms.selection.weights {
                Weights::Known => self.dossiers.as_ref(),
                Weights::None => None,
            },
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

/// The filters of a period and a selection.
pub(crate) fn filters(period: Option<&Period>, selection: &Selection) -> Filters {
    let Selection { channel, respondent_type, quality, .. } = *selection;
    Filters {
        first_day: period.map(|period| period.first),
        last_day: period.map(|period| period.last),
        channel,
        respondent_type,
        quality,
    }
}

/// The days of a period.
pub(crate) fn resolve(period: &PeriodRef) -> Result<Period, Error> {
    period::resolve(period).map_err(|error| Error::UnknownPeriod(error.to_string()))
}

/// Whether a wave is a sample. An import takes all forms with a plan or all without, so the first
/// form tells.
async fn sampling(store: &dyn Store, wave: &Wave) -> Result<SamplingBasis, Error> {
    let first = store.submissions_after(&wave.id, 0, 1).await?;
    let is_planned = first.first().is_some_and(|record| record.sampling.is_some());
    Ok(if is_planned { SamplingBasis::Plan } else { SamplingBasis::AsCollected })
}

fn score(data: &WaveData, terms: &Terms, query: &ScoreQuery) -> Result<ScoreTable, Error> {
    let mut request = data.request(terms, query.by);
    request.group = query.group.as_ref();
    request.detail = query.detail;
    if query.design_effects {
        request.uncertainty = Uncertainty::DesignEffects;
    }
    Ok(scoring::score(&request)?)
}
