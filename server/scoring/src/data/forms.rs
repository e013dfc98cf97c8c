//! The forms of one wave.

use std::fmt;
use std::sync::{Arc, OnceLock};

use polars::prelude::{Column, DataFrame};
use survey_defs::instrument::Instrument;
use survey_defs::positions::Positions;

use super::attached::{Attached, Split, StoredTotals};
use super::keys::{Draw, Key, Keys};
use super::part::Part;
use super::{
    CellCode, DataError, Form, channel_code, day_number, hour_number, respondent_type_code,
};
use crate::ScoringError;
use crate::columns;
use crate::error::engine;
use crate::mirror::{Segment, with_numbers};
use crate::quality::form_flags;
use crate::tally::Totals;

/// The forms of one wave in columns, one row each, with the keys that say whom they speak of and
/// how they were drawn.
///
/// A clone shares the columns. Appending copies only the new forms, unless a clone is alive: then
/// the columns of the last part and the keys are copied once.
///
/// Some positions may be annulled: their forms are put aside and count nowhere, neither in a score nor
/// in the design.
#[derive(Clone)]
pub struct Forms {
    instrument: Arc<Instrument>,
    position: u64,
    keys: Arc<Keys>,
    parts: Vec<Part>,
    /// The totals of all parts on disk, once they were asked for.
    sealed: Arc<OnceLock<Totals>>,
    annulled: Positions,
    /// The annulled forms, once there is one.
    aside: Option<Arc<Forms>>,
}

impl Forms {
    /// No forms yet, of one instrument version.
    pub fn new(instrument: Arc<Instrument>) -> Self {
        Self::without(instrument, Positions::default())
    }

    /// No forms yet. Those in these positions will not count.
    pub fn without(instrument: Arc<Instrument>, annulled: Positions) -> Self {
        let (keys, parts, sealed) = (Arc::default(), Vec::new(), Arc::default());
        Self { instrument, position: 0, keys, parts, sealed, annulled, aside: None }
    }

    /// Appends the next forms of the log; quick for a few, however many there are already.
    ///
    /// # Errors
    /// Every [`DataError`] that speaks of a form, a PSU or a stratum; then nothing is appended.
    pub fn append(&mut self, forms: &[Form]) -> Result<(), DataError> {
        let position = self.check(forms)?;
        if self.annulled.meets(&(self.position + 1..=position)) {
            let is_annulled = |form: &&Form| self.annulled.contains(form.position);
            let (aside, counted): (Vec<Form>, Vec<Form>) = (
                forms.iter().filter(is_annulled).cloned().collect(),
                forms.iter().filter(|one| !is_annulled(one)).cloned().collect(),
            );
            self.keys.check(&counted)?;
            self.aside(|annulled| annulled.append(&aside))?;
            self.add(&counted);
        } else {
            self.keys.check(forms)?;
            self.add(forms);
        }
        self.position = position;
        Ok(())
    }

    /// Adds forms that count and were checked.
    fn add(&mut self, forms: &[Form]) {
        let tail = frame(&self.instrument, Arc::make_mut(&mut self.keys), forms);
        match self.parts.last_mut() {
            Some(Part::Memory(frame)) => {
                frame.extend(&tail).expect("both frames come from the same function");
            }
            Some(Part::Segment(_)) | None => self.parts.push(Part::Memory(tail)),
        }
    }

    /// Changes the annulled forms.
    fn aside<T>(&mut self, change: impl FnOnce(&mut Self) -> T) -> T {
        let none = || Arc::new(Self::new(Arc::clone(&self.instrument)));
        change(Arc::make_mut(self.aside.get_or_insert_with(none)))
    }

    /// Appends the forms of a segment, which stay on disk. What is wanted of them without a filter
    /// comes from the segment's totals; else rows are read. Where some of its forms are annulled, its
    /// rows are read at once, which blocks the thread.
    ///
    /// # Errors
    /// [`DataError::OtherInstrument`], [`DataError::NotAscending`], and every [`DataError`] that
    /// speaks of a PSU or a stratum; [`ScoringError::Engine`] if rows cannot be read. Then nothing is
    /// appended.
    pub fn attach(&mut self, segment: &Segment) -> Result<(), ScoringError> {
        self.attach_with(segment, StoredTotals::Used)
    }

    /// Like [`Self::attach`], but every score is computed from the rows: to measure how long that
    /// takes, and to check the totals.
    ///
    /// # Errors
    /// As [`Self::attach`].
    pub fn attach_rows(&mut self, segment: &Segment) -> Result<(), ScoringError> {
        self.attach_with(segment, StoredTotals::PassedOver)
    }

    /// Whether [`Self::attach`] would read the rows of a segment, because some are annulled.
    pub fn reads(&self, segment: &Segment) -> bool {
        let listed = segment.listed();
        self.annulled.meets(&(listed.first_position..=listed.last_position))
    }

