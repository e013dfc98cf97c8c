//! The quota of bytes of quarantine, and the room that dropped texts give back. The usage is set from
//! outside: to write that much would take minutes.

use std::path::Path;

use jiff::{SignedDuration, Timestamp};
use sqlx::sqlite::SqliteConnection;
use sqlx::{Connection, Executor};
use survey_defs::audit::NewAuditEntry;
use survey_defs::ids::WaveId;

use super::{SqliteStore, open, outside};
use crate::conformance::{aside, audit_entry, entry};
use crate::prelude::*;
use crate::quarantine::{Decided, Kept, QUARANTINE_QUOTA, Quarantined};
use crate::retention::{Expiry, TEXTS_AT_ONCE};

/// What is counted of a wave: rows, bytes, bytes that are kept.
async fn usage(connection: &mut SqliteConnection, wave: &str) -> (i64, i64, i64) {
    let sql = "SELECT n_rows, n_bytes, kept_bytes FROM quarantine_usage WHERE wave = $1";
    sqlx::query_as(sql).bind(wave).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn strangers_have_a_quota_of_bytes_and_texts_that_go_give_room_back() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    let mut outside = outside(&file).await;
    let one = |wave: &str, n| aside(&entry(wave, n), None);
    let is_kept = async |one: Quarantined| {
        let kept = store.quarantine(&[one]).await.unwrap();
        kept[0] != Kept::Full
    };
    assert!(is_kept(one("w", 1)).await);
    let length = i64::try_from(one("w", 1).body.len()).unwrap();
    assert_eq!(usage(&mut outside, "w").await, (1, length, length));

    // There is room for one more of that day, to the byte.
    let set = "UPDATE quarantine_usage SET n_bytes = $1";
    let n_bytes = QUARANTINE_QUOTA.bytes_per_day - length;
    sqlx::query(set).bind(n_bytes).execute(&mut outside).await.unwrap();
    let longer = Quarantined { body: one("w", 2).body + " ", ..one("w", 2) };
    assert!(!is_kept(longer).await);
    assert!(is_kept(one("w", 2)).await);
    assert!(!is_kept(one("w", 3)).await);
    assert!(is_kept(one("x", 3)).await, "another wave");
    assert!(is_kept(Quarantined { proven: true, ..one("w", 4) }).await, "a device or staff");

    // There is room for one more of all waves.
    let set = "UPDATE quarantine_usage SET kept_bytes = $1 WHERE wave = 'x'";
    let kept_bytes = QUARANTINE_QUOTA.kept_bytes - 3 * length;
    sqlx::query(set).bind(kept_bytes).execute(&mut outside).await.unwrap();
    assert!(is_kept(one("y", 1)).await);
    assert!(!is_kept(one("z", 1)).await);
    let wave = WaveId::new("w").unwrap();
    assert_eq!(store.reject(&wave, 1, &audit_entry("")).await.unwrap(), Decided::Done);
    assert!(!is_kept(one("z", 1)).await, "its text is there still");
    assert!(store.drop_text(&wave, 1, &audit_entry("")).await.unwrap());
    assert_eq!(usage(&mut outside, "w").await.2, length, "that of number 2");
    assert!(is_kept(one("z", 1)).await);
    assert!(!is_kept(one("z", 2)).await);
}

#[tokio::test]
async fn days_that_are_over_are_counted_no_more_when_their_texts_are_gone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    let mut outside = outside(&file).await;
    let first = aside(&entry("w", 1), None);
    let at = |days: i64| first.received_at + SignedDuration::from_hours(24 * days);
    let on = |wave, n, days| Quarantined { received_at: at(days), ..aside(&entry(wave, n), None) };
    let kept = [on("w", 1, 0), on("w", 2, 0), on("x", 3, 0), on("w", 4, 1), on("w", 5, 2)];
    store.quarantine(&kept).await.unwrap();
    let mut days = async || -> Vec<(String, i64)> {
        let sql = "SELECT wave, kept_bytes FROM quarantine_usage ORDER BY day, wave";
        sqlx::query_as(sql).fetch_all(&mut outside).await.unwrap()
    };
    let length = i64::try_from(first.body.len()).unwrap();
    let expire = async |days| {
        let audit = NewAuditEntry { at: at(days), ..audit_entry("") };
        let never = Timestamp::MIN;
        store
            .expire(&Expiry { codes_before: never, rejected_before: never }, &audit)
            .await
            .unwrap();
    };
    let drop_text = async |wave: &str, number| {
        let wave = WaveId::new(wave).unwrap();
        store.reject(&wave, number, &audit_entry("")).await.unwrap();
        assert!(store.drop_text(&wave, number, &audit_entry("")).await.unwrap());
    };
    drop_text("w", 1).await;
    drop_text("w", 3).await;
    drop_text("w", 4).await;
    drop_text("x", 1).await;
    let of = |wave: &str, bytes| (wave.to_owned(), bytes);
    let all = [of("w", length), of("x", 0), of("w", 0), of("w", 0)];
    expire(1).await;
    assert_eq!(days().await, all, "of yesterday more may come");
    expire(2).await;
    assert_eq!(days().await, [all[0].clone(), all[2].clone(), all[3].clone()], "a text waits");
    drop_text("w", 2).await;
    expire(3).await;
    assert_eq!(days().await, [of("w", 0)]);
    // What comes in on such a day all the same is counted as ever.
    assert_ne!(store.quarantine(&[on("x", 9, 0)]).await.unwrap(), [Kept::Full]);
    assert_eq!(days().await[0], of("x", length));
}

