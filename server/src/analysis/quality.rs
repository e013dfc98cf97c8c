//! Quality of answers: reports on the same data as scores, and the pattern of each form.

use std::sync::Arc;

use jiff::Timestamp;
use jiff::civil::Date;
use scoring::{Form, FormPattern, NearCopies, pattern};
use store::{Record, Store};
use survey_defs::analysis::{Filters, FlagFilter, Grouping, QualityQuery, QualityReport};
use survey_defs::ids::{PointId, SubmissionId};
use survey_defs::instrument::Instrument;
use survey_defs::positions::Positions;
use survey_defs::target::Targets;
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Channel, Takes, Wave};

use super::Error;
use super::question::{Loaded, Question, Subject, filters, resolve};
use super::wave_data::wave;
use crate::analysis::rows::form;
use crate::catalogue::definitions::Definitions;

/// Forms read from the log at a time.
const PAGE: u32 = 5_000;

/// How one form was filled in. Nothing that was answered is in it.
#[derive(Debug, Clone, PartialEq)]
pub struct JudgedForm {
    /// The form.
    pub id: SubmissionId,
    /// Its position in the log.
    pub position: u64,
    /// The unit that was served.
    pub unit: UnitKey,
    /// The service point that it names. Imported records name `import`.
    pub point: PointId,
    /// The day of receipt.
    pub day: Date,
    /// The time of receipt.
    pub received_at: Timestamp,
    /// How it reached us.
    pub channel: Channel,
    /// Seconds from opening to sending, where that is known.
    pub seconds: Option<u32>,
    /// The pattern and its flags.
    pub pattern: FormPattern,
    /// The position of the earlier form of its point and day that it nearly equals.
    pub near_copy_of: Option<u64>,
}

impl Question for QualityQuery {
    const NAME: &'static str = "quality";
    type Answer = QualityReport;

    async fn subjects(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
    ) -> Result<Vec<Subject>, Error> {
        let wave = wave(store, &self.wave).await?;
        let subject = Subject::of(definitions, wave, self.period.as_ref(), &self.selection)?;
        Ok(vec![subject])
    }

    fn answer(&self, subjects: &[Loaded], _: &Targets) -> Result<QualityReport, Error> {
        Ok(scoring::quality(&subjects[0].request(Grouping::City))?)
    }
}

/// The forms of a wave that count and pass the filters, page by page in the order of the log.
#[derive(Debug)]
pub struct JudgedForms<'a> {
    store: &'a dyn Store,
    wave: Wave,
    instrument: Arc<Instrument>,
    filters: Filters,
    annulled: Positions,
    near_copies: NearCopies,
    position: u64,
}

impl<'a> JudgedForms<'a> {
    /// Begins at the first form.
    ///
    /// # Errors
    /// As for the report.
    pub async fn of(
        store: &'a dyn Store,
        definitions: &Definitions,
        query: &QualityQuery,
    ) -> Result<Self, Error> {
        let wave = wave(store, &query.wave).await?;
        if wave.takes == Takes::LevelCounts {
            return Err(Error::QualityNeedsForms);
        }
        let instrument = definitions.instrument(&wave.instrument).map(Arc::clone);
        let instrument =
            instrument.ok_or_else(|| Error::UnknownInstrument(wave.instrument.clone()))?;
        let days = query.period.as_ref().map(resolve).transpose()?;
        let annulled = store.annulled(&wave.id).await?.positions;
        Ok(Self {
            store,
            wave,
            instrument,
            filters: filters(days.as_ref(), &query.selection),
            annulled,
            near_copies: NearCopies::default(),
            position: 0,
        })
    }

    /// The next forms, which may be none on a page whose forms do not pass; none after the last
    /// page.
    ///
    /// # Errors
    /// `unavailable`.
    pub async fn next_page(&mut self) -> Result<Option<Vec<JudgedForm>>, Error> {
        let records = self.store.submissions_after(&self.wave.id, self.position, PAGE).await?;
        let Some(last) = records.last() else {
            return Ok(None);
        };
        self.position = last.position;
        let mut judged = Vec::new();
        for record in &records {
            if !self.annulled.contains(record.position) {
                judged.extend(self.judged(record));
            }
        }
        Ok(Some(judged))
    }

    fn judged(&mut self, record: &Record) -> Option<JudgedForm> {
        let form = form(&self.instrument, record);
        let pattern = pattern(&form);
        // Also those that do not pass the filters are what others are compared with.
        let near_copy_of = self.near_copies.judge(&form);
        passes(&self.filters, &form, &pattern).then_some(JudgedForm {
            id: record.draft.id,
            position: form.position,
            unit: form.unit,
            point: record.draft.point.clone(),
            received_at: record.received_at,
            day: form.day,
            channel: form.channel,
            seconds: form.time.seconds(),
            pattern,
            near_copy_of,
        })
    }
}

fn passes(filters: &Filters, form: &Form, pattern: &FormPattern) -> bool {
    let Filters { first_day, last_day, channel, respondent_type, quality } = *filters;
    first_day.is_none_or(|day| form.day >= day)
        && last_day.is_none_or(|day| form.day <= day)
        && channel.is_none_or(|channel| form.channel == channel)
        && respondent_type.is_none_or(|one| form.respondent_type == one)
        && match quality {
            FlagFilter::All => true,
            FlagFilter::Unflagged => pattern.flags.is_empty(),
        }
}
