//! Tests the group commit on an append that fails when told to.

use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use futures::future::join_all;

use super::{Append, GroupCommit, Queued, Room, Timeouts};
use crate::conformance::entry;
use crate::error::StoreError;
use crate::row::LogRow;
use crate::submission_log::Recorded;

type Log = GroupCommit<LogRow<String>, Recorded>;

fn started(
    append: impl Append<Row = LogRow<String>, Outcome = Recorded>,
    timeouts: Timeouts,
) -> Log {
    GroupCommit::start(append, (Room::LOG, timeouts), None)
}

/// A database that has gone silent.
struct Never;

#[async_trait]
impl Append for Never {
    type Row = LogRow<String>;
    type Outcome = Recorded;

    async fn append(&self, _: &[&LogRow<String>]) -> Result<Vec<Recorded>, StoreError> {
        std::future::pending().await
    }
}

/// Panics at the first commit, and fails at the others.
struct Panics(AtomicBool);

#[async_trait]
impl Append for Panics {
    type Row = LogRow<String>;
    type Outcome = Recorded;

    async fn append(&self, rows: &[&LogRow<String>]) -> Result<Vec<Recorded>, StoreError> {
        assert!(self.0.swap(true, Ordering::Relaxed), "the first commit panics");
        Ok(vec![Recorded::Conflict; rows.len()])
    }
}

#[tokio::test]
async fn a_panic_ends_one_commit_and_not_the_store() {
    let group = started(Panics(false.into()), Timeouts::default());
    let rows = || vec![LogRow::new(&entry("w", 1))];
    let cut_off = group.append(rows()).await;
    assert!(matches!(cut_off, Err(StoreError::Unavailable(_))), "{cut_off:?}");
    assert_eq!(group.append(rows()).await.unwrap(), [Recorded::Conflict]);
    assert_eq!(group.stats().waiting_rows, 0);
}

#[tokio::test]
async fn a_call_that_finds_no_room_is_refused_at_once() {
    let group = started(Never, Timeouts::default());
    let row = LogRow::new(&entry("w", 1));
    let half = vec![row.clone(); Room::LOG.bytes / row.size() / 2 + 1];
    let first = group.append(half.clone());
    tokio::pin!(first);
    assert!(futures::poll!(&mut first).is_pending());
    assert!(matches!(group.append(half).await, Err(StoreError::Busy)));
    assert_eq!(group.stats().refused_busy, 1);
    assert!(futures::poll!(&mut first).is_pending(), "what waits goes on waiting");
}

#[tokio::test]
async fn a_silent_database_is_given_up_and_a_waiting_call_is_seen() {
    let timeouts = Timeouts { commit: Duration::from_hours(1), call: Duration::ZERO };
    let group = started(Never, timeouts);
    assert!(group.check().is_ok(), "nobody waits");
    let call = group.append(vec![LogRow::new(&entry("w", 1))]);
    tokio::pin!(call);
    assert!(futures::poll!(&mut call).is_pending());
    assert!(matches!(group.check(), Err(StoreError::Unavailable(_))));

    let timeouts = Timeouts { commit: Duration::from_millis(10), ..Timeouts::default() };
    let group = started(Never, timeouts);
    for _ in 0..2 {
        let silent = group.append(vec![LogRow::new(&entry("w", 1))]).await;
        assert!(matches!(silent, Err(StoreError::Unavailable(_))), "{silent:?}");
        assert!(group.check().is_ok());
    }
    assert_eq!((group.stats().failed_commits, group.stats().waiting_rows), (2, 0));
}

/// Says of each attempt what `says` says of the waves in it, and remembers them.
struct Fake {
    attempts: std::sync::Arc<Mutex<Vec<String>>>,
    says: fn(usize, &str) -> Result<(), StoreError>,
}

#[async_trait]
impl Append for Fake {
    type Row = LogRow<String>;
    type Outcome = Recorded;

    async fn append(&self, rows: &[&LogRow<String>]) -> Result<Vec<Recorded>, StoreError> {
        let waves: String = rows.iter().map(|row| row.wave.as_str()).collect();
        let number = {
            let mut attempts = self.attempts.lock().unwrap();
            attempts.push(waves.clone());
            attempts.len()
        };
        (self.says)(number, &waves)?;
        Ok(vec![Recorded::Conflict; rows.len()])
    }
}

