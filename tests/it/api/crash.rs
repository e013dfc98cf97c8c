//! SIGKILL at many moments. This shows that no acknowledgement runs ahead of the database; that a
//! commit also survives a power cut rests on SQLite's `synchronous=FULL`, which no kill can test.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use axum::http::StatusCode;
use store::{SqliteStore, Store};
use survey_defs::api::BatchReceipt;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::ids::SubmissionId;
use survey_defs::wave::{Channel, Population};
use tests::drafts::complete;
use tests::process::{Program, post};
use tests::waves;
use tokio::sync::watch;
use tokio::task::JoinSet;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

/// After how many requests the program is killed, in rounds: with every other it counts requests
/// that were begun, otherwise those that were answered.
const MOMENTS: [u32; 10] = [1, 2, 3, 4, 5, 6, 8, 10, 12, 16];

/// Records per request of the four tasks.
const SIZES: [u32; 4] = [1, 1, 7, 50];

/// What the clients know.
#[derive(Debug, Default)]
struct Clients {
    next: AtomicU32,
    acknowledged: Mutex<BTreeSet<u32>>,
    unsure: Mutex<BTreeSet<u32>>,
}

impl Clients {
    /// Posts new records until no answer comes any more.
    async fn post_until_killed(&self, address: &str, size: u32, progress: &Progress) {
        loop {
            let first = self.next.fetch_add(size, Ordering::Relaxed);
            let numbers: Vec<u32> = (first..first + size).collect();
            progress.begun.send_modify(|count| *count += 1);
            let Some(statuses) = send(address, &numbers).await else {
                self.unsure.lock().unwrap().extend(numbers);
                return;
            };
            assert!(statuses.iter().all(|status| *status == 201), "{statuses:?}");
            self.acknowledged.lock().unwrap().extend(numbers);
            progress.answered.send_modify(|count| *count += 1);
        }
    }

    /// Posts again what nobody has acknowledged: what is in the log is known, the rest is new.
    async fn repeat_unsure(&self, address: &str, log: &BTreeSet<u32>) {
        let unsure = std::mem::take(&mut *self.unsure.lock().unwrap());
        let numbers: Vec<u32> = unsure.into_iter().collect();
        let statuses = send(address, &numbers).await.expect("the program runs");
        let known = |number| if log.contains(number) { 200 } else { 201 };
        let expected: Vec<u16> = numbers.iter().map(known).collect();
        assert_eq!(statuses, expected, "of the records {numbers:?}");
        self.acknowledged.lock().unwrap().extend(numbers);
    }
}

/// How far a round has come.
#[derive(Debug, Default)]
struct Progress {
    begun: watch::Sender<u32>,
    answered: watch::Sender<u32>,
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_was_acknowledged_survives_sigkill_exactly_once() {
    let folder = tempfile::tempdir().unwrap();
    prepare(folder.path()).await;
    let clients = Arc::new(Clients::default());
    let mut log = BTreeSet::new();
    for (round, moment) in MOMENTS.into_iter().enumerate() {
        let program = Program::serve(BINARY, folder.path()).await.unwrap();
        if round > 0 {
            clients.repeat_unsure(&program.address, &log).await;
        }
        let progress = Arc::new(Progress::default());
        let mut counted = match round % 2 {
            0 => progress.begun.subscribe(),
            _ => progress.answered.subscribe(),
        };
        let mut tasks = JoinSet::new();
        for size in SIZES {
            let (clients, progress) = (Arc::clone(&clients), Arc::clone(&progress));
            let address = program.address.clone();
            tasks.spawn(async move {
                clients.post_until_killed(&address, size, &progress).await;
            });
        }
        counted.wait_for(|count| *count >= moment).await.unwrap();
        program.kill().await.unwrap();
        while let Some(task) = tasks.join_next().await {
            task.unwrap();
        }
        log = logged(folder.path()).await;
        assert!(clients.acknowledged.lock().unwrap().is_subset(&log), "round {round} lost some");
        assert!(log.iter().all(|number| *number < clients.next.load(Ordering::Relaxed)));
        assert!(!clients.unsure.lock().unwrap().is_empty(), "every task was cut off");
    }
    let program = Program::serve(BINARY, folder.path()).await.unwrap();
    clients.repeat_unsure(&program.address, &log).await;
    program.kill().await.unwrap();
    let everything: BTreeSet<u32> = (0..clients.next.load(Ordering::Relaxed)).collect();
    assert_eq!(logged(folder.path()).await, everything);
}

/// The database with a wave that is open whatever the real clock says.
async fn prepare(folder: &Path) {
    let store = open(folder).await;
    let mut wave = waves::wave("counter", Population::Transaction);
    wave.opens_at = "2000-01-01T00:00:00Z".parse().unwrap();
    wave.closes_at = "2200-01-01T00:00:00Z".parse().unwrap();
    store.create_wave(&wave).await.unwrap();
    store.add_points(&[waves::point(&wave, "p1", Channel::WallQr)]).await.unwrap();
}

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("thuocdo.sqlite")).await.unwrap()
}

/// The numbers in the log; fails if one is there twice.
async fn logged(folder: &Path) -> BTreeSet<u32> {
    let store = open(folder).await;
    let wave = "counter".parse().unwrap();
    let mut times: BTreeMap<SubmissionId, u32> = BTreeMap::new();
    let mut position = 0;
    loop {
        let records = store.submissions_after(&wave, position, 1000).await.unwrap();
        let Some(last) = records.last() else { break };
        position = last.position;
        for record in &records {
            *times.entry(record.draft.id).or_default() += 1;
        }
    }
    assert!(times.values().all(|times| *times == 1), "a record is there twice");
    let number = |id: &SubmissionId| u32::try_from(id.uuid().as_u128() - 1).unwrap();
    times.keys().map(number).collect()
}

/// The status of each record, or nothing if no answer came.
async fn send(address: &str, numbers: &[u32]) -> Option<Vec<u16>> {
    let drafts: Vec<_> =
        numbers.iter().map(|number| complete("counter", u128::from(*number) + 1, 4)).collect();
    let body = serde_json::to_string(&drafts).unwrap();
    let (status, body) = post(address, SUBMISSIONS, body).await.ok()?;
    assert_eq!(status, StatusCode::OK, "{}", String::from_utf8_lossy(&body));
    let BatchReceipt { results } = serde_json::from_slice(&body).unwrap();
    Some(results.iter().map(|result| result.status).collect())
}
