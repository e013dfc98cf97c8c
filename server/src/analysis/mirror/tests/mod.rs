//! Tests the mirror: crashes at every step, several servers, shared storage.

mod shared_storage;
mod servers;

use std::collections::BTreeSet;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use jiff::civil::date;
use jiff::{Timestamp, ToSpan as _};
use scoring::{Data, Disclosure, Mirror, Policy, Request, Step, Steps, Uncertainty};
use store::backup::{FindingKind, Findings};
use store::prelude::*;
use store::{Entry, Source, SqliteStore};
use survey_defs::analysis::{Detail, Filters, Grouping, SamplingBasis, ScoreTable, Selection};
use survey_defs::answer::{Answer, Level};
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::sampling::{SampleLabel, Sampling, Weight};
use survey_defs::submission::{AppVersion, Context, Draft, Submission};
use survey_defs::text::{Language, Text};
use survey_defs::unit::Gazetteer;
use survey_defs::wave::{Channel, PointFields, Population, ServicePoint, Takes, Wave, WaveFields};
use tempfile::TempDir;
use uuid::Uuid;

use super::wave_columns::read_page;
use super::{Check, Compared, MirrorJob, RunReport, WaveColumns, compare, stored};
use crate::catalogue::definitions::Definitions;
use crate::catalogue::short_codes::RandomCodes;
use crate::system::randomness::SystemRandomness;
use crate::system::tasks::spawn_blocking;

/// Segments of a few forms, merged as soon as there are three.
const POLICY: Policy = Policy { tail: 4, small: 16, most: 2, largest: 60 };
const WAVES: [&str; 2] = ["first", "second"];

struct World {
    folder: TempDir,
    store: Arc<dyn Store>,
    definitions: Definitions,
    recorded: u128,
}

impl World {
    async fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store = SqliteStore::open(&folder.path().join("test.sqlite")).await.unwrap();
        let codes = RandomCodes { randomness: &SystemRandomness, now: Timestamp::UNIX_EPOCH };
        for id in WAVES {
            let wave = wave(id);
            store.create_wave(&wave).await.unwrap();
            store.add_points(&[point(&wave)], &codes).await.unwrap();
        }
        let definitions = Definitions::embedded();
        Self { folder, store: Arc::new(store), definitions, recorded: 0 }
    }

    fn instrument(&self) -> &Arc<Instrument> {
        self.definitions.instrument(&wave(WAVES[0]).instrument).unwrap()
    }

    fn folder(&self) -> PathBuf {
        self.folder.path().join("segments")
    }

    fn job(&self) -> MirrorJob {
        MirrorJob::new(Mirror::new(self.folder()), POLICY)
    }

    async fn keep(&self) -> RunReport {
        self.job().run(&*self.store, &self.definitions, Check::Contents).await.unwrap()
    }

    /// Records so many forms, in turn for one wave and the other.
    async fn record(&mut self, forms: u128) {
        self.record_each(forms, 1).await;
    }

    /// Records so many forms of the first wave alone.
    async fn record_first(&mut self, forms: u128) {
        self.record_each(forms, 2).await;
    }

    async fn record_each(&mut self, forms: u128, every: u128) {
        let numbers = self.recorded + 1..=self.recorded + forms;
        let entries: Vec<Entry> =
            numbers.map(|number| entry(self.instrument(), number * every)).collect();
        self.store.record(&entries).await.unwrap();
        self.recorded += forms;
    }

    fn copy_from(&self, id: &str, folder: PathBuf) -> WaveColumns {
        let id = WaveId::new(id).unwrap();
        WaveColumns::new(id, Arc::clone(self.instrument()), Mirror::new(folder))
    }

    /// All scores of both waves from segments and the rest of the log.
    async fn scores(&self) -> Vec<ScoreTable> {
        self.scores_from(self.folder()).await
    }

    /// The same from the log alone: a mirror without files.
    async fn scores_of_log(&self) -> Vec<ScoreTable> {
        self.scores_from(self.folder.path().join("nowhere")).await
    }

    async fn scores_from(&self, folder: PathBuf) -> Vec<ScoreTable> {
        let mut tables = Vec::new();
        for id in WAVES {
            tables.push(self.table(&mut self.copy_from(id, folder.clone())).await);
        }
        tables
    }

    /// What the mirror has otherwise than the log: kinds and positions.
    async fn compare(&self) -> (Compared, Vec<(FindingKind, Option<i64>)>) {
        let mut findings = Findings::default();
        let segments = Mirror::new(self.folder()).into();
        let compared = compare(&*self.store, &self.definitions, &segments, &mut findings).await;
        let found = findings.first.iter().map(|one| (one.kind, one.number)).collect();
        (compared.unwrap(), found)
    }

    async fn table(&self, copy: &mut WaveColumns) -> ScoreTable {
        let wave = wave(copy.wave().as_str());
        let end = self.store.log_end(&wave.id).await.unwrap();
        copy.catch_up(&*self.store, end.position).await.unwrap();
        let forms = copy.forms();
        assert_eq!(forms.len() as u64, end.submissions, "every form once");
        let method = Arc::clone(self.definitions.method(&wave.method).unwrap());
        let score = move || {
            scoring::score(&Request {
                wave: &wave,
                method: &method,
                gazetteer: Gazetteer::hanoi(),
                data: Data::Forms(&forms),
                by: Grouping::Ward,
                group: None,
                period: None,
                selection: Selection::default(),
                filters: Filters::default(),
                audit_number: 0,
                annulments: 0,
                detail: Detail::Item,
                uncertainty: Uncertainty::StandardErrors,
                sampling: SamplingBasis::AsCollected,
                dossiers: None,
                disclosure: Disclosure::INTERNAL,
            })
        };
        spawn_blocking(score).await.unwrap().unwrap()
    }

    async fn listed(&self) -> BTreeSet<String> {
        let mut names = BTreeSet::new();
        for id in WAVES {
            let segments = self.store.segments(&WaveId::new(id).unwrap()).await.unwrap();
            names.extend(segments.into_iter().map(|segment| segment.name));
        }
        names
    }

    fn folders(&self) -> BTreeSet<String> {
        folders(&self.folder())
    }
}

