//! Answers from the log: each wave has a columnar copy that follows the log by position, so a
//! result costs the new records and one aggregation; and one that was computed before costs nothing.

use std::collections::HashMap;
use std::sync::Arc;

use jiff::civil::DateTime;
use scoring::{CountRow, Counts, Irregularities};
use store::{LogEnd, Store};
use survey_defs::analysis::{
    Analysed, Grouping, PROGRAM, Provenance, SamplingBasis, Selection, Versions,
};
use survey_defs::dossiers::DossierCounts;
use survey_defs::ids::WaveId;
use survey_defs::instrument::Instrument;
use survey_defs::wave::{Takes, Wave};
use tokio::sync::Mutex;

use super::Error;
use super::cache::{Cache, Fingerprint};
use super::mirror::{Segments, WaveColumns};
use super::question::{Loaded, Question, Subject};
use super::wave_data::{Answers, WaveData, method, weights};
use crate::catalogue::definitions::Definitions;
use crate::system::tasks::spawn_blocking;

/// Columnar copies of the waves that were asked for, each behind its own lock, so that a long
/// read of one wave does not hold up another; and the results that were asked for last.
#[derive(Debug)]
pub struct Analysis {
    segments: Segments,
    waves: Mutex<HashMap<WaveId, Arc<Mutex<WaveColumns>>>>,
    results: Cache,
}

/// A question whose names are looked up, and the state of the data that it would be answered from.
#[derive(Debug)]
pub struct Asked<Q> {
    question: Q,
    subjects: Vec<Subject>,
    states: HashMap<WaveId, WaveState>,
    fingerprint: Fingerprint,
}

impl<Q> Asked<Q> {
    /// The fingerprint of the answer.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }
}

/// An answer.
#[derive(Debug)]
pub struct Answered<T> {
    /// What was found.
    pub result: Arc<T>,
    /// Its fingerprint: another one than that of the question where records came in meanwhile.
    pub fingerprint: Fingerprint,
}

/// The state of the data of a wave.
#[derive(Debug)]
struct WaveState {
    end: LogEnd,
    audit_number: u64,
    annulments: u64,
    dossiers: Option<DossierCounts>,
}

impl WaveState {
    /// The versions that an answer would rest on.
    fn versions(&self, selection: &Selection) -> Versions {
        Versions {
            data_position: self.end.position,
            audit_number: self.audit_number,
            annulments: self.annulments,
            dossiers_version: weights(self.dossiers.as_ref(), selection).map(|one| one.version),
            program: PROGRAM.to_owned(),
        }
    }
}

impl Analysis {
    /// Nothing read or computed yet. Reads segments from a mirror, with or without shared storage.
    pub fn new(segments: impl Into<Segments>) -> Self {
        Self { segments: segments.into(), waves: Mutex::default(), results: Cache::default() }
    }

    /// The answer to a question, from everything that was recorded before the call.
    ///
    /// # Errors
    /// Problems of the question (unknown wave, method or period; a method or filter that does not fit
    /// the data); those of the store.
    pub async fn result<Q: Question>(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        question: Q,
    ) -> Result<Arc<Q::Answer>, Error> {
        let asked = self.ask(store, definitions, question).await?;
        Ok(self.answer(store, definitions, asked).await?.result)
    }

    /// Looks up what a question names and what state the data are in. Reads no answer.
    ///
    /// # Errors
    /// Problems of the question as far as they show without the data; those of the store.
    pub async fn ask<Q: Question>(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        question: Q,
    ) -> Result<Asked<Q>, Error> {
        let subjects = question.subjects(store, definitions).await?;
        let mut states = HashMap::new();
        for Subject { wave, .. } in &subjects {
            if !states.contains_key(&wave.id) {
                states.insert(wave.id.clone(), self.state(store, &wave.id).await?);
            }
        }
        let versions: Vec<Versions> = subjects
            .iter()
            .map(|subject| states[&subject.wave.id].versions(subject.selection()))
            .collect();
        let sources =
            subjects.iter().zip(&versions).map(|(subject, versions)| subject.source(versions));
        let fingerprint = Fingerprint::new(Q::NAME, &question, sources);
        Ok(Asked { question, subjects, states, fingerprint })
    }

