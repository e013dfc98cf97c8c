//! Posts numbered records from several clients, and keeps what each client knows of its records.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard};
use std::time::Duration;

use axum::http::{StatusCode, header};
use store::Store;
use survey_defs::answer::Answer;
use survey_defs::api::BatchReceipt;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::Problem;
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::submission::Draft;
use survey_defs::wave::{Channel, Population};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, interval};
use uuid::Uuid;

use crate::drafts::{complete, question};
use crate::process::{Connection, Program};
use crate::waves;

/// What is in every record and must never be in a log or an answer.
pub const SECRET: &str = "Bí mật của người dân";

/// How long one record is tried at most: far longer than PostgreSQL takes to recover on a slow
/// machine, while every refusal waits for it.
const PATIENCE: Duration = Duration::from_mins(5);

/// The pause before a record is tried again. The outbox waits for seconds; a test has less time.
const RETRY: Duration = Duration::from_millis(20);

/// What the clients know.
#[derive(Debug, Default)]
pub struct Ledger {
    next: AtomicU32,
    acknowledged: Mutex<BTreeSet<u32>>,
    unsure: Mutex<BTreeSet<u32>>,
    begun: AtomicU32,
    refusals: AtomicU32,
    lost: AtomicU32,
}

/// Where the servers are, some of which may be down; a handle.
#[derive(Debug, Clone)]
pub struct Addresses(Arc<Mutex<Vec<String>>>);

/// What came of one request.
#[derive(Debug)]
pub enum Attempt {
    /// The status of each record: 200 or 201.
    Acknowledged(Vec<u16>),
    /// Not now: 503 or 429, with a time to come back.
    Later(StatusCode),
    /// No answer: the records are there or not.
    NoAnswer,
}

/// Clients that post until they are told to stop.
#[derive(Debug)]
pub struct Crowd {
    tasks: JoinSet<()>,
    stop: watch::Sender<bool>,
}

impl Addresses {
    /// Of these programs.
    pub fn of<'a>(programs: impl IntoIterator<Item = &'a Program>) -> Self {
        let addresses = programs.into_iter().map(|program| program.address.clone());
        Self(Arc::new(Mutex::new(addresses.collect())))
    }

    /// A server is somewhere else now, because it was started again.
    pub fn moved(&self, server: usize, program: &Program) {
        self.lock()[server].clone_from(&program.address);
    }

    fn at(&self, turn: usize) -> (usize, String) {
        let addresses = self.lock();
        let server = turn % addresses.len();
        (server, addresses[server].clone())
    }

    fn lock(&self) -> MutexGuard<'_, Vec<String>> {
        self.0.lock().expect("no client panics while holding it")
    }
}

impl Ledger {
    /// So many new numbers.
    pub fn take(&self, size: u32) -> Vec<u32> {
        let first = self.next.fetch_add(size, Ordering::Relaxed);
        (first..first + size).collect()
    }

    /// Numbers whose records were acknowledged.
    pub fn acknowledged(&self) -> BTreeSet<u32> {
        self.acknowledged.lock().expect("no client panics while holding it").clone()
    }

    /// How many records were acknowledged.
    pub fn n_acknowledged(&self) -> usize {
        self.acknowledged.lock().expect("no client panics while holding it").len()
    }

    /// Numbers that nobody has acknowledged, which are forgotten here.
    pub fn take_unsure(&self) -> Vec<u32> {
        let unsure = std::mem::take(&mut *self.unsure.lock().expect("as above"));
        unsure.into_iter().collect()
    }

    /// How often the answer was to come back later.
    pub fn refusals(&self) -> u32 {
        self.refusals.load(Ordering::Relaxed)
    }

    /// How often no answer came over a connection that was open.
    pub fn lost(&self) -> u32 {
        self.lost.load(Ordering::Relaxed)
    }

