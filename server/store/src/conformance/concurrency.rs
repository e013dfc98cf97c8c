//! Many callers at once.

use futures::FutureExt;
use futures::future::join_all;

use super::fixture::{entry, listed, positions, wave, wave_id};
use crate::store::Store;
use crate::submission_log::Recorded;

checks! {
    of_64_identical_posts_one_is_created,
    parallel_calls_leave_no_gap,
    a_reader_misses_nothing_while_others_write,
    a_dropped_call_leaves_all_or_nothing,
}

async fn of_64_identical_posts_one_is_created(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let post = [entry("w", 1)];
    let results = join_all((0..64).map(|_| store.record(&post))).await;
    let results: Vec<_> = results.into_iter().map(|result| result.unwrap()[0]).collect();
    let created = results.iter().filter(|one| matches!(one, Recorded::Created(_))).count();
    let same = results.iter().filter(|one| matches!(one, Recorded::Same(_))).count();
    assert_eq!((created, same), (1, 63));
    assert_eq!(positions(&results), [Some(1); 64]);
    assert_eq!(listed(store, "w").await.len(), 1);
}

async fn parallel_calls_leave_no_gap(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    // Neighbours overlap by half, so most calls create some and repeat some.
    let calls: Vec<Vec<_>> =
        (0..24).map(|k| (0..20).map(|n| entry("w", 10 * k + n)).collect()).collect();
    let results = join_all(calls.iter().map(|call| store.record(call))).await;
    let mut created: Vec<_> = results
        .iter()
        .flat_map(|result| result.as_ref().unwrap())
        .filter_map(|one| match one {
            Recorded::Created(receipt) => Some(receipt.position),
            Recorded::Same(_) => None,
            other => panic!("equal ids have equal content: {other:?}"),
        })
        .collect();
    created.sort_unstable();
    let expected: Vec<_> = (1..=250).collect();
    assert_eq!(created, expected);
}

async fn a_reader_misses_nothing_while_others_write(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let entries: Vec<_> = (0..200).map(|n| entry("w", n)).collect();
    let write = join_all(entries.chunks(2).map(|call| store.record(call)));
    let read = async {
        let mut after = 0;
        while after < 200 {
            for record in store.submissions_after(&wave_id("w"), after, 11).await.unwrap() {
                assert_eq!(record.position, after + 1, "a lower position may appear later");
                after = record.position;
            }
        }
    };
    futures::join!(write, read);
}

/// A client that hangs up drops the handler's future, at any point of it.
async fn a_dropped_call_leaves_all_or_nothing(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let calls: Vec<Vec<_>> =
        (0..30).map(|k| (0..3).map(|n| entry("w", 3 * k + n)).collect()).collect();
    for (polls, call) in calls.iter().enumerate() {
        let mut dropped = store.record(call);
        for _ in 0..polls {
            if (&mut dropped).now_or_never().is_some() {
                break;
            }
            // Another round trip lets the database get on with the dropped call.
            store.waves().await.unwrap();
        }
    }
    let left = listed(store, "w").await;
    let expected: Vec<_> = (1..=left.len() as u64).collect();
    assert_eq!(left.iter().map(|(position, _)| *position).collect::<Vec<_>>(), expected);
    assert_eq!(left.len() % 3, 0, "a call is whole or absent");

    for call in &calls {
        store.record(call).await.unwrap();
    }
    let all = listed(store, "w").await;
    assert_eq!(all.len(), 90);
    assert_eq!(all[..left.len()], left);
    assert_eq!(all.last().unwrap().0, 90);
}