/// Pages of the file, and those that nothing is in, as another process sees them that has gone when
/// they are told.
async fn pages_outside(file: &Path) -> (i64, i64) {
    let mut outside = outside(file).await;
    let pages = pages(&mut outside).await;
    outside.close().await.unwrap();
    pages
}

async fn pages(connection: &mut SqliteConnection) -> (i64, i64) {
    let all = sqlx::query_scalar("PRAGMA page_count").fetch_one(&mut *connection).await.unwrap();
    let free = sqlx::query_scalar("PRAGMA freelist_count").fetch_one(connection).await.unwrap();
    (all, free)
}

/// A store that has dropped 8 MB of texts, by 500 at a time.
async fn with_dropped_texts(file: &Path) -> SqliteStore {
    let store = open(file).await;
    let long = |n| Quarantined { body: "x".repeat(14_000), ..aside(&entry("w", n), None) };
    let all: Vec<_> = (1..=600).map(long).collect();
    store.quarantine(&all).await.unwrap();
    let mut outside = outside(file).await;
    let sql = "UPDATE quarantine SET state = 'rejected', decided_at_ms = 0";
    outside.execute(sql).await.unwrap();
    let now = Timestamp::from_second(1_800_000_000).unwrap();
    let expiry = Expiry { codes_before: now, rejected_before: now };
    let audit = audit_entry("");
    let expired = store.expire(&expiry, &audit).await.unwrap();
    assert_eq!((expired.bodies, expired.is_all()), (u64::from(TEXTS_AT_ONCE), false));
    let expired = store.expire(&expiry, &audit).await.unwrap();
    assert_eq!((expired.bodies, expired.is_all()), (100, true));
    let free = pages(&mut outside).await.1;
    assert!(free > 1_800, "{free}");
    outside.close().await.unwrap();
    store
}

#[tokio::test]
async fn the_file_gets_smaller_when_texts_are_dropped() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = with_dropped_texts(&file).await;
    let before = pages_outside(&file).await.0;
    let mut steps = 1;
    while store.give_space_back().await.unwrap() {
        steps += 1;
    }
    let (after, free) = pages_outside(&file).await;
    assert!(steps > 1 && free <= 256 && after < before / 2, "{steps} {before} {after} {free}");
    assert!(!store.give_space_back().await.unwrap());
    store.close().await;
    let length = std::fs::metadata(&file).unwrap().len();
    assert!(length < 4 * 1024 * 1024, "{length}");
}

#[tokio::test]
async fn a_file_of_an_older_program_gets_smaller_when_it_is_written_anew() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, []).unwrap();
    // As an older program has made it: it gives nothing back by itself.
    let mut older = outside(&file).await;
    older.execute("PRAGMA auto_vacuum = NONE; CREATE TABLE old (n)").await.unwrap();
    older.execute("DROP TABLE old").await.unwrap();
    drop(older);
    let store = with_dropped_texts(&file).await;
    assert!(!store.give_space_back().await.unwrap());
    assert!(pages_outside(&file).await.1 > 1_800);
    store.compact().await.unwrap();
    assert_eq!(pages_outside(&file).await.1, 0);
    let mode: i64 = sqlx::query_scalar("PRAGMA auto_vacuum")
        .fetch_one(&mut outside(&file).await)
        .await
        .unwrap();
    assert_eq!(mode, 2, "from now on it does");
    store.close().await;
}