    /// Every number that was taken is acknowledged, and those in the log are these.
    pub fn is_the_same_as(&self, log: &BTreeSet<u32>) {
        let all = (0..self.next.load(Ordering::Relaxed)).collect();
        for (known, what) in [(all, "taken"), (self.acknowledged(), "acknowledged")] {
            let differ: Vec<_> = known.symmetric_difference(log).collect();
            assert!(differ.is_empty(), "either {what} or in the log: {differ:?}");
        }
    }

    /// Posts records once, over a connection that is opened if need be.
    pub async fn attempt(
        &self,
        connection: &mut Option<Connection>,
        address: &str,
        numbers: &[u32],
    ) -> Attempt {
        if connection.as_ref().is_none_or(|open| open.address != address) {
            *connection = Connection::open(address).await.ok();
        }
        let Some(open) = connection else {
            self.unsure.lock().expect("as above").extend(numbers);
            return Attempt::NoAnswer;
        };
        self.begun.fetch_add(1, Ordering::Relaxed);
        let Ok(answer) = open.post(SUBMISSIONS, body(numbers)).await else {
            *connection = None;
            self.lost.fetch_add(1, Ordering::Relaxed);
            self.unsure.lock().expect("as above").extend(numbers);
            return Attempt::NoAnswer;
        };
        let text = String::from_utf8_lossy(&answer.body);
        assert!(!text.contains(SECRET), "an answer in {text}");
        let statuses = match answer.status {
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                assert!(answer.headers.contains_key(header::RETRY_AFTER), "{text}");
                let problem: Problem = serde_json::from_slice(&answer.body).expect("a problem");
                assert_eq!(problem.status, answer.status.as_u16());
                self.unsure.lock().expect("as above").extend(numbers);
                self.refusals.fetch_add(1, Ordering::Relaxed);
                return Attempt::Later(answer.status);
            }
            StatusCode::OK if numbers.len() > 1 => {
                let receipt: BatchReceipt = serde_json::from_slice(&answer.body).expect("receipts");
                receipt.results.iter().map(|result| result.status).collect()
            }
            status => vec![status.as_u16()],
        };
        assert_eq!(statuses.len(), numbers.len());
        assert!(statuses.iter().all(|status| matches!(status, 200 | 201)), "{statuses:?} {text}");
        self.unsure.lock().expect("as above").retain(|number| !numbers.contains(number));
        self.acknowledged.lock().expect("as above").extend(numbers);
        Attempt::Acknowledged(statuses)
    }

    /// Posts records until they are acknowledged, at one server after the other, as the outbox
    /// does.
    pub async fn post(
        &self,
        connections: &mut BTreeMap<usize, Option<Connection>>,
        addresses: &Addresses,
        numbers: &[u32],
    ) {
        let deadline = Instant::now() + PATIENCE;
        let mut ticks = interval(RETRY);
        let mut turn = numbers.first().map_or(0, |number| *number as usize);
        loop {
            turn += 1;
            let (server, address) = addresses.at(turn);
            let connection = connections.entry(server).or_default();
            let attempt = self.attempt(connection, &address, numbers).await;
            if let Attempt::Acknowledged(_) = attempt {
                return;
            }
            assert!(Instant::now() < deadline, "{numbers:?} are not taken: {attempt:?}");
            ticks.tick().await;
        }
    }

    /// Waits until so many more records were acknowledged.
    pub async fn acknowledge_more(&self, more: usize) {
        let wanted = self.n_acknowledged() + more;
        until(|| self.n_acknowledged() >= wanted).await;
    }

    /// Waits until so many more requests were begun; some of them are under way then.
    pub async fn begin_more(&self, more: u32) {
        let wanted = self.begun.load(Ordering::Relaxed) + more;
        until(|| self.begun.load(Ordering::Relaxed) >= wanted).await;
    }

    /// Waits until so many more requests were put off.
    pub async fn refuse_more(&self, more: u32) {
        let wanted = self.refusals() + more;
        until(|| self.refusals() >= wanted).await;
    }
}

