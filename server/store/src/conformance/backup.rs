//! Giving everything out and taking it in again.

use futures::TryStreamExt as _;
use jiff::SignedDuration;
use survey_defs::device::Freshness;
use survey_defs::ids::HeartbeatNonce;

use super::fixture::{sampled, time, wave_id};
use crate::backup::tests::fixture::{rows, with};
use crate::backup::{BackupError, Checker, Damage, DumpedRow, Table, Value};
use crate::error::StoreError;
use crate::staff_sessions::{NewSecret, SecretHash};
use crate::store::Store;
use crate::submission_log::Recorded;

checks! {
    a_dump_is_what_was_loaded,
    only_an_empty_database_is_loaded,
    definitions_may_be_published_before_a_load,
    a_load_is_all_or_nothing,
    a_load_keeps_the_rules_of_the_tables,
    a_dump_is_of_one_moment,
    work_goes_on_after_a_load,
    nobody_is_logged_in_after_a_load,
}

pub(super) async fn dumped(store: &dyn Store) -> Vec<DumpedRow> {
    store.dump().await.unwrap().rows.try_collect().await.unwrap()
}

async fn load(store: &dyn Store, rows: &[DumpedRow]) -> Result<u64, StoreError> {
    let mut rows = rows.iter().cloned().map(Ok);
    store.load(&mut rows).await.map(|summary| summary.total())
}

fn is_clean(rows: &[DumpedRow]) {
    let mut checker = Checker::new();
    for row in rows {
        checker.row(row);
    }
    let findings = checker.finish().findings;
    assert!(findings.is_empty(), "{findings:?}");
}

/// Whatever a check of the suite has done: what is stored agrees with itself.
pub(crate) async fn agrees(store: &dyn Store) {
    is_clean(&dumped(store).await);
    assert_eq!(store.full_check().await.unwrap(), Vec::<String>::new());
}

/// Where two lists of rows differ, for a message that can be read.
fn same(left: &[DumpedRow], right: &[DumpedRow]) {
    let differs = left.iter().zip(right).find(|(one, other)| one != other);
    assert!(differs.is_none(), "{differs:?}");
    assert_eq!(left.len(), right.len());
}

async fn a_dump_is_what_was_loaded(store: &dyn Store) {
    assert_eq!(dumped(store).await.len(), 0);
    let rows = rows(321);
    assert_eq!(load(store, &rows).await.unwrap(), rows.len() as u64);
    same(&dumped(store).await, &rows);
    assert_eq!(store.full_check().await.unwrap(), Vec::<String>::new());
    // Not only as rows: what was loaded can be worked with.
    let records = store.submissions_after(&wave_id("w"), 0, 1_000).await.unwrap();
    assert_eq!(records.len(), 321);
    assert_eq!(store.devices().await.unwrap().len(), 3);
    assert_eq!(store.level_counts(&wave_id("counts")).await.unwrap().len(), 3);
}

/// Neither who was logged in when the backup was made, nor who has a link of the new database.
async fn nobody_is_logged_in_after_a_load(store: &dyn Store) {
    let hash = |n| SecretHash([n; 32]);
    let now = time("2026-03-02T00:00:00Z");
    let expires_at = now + SignedDuration::from_mins(15);
    let secret = |n| NewSecret { hash: hash(n), created_at: now, expires_at };
    for link in [1, 2] {
        store.add_login_link(&secret(link)).await.unwrap();
    }
    assert!(store.begin_session(&hash(1), &secret(3)).await.unwrap());
    store.add_staff_token("grafana", &secret(4)).await.unwrap();
    assert_eq!(dumped(store).await, [], "none of it is in a backup");

    load(store, &rows(9)).await.unwrap();
    assert_eq!(store.open_session(&hash(3), now).await.unwrap(), None);
    assert!(!store.begin_session(&hash(2), &secret(5)).await.unwrap());
    assert!(!store.is_staff_token(&hash(4), now).await.unwrap());
    assert_eq!(store.staff_tokens().await.unwrap(), []);
}

async fn only_an_empty_database_is_loaded(store: &dyn Store) {
    let all = rows(9);
    // One row in one table is enough.
    let first_wave = all.iter().position(|row| row.table() == Table::Waves).unwrap();
    let wave = &all[first_wave..=first_wave];
    load(store, wave).await.unwrap();
    let refused = load(store, &all).await.unwrap_err();
    assert!(matches!(refused, StoreError::Invalid { .. }), "{refused:?}");
    let told = refused.to_string();
    assert!(told.contains("rows in waves") && told.contains("createdb"), "{told}");
    assert_eq!(dumped(store).await.len(), wave.len());
}

