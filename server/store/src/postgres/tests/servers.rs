//! Several servers on one database.

use std::collections::HashSet;
use std::sync::Arc;

use cluster::Cluster;
use futures::future::join_all;
use sqlx::Executor;
use survey_defs::ids::{DeviceId, WaveId};
use uuid::Uuid;

use super::{PostgresStore, count, entries, with_wave};
use crate::conformance::{
    add_a_device, agrees, aside, audit_entry, entry, wave, wrong_secrets_then,
};
use crate::devices::CodeRefusal;
use crate::error::StoreError;
use crate::leadership::LeaderTask;
use crate::prelude::*;
use crate::quarantine::{Decided, QuarantineFilter};
use crate::submission_log::Recorded;
use crate::value;

/// Two stores on one database, as two servers have them.
async fn two_servers() -> [PostgresStore; 2] {
    let (first, url) = with_wave().await;
    [first, PostgresStore::open(&url).await.unwrap()]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_64_identical_posts_through_two_servers_one_is_created() {
    let servers = two_servers().await;
    let post = entries(0..1);
    let results = join_all((0..64).map(|n| servers[n % 2].record(&post))).await;
    let results: Vec<_> = results.into_iter().map(|result| result.unwrap()[0]).collect();
    let created = results.iter().filter(|one| matches!(one, Recorded::Created(_))).count();
    let same = results.iter().filter(|one| matches!(one, Recorded::Same(_))).count();
    assert_eq!((created, same), (1, 63));
    assert_eq!(count(&servers[1]).await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn parallel_calls_through_two_servers_leave_no_gap_and_a_reader_misses_nothing() {
    let servers = two_servers().await;
    // Neighbours overlap by half, so most calls create some and repeat some.
    let calls: Vec<_> = (0..60).map(|k| entries(10 * k..10 * k + 20)).collect();
    let write = join_all(calls.iter().enumerate().map(|(n, call)| servers[n % 2].record(call)));
    let read = async {
        let (mut after, wave) = (0_u64, WaveId::new("w").unwrap());
        while after < 610 {
            // The reader is now at one server and now at the other.
            let server = &servers[usize::from(after.is_multiple_of(2))];
            for record in server.submissions_after(&wave, after, 17).await.unwrap() {
                assert_eq!(record.position, after + 1, "a lower position may appear later");
                after = record.position;
            }
        }
    };
    let (results, ()) = futures::join!(write, read);
    let created: HashSet<u64> = results
        .into_iter()
        .flat_map(Result::unwrap)
        .filter_map(|one| match one {
            Recorded::Created(receipt) => Some(receipt.position),
            Recorded::Same(_) => None,
            other => panic!("equal ids have equal content: {other:?}"),
        })
        .collect();
    assert_eq!(created, (1..=610).collect());
    assert_eq!(count(&servers[0]).await, 610);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn five_wrong_secrets_through_two_servers_end_a_code() {
    let [first, second] = two_servers().await;
    add_a_device(&first).await;
    let ended = wrong_secrets_then(&[&first, &second], 10).await;
    assert_eq!(ended, (5, Err(CodeRefusal::Ended)));
    assert_eq!(wrong_secrets_then(&[&second], 1).await, (0, Err(CodeRefusal::Ended)));
}

/// Waves are made and written to while a transaction writes to another one.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wave_waits_for_no_other() {
    let servers = two_servers().await;
    let mut open = servers[0].pool.begin().await.unwrap();
    for sql in [
        "SELECT FROM waves WHERE id = 'w' FOR NO KEY UPDATE",
        "INSERT INTO break_offs VALUES ('w', gen_random_uuid(), 0, 'idle', NULL, '{}',
         decode(repeat('00', 32), 'hex'))",
    ] {
        open.execute(sql).await.unwrap();
    }
    // It would wait until the lock time-out, and fail, if it needed more than its own tables. Two
    // servers make the same one at once.
    let new = wave("x");
    let made = join_all(servers.iter().map(|server| server.create_wave(&new))).await;
    assert!(made.iter().all(Result::is_ok), "{made:?}");
    servers[1].record(&[entry("x", 1)]).await.unwrap();
    open.commit().await.unwrap();
}

/// All processes of PostgreSQL are killed, again and again, while two servers write. What was
/// acknowledged is there once, the rest once or not at all, and the pools connect again by themselves.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_acknowledged_survives_kills_of_postgresql() {
    const WRITERS: u64 = 4;
    const CALLS: u64 = 5_000;
    // A cluster of its own: the other tests go on.
    let cluster = Cluster::start().unwrap();
    let url = cluster.create_database("killed").unwrap();
    let servers =
        [PostgresStore::open(&url).await.unwrap(), PostgresStore::open(&url).await.unwrap()];
    servers[0].create_wave(&wave("w")).await.unwrap();
    let servers = Arc::new(servers);
    let w = WaveId::new("w").unwrap();
    for round in 0..3 {
        let write = async |writer: u64, servers: Arc<[PostgresStore; 2]>| {
            let mut acknowledged = Vec::new();
            for n in 0..CALLS {
                let number = (round * WRITERS + writer) * CALLS + n;
                let server = &servers[usize::from(writer.is_multiple_of(2))];
                match server.record(&entries(number..number + 1)).await {
                    Ok(recorded) => acknowledged.push((number, recorded[0])),
                    Err(StoreError::Unavailable(_)) => break,
                    Err(other) => panic!("{other:?}"),
                }
            }
            acknowledged
        };
        let kill = async {
            // Some commits later, in the middle of others.
            let end = async || servers[0].log_end(&w).await.unwrap().position;
            let start = end().await;
            while end().await < start + 40 {}
            cluster.kill().unwrap();
        };
        let writers = join_all((0..WRITERS).map(|writer| write(writer, Arc::clone(&servers))));
        let (written, ()) = futures::join!(writers, kill);
        cluster.restart().unwrap();
        for acknowledged in written {
            assert!(acknowledged.len() < CALLS.try_into().unwrap(), "cut off in the middle");
            for (number, before) in acknowledged {
                let again = servers[0].record(&entries(number..number + 1)).await.unwrap();
                let Recorded::Created(receipt) = before else { panic!("each id is new") };
                assert_eq!(again, [Recorded::Same(receipt)]);
            }
        }
        count(&servers[1]).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_server_takes_over_when_the_connection_of_the_leader_ends() {
    let servers = two_servers().await;
    let mut first = servers[0].lead(LeaderTask::Mirror).await.unwrap().unwrap();
    assert!(servers[1].lead(LeaderTask::Mirror).await.unwrap().is_none());
    assert!(first.holds().await.unwrap());
    // What an administrator does, or a network that breaks.
    let ended: Option<bool> = sqlx::query_scalar(
        "SELECT bool_and(pg_terminate_backend(pid, 10000)) FROM pg_locks
         JOIN pg_database ON pg_database.oid = database AND datname = current_database()
         WHERE locktype = 'advisory' AND granted",
    )
    .fetch_one(&servers[1].pool)
    .await
    .unwrap();
    assert_eq!(ended, Some(true));
    assert!(!first.holds().await.unwrap());
    let mut second = servers[1].lead(LeaderTask::Mirror).await.unwrap().unwrap();
    assert!(second.holds().await.unwrap());
    assert!(!first.holds().await.unwrap(), "for ever");
}

/// During a rolling restart: the server of the release before writes as it always has.
#[tokio::test]
async fn what_an_older_server_keeps_aside_of_a_device_is_proved() {
    let (store, _) = with_wave().await;
    let insert = async |number: i64, device: Option<u128>| {
        let one = aside(&entry("w", number.unsigned_abs()), None);
        let sql = "INSERT INTO quarantine (wave, number, submission, reason, state, received_at_ms,
                   device, device_sequence, body, body_sha256)
                   VALUES ('w', $1, $2, 'window_closed', 'waiting', $3, $4, $5, $6, $7)";
        sqlx::query(sql)
            .bind(number)
            .bind(one.submission.uuid())
            .bind(one.received_at.as_millisecond())
            .bind(device.map(Uuid::from_u128))
            .bind(device.map(|_| number))
            .bind(one.body.as_str())
            .bind(value::sha256(&one.body).as_slice())
            .execute(&store.pool)
            .await
            .unwrap();
        i64::try_from(one.body.len()).unwrap()
    };
    let bytes = insert(1, None).await;
    insert(2, Some(7)).await;
    let wave = WaveId::new("w").unwrap();
    let of = async |proven| -> Vec<u64> {
        let filter = QuarantineFilter { proven: Some(proven), ..QuarantineFilter::default() };
        let listed = store.quarantine_list(&wave, &filter, 0, 9).await.unwrap();
        listed.iter().map(|one| one.number).collect()
    };
    assert_eq!((of(false).await, of(true).await), (vec![1], vec![2]));
    let usage = async || -> (i64, i64, i64) {
        let sql = "SELECT n_rows, n_bytes, kept_bytes FROM quarantine_usage";
        sqlx::query_as(sql).fetch_one(&store.pool).await.unwrap()
    };
    assert_eq!(usage().await, (1, bytes, bytes), "a device has no quota");
    // It says no service point.
    let listed = store.quarantine_after(&wave, 1, 1).await.unwrap();
    assert_eq!((&listed[0].point, listed[0].proven), (&None, true));
    assert_eq!(listed[0].session.map(|(_, sequence)| sequence), Some(2));
    // The other one turns out to be of a device, at that server.
    let prove = "UPDATE quarantine SET device = $1, device_sequence = 1 WHERE number = 1";
    sqlx::query(prove).bind(Uuid::from_u128(7)).execute(&store.pool).await.unwrap();
    assert_eq!((of(false).await, of(true).await), (vec![], vec![1, 2]));
    assert_eq!(usage().await, (0, 0, 0));
    // Decisions are as for any other.
    let decided = store.reject(&wave, 2, &audit_entry("Không tính.")).await.unwrap();
    assert_eq!(decided, Decided::Done);
    assert!(store.drop_text(&wave, 2, &audit_entry("Không giữ.")).await.unwrap());
    let late = store.late_of_device(&wave, DeviceId::new(Uuid::from_u128(7)), 0, 9).await.unwrap();
    assert_eq!(late.iter().map(|one| one.number).collect::<Vec<_>>(), [1]);
    agrees(&store).await;
}