fn folders(folder: &Path) -> BTreeSet<String> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let folders = entries.filter(|entry| entry.path().is_dir());
    folders.map(|entry| entry.file_name().into_string().unwrap()).collect()
}

fn wave(id: &str) -> Wave {
    Wave::try_from(WaveFields {
        id: id.parse().unwrap(),
        title: Text { vi: "Đợt thử".into(), en: "Test wave".into() },
        population: Population::Household,
        takes: Takes::Sample,
        instrument: "single v1".split_once(" v").map(reference).unwrap(),
        method: "m4".parse().unwrap(),
        geography: date(2026, 1, 1),
        opens_at: "2026-01-01T00:00:00Z".parse().unwrap(),
        closes_at: "2026-12-31T00:00:00Z".parse().unwrap(),
        simulated: true,
    })
    .unwrap()
}

fn reference((id, version): (&str, &str)) -> survey_defs::instrument::InstrumentRef {
    let (id, version) = (id.parse().unwrap(), version.parse().unwrap());
    survey_defs::instrument::InstrumentRef { id, version }
}

fn point(wave: &Wave) -> ServicePoint {
    ServicePoint::try_from(PointFields {
        id: "p1".parse().unwrap(),
        wave: wave.id.clone(),
        name: Text { vi: "Quầy".into(), en: "Counter".into() },
        unit: UNITS[0].parse().unwrap(),
        channel: Channel::Kiosk,
        telephone: None,
    })
    .unwrap()
}

const UNITS: [&str; 3] = ["00004@2025-07-01", "00008@2025-07-01", "00025@2025-07-01"];

/// A form of a sample that follows from its number; weights are quarters, so that sums are exact.
fn entry(instrument: &Instrument, number: u128) -> Entry {
    let small = u8::try_from(number % 97).unwrap();
    let wave = wave(WAVES[usize::from(small % 2)]);
    let question = instrument.satisfaction_questions().next().unwrap();
    let level = Level::try_from(1 + small % 5).unwrap();
    let moment: Timestamp = "2026-03-02T03:00:00Z".parse().unwrap();
    let draft = Draft {
        id: SubmissionId::new(Uuid::from_u128(number)),
        wave: wave.id.clone(),
        point: "p1".parse().unwrap(),
        instrument: instrument.reference(),
        language: Language::Vi,
        started_at: moment,
        finished_at: moment,
        app_version: AppVersion::try_from("0.1.0".to_owned()).unwrap(),
        answers: Answers::from_iter([(question.id.clone(), Answer::Level(level))]),
        paradata: None,
        generation: Generation::THIS,
        extra: Extra::default(),
    };
    let context = Context::read(instrument, &wave, &draft.answers);
    let unit = small / 2 % 3;
    Entry {
        submission: Submission::accept(instrument, draft).unwrap(),
        received_at: moment + i64::from(small).hours(),
        source: Source::Demo,
        unit: UNITS[usize::from(unit)].parse().unwrap(),
        channel: Channel::Kiosk,
        context,
        sampling: Some(Sampling {
            stratum: Some(SampleLabel::new(&format!("stratum {unit}")).unwrap()),
            psu: SampleLabel::new(&format!("psu {unit} {}", small / 6 % 4)).unwrap(),
            weight: Weight::new(1.0 + f64::from(small % 7) / 4.0).unwrap(),
            fpc: None,
        }),
    }
}

