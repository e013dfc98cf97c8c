//! Several servers on one PostgreSQL: killed, restarted, asked for the same thing at the same time;
//! and PostgreSQL itself killed, on a full disk and on one that does not keep what it is given.

use std::path::PathBuf;
use std::sync::Arc;

use axum::http::StatusCode;
use cluster::Cluster;
use futures::future::join_all;
use store::PostgresStore;
use survey_defs::api::paths::SUBMISSIONS;
use tempfile::TempDir;
use tests::disk::{FaultyDisk, Trouble};
use tests::ledger::{Addresses, Crowd, Ledger, Reader, SECRET, draft, prepare};
use tests::numbers::Numbers;
use tests::postgres;
use tests::process::{Connection, Launch, Program};
use tokio::sync::Barrier;

use super::BINARY;
use super::mirror::{equals_log, keep};

const KILLS: u64 = 40;
const KILLS_OF_POSTGRES: u64 = 10;
const SIZES: [u32; 6] = [1, 1, 1, 1, 7, 10];

/// Two servers on one database, clients that post to them, and what they know.
struct World {
    launches: Vec<Launch>,
    programs: Vec<Program>,
    addresses: Addresses,
    ledger: Arc<Ledger>,
    store: PostgresStore,
    reader: Reader,
    folder: TempDir,
}

impl World {
    async fn new(url: &str) -> Self {
        let store = PostgresStore::open(url).await.unwrap();
        prepare(&store).await;
        let folder = tempfile::tempdir().unwrap();
        let (mut launches, mut programs) = (Vec::new(), Vec::new());
        for name in ["first", "second"] {
            let own: PathBuf = folder.path().join(name);
            std::fs::create_dir(&own).unwrap();
            let launch = Launch::new(BINARY, &own).database(url);
            programs.push(launch.serve().await.unwrap());
            launches.push(launch);
        }
        let addresses = Addresses::of(&programs);
        let ledger = Arc::new(Ledger::default());
        Self { launches, programs, addresses, ledger, store, reader: Reader::default(), folder }
    }

    fn crowd(&self) -> Crowd {
        Crowd::start(&self.ledger, &self.addresses, &SIZES)
    }

    /// Waits for a number of requests that are begun or of records that are acknowledged.
    async fn until_a_moment(&self, numbers: &mut Numbers) {
        if numbers.below(2) == 0 {
            self.ledger.begin_more(1 + u32::try_from(numbers.below(60)).unwrap()).await;
        } else {
            self.ledger.acknowledge_more(1 + usize::try_from(numbers.below(150)).unwrap()).await;
        }
    }

    /// Starts a server again, and returns the one that was there.
    async fn replace(&mut self, server: usize) -> Program {
        let program = self.launches[server].serve().await.unwrap();
        self.addresses.moved(server, &program);
        std::mem::replace(&mut self.programs[server], program)
    }

    /// What was acknowledged until now is in the log.
    async fn nothing_is_lost(&mut self) {
        let acknowledged = self.ledger.acknowledged();
        self.reader.read_on(&self.store).await;
        let lost: Vec<_> = acknowledged.difference(&self.reader.numbers).collect();
        assert!(lost.is_empty(), "{lost:?}");
    }

