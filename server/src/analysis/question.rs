//! How an analysis is asked and answered: the same way for all of them.

use std::sync::Arc;

use scoring::Request;
use serde::Serialize;
use store::Store;
use survey_defs::analysis::{Analysed, Filters, Grouping, Selection, Source, Versions};
use survey_defs::method::Method;
use survey_defs::period::{self, Period, PeriodRef};
use survey_defs::target::Targets;
use survey_defs::text::Text;
use survey_defs::wave::Wave;

use super::Error;
use super::wave_data::{WaveData, method};
use crate::catalogue::definitions::Definitions;

/// A question that an analysis answers.
pub trait Question: Serialize + Send + Sync + 'static {
    /// Its name among the analyses.
    const NAME: &'static str;

    /// What it is answered with.
    type Answer: Analysed + Serialize + Send + Sync + 'static;

    /// The waves and periods that it speaks of, in order: looked up and checked, but no answer read.
    fn subjects(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
    ) -> impl Future<Output = Result<Vec<Subject>, Error>> + Send;

    /// Computes the answer from everything that was recorded of its subjects, which are as many as
    /// [`Self::subjects`] has named. Blocks the thread.
    ///
    /// # Errors
    /// Why the data do not allow it.
    fn answer(&self, subjects: &[Loaded], targets: &Targets) -> Result<Self::Answer, Error>;
}

/// A wave, or a period of it, with what is to be computed of it.
#[derive(Debug, Clone)]
pub struct Subject {
    /// The wave.
    pub wave: Wave,
    terms: Terms,
}

/// What a selection and a period mean for a wave.
#[derive(Debug, Clone)]
struct Terms {
    method: Arc<Method>,
    period: Option<PeriodRef>,
    period_title: Option<Text>,
    selection: Selection,
    filters: Filters,
}

impl Subject {
    /// Looks up what is named.
    pub(super) fn of(
        definitions: &Definitions,
        wave: Wave,
        period: Option<&PeriodRef>,
        selection: &Selection,
    ) -> Result<Self, Error> {
        let days = period.map(resolve).transpose()?;
        let terms = Terms {
            method: method(definitions, selection.method.as_ref().unwrap_or(&wave.method))?,
            filters: filters(days.as_ref(), selection),
            period_title: days.map(|days| days.title),
            period: period.cloned(),
            selection: selection.clone(),
        };
        Ok(Self { wave, terms })
    }

    /// Scored by the method of another subject.
    pub(super) fn by_method_of(mut self, other: &Self) -> Self {
        self.terms.method = Arc::clone(&other.terms.method);
        self
    }

    /// Which answers, and how they are scored.
    pub(super) fn selection(&self) -> &Selection {
        &self.terms.selection
    }

    /// Which state of the data an answer would rest on.
    pub(super) fn source<'a>(&'a self, versions: &'a Versions) -> Source<'a> {
        let method = self.terms.method.definition();
        Source {
            wave: &self.wave.id,
            instrument: &self.wave.instrument,
            method: (&method.id, method.version),
            versions,
        }
    }
}

/// A subject with everything that was recorded of its wave.
#[derive(Debug)]
pub struct Loaded {
    pub(super) subject: Subject,
    pub(super) data: Arc<WaveData>,
}

impl Loaded {
    /// The scores of the subject, as far as a question does not say more.
    pub(super) fn request(&self, by: Grouping) -> Request<'_> {
        let Terms { method, period, selection, filters, period_title: _ } = &self.subject.terms;
        Request {
            period: period.clone(),
            filters: filters.clone(),
            ..self.data.request(method, selection, by)
        }
    }

    /// What the period is called, if there is one.
    pub(super) fn period_title(&self) -> Option<Text> {
        self.subject.terms.period_title.clone()
    }
}

/// The filters of a period and a selection.
pub(super) fn filters(period: Option<&Period>, selection: &Selection) -> Filters {
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
pub(super) fn resolve(period: &PeriodRef) -> Result<Period, Error> {
    period::resolve(period).map_err(|error| Error::UnknownPeriod(error.to_string()))
}