    /// Answers a question, from what was computed before where nothing has changed.
    ///
    /// # Errors
    /// Problems of the question that show in the data; those of the store.
    pub async fn answer<Q: Question>(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        asked: Asked<Q>,
    ) -> Result<Answered<Q::Answer>, Error> {
        let Asked { question, subjects, mut states, fingerprint } = asked;
        if let Some(result) = self.results.get(&fingerprint) {
            return Ok(Answered { result, fingerprint });
        }
        let mut data: HashMap<WaveId, Arc<WaveData>> = HashMap::new();
        for Subject { wave, .. } in &subjects {
            if let Some(state) = states.remove(&wave.id) {
                let of_wave = self.data(store, definitions, wave.clone(), state).await?;
                data.insert(wave.id.clone(), Arc::new(of_wave));
            }
        }
        let loaded: Vec<Loaded> = subjects
            .into_iter()
            .map(|subject| Loaded { data: Arc::clone(&data[&subject.wave.id]), subject })
            .collect();
        let targets = Arc::clone(definitions.targets());
        let computed = spawn_blocking(move || {
            let result = question.answer(&loaded, &targets)?;
            let sources = result.provenances().into_iter().map(Provenance::source);
            let fingerprint = Fingerprint::new(Q::NAME, &question, sources);
            Ok::<_, Error>(Answered { result: Arc::new(result), fingerprint })
        });
        let answered = computed.await??;
        self.results.put(answered.fingerprint, &answered.result);
        Ok(answered)
    }

    /// How many service points and units of a wave somebody should look at, about an hour of Hanoi.
    ///
    /// # Errors
    /// Those of the store; a method or instrument that the program does not know.
    pub async fn irregularities(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        wave: Wave,
        hour: DateTime,
    ) -> Result<Irregularities, Error> {
        let method = method(definitions, &wave.method)?;
        let state = self.state(store, &wave.id).await?;
        let data = self.data(store, definitions, wave, state).await?;
        let found = spawn_blocking(move || {
            let request = data.request(&method, &Selection::default(), Grouping::City);
            Ok::<_, Error>(scoring::irregularities(&request, hour)?)
        });
        found.await?
    }

    async fn state(&self, store: &dyn Store, wave: &WaveId) -> Result<WaveState, Error> {
        // The audit log before the log: what is released meanwhile changes the next fingerprint.
        let audit_number = store.audit_end(wave).await?;
        let annulments = store.annulment_acts(wave).await?;
        let end = store.log_end(wave).await?;
        Ok(WaveState { end, audit_number, annulments, dossiers: store.dossiers(wave).await? })
    }

    /// Everything that was recorded of a wave up to a state, and perhaps a little more.
    async fn data(
        &self,
        store: &dyn Store,
        definitions: &Definitions,
        wave: Wave,
        state: WaveState,
    ) -> Result<WaveData, Error> {
        let instrument = definitions.instrument(&wave.instrument);
        let instrument =
            instrument.ok_or_else(|| Error::UnknownInstrument(wave.instrument.clone()))?;
        let WaveState { end, audit_number, annulments, dossiers } = state;
        let (answers, annulled) = self.load(store, &wave, end, instrument).await?;
        Ok(WaveData {
            answers,
            sampling: sampling(&wave),
            audit_number,
            // What the answers were read with, which may be newer.
            annulments: annulled.unwrap_or(annulments),
            dossiers,
            wave,
        })
    }

    /// The answers, and by how many acts some of them are annulled, where that was read with them.
    async fn load(
        &self,
        store: &dyn Store,
        wave: &Wave,
        end: LogEnd,
        instrument: &Arc<Instrument>,
    ) -> Result<(Answers, Option<u64>), Error> {
        if wave.takes == Takes::LevelCounts {
            let rows = store.level_counts(&wave.id).await?.into_iter().map(|row| CountRow {
                unit: row.unit,
                month: row.month,
                item: row.item,
                counts: row.counts,
            });
            let rows: Vec<CountRow> = rows.collect();
            let counts = Counts::new(Arc::clone(instrument), end.position, &rows)?;
            return Ok((Answers::Counts(counts), None));
        }
        let copy =
            Arc::clone(self.waves.lock().await.entry(wave.id.clone()).or_insert_with(|| {
                let (instrument, segments) = (Arc::clone(instrument), self.segments.clone());
                Arc::new(Mutex::new(WaveColumns::new(wave.id.clone(), instrument, segments)))
            }));
        let mut copy = copy.lock().await;
        copy.catch_up(store, end.position).await?;
        Ok((Answers::Forms(Box::new(copy.forms())), Some(copy.annulments())))
    }
}

/// Whether its forms come from a sample plan.
fn sampling(wave: &Wave) -> SamplingBasis {
    match wave.takes {
        Takes::Sample => SamplingBasis::Plan,
        Takes::Forms | Takes::LevelCounts => SamplingBasis::AsCollected,
    }
}