/// Waits until something holds.
pub async fn until(mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    let mut ticks = interval(Duration::from_millis(2));
    while !holds() {
        assert!(Instant::now() < deadline, "it does not come to hold");
        ticks.tick().await;
    }
}

impl Crowd {
    /// One client for each number of records per request; each posts to one server after the other.
    pub fn start(ledger: &Arc<Ledger>, addresses: &Addresses, sizes: &[u32]) -> Self {
        let (stop, stopped) = watch::channel(false);
        let mut tasks = JoinSet::new();
        for size in sizes.iter().copied() {
            let (ledger, addresses) = (Arc::clone(ledger), addresses.clone());
            let stopped = stopped.clone();
            tasks.spawn(async move {
                let mut connections = BTreeMap::new();
                while !*stopped.borrow() {
                    let numbers = ledger.take(size);
                    ledger.post(&mut connections, &addresses, &numbers).await;
                }
            });
        }
        Self { tasks, stop }
    }

    /// Tells them to stop, and returns when the last record of each is acknowledged.
    pub async fn stop(mut self) {
        self.stop.send_replace(true);
        while let Some(task) = self.tasks.join_next().await {
            task.expect("a client has failed");
        }
    }
}

/// A reader of the log, which goes on from where it was.
#[derive(Debug, Default)]
pub struct Reader {
    /// The numbers that it has read.
    pub numbers: BTreeSet<u32>,
    position: u64,
}

impl Reader {
    /// Reads on to the end. Fails if a position is missing or a record is there twice.
    pub async fn read_on(&mut self, store: &dyn Store) {
        let wave = wave_id();
        loop {
            let records = store.submissions_after(&wave, self.position, 1000).await;
            let records = records.expect("the store answers");
            if records.is_empty() {
                break;
            }
            for record in records {
                self.position += 1;
                assert_eq!(record.position, self.position, "a gap or a repetition");
                let number = u32::try_from(record.draft.id.uuid().as_u128() - 1);
                let number = number.expect("a number of the ledger");
                assert_eq!(record.draft, draft(number), "it is what was posted");
                assert!(self.numbers.insert(number), "record {number} is there twice");
            }
        }
        let end = store.log_end(&wave).await.expect("the store answers");
        assert!(end.position >= self.position && end.position == end.submissions);
    }
}

/// The one wave of these tests, which is open whatever the real clock says.
pub async fn prepare(store: &dyn Store) {
    let wave = waves::changed(waves::wave("counter", Population::Transaction), |wave| {
        wave.opens_at = "2000-01-01T00:00:00Z".parse().expect("a time");
        wave.closes_at = "2200-01-01T00:00:00Z".parse().expect("a time");
    });
    store.create_wave(&wave).await.expect("a new wave");
    store
        .add_points(&[waves::point(&wave, "p1", Channel::WallQr)], &waves::codes())
        .await
        .expect("a new point");
}

/// Its id.
pub fn wave_id() -> WaveId {
    "counter".parse().expect("an id")
}

/// The record with a number.
pub fn draft(number: u32) -> Draft {
    // Reading the instrument takes longer than everything else.
    static TEMPLATE: LazyLock<Draft> = LazyLock::new(|| complete("counter", 1, 4));
    let mut draft = TEMPLATE.clone();
    draft.id = SubmissionId::new(Uuid::from_u128(u128::from(number) + 1));
    draft.answers.insert(question("comment"), Answer::Text(format!("{SECRET} số {number}")));
    draft
}

/// One record alone, several as a batch.
fn body(numbers: &[u32]) -> String {
    let drafts: Vec<_> = numbers.iter().map(|number| draft(*number)).collect();
    match drafts.as_slice() {
        [one] => serde_json::to_string(one),
        several => serde_json::to_string(several),
    }
    .expect("plain data")
}
