//! SIGKILL at many moments. This shows that no acknowledgement runs ahead of the database; that a
//! commit also survives a power cut rests on SQLite's `synchronous=FULL`, which no kill can test.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use server::intake::submissions::MAX_UNPROVEN_BATCH;
use store::SqliteStore;
use tests::ledger::{Attempt, Ledger, Reader, prepare};
use tests::numbers::Numbers;
use tests::process::{Launch, Program};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::BINARY;
use super::mirror::{equals_log, keep};

const KILLS: u64 = 60;

/// Records per request of the clients.
const SIZES: [u32; 5] = [1, 1, 1, 7, 10];

/// How far a round has come.
#[derive(Debug, Default)]
struct Progress {
    begun: watch::Sender<u64>,
    answered: watch::Sender<u64>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_60_sigkills_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    prepare(&open(folder.path()).await).await;
    let launch = Launch::new(BINARY, folder.path());
    let (ledger, mut numbers) = (Arc::new(Ledger::default()), Numbers::of_seed(5));
    let mut reader = Reader::default();
    let mut segments = 0;
    for round in 0..KILLS {
        // It recovers by itself; only then anybody else looks at the file.
        let program = launch.serve().await.unwrap();
        let store = open(folder.path()).await;
        reader.read_on(&store).await;
        let lost: Vec<u32> = ledger.acknowledged().difference(&reader.numbers).copied().collect();
        assert!(lost.is_empty(), "round {round} lost {lost:?}");
        repeat_unsure(&ledger, &program, &reader.numbers).await;
        drop(store);
        let tasks = begin(&ledger, &program, &mut numbers).await;
        program.kill().await.unwrap();
        tasks.join_all().await;
        if round % 6 == 5 {
            segments += keep(folder.path(), &open(folder.path()).await).await;
        }
    }
    let program = launch.serve().await.unwrap();
    let store = open(folder.path()).await;
    reader.read_on(&store).await;
    repeat_unsure(&ledger, &program, &reader.numbers).await;
    program.kill().await.unwrap();

    let mut log = Reader::default();
    log.read_on(&store).await;
    ledger.is_the_same_as(&log.numbers);
    segments += keep(folder.path(), &store).await;
    assert!(segments >= 10, "only {segments} segments were written");
    equals_log(folder.path(), &store).await;
}

/// Posts until it is time to kill: after a number of requests that were begun or answered.
async fn begin(ledger: &Arc<Ledger>, program: &Program, numbers: &mut Numbers) -> JoinSet<()> {
    let progress = Arc::new(Progress::default());
    let mut counted = match numbers.below(2) {
        0 => progress.begun.subscribe(),
        _ => progress.answered.subscribe(),
    };
    let moment = 1 + numbers.below(40);
    let mut tasks = JoinSet::new();
    for size in SIZES {
        let (ledger, progress) = (Arc::clone(ledger), Arc::clone(&progress));
        let address = program.address.clone();
        tasks.spawn(async move {
            let mut connection = None;
            loop {
                let numbers = ledger.take(size);
                progress.begun.send_modify(|count| *count += 1);
                match ledger.attempt(&mut connection, &address, &numbers).await {
                    Attempt::Acknowledged(statuses) => {
                        assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
                    }
                    Attempt::Later(status) => panic!("{status} of a healthy program"),
                    Attempt::NoAnswer => return,
                }
                progress.answered.send_modify(|count| *count += 1);
            }
        });
    }
    counted.wait_for(|count| *count >= moment).await.unwrap();
    tasks
}

/// Posts again what nobody has acknowledged: what is in the log is known, the rest is new.
async fn repeat_unsure(ledger: &Ledger, program: &Program, log: &BTreeSet<u32>) {
    let mut connection = None;
    for numbers in ledger.take_unsure().chunks(MAX_UNPROVEN_BATCH) {
        let attempt = ledger.attempt(&mut connection, &program.address, numbers).await;
        let Attempt::Acknowledged(statuses) = attempt else { panic!("{attempt:?}") };
        let known = |number| if log.contains(number) { 200 } else { 201 };
        let expected: Vec<u16> = numbers.iter().map(known).collect();
        assert_eq!(statuses, expected, "of the records {numbers:?}");
    }
}

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("data/thuocdo.sqlite")).await.unwrap()
}