    fn attach_with(&mut self, segment: &Segment, totals: StoredTotals) -> Result<(), ScoringError> {
        let (listed, last) = (segment.listed(), self.position);
        if *segment.instrument() != self.instrument.reference() {
            let (expected, found) = (self.instrument.reference(), segment.instrument().clone());
            return Err(DataError::OtherInstrument { expected, found }.into());
        }
        if listed.first_position <= last {
            return Err(DataError::NotAscending { position: listed.first_position, last }.into());
        }
        let split = self.reads(segment).then(|| Split::of(segment, &self.annulled)).transpose()?;
        let counts = |place: usize| split.as_ref().is_none_or(|split| split.counted[place]);
        let counted = segment.keys().iter().enumerate().filter(|(place, _)| counts(*place));
        self.keys.check_draws(counted.map(|(_, one)| Draw {
            stratum: &one.key.stratum,
            psu: &one.key.psu,
            fpc: one.fpc,
        }))?;
        let keys = Arc::make_mut(&mut self.keys);
        let attached = match &split {
            None => Attached::new(segment, keys, totals),
            Some(split) => Attached::without(segment, keys, (self.annulled.clone(), split)),
        };
        self.parts.push(Part::Segment(attached));
        if let Some(Split { annulled, .. }) = split {
            self.aside(|aside| aside.add_rows(segment, annulled))?;
        }
        self.position = listed.last_position;
        // Clones keep the totals of their parts.
        self.sealed = Arc::default();
        Ok(())
    }

    /// Adds rows of a segment to annulled forms.
    fn add_rows(&mut self, segment: &Segment, rows: DataFrame) -> Result<(), ScoringError> {
        let keys = Arc::make_mut(&mut self.keys);
        let occurring = rows.column(columns::KEY).and_then(Column::u32).map_err(engine)?;
        let mut numbers = vec![None; segment.keys().len()];
        for key in occurring.iter().flatten() {
            let one = &segment.keys()[key as usize];
            numbers[key as usize].get_or_insert_with(|| keys.number(&one.key, one.fpc));
        }
        self.parts.push(Part::Memory(with_numbers(rows, &numbers).map_err(engine)?));
        self.position = segment.listed().last_position;
        Ok(())
    }

    /// The annulled forms among them, as forms that count; none if there is none.
    pub(crate) fn annulled(&self) -> Option<&Self> {
        self.aside.as_deref().filter(|aside| !aside.is_empty())
    }

    /// The same forms, as if no position were annulled.
    pub(crate) fn as_if_counted(&self) -> Result<Self, ScoringError> {
        let mut all = Self { annulled: Positions::default(), aside: None, ..self.clone() };
        let Some(aside) = self.annulled() else {
            return Ok(all);
        };
        let (keys, strata) = (Arc::make_mut(&mut all.keys), aside.keys.strata());
        let number = |(number, key): (u32, &Key)| {
            keys.number(key, strata[aside.keys.place(number).stratum as usize].fpc)
        };
        let numbers: Vec<Option<u32>> =
            (0..).zip(aside.keys.list()).map(number).map(Some).collect();
        for part in &aside.parts {
            let Part::Memory(rows) = part else {
                unreachable!("annulled forms are in memory");
            };
            let rows = with_numbers(rows.clone(), &numbers).map_err(engine)?;
            all.parts.push(Part::Memory(rows));
        }
        Ok(all)
    }

    /// The instrument that was answered.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// The log position of the last form; 0 without any.
    pub fn position(&self) -> u64 {
        self.position
    }

    /// The number of forms that count.
    pub fn len(&self) -> usize {
        self.parts.iter().map(Part::rows).sum()
    }

    /// Whether no form counts.
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
    let seconds: Vec<i32> = forms.iter().map(|form| seconds_code(form.time.seconds())).collect();
    let flags: Vec<i8> = forms.iter().map(|form| form_flags(form).bits().cast_signed()).collect();
    let arrivals = || forms.iter().map(|form| form.arrival.as_ref());
    let points: Vec<&str> =
        arrivals().map(|one| one.map_or(columns::NO_POINT, |one| one.point.as_str())).collect();
    let hours: Vec<i32> =
        arrivals().map(|one| one.map_or(0, |one| hour_number(one.hour))).collect();
    let mut all = vec![
        Column::new(columns::POSITION.into(), positions),
        Column::new(columns::KEY.into(), numbers),
        Column::new(columns::DAY.into(), days),
        Column::new(columns::CHANNEL.into(), channels),
        Column::new(columns::RESPONDENT_TYPE.into(), respondent_types),
        Column::new(columns::WEIGHT.into(), weights),
        Column::new(columns::SECONDS.into(), seconds),
        Column::new(columns::FLAGS.into(), flags),
        Column::new(columns::POINT.into(), points),
        Column::new(columns::HOUR.into(), hours),
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
