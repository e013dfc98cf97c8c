//! Scores from the log: each wave has a columnar copy that follows the log by position, so a
//! table costs the new records and one aggregation.

use std::collections::HashMap;
use std::sync::Arc;

use scoring::{CountRow, Counts, Data, Disclosure, Form, Forms, Request, ScoringError};
use store::{Contents, Record, Source, Store};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{Filters, ScoreQuery, ScoreTable};
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::method::Method;
use survey_defs::period::{self, PeriodRef};
use survey_defs::score::cells;
use survey_defs::unit::Gazetteer;
use survey_defs::wave::Wave;
use tokio::sync::Mutex;

use crate::clock::hanoi_day;
use crate::definitions::Definitions;
use crate::error::ApiError;
use crate::tasks::spawn_blocking;

/// Records read from the log at a time.
const PAGE: u32 = 5_000;

/// Columnar copies of the waves that were asked for, each behind its own lock, so that a long
/// read of one wave does not hold up another.
#[derive(Debug, Default)]
pub struct Scoreboard {
    waves: Mutex<HashMap<WaveId, Arc<Mutex<Forms>>>>,
}

/// What a table is computed from, once the wave's data have caught up with the log.
enum Loaded {
    Forms(Forms),
    Counts(Counts),
}

impl Scoreboard {
    /// The table that a query asks for, from everything that was recorded before the call.
    ///
    /// # Errors
    /// Problems of the query (unknown wave, method or period; a method or filter that does not
    /// fit the data), or `unavailable`.
    pub async fn table(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        query: ScoreQuery,
    ) -> Result<ScoreTable, ApiError> {
        let wave = store.wave(&query.wave).await?;
        let wave = wave.ok_or_else(|| {
            let detail = format!("{}; `thuocdo wave list` lists the waves", query.wave);
            ApiError::with_detail(ProblemCode::WaveUnknown, detail)
        })?;
        let method_id = query.method.as_ref().unwrap_or(&wave.method);
        let method = definitions.method(method_id);
        let method = method.ok_or_else(|| {
            let known = definitions.method_summaries().into_iter().map(|one| one.id.to_string());
            let known = known.collect::<Vec<_>>().join(", ");
            let detail = format!("{method_id} is not one of {known}");
            ApiError::with_detail(ProblemCode::MethodUnknown, detail)
        })?;
        let instrument = definitions.instrument(&wave.instrument);
        let instrument = instrument.ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
        let filters = filters(&query)?;
        let data = self.load(store, &wave, instrument).await?;
        let method = Arc::clone(method);
        spawn_blocking(move || score(&wave, &method, filters, &query, &data)).await?
    }

    async fn load(
        &self,
        store: &dyn Store,
        wave: &Wave,
        instrument: &Arc<Instrument>,
    ) -> Result<Loaded, ApiError> {
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
            return Ok(Loaded::Counts(counts.map_err(corrupt)?));
        }
        let forms = Arc::clone(
            self.waves
                .lock()
                .await
                .entry(wave.id.clone())
                .or_insert_with(|| Arc::new(Mutex::new(Forms::new(Arc::clone(instrument))))),
        );
        let mut forms = forms.lock().await;
        while forms.position() < end.position {
            let records = store.submissions_after(&wave.id, forms.position(), PAGE).await?;
            if records.is_empty() {
                break;
            }
            let instrument = Arc::clone(instrument);
            let page = spawn_blocking(move || -> Vec<Form> {
                records.iter().map(|record| form(&instrument, record)).collect()
            });
            forms.append(&page.await?).map_err(corrupt)?;
        }
        Ok(Loaded::Forms(forms.clone()))
    }
}

/// A recorded form, as far as scores need it. The day of an imported form is the one that the
/// file gives; that of any other is the day of receipt, because a device's clock decides nothing.
fn form(instrument: &Instrument, record: &Record) -> Form {
    let moment = match record.source {
        Source::Import => record.draft.finished_at,
        Source::Api | Source::Demo => record.received_at,
    };
    Form {
        position: record.position,
        unit: record.unit.clone(),
        day: hanoi_day(moment),
        channel: record.channel,
        respondent_type: record.context.respondent_type,
        cells: cells(instrument, &record.draft.answers),
    }
}

fn filters(query: &ScoreQuery) -> Result<Filters, ApiError> {
    let period = match &query.period {
        None => None,
        Some(text) => {
            let reference: PeriodRef =
                text.parse().map_err(|error: period::InvalidPeriodRef| {
                    ApiError::with_detail(ProblemCode::QueryInvalid, error.to_string())
                })?;
            let period = period::resolve(&reference).map_err(|error| {
                ApiError::with_detail(ProblemCode::PeriodUnknown, error.to_string())
            })?;
            Some(period)
        }
    };
    Ok(Filters {
        first_day: period.as_ref().map(|period| period.first),
        last_day: period.as_ref().map(|period| period.last),
        channel: query.channel,
        respondent_type: query.respondent_type,
    })
}

fn score(
    wave: &Wave,
    method: &Method,
    filters: Filters,
    query: &ScoreQuery,
    data: &Loaded,
) -> Result<ScoreTable, ApiError> {
    let table = scoring::score(&Request {
        wave,
        method,
        gazetteer: Gazetteer::hanoi(),
        data: match data {
            Loaded::Forms(forms) => Data::Forms(forms),
            Loaded::Counts(counts) => Data::Counts(counts),
        },
        by: query.by,
        group: query.group.as_deref(),
        filters,
        detail: query.detail,
        disclosure: Disclosure::PUBLISHED,
    })?;
    Ok(table)
}

fn corrupt(error: scoring::DataError) -> ApiError {
    ApiError::caused_by(ProblemCode::Internal, error)
}

impl From<ScoringError> for ApiError {
    fn from(error: ScoringError) -> Self {
        match error {
            ScoringError::Method(error) => error.into(),
            ScoringError::FilterNeedsDates | ScoringError::FilterNeedsRespondents => {
                Self::with_detail(ProblemCode::FilterDoesNotFit, error.to_string())
            }
            ScoringError::OtherInstrument { .. } | ScoringError::Engine(_) => {
                Self::caused_by(ProblemCode::Internal, error)
            }
        }
    }
}
