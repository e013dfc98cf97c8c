//! The forms of one wave.

use std::fmt;
use std::sync::{Arc, OnceLock};

use jiff::civil::Date;
use polars::prelude::{Column, DataFrame};
use survey_defs::counts::Cell;
use survey_defs::ids::ProcedureGroup;
use survey_defs::instrument::Instrument;
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Channel, RespondentType};

use super::attached::{Attached, StoredTotals};
use super::keys::{Draw, Key, Keys};
use super::part::Part;
use super::{CellCode, DataError, channel_code, day_number, respondent_type_code};
use crate::columns;
use crate::mirror::Segment;
use crate::quality::form_flags;
use crate::tally::Totals;

/// One recorded form, as far as scores need it.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    /// Its position in the append-only log, from 1.
    pub position: u64,
    /// The unit that was served.
    pub unit: UnitKey,
    /// The group of procedures, where it is known.
    pub procedure_group: Option<ProcedureGroup>,
    /// The stratum of the first stage of sampling.
    pub stratum: String,
    /// The primary sampling unit, unique across strata.
    pub psu: String,
    /// How many people of the population it stands for: finite, above 0; 1 without a plan.
    pub weight: f64,
    /// How many PSUs the population of the stratum has, 1 or more; none: unknown.
    pub fpc: Option<f64>,
    /// The calendar day of receipt, in the time of Hanoi.
    pub day: Date,
    /// How it reached us.
    pub channel: Channel,
    /// Who answered.
    pub respondent_type: RespondentType,
    /// Seconds from the first question to the last; none: unknown.
    pub seconds: Option<u32>,
    /// One cell for each of [`Instrument::satisfaction_questions`], in their order; see
    /// [`survey_defs::score::cells`].
    pub cells: Vec<Cell>,
}

/// The forms of one wave in columns, one row each, with the keys that say whom they speak of and
/// how they were drawn.
///
/// A clone shares the columns. Appending copies only the new forms, unless a clone is alive: then
/// the columns of the last part and the keys are copied once.
#[derive(Clone)]
pub struct Forms {
    instrument: Arc<Instrument>,
    position: u64,
    keys: Arc<Keys>,
    parts: Vec<Part>,
    /// The totals of all parts on disk, once they were asked for.
    sealed: Arc<OnceLock<Totals>>,
}

impl Forms {
    /// No forms yet, of one instrument version.
    pub fn new(instrument: Arc<Instrument>) -> Self {
        let (keys, parts, sealed) = (Arc::default(), Vec::new(), Arc::default());
        Self { instrument, position: 0, keys, parts, sealed }
    }

    /// Appends the next forms of the log; quick for a few, however many there are already.
    ///
    /// # Errors
    /// Every [`DataError`] that speaks of a form, a PSU or a stratum; then nothing is appended.
    pub fn append(&mut self, forms: &[Form]) -> Result<(), DataError> {
        let position = self.check(forms)?;
        self.keys.check(forms)?;
        let tail = frame(&self.instrument, Arc::make_mut(&mut self.keys), forms);
        match self.parts.last_mut() {
            Some(Part::Memory(frame)) => {
                frame.extend(&tail).expect("both frames come from the same function");
            }
            Some(Part::Segment(_)) | None => self.parts.push(Part::Memory(tail)),
        }
        self.position = position;
        Ok(())
    }

    /// Appends the forms of a segment, which stay on disk. What is wanted of them without a filter
    /// comes from the segment's totals; else rows are read.
    ///
    /// # Errors
    /// [`DataError::OtherInstrument`], [`DataError::NotAscending`], and every [`DataError`] that
    /// speaks of a PSU or a stratum; then nothing is appended.
    pub fn attach(&mut self, segment: &Segment) -> Result<(), DataError> {
        self.attach_with(segment, StoredTotals::Used)
    }

    /// Like [`Self::attach`], but every score is computed from the rows: to measure how long that
    /// takes, and to check the totals.
    ///
    /// # Errors
    /// As [`Self::attach`].
    pub fn attach_rows(&mut self, segment: &Segment) -> Result<(), DataError> {
        self.attach_with(segment, StoredTotals::PassedOver)
    }

    fn attach_with(&mut self, segment: &Segment, totals: StoredTotals) -> Result<(), DataError> {
        let (listed, last) = (segment.listed(), self.position);
        if *segment.instrument() != self.instrument.reference() {
            return Err(DataError::OtherInstrument {
                expected: self.instrument.reference(),
                found: segment.instrument().clone(),
            });
        }
        if listed.first_position <= last {
            return Err(DataError::NotAscending { position: listed.first_position, last });
        }
        self.keys.check_draws(segment.keys().iter().map(|one| Draw {
            stratum: &one.key.stratum,
            psu: &one.key.psu,
            fpc: one.fpc,
        }))?;
        self.parts.push(Part::Segment(Attached::new(
            segment,
            Arc::make_mut(&mut self.keys),
            totals,
        )));
        self.position = listed.last_position;
        // Clones keep the totals of their parts.
        self.sealed = Arc::default();
        Ok(())
    }