    /// Everything is there once, and nobody has told an answer to a log.
    async fn everything_is_there_once(&self) {
        let mut log = Reader::default();
        log.read_on(&self.store).await;
        self.ledger.is_the_same_as(&log.numbers);
        for launch in &self.launches {
            let log = launch.log();
            assert!(!log.contains(SECRET) && !log.contains("panicked"), "{log}");
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_64_identical_posts_through_two_servers_one_is_new() {
    let mut world = World::new(&postgres::database("identical")).await;
    for _ in 0..5 {
        let numbers = world.ledger.take(1);
        let body = serde_json::to_string(&draft(numbers[0])).unwrap();
        let together = Barrier::new(64);
        let posts = (0..64).map(|n| {
            let (address, body) = (&world.programs[n % 2].address, body.clone());
            let together = &together;
            async move {
                let mut connection = Connection::open(address).await.unwrap();
                together.wait().await;
                connection.post(SUBMISSIONS, body).await.unwrap()
            }
        });
        let answers = join_all(posts).await;
        let with = |status| answers.iter().filter(|answer| answer.status == status).count();
        assert_eq!((with(StatusCode::CREATED), with(StatusCode::OK)), (1, 63));
        assert!(answers.iter().all(|answer| answer.body == answers[0].body));
    }
    world.reader.read_on(&world.store).await;
    assert_eq!(world.reader.numbers, (0..5).collect());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_40_sigkills_of_one_server_of_two() {
    let mut world = World::new(&postgres::database("killed")).await;
    let mut numbers = Numbers::of_seed(6);
    let crowd = world.crowd();
    for _ in 0..KILLS {
        world.until_a_moment(&mut numbers).await;
        let server = usize::try_from(numbers.below(2)).unwrap();
        // The new one is there first, so that clients find one; then the old one is killed.
        world.replace(server).await.kill().await.unwrap();
        world.nothing_is_lost().await;
    }
    crowd.stop().await;
    assert!(world.ledger.lost() > 0, "no request was cut off");
    world.everything_is_there_once().await;
    world.programs.clear();
    assert!(keep(world.folder.path(), &world.store).await > 0);
    equals_log(world.folder.path(), &world.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_10_crashes_of_postgresql() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.create_database("thuocdo").unwrap();
    let mut world = World::new(&url).await;
    let mut numbers = Numbers::of_seed(7);
    let crowd = world.crowd();
    for round in 0..KILLS_OF_POSTGRES {
        world.until_a_moment(&mut numbers).await;
        cluster.kill().unwrap();
        // Mostly it is back before a server gives up waiting for it; otherwise the server says so.
        if round % 5 == 4 {
            world.ledger.refuse_more(1).await;
        }
        cluster.restart().unwrap();
        // They find it again by themselves.
        world.ledger.acknowledge_more(10).await;
        assert!(world.programs.iter_mut().all(Program::is_running));
        world.nothing_is_lost().await;
    }
    crowd.stop().await;
    world.everything_is_there_once().await;
    world.programs.clear();
    keep(world.folder.path(), &world.store).await;
    equals_log(world.folder.path(), &world.store).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_rolling_restart_fails_no_request_that_a_retry_does_not_cure() {
    let mut world = World::new(&postgres::database("rolling")).await;
    let crowd = world.crowd();
    for _ in 0..4 {
        for server in 0..2 {
            world.ledger.acknowledge_more(50).await;
            let launch = world.launches[server].clone();
            let old = world.programs.remove(server);
            // It is down for a while: the other one does the work.
            assert!(old.terminate().await.unwrap().success());
            world.ledger.acknowledge_more(50).await;
            let new = launch.serve().await.unwrap();
            world.addresses.moved(server, &new);
            world.programs.insert(server, new);
        }
    }
    // A client fails if it meets anything but an acknowledgement or a request to come again.
    crowd.stop().await;
    world.everything_is_there_once().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_when_the_disk_of_postgresql_fails() {
    let disk = FaultyDisk::new().unwrap();
    // Tables are in `base`, so a full disk is an error of a statement; when the log of PostgreSQL
    // itself cannot be synchronised, it stops at once and recovers from what is on the disk.
    let environment = disk.environment("/data/");
    let environment = environment.each_ref().map(|(name, value)| (*name, value.as_str()));
    let cluster = Cluster::start_with_env(&environment).unwrap();
    let url = cluster.create_database("thuocdo").unwrap();
    let mut world = World::new(&url).await;
    let crowd = world.crowd();
    for trouble in [Trouble::Full, Trouble::Sync, Trouble::Full, Trouble::Sync] {
        world.ledger.acknowledge_more(100).await;
        let before = disk.failures(trouble);
        disk.break_by(trouble);
        world.ledger.refuse_more(2).await;
        assert!(disk.failures(trouble) > before, "the disk has not failed");
        disk.heal();
        // It may run already: then this does nothing.
        let _ = cluster.restart();
        world.ledger.acknowledge_more(100).await;
        assert!(world.programs.iter_mut().all(Program::is_running));
        world.nothing_is_lost().await;
    }
    crowd.stop().await;
    world.everything_is_there_once().await;
    let log = std::fs::read_to_string(cluster.folder().join("log")).unwrap();
    assert!(log.contains("No space left on device") && log.contains("PANIC"), "{log}");
}
