//! Simulated waves for the demo: the same seed always gives the same answers.
//!
//! Nothing here comes from real respondents. Waves are marked as simulated, and every page and
//! table repeats it.

/// One respondent's answers.
mod answers;
/// What makes units, factors, channels and people differ.
mod model;
/// The waves of the demo and their service points.
mod waves;

use std::sync::{Mutex, PoisonError};

use jiff::Timestamp;
use rand::{RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use sha2::{Digest, Sha256};
use store::{CodeSource, Definition, Entry, Import, Source, Store};
use survey_defs::instrument::Instrument;
use survey_defs::short_code::ShortCode;
use survey_defs::submission::{Context, Submission};
use survey_defs::unit::{Gazetteer, Unit};
use survey_defs::wave::ServicePoint;

use self::model::Model;
use self::waves::SimulatedWave;
pub use self::waves::{
    COUNTER_WAVE, HOUSEHOLD_WAVE, KIOSK_POINT, NATIONAL_TRIAL, WALL_POINT, WARD_TRIAL,
};
use crate::catalogue::definitions::Definitions;

/// The seed of the demo, unless another is given.
pub const DEFAULT_SEED: u64 = 2026;

/// Submissions recorded in one transaction.
const CHUNK: usize = 2_000;

/// Creates the waves of the demo and fills those that are not full yet, telling `progress` how
/// many of how many answers are there. A run that was interrupted is simply repeated: every
/// answer has the same id and content again.
///
/// # Errors
/// What the store refuses.
pub async fn fill(
    store: &dyn Store,
    definitions: &Definitions,
    seed: u64,
    progress: &(dyn Fn(usize, usize) + Sync),
) -> anyhow::Result<()> {
    let waves = waves::all();
    check_folder(store, &waves).await?;
    let of: usize = waves.iter().map(|wave| wave.responses).sum();
    let mut done = 0;
    let codes = SeededCodes(Mutex::new(ChaCha8Rng::seed_from_u64(seed)));
    for simulated in &waves {
        store.create_wave(&simulated.wave).await?;
        store.add_points(&simulated.points, &codes).await?;
        let dossiers = simulated.dossiers(&mut ChaCha8Rng::seed_from_u64(seed ^ simulated.seed));
        if !dossiers.is_empty() {
            store.publish_dossiers(&simulated_file(simulated), &dossiers).await?;
        }
        let there = store.log_end(&simulated.wave.id).await?.submissions;
        if there >= simulated.responses as u64 {
            done += simulated.responses;
            continue;
        }
        let instrument = definitions.instrument(&simulated.wave.instrument).ok_or_else(|| {
            anyhow::anyhow!("no {}", Definition::Instrument(simulated.wave.instrument.clone()))
        })?;
        let mut entries = entries(simulated, instrument, seed);
        loop {
            let chunk: Vec<Entry> = entries.by_ref().take(CHUNK).collect();
            if chunk.is_empty() {
                break;
            }
            store.record(&chunk).await?;
            done += chunk.len();
            progress(done, of);
        }
    }
    Ok(())
}

/// Waves never change, so a folder that another version of the demo filled cannot be taken further.
async fn check_folder(store: &dyn Store, waves: &[SimulatedWave]) -> anyhow::Result<()> {
    for SimulatedWave { wave, .. } in waves {
        let kept = store.wave(&wave.id).await?;
        anyhow::ensure!(
            kept.is_none_or(|kept| kept == *wave),
            "the folder holds {} as another version of the demo made it; delete the folder, or name \
             another one with --data-dir",
            wave.id
        );
    }
    Ok(())
}

/// Short codes that are the same for the same seed.
struct SeededCodes(Mutex<ChaCha8Rng>);

impl CodeSource for SeededCodes {
    fn draw(&self) -> ShortCode {
        ShortCode::from_random(self.0.lock().unwrap_or_else(PoisonError::into_inner).random())
    }

    fn made_at(&self) -> Timestamp {
        Timestamp::UNIX_EPOCH
    }
}

/// The dossier counts of a wave as if they had come in a file.
fn simulated_file(simulated: &SimulatedWave) -> Import {
    Import {
        wave: simulated.wave.id.clone(),
        file_sha256: Sha256::digest(simulated.wave.id.as_str()).into(),
        imported_at: simulated.wave.opens_at,
        checked_after: None,
    }
}

/// The answers of a wave in order of time.
fn entries<'a>(
    simulated: &'a SimulatedWave,
    instrument: &'a Instrument,
    seed: u64,
) -> impl Iterator<Item = Entry> + 'a {
    let mut rng = ChaCha8Rng::seed_from_u64(seed ^ simulated.seed);
    let model = Model::draw(&mut rng, instrument, simulated);
    let mut moments = simulated.moments(&mut rng);
    moments.sort_unstable();
    moments.into_iter().map(move |moment| entry(&mut rng, &model, instrument, simulated, moment))
}