/// Makes calls at once, a wave each, of which the first `gone` have gone away, and gives the answers
/// of the others and the attempts.
async fn at_once(
    waves: &str,
    gone: usize,
    says: fn(usize, &str) -> Result<(), StoreError>,
) -> (String, Vec<String>) {
    let attempts = std::sync::Arc::<Mutex<Vec<String>>>::default();
    let fake = Fake { attempts: std::sync::Arc::clone(&attempts), says };
    let group = started(fake, Timeouts::default());
    let mut calls: Vec<_> = (1..)
        .zip(waves.chars())
        .map(|(n, wave)| Box::pin(group.append(vec![LogRow::new(&entry(&wave.to_string(), n))])))
        .collect();
    // All are in the queue before the task runs, which shares this thread.
    for call in &mut calls {
        assert!(futures::poll!(call).is_pending());
    }
    drop(calls.drain(..gone));
    let letter = |answer: Result<Vec<Recorded>, StoreError>| match answer {
        Ok(_) => '+',
        Err(StoreError::Busy) => 'b',
        Err(StoreError::Unavailable(_)) => 'u',
        Err(_) => '-',
    };
    let answers = join_all(calls).await.into_iter().map(letter).collect();
    let attempts = attempts.lock().unwrap().clone();
    (answers, attempts)
}

fn spoilt() -> StoreError {
    StoreError::Invalid { what: "spoilt".to_owned() }
}

#[tokio::test]
async fn one_call_does_not_spoil_it_for_the_others() {
    let says = |_, waves: &str| if waves.contains('x') { Err(spoilt()) } else { Ok(()) };
    let (answers, attempts) = at_once("vxw", 0, says).await;
    assert_eq!((answers.as_str(), attempts.join(" ").as_str()), ("+-+", "vxw v x w"));
}

#[tokio::test]
async fn who_has_gone_away_is_not_tried_alone() {
    let says = |_, waves: &str| if waves.contains('x') { Err(spoilt()) } else { Ok(()) };
    let (answers, attempts) = at_once("vxw", 1, says).await;
    assert_eq!((answers.as_str(), attempts.join(" ").as_str()), ("-+", "vxw x w"));
}

#[tokio::test]
async fn a_database_that_fails_in_between_is_asked_no_more() {
    let says = |attempt, _: &str| match attempt {
        1 => Err(spoilt()),
        2 => Ok(()),
        _ => Err(StoreError::Unavailable("gone".into())),
    };
    let (answers, attempts) = at_once("vwxyz", 0, says).await;
    assert_eq!((answers.as_str(), attempts.join(" ").as_str()), ("+uuuu", "vwxyz v w"));
}

#[tokio::test]
async fn a_wave_that_is_held_delays_the_others_once() {
    let held = |_, waves: &str| if waves.contains('x') { Err(StoreError::Busy) } else { Ok(()) };
    let (answers, attempts) = at_once("vxwxv", 0, held).await;
    assert_eq!((answers.as_str(), attempts.join(" ").as_str()), ("+b+b+", "vxwxv vv w xx"));
    // Also when each call is tried alone.
    let held = |attempt, waves: &str| match waves {
        "x" => Err(StoreError::Busy),
        _ if attempt == 1 => Err(spoilt()),
        _ => Ok(()),
    };
    let (answers, attempts) = at_once("xxwx", 0, held).await;
    assert_eq!((answers.as_str(), attempts.join(" ").as_str()), ("bb+b", "xxwx x w"));
}

/// Commits when it is told to.
struct Gate(std::sync::Arc<tokio::sync::Semaphore>);

#[async_trait]
impl Append for Gate {
    type Row = LogRow<String>;
    type Outcome = Recorded;

    async fn append(&self, rows: &[&LogRow<String>]) -> Result<Vec<Recorded>, StoreError> {
        self.0.acquire().await.unwrap().forget();
        Ok(vec![Recorded::Conflict; rows.len()])
    }
}

#[tokio::test]
async fn what_can_wait_lets_the_log_go_first_but_not_for_ever() {
    let gate = std::sync::Arc::new(tokio::sync::Semaphore::new(0));
    let log = started(Gate(std::sync::Arc::clone(&gate)), Timeouts::default());
    let attempts = std::sync::Arc::<Mutex<Vec<String>>>::default();
    let fake = Fake { attempts: std::sync::Arc::clone(&attempts), says: |_, _| Ok(()) };
    let aside = (Room::ASIDE, Timeouts::default());
    let aside: Log = GroupCommit::start(fake, aside, Some(log.tally()));
    let rows = || vec![LogRow::new(&entry("w", 1))];
    let first = log.append(rows());
    tokio::pin!(first);
    assert!(futures::poll!(&mut first).is_pending());
    // The log does not move, and after a while that is no hindrance.
    let began = tokio::time::Instant::now();
    aside.append(rows()).await.unwrap();
    assert!(began.elapsed() >= super::LONGEST_YIELD);

    let second = aside.append(rows());
    tokio::pin!(second);
    for _ in 0..10 {
        assert!(futures::poll!(&mut second).is_pending());
        tokio::task::yield_now().await;
    }
    assert_eq!(attempts.lock().unwrap().len(), 1, "it waits again");
    gate.add_permits(1);
    first.await.unwrap();
    second.await.unwrap();
}
