//! Attackers who come without a pause and wait for nothing, and an honest client beside them.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;
use tokio::task::JoinSet;
use tokio::time::{Instant, MissedTickBehavior, interval, sleep_until};
use uuid::Uuid;

use crate::Target;
use crate::connection::{Answer, Connection};
use crate::origin::{Headers, benchmark_address};
use crate::report::Report;
use crate::tally::Tally;

/// Records in a batch of an attacker: as many as a stranger may send.
const BATCH: usize = 10;

/// Where the honest client lives; no attacker does.
const HONEST: &str = "203.0.113.77";

/// After a connection that was refused or broke.
const PAUSE: Duration = Duration::from_millis(20);

/// What attackers do.
#[derive(Debug, Clone)]
pub enum Attack {
    /// They post batches of forms.
    Post,
    /// They ask for a path.
    Get(String),
}

/// How many attackers there are.
#[derive(Debug, Clone, Copy)]
pub struct Attackers {
    /// Their addresses.
    pub addresses: u32,
    /// Connections of each address.
    pub connections: u32,
    /// For how long.
    pub duration: Duration,
}

/// What the attackers got.
#[derive(Debug, Default, Serialize)]
pub struct SiegeReport {
    /// Records that were recorded.
    pub recorded: u64,
    /// Records that were kept aside, in quarantine.
    pub aside: u64,
    /// Their bytes as they were sent.
    pub aside_bytes: u64,
    /// Answers with the status 200.
    pub answered: u64,
    /// Answers with 429 or 503.
    pub turned_away: u64,
    /// Answers with the status 200 to posts that say nothing of records, which is a mistake of ours.
    pub unread: u64,
    /// Other answers.
    pub other: u64,
    /// Connections that were refused or broke.
    pub broken: u64,
    /// From the first request to the last answer.
    pub seconds: f64,
}

/// Attacks until the time is over.
pub async fn attack(target: &Arc<Target>, attack: Attack, attackers: Attackers) -> SiegeReport {
    let begin = Instant::now();
    let end = begin + attackers.duration;
    let mut clients = JoinSet::new();
    for number in 0..attackers.addresses {
        for _ in 0..attackers.connections {
            let address = benchmark_address(number);
            clients.spawn(attacker(Arc::clone(target), attack.clone(), (address, end)));
        }
    }
    let mut all = SiegeReport::default();
    while let Some(client) = clients.join_next().await {
        let Ok(one) = client else { continue };
        all.recorded += one.recorded;
        all.aside += one.aside;
        all.aside_bytes += one.aside_bytes;
        all.answered += one.answered;
        all.turned_away += one.turned_away;
        all.unread += one.unread;
        all.other += one.other;
        all.broken += one.broken;
    }
    all.seconds = begin.elapsed().as_secs_f64();
    all
}

async fn attacker(
    target: Arc<Target>,
    attack: Attack,
    (address, end): (String, Instant),
) -> SiegeReport {
    let mut headers: Headers = vec![("x-forwarded-for", address)];
    if let Attack::Get(_) = attack {
        // The dearest for the server. What posts are told must be read.
        headers.push(("accept-encoding", "br".to_owned()));
    }
    let mut report = SiegeReport::default();
    let mut connection = None;
    while Instant::now() < end {
        if connection.is_none() {
            connection = Connection::open(target.address(0)).await.ok();
        }
        let Some(open) = connection.as_mut() else {
            report.broken += 1;
            sleep_until(Instant::now() + PAUSE).await;
            continue;
        };
        let (sent_bytes, answer) = match &attack {
            Attack::Post => {
                let ids: Vec<Uuid> = (0..BATCH).map(|_| target.ids.next()).collect();
                let body = target.forms.batch(&ids);
                (body.len() as u64, open.post(&headers, body).await)
            }
            Attack::Get(path) => (0, open.get(path, &headers).await),
        };
        let Ok(answer) = answer else {
            report.broken += 1;
            connection = None;
            sleep_until(Instant::now() + PAUSE).await;
            continue;
        };
        report.count(&attack, &answer, sent_bytes);
    }
    report
}

impl SiegeReport {
    fn count(&mut self, attack: &Attack, answer: &Answer, sent_bytes: u64) {
        match (answer.status, attack) {
            (200, Attack::Get(_)) => self.answered += 1,
            (200, Attack::Post) => {
                self.answered += 1;
                let Some(statuses) = statuses(&answer.body) else {
                    self.unread += 1;
                    return;
                };
                let of = |status| statuses.iter().filter(|one| **one == status).count() as u64;
                self.recorded += of(201);
                self.aside += of(202);
                self.aside_bytes += sent_bytes * of(202) / BATCH as u64;
            }
            (429 | 503, _) => self.turned_away += 1,
            _ => self.other += 1,
        }
    }
}

/// The status of each record of a batch; none if the body is no answer to a batch.
fn statuses(body: &Bytes) -> Option<Vec<u64>> {
    let body: Value = serde_json::from_slice(body).ok()?;
    body["results"].as_array()?.iter().map(|result| result["status"].as_u64()).collect()
}

/// Posts so many single forms a second, each on a connection of its own, from an address of its own.
/// Nothing is tried again: whatever is not an acknowledgement is a failure.
pub async fn honest(target: &Arc<Target>, per_second: u32, duration: Duration) -> Report {
    let begin = Instant::now();
    let mut ticks = interval(Duration::from_secs(1) / per_second.max(1));
    ticks.set_missed_tick_behavior(MissedTickBehavior::Burst);
    let mut posts = JoinSet::new();
    while begin.elapsed() < duration {
        ticks.tick().await;
        posts.spawn(honest_post(Arc::clone(target)));
    }
    let mut tally = Tally::default();
    while let Some(post) = posts.join_next().await {
        match post {
            Ok(of_post) => tally.add(of_post),
            Err(_) => tally.fail("the client panicked", 1),
        }
    }
    Report::new(tally, begin.elapsed())
}

async fn honest_post(target: Arc<Target>) -> Tally {
    let mut tally = Tally::default();
    let id = target.ids.next();
    let headers: Headers = vec![("x-forwarded-for", HONEST.to_owned())];
    let begin = Instant::now();
    let answer = async {
        let mut connection = Connection::open(target.address(0)).await?;
        connection.post(&headers, target.forms.record(id)).await
    };
    if let Ok(answer) = answer.await {
        tally.latency(begin.elapsed());
        if matches!(answer.status, 429 | 503) {
            tally.turned_away += 1;
        }
        tally.single(id, &answer);
    } else {
        tally.broken += 1;
        tally.fail("no answer", 1);
    }
    tally
}
