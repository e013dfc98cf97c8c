//! The quota of bytes of quarantine, with a usage that is set from outside: to write that much would take
//! minutes.

use sqlx::sqlite::SqliteConnection;
use survey_defs::ids::WaveId;

use super::{open, outside};
use crate::conformance::{aside, audit_entry, entry};
use crate::prelude::*;
use crate::quarantine::{Decided, Kept, QUARANTINE_QUOTA, Quarantined};

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