#[tokio::test]
async fn scores_are_the_same_from_the_log_from_segments_and_after_a_rebuild() {
    let mut world = World::new().await;
    let mut copy = world.copy_from(WAVES[0], world.folder());
    for round in 0..8 {
        world.record(13).await;
        let expected = world.scores_of_log().await;
        assert_eq!(world.table(&mut copy).await, expected[0], "the tail, in round {round}");
        let report = world.keep().await;
        assert!(report.written == 2 && report.dropped == 0, "{report:?}");
        assert_eq!(world.scores().await, expected, "round {round}");
        assert_eq!(world.table(&mut copy).await, expected[0], "round {round}");
        assert_eq!(world.listed().await, world.folders());
    }
    assert!(world.folders().len() < 2 * 8, "merged: {:?}", world.folders());
    assert_eq!(world.keep().await, RunReport::default(), "nothing left to do");
    let expected = world.scores_of_log().await;
    for id in WAVES {
        let one = wave(id);
        let rebuilt = world.job().rebuild(&*world.store, &world.definitions, &one).await;
        assert_eq!(rebuilt.unwrap(), 1);
        // Once more: what is made again has the same name and replaces itself.
        let again = world.job().rebuild(&*world.store, &world.definitions, &one).await;
        assert_eq!(again.unwrap(), 1);
    }
    assert_eq!(world.listed().await, world.folders());
    assert_eq!(world.folders().len(), 2);
    assert_eq!(world.scores().await, expected);
}

#[tokio::test]
async fn a_short_tail_stays_in_the_log() {
    let mut world = World::new().await;
    world.record(8).await;
    assert_eq!(world.keep().await, RunReport::default());
    world.record(2).await;
    assert_eq!(world.keep().await.written, 2);
}

#[tokio::test]
async fn damaged_segments_are_passed_over_and_then_made_again() {
    let damages: [fn(PathBuf); 3] = [
        |segment| fs::remove_dir_all(segment).unwrap(),
        |segment| fs::write(segment.join("rows.parquet"), b"PAR1").unwrap(),
        |segment| {
            let path = segment.join("sums.parquet");
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        },
    ];
    for (number, damage) in damages.into_iter().enumerate() {
        let mut world = World::new().await;
        world.record(20).await;
        world.keep().await;
        world.record(20).await;
        world.keep().await;
        let expected = world.scores_of_log().await;
        let first = world.store.segments(&WaveId::new(WAVES[0]).unwrap()).await.unwrap();
        damage(world.folder().join(&first[0].name));
        if number < 2 {
            assert_eq!(world.scores().await, expected, "damage {number} is passed over");
        }
        let report = world.keep().await;
        assert_eq!((report.dropped, report.written), (1, 1), "damage {number}");
        assert_eq!(world.listed().await, world.folders(), "damage {number}");
        assert_eq!(world.scores().await, expected, "damage {number}");
        assert_eq!(world.keep().await, RunReport::default(), "damage {number}");
    }
}

/// Fails at one step and at all later ones, as if the machine had stopped.
#[derive(Debug)]
struct Crash {
    at: usize,
    taken: AtomicUsize,
}

impl Crash {
    fn at(at: usize) -> Arc<Self> {
        Arc::new(Self { at, taken: AtomicUsize::new(0) })
    }
}

impl Steps for Crash {
    fn before(&self, _: Step) -> io::Result<()> {
        let number = self.taken.fetch_add(1, Ordering::SeqCst);
        if number < self.at { Ok(()) } else { Err(io::Error::other("the power fails")) }
    }
}

