//! Following listing and log.

use std::mem;
use std::sync::Arc;

use scoring::{Form, Forms, Segment};
use store::{Annulled, Record, Store};
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::positions::Positions;
use tracing::{info, warn};

use super::{Check, PAGE, Segments, SharedStorageError, listed};
use crate::analysis::Error;
use crate::analysis::rows::form;
use crate::system::tasks::spawn_blocking;

/// Forms between two lines of progress.
const PROGRESS: usize = 200_000;

/// The forms of one wave for scoring: its segments, and in memory what they do not cover.
#[derive(Debug)]
pub struct WaveColumns {
    wave: WaveId,
    instrument: Arc<Instrument>,
    segments: Segments,
    listing: Vec<store::Segment>,
    open: Vec<Segment>,
    annulled: Annulled,
    forms: Forms,
}

impl WaveColumns {
    /// Nothing yet.
    pub fn new(wave: WaveId, instrument: Arc<Instrument>, segments: impl Into<Segments>) -> Self {
        let (forms, segments) = (Forms::new(Arc::clone(&instrument)), segments.into());
        let (listing, open, annulled) = (Vec::new(), Vec::new(), Annulled::default());
        Self { wave, instrument, segments, listing, open, annulled, forms }
    }

    /// Of which wave.
    pub fn wave(&self) -> &WaveId {
        &self.wave
    }

    /// The forms that were recorded up to the last [`Self::catch_up`]; a clone shares the columns.
    pub fn forms(&self) -> Forms {
        self.forms.clone()
    }

    /// By how many acts some of the forms are annulled.
    pub fn annulments(&self) -> u64 {
        self.annulled.acts
    }

    /// How many segments are in the forms; the others were read from the log.
    pub fn segments(&self) -> usize {
        self.open.len()
    }

    /// Takes in everything up to a position of the log. A segment that is damaged, or that is in shared
    /// storage which does not answer, is passed over until the listing changes, and its range is read
    /// from the log. The job drops what is damaged when it comes by.
    ///
    /// # Errors
    /// Those of the store; [`Error::Fault`] if the log cannot be scored.
    pub async fn catch_up(&mut self, store: &dyn Store, end: u64) -> Result<(), Error> {
        let listing = store.segments(&self.wave).await?;
        let acts = store.annulment_acts(&self.wave).await?;
        if listing != self.listing || acts != self.annulled.acts {
            let annulled = store.annulled(&self.wave).await?;
            self.follow(store, listing, annulled).await?;
        }
        let read_to = end.max(self.forms.position());
        self.read_log(store, read_to).await
    }

    /// Starts again with the segments of a listing and without what is annulled; segments that are open
    /// stay open.
    async fn follow(
        &mut self,
        store: &dyn Store,
        mut listing: Vec<store::Segment>,
        annulled: Annulled,
    ) -> Result<(), Error> {
        let mut segments = self.segments.clone();
        'listing: loop {
            let (instrument, positions) = (&self.instrument, annulled.positions.clone());
            self.forms = Forms::without(Arc::clone(instrument), positions);
            let mut open = Vec::new();
            for one in &listing {
                match self.open(one, &segments).await? {
                    Ok(segment) => {
                        self.read_log(store, one.first_position.saturating_sub(1)).await?;
                        self.attach(&segment, &annulled.positions).await?;
                        open.push(segment);
                    }
                    Err(error @ SharedStorageError::Unreachable { .. }) => {
                        warn!(wave = %self.wave, %error, "the log is read instead of segments");
                        // Whoever asked for scores waits, so once is enough.
                        segments = segments.here();
                    }
                    Err(error) => {
                        // It may just have been merged into another one.
                        let now = store.segments(&self.wave).await?;
                        if now != listing {
                            listing = now;
                            continue 'listing;
                        }
                        warn!(wave = %self.wave, %error, "a segment is passed over");
                    }
                }
            }
            (self.listing, self.open, self.annulled) = (listing, open, annulled);
            return Ok(());
        }
    }

    /// Appends the forms of a segment, on another thread if that reads its rows. What is lost when this is
    /// dropped is read again.
    async fn attach(&mut self, segment: &Segment, annulled: &Positions) -> Result<(), Error> {
        if !self.forms.reads(segment) {
            return Ok(self.forms.attach(segment)?);
        }
        let none = Forms::without(Arc::clone(&self.instrument), annulled.clone());
        let (mut forms, segment) = (mem::replace(&mut self.forms, none), segment.clone());
        let attached = spawn_blocking(move || forms.attach(&segment).map(|()| forms));
        self.forms = attached.await??;
        Ok(())
    }

    async fn open(
        &self,
        one: &store::Segment,
        segments: &Segments,
    ) -> Result<Result<Segment, SharedStorageError>, Error> {
        if let Some(open) = self.open.iter().find(|open| open.listed().name == one.name) {
            return Ok(Ok(open.clone()));
        }
        match segments.open(&listed(one), &self.instrument, Check::Sizes).await {
            Err(SharedStorageError::Task(error)) => Err(error.into()),
            other => Ok(other),
        }
    }

    /// Reads the log from where the forms end up to a position.
    async fn read_log(&mut self, store: &dyn Store, end: u64) -> Result<(), Error> {
        let before = self.forms.len();
        let mut told = before;
        let mut position = self.forms.position();
        while position < end {
            let page = read_page(store, &self.wave, position..end, &self.instrument).await?;
            let Some(last) = page.last() else {
                break;
            };
            position = last.position;
            self.forms.append(&page)?;
            if self.forms.len() - told >= PROGRESS {
                told = self.forms.len();
                info!(wave = %self.wave, forms = told - before, "reading the log");
            }
        }
        Ok(())
    }
}

/// The next forms after the start of a range of positions, up to and with its end.
pub(super) async fn read_page(
    store: &dyn Store,
    wave: &WaveId,
    range: std::ops::Range<u64>,
    instrument: &Arc<Instrument>,
) -> Result<Vec<Form>, PageError> {
    let records: Vec<Record> = store.submissions_after(wave, range.start, PAGE).await?;
    let instrument = Arc::clone(instrument);
    let forms = spawn_blocking(move || -> Vec<Form> {
        let within = records.iter().take_while(|record| record.position <= range.end);
        within.map(|record| form(&instrument, record)).collect()
    });
    Ok(forms.await?)
}

/// Why a page of the log is not there.
#[derive(Debug, thiserror::Error)]
pub(super) enum PageError {
    #[error(transparent)]
    Store(#[from] store::StoreError),
    #[error(transparent)]
    Task(#[from] tokio::task::JoinError),
}

impl From<PageError> for Error {
    fn from(error: PageError) -> Self {
        match error {
            PageError::Store(error) => error.into(),
            PageError::Task(error) => error.into(),
        }
    }
}