async fn definitions_may_be_published_before_a_load(store: &dyn Store) {
    let all = rows(9);
    let definition = &all[..1];
    assert_eq!(definition[0].table(), Table::Definitions);
    load(store, definition).await.unwrap();
    // With other content it is another definition of the same name.
    let mut other = all.clone();
    other[0] = with(&other[0], "sha256", Value::Bytes(vec![9; 32]));
    let refused = load(store, &other).await.unwrap_err();
    assert!(refused.to_string().contains("a row of definitions"), "{refused}");
    same(&dumped(store).await, definition);
    assert_eq!(load(store, &all).await.unwrap(), all.len() as u64);
    same(&dumped(store).await, &all);
}

async fn a_load_is_all_or_nothing(store: &dyn Store) {
    let all = rows(60);
    for good in [0, 1, 30, all.len()] {
        let damage = BackupError::Damaged { frame: 7, offset: 8, damage: Damage::Checksum };
        let mut rows = all[..good].iter().cloned().map(Ok).chain([Err(damage)]);
        let refused = store.load(&mut rows).await.unwrap_err();
        assert!(refused.to_string().contains("frame 7"), "{refused}");
        assert_eq!(dumped(store).await.len(), 0);
    }
    load(store, &all).await.unwrap();
}

async fn a_load_keeps_the_rules_of_the_tables(store: &dyn Store) {
    let sound = rows(60);
    let first = |table| sound.iter().position(|row| row.table() == table).unwrap();
    let submission = first(Table::Submissions);
    for (place, column, value) in [
        (submission + 7, "position", Value::Int(7)),
        (submission, "source", Value::Text("pigeon".to_owned())),
        (submission, "wave", Value::Text("nowhere".to_owned())),
        (submission, "draft", Value::Null),
        (first(Table::Devices), "settings", Value::Text("{".to_owned())),
    ] {
        let mut rows = sound.clone();
        rows[place] = with(&rows[place], column, value);
        let refused = load(store, &rows).await.unwrap_err();
        assert!(matches!(refused, StoreError::Invalid { .. }), "{column}: {refused:?}");
        let told = format!("{refused} {refused:?}");
        assert!(!told.contains("góp ý") && !told.contains("Nguyễn"), "{told}");
        assert_eq!(dumped(store).await.len(), 0);
    }
    load(store, &sound).await.unwrap();
}

async fn a_dump_is_of_one_moment(store: &dyn Store) {
    let before = rows(500);
    load(store, &before).await.unwrap();
    let write = async {
        for n in 0..40 {
            let calls: Vec<_> = (0..5).map(|m| sampled("w", 10_000 + 5 * n + m)).collect();
            store.record(&calls).await.unwrap();
        }
    };
    let moment = store.dump().await.unwrap();
    let ((), moment) = futures::join!(write, moment.rows.try_collect::<Vec<_>>());
    same(&moment.unwrap(), &before);
    // And while others write: whatever moment it is, it is one.
    let write = async {
        for n in 40..80 {
            let calls: Vec<_> = (0..5).map(|m| sampled("w", 10_000 + 5 * n + m)).collect();
            store.record(&calls).await.unwrap();
        }
    };
    let dump = async {
        let mut dumps = Vec::new();
        for _ in 0..5 {
            dumps.push(dumped(store).await);
        }
        dumps
    };
    let ((), dumps) = futures::join!(write, dump);
    let log = |rows: &[DumpedRow]| -> Vec<DumpedRow> {
        rows.iter().filter(|row| row.table() == Table::Submissions).cloned().collect()
    };
    let end = log(&dumped(store).await);
    assert_eq!(end.len(), 900);
    for dump in dumps {
        is_clean(&dump);
        let log = log(&dump);
        same(&log, &end[..log.len()]);
    }
}

async fn work_goes_on_after_a_load(store: &dyn Store) {
    let rows = rows(9);
    load(store, &rows).await.unwrap();
    let Recorded::Created(receipt) = store.record(&[sampled("w", 77)]).await.unwrap()[0] else {
        panic!("a new submission is created");
    };
    assert_eq!(receipt.position, 10);
    assert_eq!(receipt.received_at, time("2026-03-02T01:03:04.005Z"));
    // No heartbeat of before is taken: its counter belongs to another nonce.
    let device = store.devices().await.unwrap().remove(0).id;
    let fresh = HeartbeatNonce::new(uuid::Uuid::from_u128(7));
    let expected = Freshness { nonce: fresh, counter: 0 };
    assert_eq!(store.freshness(device, fresh).await.unwrap(), expected);
    is_clean(&dumped(store).await);
}