    /// The instrument that was answered.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The log position of the last form; 0 without any.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The number of forms.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Part::rows).sum()
    }

    /// Whether there are no forms.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// What the forms have in common, and the design.
    pub(crate) fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The rows, part by part.
    pub(crate) fn parts(&self) -> &[Part] {
        &self.parts
    }

    pub(crate) fn shared_instrument(&self) -> Arc<Instrument> {
        Arc::clone(&self.instrument)
    }

    /// Where the totals of the parts on disk are kept once they are known.
    pub(crate) fn sealed(&self) -> &OnceLock<Totals> {
        &self.sealed
    }

    /// Starts a new part: what is appended later does not touch the rows so far.
    #[cfg(test)]
    pub(crate) fn close_part(&mut self) {
        let empty = frame(&self.instrument, Arc::make_mut(&mut self.keys), &[]);
        self.parts.push(Part::Memory(empty));
    }

    /// The position of the last of these forms, if they can be appended.
    fn check(&self, forms: &[Form]) -> Result<u64, DataError> {
        let expected = self.instrument.satisfaction_questions().count();
        let mut last = self.position;
        for Form { position, cells, weight, fpc, .. } in forms {
            let (position, found, weight) = (*position, cells.len(), *weight);
            if position <= last {
                return Err(DataError::NotAscending { position, last });
            }
            if found != expected {
                return Err(DataError::CellCount { position, expected, found });
            }
            if !(weight.is_finite() && weight > 0.0) {
                return Err(DataError::Weight { position, weight });
            }
            if let Some(population) = fpc.filter(|psus| !(psus.is_finite() && *psus >= 1.0)) {
                return Err(DataError::Population { position, population });
            }
            last = position;
        }
        Ok(last)
    }
}

// By hand, so that no answer gets into a log.
impl fmt::Debug for Forms {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Forms")
            .field("instrument", &self.instrument.reference())
            .field("position", &self.position)
            .field("len", &self.len())
            .finish_non_exhaustive()
    }
}

fn frame(instrument: &Instrument, keys: &mut Keys, forms: &[Form]) -> DataFrame {
    let mut number = |form: &Form| {
        let key = Key {
            unit: form.unit.clone(),
            stratum: form.stratum.clone(),
            psu: form.psu.clone(),
            procedure_group: form.procedure_group.clone(),
        };
        keys.number(&key, form.fpc)
    };
    let numbers: Vec<u32> = forms.iter().map(&mut number).collect();
    let positions: Vec<u64> = forms.iter().map(|form| form.position).collect();
    let days: Vec<i32> = forms.iter().map(|form| day_number(form.day)).collect();
    let channels: Vec<i8> = forms.iter().map(|form| channel_code(form.channel)).collect();
    let respondent_types: Vec<i8> =
        forms.iter().map(|form| respondent_type_code(form.respondent_type)).collect();
    let weights: Vec<f64> = forms.iter().map(|form| form.weight).collect();
    let seconds: Vec<i32> = forms.iter().map(|form| seconds_code(form.seconds)).collect();
    let flags: Vec<i8> = forms.iter().map(|form| form_flags(form).bits().cast_signed()).collect();
    let mut all = vec![
        Column::new(columns::POSITION.into(), positions),
        Column::new(columns::KEY.into(), numbers),
        Column::new(columns::DAY.into(), days),
        Column::new(columns::CHANNEL.into(), channels),
        Column::new(columns::RESPONDENT_TYPE.into(), respondent_types),
        Column::new(columns::WEIGHT.into(), weights),
        Column::new(columns::SECONDS.into(), seconds),
        Column::new(columns::FLAGS.into(), flags),
    ];
    for (place, question) in instrument.satisfaction_questions().enumerate() {
        let cells: Vec<i8> = forms.iter().map(|form| CellCode::from(form.cells[place]).0).collect();
        all.push(Column::new(columns::cell(&question.id), cells));
    }
    DataFrame::new(forms.len(), all).expect("columns have one length and names of their own")
}

/// Seconds in their column: −1 where they are unknown, the largest number where it is larger.
fn seconds_code(seconds: Option<u32>) -> i32 {
    seconds.map_or(-1, |seconds| i32::try_from(seconds).unwrap_or(i32::MAX))
}
