//! Connections that go silent, callers that go away, waves that are held.

use std::time::Duration;

use cluster::Cluster;
use futures::FutureExt;
use jiff::Timestamp;
use sqlx::Executor;
use survey_defs::ids::{DeviceId, SubmissionId, WaveId};
use uuid::Uuid;

use super::super::append::Writer;
use super::super::connection;
use super::{PostgresStore, count, entries, with_wave};
use crate::conformance::{entry, wave};
use crate::error::StoreError;
use crate::group_commit::{GroupCommit, Room, Timeouts};
use crate::prelude::*;
use crate::submission_log::Recorded;

/// The machine of PostgreSQL hangs while a commit is under way: no connection breaks, and none
/// answers any more.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_that_goes_silent_is_given_up_and_found_again() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.create_database("silent").unwrap();
    let mut store = PostgresStore::open(&url).await.unwrap();
    store.create_wave(&wave("w")).await.unwrap();
    let timeouts = Timeouts { commit: Duration::from_millis(600), call: Duration::from_millis(50) };
    store.queues.log = GroupCommit::start(Writer(store.pool.clone()), (Room::LOG, timeouts), None);
    let mut held = store.pool.begin().await.unwrap();
    held.execute("SELECT FROM waves WHERE id = 'w' FOR NO KEY UPDATE").await.unwrap();

    let post = entries(0..1);
    let posted = store.record(&post);
    let freeze = async {
        // It is in its transaction, and the time of the database's own time-out stands still.
        let waiting = "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted)";
        while !sqlx::query_scalar::<_, bool>(waiting).fetch_one(&mut *held).await.unwrap() {}
        cluster.freeze().unwrap()
    };
    let (posted, frozen) = futures::join!(posted, freeze);
    assert!(matches!(posted, Err(StoreError::Unavailable(_))), "{posted:?}");
    let again = store.record(&post);
    tokio::pin!(again);
    // Who asks whether the server is ready is told before anybody gives up.
    let stuck = async {
        loop {
            if let Err(error) = store.queues.log.check() {
                return error;
            }
            tokio::task::yield_now().await;
        }
    };
    let stuck = futures::select_biased! {
        error = Box::pin(stuck.fuse()) => error,
        answer = again.as_mut().fuse() => panic!("{answer:?}"),
    };
    assert!(matches!(stuck, StoreError::Unavailable(_)));
    assert!(matches!(
        store.prove_durable(Timestamp::UNIX_EPOCH).await,
        Err(StoreError::Unavailable(_))
    ));
    assert!(matches!(again.await, Err(StoreError::Unavailable(_))));

    drop(frozen);
    held.rollback().await.unwrap();
    while let Err(StoreError::Unavailable(_) | StoreError::Busy) = store.record(&post).await {}
    assert!(matches!(store.record(&post).await.unwrap()[..], [Recorded::Same(_)]));
    store.prove_durable(Timestamp::UNIX_EPOCH).await.unwrap();
    assert_eq!(count(&store).await, 1);
}

/// Callers go away at each moment of a call, that between BEGIN and its answer among them; what is
/// written next on the same connection is there for everybody.
#[tokio::test]
async fn a_caller_who_goes_away_leaves_no_transaction_behind() {
    let (other, url) = with_wave().await;
    let mut store = PostgresStore::open(&url).await.unwrap();
    let options = (*store.pool.connect_options()).clone();
    store.pool = connection::pool(1).connect_with(options).await.unwrap();
    let (w, device) = (WaveId::new("w").unwrap(), DeviceId::new(Uuid::nil()));
    let new_wave = wave("x");
    for round in 0..120_u32 {
        let mut call = match round % 3 {
            0 => store
                .session_evidence(&w, device, 1, SubmissionId::new(Uuid::nil()))
                .map(drop)
                .boxed(),
            1 => store.revoke_device(device, Timestamp::UNIX_EPOCH).map(drop).boxed(),
            _ => store.create_wave(&new_wave).map(drop).boxed(),
        };
        for _ in 0..round / 3 {
            if futures::poll!(&mut call).is_ready() {
                break;
            }
            tokio::task::yield_now().await;
        }
        drop(call);
        let written = i64::from(round);
        sqlx::query(
            "INSERT INTO definitions VALUES ('instrument', $1, 1, decode(repeat('00', 32), 'hex'))",
        )
        .bind(written.to_string())
        .execute(&store.pool)
        .await
        .unwrap();
        let there: i64 = sqlx::query_scalar("SELECT count(*) FROM definitions")
            .fetch_one(&other.pool)
            .await
            .unwrap();
        assert_eq!(there, written + 1, "the write of round {round} is gone");
    }
}

/// While a survey is imported into one wave, the others are written to.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wave_that_is_held_for_long_hinders_no_other() {
    let (store, _) = with_wave().await;
    store.create_wave(&wave("x")).await.unwrap();
    let mut import = store.pool.begin().await.unwrap();
    import.execute("SELECT FROM waves WHERE id = 'w' FOR NO KEY UPDATE").await.unwrap();
    let (of_w, free) = ([entry("w", 1)], [entry("x", 1)]);
    let (second_of_w, another) = ([entry("w", 2)], [entry("x", 2)]);
    // The first is alone, and the others are one group, because they come meanwhile.
    let answers = futures::join!(
        store.record(&of_w),
        store.record(&second_of_w),
        store.record(&free),
        store.record(&another),
    );
    assert!(matches!(answers.0, Err(StoreError::Busy)), "{answers:?}");
    assert!(matches!(answers.1, Err(StoreError::Busy)), "{answers:?}");
    assert!(answers.2.is_ok() && answers.3.is_ok(), "{answers:?}");
    import.commit().await.unwrap();
    assert!(matches!(store.record(&of_w).await.unwrap()[..], [Recorded::Created(_)]));
}
