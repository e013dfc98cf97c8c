//! The task that commits.

use std::collections::{BTreeMap, BTreeSet, HashSet, VecDeque};
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures::FutureExt;
use survey_defs::ids::WaveId;
use tokio::sync::mpsc;
use tokio::time::sleep;
use tracing::{Instrument, debug_span, error};

use super::{Append, Call, Queued, Room};
use crate::error::{Source, StoreError};

/// The calls of an [`Append`].
type CallOf<A> = Call<<A as Append>::Row, <A as Append>::Outcome>;

pub(super) async fn commit_for_ever<A: Append>(
    append: A,
    room: Room,
    mut waiting: mpsc::Receiver<CallOf<A>>,
) {
    let mut next = None;
    loop {
        let first = match next.take() {
            Some(call) => call,
            None => match waiting.recv().await {
                Some(call) => call,
                None => return,
            },
        };
        if !room.gather.is_zero() {
            sleep(room.gather).await;
        }
        let mut group = vec![first];
        let mut n_rows = group[0].rows.len();
        while let Ok(call) = waiting.try_recv() {
            if n_rows + call.rows.len() > room.rows {
                next = Some(call);
                break;
            }
            n_rows += call.rows.len();
            group.push(call);
        }
        // A panic ends this group, whose callers are told that nobody knows, and not the store.
        if AssertUnwindSafe(commit(&append, group)).catch_unwind().await.is_err() {
            error!("a commit was cut off by a panic");
        }
    }
}

/// Stores a group, in parts if it cannot be stored as a whole, and answers each call.
async fn commit<A: Append>(append: &A, group: Vec<CallOf<A>>) {
    let mut parts = VecDeque::from([group]);
    // Waves that somebody else holds: each of them is waited for once.
    let mut held: HashSet<BTreeSet<WaveId>> = HashSet::new();
    let mut is_first = true;
    while let Some(mut part) = parts.pop_front() {
        if !std::mem::take(&mut is_first) {
            // Whoever has gone away asks again; meanwhile others wait.
            part.retain(|call| !call.answer.is_closed());
            let (of_held, free) = part.into_iter().partition(|call| held.contains(&call.waves()));
            refuse(of_held);
            part = free;
        }
        if part.is_empty() {
            continue;
        }
        match store(append, &part).await {
            Ok(recorded) => hand_out(part, recorded),
            Err(StoreError::Unavailable(error)) => {
                // For all of them: asking again would only burden a sick database more often.
                give_up(parts.into_iter().flatten().chain(part), error);
                return;
            }
            Err(StoreError::Busy) => {
                // Nobody knows which wave it was, if there are several.
                let mut by_waves = BTreeMap::<_, Vec<CallOf<A>>>::new();
                for call in part {
                    by_waves.entry(call.waves()).or_default().push(call);
                }
                if by_waves.len() > 1 {
                    parts.extend(by_waves.into_values());
                } else if let Some((waves, calls)) = by_waves.pop_first() {
                    held.insert(waves);
                    refuse(calls);
                }
            }
            Err(error) if part.len() == 1 => {
                if let Some(call) = part.pop() {
                    let _ = call.answer.send(Err(error));
                }
            }
            // One call may have spoilt it for the others: each gets what is its own.
            Err(_) => parts.extend(part.into_iter().map(|call| vec![call])),
        }
    }
}

async fn store<A: Append>(append: &A, part: &[CallOf<A>]) -> Result<Vec<A::Outcome>, StoreError> {
    let rows: Vec<&A::Row> = part.iter().flat_map(|call| &call.rows).collect();
    let span = debug_span!("commit", calls = part.len(), rows = rows.len());
    for call in part {
        span.follows_from(&call.span);
    }
    append.append(&rows).instrument(span).await
}

fn hand_out<R, O>(part: Vec<Call<R, O>>, recorded: Vec<O>) {
    let mut recorded = recorded.into_iter();
    for call in part {
        let of_call = recorded.by_ref().take(call.rows.len()).collect();
        // Whoever asked may be gone; the rows are stored all the same.
        let _ = call.answer.send(Ok(of_call));
    }
}

fn give_up<R, O>(calls: impl Iterator<Item = Call<R, O>>, error: Source) {
    let error: Arc<dyn std::error::Error + Send + Sync> = error.into();
    for call in calls {
        let shared = StoreError::Unavailable(Box::new(Shared(Arc::clone(&error))));
        let _ = call.answer.send(Err(shared));
    }
}

fn refuse<R, O>(calls: Vec<Call<R, O>>) {
    for call in calls {
        let _ = call.answer.send(Err(StoreError::Busy));
    }
}

impl<R: Queued, O> Call<R, O> {
    fn waves(&self) -> BTreeSet<WaveId> {
        self.rows.iter().map(|row| row.wave().clone()).collect()
    }
}

/// The one reason why a shared commit failed.
#[derive(Debug, thiserror::Error)]
#[error("{0}")]
struct Shared(#[source] Arc<dyn std::error::Error + Send + Sync>);
