//! Servers that share segments.

use super::super::{Location, MirrorJobError, Segments, SharedCheck, SharedStorage, check_shared};
use super::*;
use crate::system::clock::Clock;

const LONG_AGO: &str = "2000-01-01T00:00:00Z";
const LONG_AFTER: &str = "2200-01-01T00:00:00Z";

/// Objects are dated by the system, so a test chooses on which side of that it stands.
#[derive(Debug)]
struct Fixed(Timestamp);

impl Clock for Fixed {
    fn now(&self) -> Timestamp {
        self.0
    }
}

/// A world whose mirror is shared through a folder.
struct Shared {
    world: World,
}

impl Shared {
    async fn new() -> Self {
        let world = World::new().await;
        fs::create_dir(world.folder.path().join("shared")).unwrap();
        Self { world }
    }

    fn shared_folder(&self) -> PathBuf {
        self.world.folder.path().join("shared")
    }

    fn folder(&self, server: &str) -> PathBuf {
        self.world.folder.path().join(server)
    }

    fn segments(&self, mirror: Mirror, now: &str) -> Segments {
        let clock = Arc::new(Fixed(now.parse().unwrap()));
        let shared = SharedStorage::new(Location::Folder(self.shared_folder()), clock).unwrap();
        Segments::shared(mirror, shared)
    }

    fn server(&self, server: &str) -> Segments {
        self.segments(Mirror::new(self.folder(server)), LONG_AGO)
    }

    fn job(&self, server: &str) -> MirrorJob {
        MirrorJob::new(self.server(server), POLICY)
    }

    async fn keep(&self, server: &str) -> RunReport {
        self.try_keep(server).await.unwrap()
    }

    async fn try_keep(&self, server: &str) -> Result<RunReport, MirrorJobError> {
        let World { store, definitions, .. } = &self.world;
        self.job(server).run(&**store, definitions, Check::Contents).await
    }

    async fn check_shared(&self, server: &str) -> SharedCheck {
        let World { store, definitions, .. } = &self.world;
        check_shared(&self.server(server), &**store, definitions).await.unwrap()
    }

    fn copy(&self, server: &str, id: &str) -> WaveColumns {
        let id = WaveId::new(id).unwrap();
        WaveColumns::new(id, Arc::clone(self.world.instrument()), self.server(server))
    }

    /// All scores of a server, and how many segments they come from.
    async fn scores(&self, server: &str) -> (Vec<ScoreTable>, usize) {
        let (mut tables, mut segments) = (Vec::new(), 0);
        for id in WAVES {
            let mut copy = self.copy(server, id);
            tables.push(self.world.table(&mut copy).await);
            segments += copy.segments();
        }
        (tables, segments)
    }

