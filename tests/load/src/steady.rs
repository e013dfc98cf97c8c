//! Posts without a pause.

use std::sync::Arc;
use std::time::Duration;

use tokio::task::JoinSet;
use tokio::time::Instant;
use uuid::Uuid;

use crate::Target;
use crate::connection::Connection;
use crate::report::Report;
use crate::tally::Tally;

/// Clients that post without a pause.
#[derive(Debug, Clone, Copy)]
pub struct Steady {
    /// How many, each with a connection of its own.
    pub connections: usize,
    /// For how long.
    pub duration: Duration,
    /// What a request is.
    pub shape: Shape,
}

/// What a request is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// One record.
    Single,
    /// An array of so many records.
    Batch(usize),
}

/// Posts from all clients until the time is over. Nothing is tried again: whatever is not an
/// acknowledgement counts as a failure. A client whose connection breaks stops.
pub async fn steady(target: &Arc<Target>, work: Steady) -> Report {
    let begin = Instant::now();
    let mut clients = JoinSet::new();
    for number in 0..work.connections {
        clients.spawn(client(Arc::clone(target), number, (begin + work.duration, work.shape)));
    }
    let mut tally = Tally::default();
    while let Some(client) = clients.join_next().await {
        match client {
            Ok(of_client) => tally.add(of_client),
            Err(_) => tally.fail("the client panicked", 1),
        }
    }
    Report::new(tally, begin.elapsed())
}

async fn client(target: Arc<Target>, number: usize, (end, shape): (Instant, Shape)) -> Tally {
    let mut tally = Tally::default();
    let Ok(mut connection) = Connection::open(target.address(number)).await else {
        tally.broken += 1;
        tally.fail("no connection", 1);
        return tally;
    };
    while Instant::now() < end {
        let ids: Vec<Uuid> = match shape {
            Shape::Single => vec![target.ids.next()],
            Shape::Batch(records) => (0..records).map(|_| target.ids.next()).collect(),
        };
        let body = match shape {
            Shape::Single => target.forms.record(ids[0]),
            Shape::Batch(_) => target.forms.batch(&ids),
        };
        let begin = Instant::now();
        let Ok(answer) = connection.post(&target.origin.headers(number), body).await else {
            tally.broken += 1;
            tally.fail("the connection broke", ids.len() as u64);
            return tally;
        };
        tally.latency(begin.elapsed());
        if matches!(answer.status, 429 | 503) {
            tally.turned_away += 1;
        }
        match shape {
            Shape::Single => tally.single(ids[0], &answer),
            Shape::Batch(_) => tally.batch(&ids, &answer),
        }
    }
    tally
}