fn entry(
    rng: &mut ChaCha8Rng,
    model: &Model,
    instrument: &Instrument,
    simulated: &SimulatedWave,
    moment: Timestamp,
) -> Entry {
    let point = model.point(rng);
    let respondent = Model::respondent(rng);
    let draft = answers::draft(rng, model, instrument, simulated, (point, moment, respondent));
    let submission = Submission::accept_partial(instrument, draft)
        .expect("the simulation draws answers from the instrument itself");
    let point = &simulated.points[point];
    Entry {
        context: Context::read(instrument, &simulated.wave, &submission.draft().answers),
        submission,
        received_at: moment,
        source: Source::Demo,
        unit: point.unit.clone(),
        channel: point.channel,
        sampling: gazetteer_unit(point).and_then(|unit| model.sampling(unit, respondent)),
    }
}

fn gazetteer_unit(point: &ServicePoint) -> Option<&'static Unit> {
    Gazetteer::hanoi().get(&point.unit)
}

/// Whether something of this probability happens.
fn chance(rng: &mut ChaCha8Rng, probability: f64) -> bool {
    rng.random::<f64>() < probability
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_same_seed_gives_the_same_answers_and_another_seed_others() {
        let definitions = Definitions::embedded();
        for simulated in waves::all().iter().filter(|wave| wave.responses > 0) {
            let instrument = definitions.instrument(&simulated.wave.instrument).unwrap();
            let some = |seed| entries(simulated, instrument, seed).take(200).collect::<Vec<_>>();
            assert_eq!(some(1), some(1));
            assert_ne!(some(1), some(2));
        }
    }

    #[test]
    fn the_demo_has_sixty_thousand_answers_over_all_its_units() {
        let waves = waves::all();
        assert_eq!(waves.iter().map(|wave| wave.responses).sum::<usize>(), 60_000);
        let units = |id: &str| {
            let wave = waves.iter().find(|wave| wave.wave.id.as_str() == id).unwrap();
            assert!(wave.wave.simulated);
            wave.points.iter().map(|point| &point.unit).collect::<BTreeSet<_>>().len()
        };
        assert_eq!(units(HOUSEHOLD_WAVE), 579);
        // 126 wards and communes, 17 departments and the like, 12 branches.
        assert_eq!(units(COUNTER_WAVE), 126 + 17 + 12);
    }

    #[test]
    fn waves_that_are_open_ask_the_newest_version() {
        let definitions = Definitions::embedded();
        for SimulatedWave { wave, .. } in waves::all() {
            let newest = definitions
                .instrument_summaries()
                .into_iter()
                .filter(|one| one.reference.id == wave.instrument.id)
                .map(|one| one.reference.version)
                .max();
            let is_newest = newest == Some(wave.instrument.version);
            assert_eq!(is_newest, wave.id.as_str() != HOUSEHOLD_WAVE, "{}", wave.id);
        }
    }

    #[tokio::test]
    async fn a_folder_of_another_demo_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let store = store::SqliteStore::open(&folder.path().join("demo.sqlite")).await.unwrap();
        let older = waves::all().remove(1).wave;
        let older = older.changed(|wave| wave.instrument.version = 1).unwrap();
        store::Catalogue::create_wave(&store, &older).await.unwrap();
        let definitions = Definitions::embedded();
        let error = fill(&store, &definitions, 1, &|_, _| {}).await.unwrap_err().to_string();
        assert!(error.contains(COUNTER_WAVE) && error.contains("--data-dir"), "{error}");
    }
}