    /// The names of all objects.
    fn objects(&self) -> BTreeSet<String> {
        let entries = fs::read_dir(self.shared_folder()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    async fn expected_objects(&self) -> BTreeSet<String> {
        let files = ["rows.parquet", "keys.parquet", "sums.parquet", "counts.parquet"];
        let files = || files.into_iter().chain(["manifest.json"]);
        let listed = self.world.listed().await;
        listed.iter().flat_map(|name| files().map(move |file| format!("{name}.{file}"))).collect()
    }
}

#[tokio::test]
async fn what_one_server_writes_the_other_reads_from_shared_storage() {
    let mut shared = Shared::new().await;
    for round in 0..4 {
        shared.world.record(13).await;
        let report = shared.keep("one").await;
        assert_eq!((report.written, report.dropped), (2, 0), "round {round}");
        let expected = shared.world.scores_of_log().await;
        let listed = shared.world.listed().await;
        assert_eq!(shared.scores("two").await, (expected, listed.len()), "round {round}");
        assert!(folders(&shared.folder("two")).is_superset(&listed), "round {round}");
        let store = &*shared.world.store;
        shared.job("two").follow(store).await.unwrap();
        assert_eq!(folders(&shared.folder("two")), listed, "round {round}");
    }
    assert_eq!(shared.keep("one").await, RunReport::default(), "nothing left to do");
    // What the second server has fetched, it has.
    fs::remove_dir_all(shared.shared_folder()).unwrap();
    let listed = shared.world.listed().await.len();
    assert_eq!(shared.scores("two").await, (shared.world.scores_of_log().await, listed));
}

#[tokio::test]
async fn a_lead_that_passes_on_takes_over_what_is_shared() {
    let mut shared = Shared::new().await;
    shared.world.record(40).await;
    shared.keep("one").await;
    let before = shared.world.listed().await;
    let report = shared.keep("two").await;
    assert_eq!((report.written, report.dropped), (0, 0), "it is fetched and not made again");
    assert_eq!(shared.world.listed().await, before);
    shared.world.record(40).await;
    assert_eq!(shared.keep("two").await.written, 2);
    let listed = shared.world.listed().await.len();
    assert_eq!(shared.scores("one").await, (shared.world.scores_of_log().await, listed));
}

#[tokio::test]
async fn what_is_not_what_was_listed_is_never_used_and_is_put_there_again() {
    let damages: [fn(PathBuf); 4] = [
        |path| fs::remove_file(path).unwrap(),
        |path| fs::write(path, b"").unwrap(),
        |path| fs::write(path, b"PAR1 and something else").unwrap(),
        |path| {
            let mut bytes = fs::read(&path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        },
    ];
    let mut shared = Shared::new().await;
    shared.world.record(20).await;
    shared.keep("one").await;
    let expected = shared.world.scores_of_log().await;
    let objects = shared.objects();
    assert_eq!(objects, shared.expected_objects().await);
    let whole = shared.world.listed().await.len();
    for (number, damage) in damages.into_iter().enumerate() {
        for object in &objects {
            let server = format!("{number} {object}");
            damage(shared.shared_folder().join(object));
            let used = shared.scores(&server).await;
            assert_eq!(used, (expected.clone(), whole - 1), "damage {number} of {object}");
            assert_eq!(folders(&shared.folder(&server)).len(), whole - 1, "{number} {object}");
            let report = shared.keep("one").await;
            assert_eq!((report.dropped, report.written), (0, 0), "damage {number} of {object}");
            let check = shared.check_shared("one").await;
            let again = (report.shared + check.repaired, check.whole + check.repaired);
            assert_eq!(again, (1, whole), "damage {number} of {object}");
            assert_eq!(shared.scores(&server).await, (expected.clone(), whole));
        }
    }
}

#[tokio::test]
async fn damage_here_is_mended_from_there_and_damage_on_both_sides_from_the_log() {
    let mut shared = Shared::new().await;
    shared.world.record(20).await;
    shared.keep("one").await;
    let expected = shared.world.scores_of_log().await;
    let first = shared.world.listed().await.pop_first().unwrap();
    let here = shared.folder("one").join(&first).join("sums.parquet");
    let there = shared.shared_folder().join(format!("{first}.sums.parquet"));
    for (both, dropped) in [(false, 0), (true, 1)] {
        let damage = |path: &PathBuf| {
            let mut bytes = fs::read(path).unwrap();
            let middle = bytes.len() / 2;
            bytes[middle] ^= 1;
            fs::write(path, bytes).unwrap();
        };
        damage(&here);
        if both {
            damage(&there);
        }
        let report = shared.keep("one").await;
        assert_eq!((report.dropped, report.written), (dropped, dropped), "on both sides: {both}");
        assert_eq!(shared.check_shared("one").await, SharedCheck { whole: 2, repaired: 0 });
        assert_eq!(shared.scores("one").await, (expected.clone(), 2));
        assert_eq!(shared.scores("two").await, (expected.clone(), 2));
    }
}

#[tokio::test]
async fn without_shared_storage_nothing_is_written_nothing_is_dropped_and_scores_stay() {
    let mut shared = Shared::new().await;
    shared.world.record(20).await;
    shared.keep("one").await;
    shared.scores("two").await;
    let listed = shared.world.listed().await;
    let away = shared.world.folder.path().join("away");
    fs::rename(shared.shared_folder(), &away).unwrap();

    shared.world.record(20).await;
    let expected = shared.world.scores_of_log().await;
    for server in ["one", "three"] {
        let error = shared.try_keep(server).await.unwrap_err();
        assert!(matches!(error, MirrorJobError::SharedStorage(_)), "{error}");
        assert!(!shared.shared_folder().exists(), "what is not mounted is not made");
    }
    assert_eq!(shared.world.listed().await, listed);
    for (server, segments) in [("one", 2), ("two", 2), ("three", 0)] {
        assert_eq!(shared.scores(server).await, (expected.clone(), segments), "{server}");
    }

    fs::rename(&away, shared.shared_folder()).unwrap();
    assert_eq!(shared.keep("one").await.written, 2);
    assert_eq!(shared.scores("three").await, (expected, 4));
}

#[tokio::test]
async fn new_shared_storage_gets_what_is_listed_already() {
    let mut shared = Shared::new().await;
    shared.world.record(20).await;
    shared.world.keep().await;
    fs::rename(shared.world.folder(), shared.folder("one")).unwrap();
    assert_eq!(shared.objects(), BTreeSet::new());
    let report = shared.keep("one").await;
    assert_eq!(report, RunReport { shared: 2, ..RunReport::default() });
    assert_eq!(shared.objects(), shared.expected_objects().await);
    assert_eq!(shared.keep("one").await, RunReport::default());
}

#[tokio::test]
async fn what_is_not_listed_stays_for_an_hour_and_nothing_else_is_touched() {
    let mut shared = Shared::new().await;
    fs::write(shared.shared_folder().join("readme.txt"), "not ours").unwrap();
    for _ in 0..3 {
        shared.world.record(10).await;
        shared.keep("one").await;
    }
    // A segment that was merged is marked by the next run.
    shared.keep("one").await;
    let unlisted = |objects: BTreeSet<String>| {
        objects.into_iter().filter(|name| name.ends_with(".unlisted")).count()
    };
    let merged = unlisted(shared.objects());
    assert!(merged > 0, "{:?}", shared.objects());
    assert_eq!(shared.keep("one").await, RunReport::default(), "an hour is not over");
    assert_eq!(unlisted(shared.objects()), merged);

    let World { store, definitions, .. } = &shared.world;
    let late = shared.segments(Mirror::new(shared.folder("one")), LONG_AFTER);
    let report =
        MirrorJob::new(late, POLICY).run(&**store, definitions, Check::Sizes).await.unwrap();
    assert_eq!(report, RunReport { discarded: merged, ..RunReport::default() });
    let mut expected = shared.expected_objects().await;
    expected.insert("readme.txt".to_owned());
    assert_eq!(shared.objects(), expected);
    let expected = (shared.world.scores_of_log().await, shared.world.listed().await.len());
    assert_eq!(shared.scores("two").await, expected);
}

#[tokio::test]
async fn a_crash_at_any_step_leaves_nothing_wrong_for_any_server() {
    let mut at = 0;
    loop {
        let mut shared = Shared::new().await;
        let mirror = Mirror::watched(shared.folder("one"), Crash::at(at));
        let job = MirrorJob::new(shared.segments(mirror, LONG_AGO), POLICY);
        let is_through = live(&mut shared.world, &job).await;
        let expected = shared.world.scores_of_log().await;
        let listed = shared.world.listed().await.len();
        // Another server finds all that is listed, wherever the first one stopped.
        assert_eq!(shared.scores("two").await, (expected.clone(), listed), "before step {at}");
        // And it may go on in its place.
        let report = shared.keep("two").await;
        assert_eq!(report.dropped, 0, "after a crash before step {at}");
        let listed = shared.world.listed().await;
        assert_eq!(folders(&shared.folder("two")), listed, "after a crash before step {at}");
        let scores = shared.scores("three").await;
        assert_eq!(scores, (expected, listed.len()), "after a crash before step {at}");
        assert!(shared.objects().is_superset(&shared.expected_objects().await));
        if is_through {
            break;
        }
        at += 1;
    }
    // As without shared storage, and each of five segments is shared before it is listed.
    assert_eq!(at, (3 + 1) * 11 + 3 + 10);
}
