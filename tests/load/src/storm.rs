//! Sends many queues at once, as kiosks do after an outage.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::{Instant, sleep_until};
use uuid::Uuid;

use crate::Target;
use crate::connection::{Answer, Connection};
use crate::ids::mix;
use crate::report::Report;
use crate::tally::Tally;

/// The shortest wait before a kiosk tries again, as in the app's outbox.
const SHORTEST_MS: u32 = 2_000;

/// The longest wait that doubling leads to, as in the app's outbox.
const LONGEST_MS: u32 = 5 * 60_000;

/// Kiosks that come back after an outage, each with a queue.
#[derive(Debug, Clone, Copy)]
pub struct Storm {
    /// How many, each with a connection of its own.
    pub kiosks: usize,
    /// Records in each queue.
    pub records: usize,
    /// Records in one request.
    pub batch: usize,
    /// The time in which they all begin.
    pub spread: Duration,
    /// What is not sent after this time is a failure.
    pub patience: Duration,
    /// How long a second of waiting takes: a test has less time than a kiosk.
    pub second: Duration,
}

/// Sends all queues off. A kiosk tries again as the app's outbox does: after a broken connection, a
/// 429 or a 503, when the server's `Retry-After` is over and at least after a wait that doubles
/// from time to time. Any other answer than an acknowledgement is a failure.
pub async fn storm(target: &Arc<Target>, storm: Storm) -> Report {
    let begin = Instant::now();
    let mut kiosks = JoinSet::new();
    for number in 0..storm.kiosks {
        let start = begin + storm.spread.mul_f64(fraction(number as u64));
        let kiosk = Kiosk { target: Arc::clone(target), number, tally: Tally::default() };
        kiosks.spawn(kiosk.send(storm, start, begin + storm.patience));
    }
    let mut tally = Tally::default();
    while let Some(kiosk) = kiosks.join_next().await {
        match kiosk {
            Ok(of_kiosk) => tally.add(of_kiosk),
            Err(_) => tally.fail("the kiosk panicked", 1),
        }
    }
    Report::new(tally, begin.elapsed())
}

struct Kiosk {
    target: Arc<Target>,
    number: usize,
    tally: Tally,
}

impl Kiosk {
    async fn send(mut self, storm: Storm, start: Instant, end: Instant) -> Tally {
        let mut queue: Vec<Uuid> = (0..storm.records).map(|_| self.target.ids.next()).collect();
        let (mut connection, mut failures) = (None, 0);
        sleep_until(start).await;
        while !queue.is_empty() {
            let ids = &queue[..storm.batch.clamp(1, queue.len())];
            let retry_after_s = match self.post(&mut connection, ids).await {
                PostOutcome::Done => {
                    queue.drain(..storm.batch.clamp(1, queue.len()));
                    failures = 0;
                    continue;
                }
                PostOutcome::Later { retry_after_s } => retry_after_s,
            };
            failures += 1;
            let random = fraction(((self.number as u64) << 32) + u64::from(failures));
            let wait = wait_ms(failures, random).max(retry_after_s * 1_000);
            let again = Instant::now() + storm.second * wait / 1_000;
            if again > end {
                self.tally.fail("not sent in time", queue.len() as u64);
                break;
            }
            sleep_until(again).await;
        }
        self.tally
    }

    async fn post(&mut self, connection: &mut Option<Connection>, ids: &[Uuid]) -> PostOutcome {
        let begin = Instant::now();
        let Ok(answer) = self.exchange(connection, ids).await else {
            *connection = None;
            self.tally.broken += 1;
            return PostOutcome::Later { retry_after_s: 0 };
        };
        self.tally.latency(begin.elapsed());
        if matches!(answer.status, 429 | 503) {
            self.tally.turned_away += 1;
            if let Some(retry_after_s) = answer.retry_after_s {
                return PostOutcome::Later { retry_after_s };
            }
            self.tally.fail(&format!("status {} without Retry-After", answer.status), 1);
            return PostOutcome::Later { retry_after_s: 0 };
        }
        self.tally.batch(ids, &answer);
        PostOutcome::Done
    }

    async fn exchange(
        &self,
        connection: &mut Option<Connection>,
        ids: &[Uuid],
    ) -> anyhow::Result<Answer> {
        let connection = match connection {
            Some(connection) => connection,
            None => connection.insert(Connection::open(self.target.address(self.number)).await?),
        };
        connection
            .post(&self.target.origin.headers(self.number), self.target.forms.batch(ids))
            .await
    }
}

enum PostOutcome {
    /// There is an answer to every record.
    Done,
    /// Nothing is known of any record.
    Later { retry_after_s: u32 },
}

/// Doubles with each failure and is spread over a factor of three.
fn wait_ms(failures: u32, random: f64) -> u32 {
    let doubled = SHORTEST_MS << failures.saturating_sub(1).min(8);
    let spread = f64::from(doubled.min(LONGEST_MS)) * (0.5 + random);
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "the product is between 1,000 and 450,000"
    )]
    let spread = spread as u32;
    spread.clamp(SHORTEST_MS, LONGEST_MS)
}

/// A number between 0 and 1 without a pattern.
fn fraction(number: u64) -> f64 {
    f64::from(u32::try_from(mix(number) >> 32).unwrap_or_default()) / f64::from(u32::MAX)
}