/// Fills the log and keeps the mirror in turn, until the job fails.
async fn live(world: &mut World, job: &MirrorJob) -> bool {
    for _ in 0..3 {
        world.record_first(5).await;
        if job.run(&*world.store, &world.definitions, Check::Sizes).await.is_err() {
            return false;
        }
    }
    let first = wave(WAVES[0]);
    job.rebuild(&*world.store, &world.definitions, &first).await.is_ok()
}

#[tokio::test]
async fn a_crash_at_any_step_changes_no_score_and_leaves_nothing_behind_after_the_next_run() {
    let mut at = 0;
    loop {
        let mut world = World::new().await;
        let steps = Crash::at(at);
        let mirror = Mirror::watched(world.folder(), steps);
        let is_through = live(&mut world, &MirrorJob::new(mirror, POLICY)).await;
        let expected = world.scores_of_log().await;
        assert_eq!(world.scores().await, expected, "after a crash before step {at}");
        let report = world.keep().await;
        assert_eq!(report.dropped, 0, "what is listed is whole after a crash before step {at}");
        assert_eq!(world.scores().await, expected, "after the run after step {at}");
        assert_eq!(world.listed().await, world.folders(), "after the run after step {at}");
        if is_through {
            break;
        }
        at += 1;
    }
    // Three segments and a merged one, ten steps each; three are removed; what is rebuilt is what
    // is there already, and is neither renamed nor kept aside.
    assert_eq!(at, (3 + 1) * 10 + 3 + 9);
}

#[tokio::test]
async fn a_comparison_finds_what_is_otherwise_than_the_log() {
    use FindingKind::{Segment, SegmentRange, SegmentRow};
    let mut world = World::new().await;
    world.record_first(30).await;
    world.keep().await;
    let (compared, found) = world.compare().await;
    assert_eq!((compared, found), (Compared { segments: 1, rows: 30 }, Vec::new()));
    // A tail in the log is no finding.
    world.record_first(2).await;
    assert_eq!(world.compare().await.1, []);

    let [name] = &world.listed().await.into_iter().collect::<Vec<_>>()[..] else {
        panic!("one segment");
    };
    let path = world.folder().join(name).join("rows.parquet");
    let sound = fs::read(&path).unwrap();
    let mut damaged = sound.clone();
    damaged[sound.len() / 2] ^= 1;
    fs::write(&path, damaged).unwrap();
    assert_eq!(world.compare().await.1, [(Segment, Some(1))], "a flipped byte");
    fs::remove_file(&path).unwrap();
    assert_eq!(world.compare().await.1, [(Segment, Some(1))], "a missing file");
    fs::write(&path, sound).unwrap();
    assert_eq!(world.compare().await.1, []);
    fs::remove_dir_all(world.folder().join(name)).unwrap();
    assert_eq!(world.compare().await.1, [(Segment, Some(1))], "a missing folder");

    // Sound files with other rows than the log.
    let first = wave(WAVES[0]);
    let forms = read_page(&*world.store, &first.id, 0..32, world.instrument()).await.unwrap();
    let mut removed = vec![name.clone()];
    for (change, expected) in [
        ("lacks", vec![(SegmentRange, Some(1)), (SegmentRow, Some(7))]),
        ("differs", vec![(SegmentRow, Some(3))]),
        ("surplus", vec![(SegmentRange, Some(1)), (SegmentRow, Some(33))]),
    ] {
        let mut forms = forms.clone();
        match change {
            "lacks" => drop(forms.remove(6)),
            "differs" => forms[2].weight += 0.25,
            _ => forms.push(scoring::Form { position: 33, ..forms[0].clone() }),
        }
        let last = forms.last().unwrap().position;
        let mut all = scoring::Forms::new(Arc::clone(world.instrument()));
        all.append(&forms).unwrap();
        let (mirror, id) = (Mirror::new(world.folder()), first.id.clone());
        let write = move || mirror.writer().unwrap().write(&id, 1..=last, &all).unwrap();
        let segment = stored(spawn_blocking(write).await.unwrap().listed());
        let added = std::slice::from_ref(&segment);
        world.store.replace_segments(&first.id, &removed, added).await.unwrap();
        assert_eq!(world.compare().await.1, expected, "{change}");
        removed = vec![segment.name];
    }
}
