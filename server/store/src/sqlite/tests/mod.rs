//! What only SQLite can get wrong: pragmas, locks between processes, a full disk, a broken file.

mod compressed_json;
mod damage;
mod looking_first;
mod opening;
mod quarantine_quota;
mod readiness;
/// Databases that released programs left.
mod released;
mod released_0004;
mod released_0005;
mod sender_tags;
mod upgrade;
mod versions;

use std::collections::BTreeSet;
use std::path::Path;

use futures::future::join_all;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
use survey_defs::ids::WaveId;

use super::SqliteStore;
use crate::backup::{Column, LEFT_OUT, Table};
use crate::conformance::{comment_of, entry, other_content, wave};
use crate::error::StoreError;
use crate::prelude::*;
use crate::row::text;
use crate::submission_log::{Entry, Recorded};

fn entries(numbers: std::ops::Range<u64>) -> Vec<Entry> {
    numbers.map(|n| entry("w", n)).collect()
}

async fn open(file: &Path) -> SqliteStore {
    let store = SqliteStore::open(file).await.unwrap();
    store.create_wave(&wave("w")).await.unwrap();
    store
}

/// The number of submissions of wave w, by its log and by its end.
async fn count(store: &SqliteStore) -> u64 {
    let wave = WaveId::new("w").unwrap();
    let listed = store.submissions_after(&wave, 0, u32::MAX).await.unwrap();
    let end = store.log_end(&wave).await.unwrap();
    assert_eq!(end.submissions, listed.len() as u64);
    assert_eq!(end.position, listed.last().map_or(0, |record| record.position));
    end.submissions
}

/// A connection that is not the store's: another process, or an administrator.
async fn outside(file: &Path) -> SqliteConnection {
    SqliteConnectOptions::new().filename(file).connect().await.unwrap()
}

#[tokio::test]
async fn a_commit_survives_the_loss_of_power() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let pragma = async |name: &'static str| -> String {
        let sql = format!("SELECT CAST({name} AS TEXT) FROM pragma_{name}");
        let query = sqlx::query_scalar(sqlx::AssertSqlSafe(sql));
        query.fetch_one(&store.writer).await.unwrap()
    };
    assert_eq!(pragma("journal_mode").await, "wal");
    assert_eq!(pragma("synchronous").await, "2", "FULL");
    assert_eq!(pragma("foreign_keys").await, "1");
}

#[tokio::test]
async fn readers_cannot_write() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let write = store.readers.execute("INSERT INTO waves (id, content) VALUES ('x', '{}')").await;
    assert!(matches!(StoreError::from(write.unwrap_err()), StoreError::Unavailable(_)));
}

/// Killing the server leaves the files as they are at that moment.
#[tokio::test]
async fn what_was_acknowledged_is_in_the_files() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    for n in 0..5 {
        store.record(&entries(10 * n..10 * n + 10)).await.unwrap();
        let crashed = folder.path().join(format!("crashed-{n}"));
        for suffix in ["", "-wal"] {
            let from = folder.path().join(format!("store.db{suffix}"));
            std::fs::copy(from, format!("{}{suffix}", crashed.display())).unwrap();
        }
        assert_eq!(count(&open(&crashed).await).await, 10 * n + 10);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_processes_share_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    // Both open it while it does not exist yet.
    let stores = join_all((0..2).map(|_| SqliteStore::open(&file))).await;
    let stores: Vec<_> = stores.into_iter().map(Result::unwrap).collect();
    stores[0].create_wave(&wave("w")).await.unwrap();
    let call = entries(0..40);
    let posts = (0..40).flat_map(|n| stores.iter().map(move |store| (store, n)));
    let results = join_all(posts.map(|(store, n)| store.record(&call[n..=n]))).await;
    let is_new = |one: &Recorded| matches!(one, Recorded::Created(_));
    let created = results.iter().filter(|result| is_new(&result.as_ref().unwrap()[0])).count();
    assert_eq!(created, 40);
    assert_eq!(count(&stores[1]).await, 40);
}

#[tokio::test]
async fn a_full_disk_passes() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    store.record(&entries(0..10)).await.unwrap();
    // In one large statement SQLite ends the statement, in small ones it ends the transaction.
    for n in [500, 50, 500, 50] {
        // The limit is one of the connection; reaching it is what a full disk is to SQLite.
        store.writer.execute("PRAGMA max_page_count = 1").await.unwrap();
        let error = store.record(&entries(0..n)).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        assert_eq!(count(&store).await, 10);
    }
    store.writer.execute("PRAGMA max_page_count = 4294967294").await.unwrap();
    store.record(&entries(0..500)).await.unwrap();
    assert_eq!(count(&store).await, 500);
}

#[tokio::test]
async fn the_database_refuses_to_change_what_is_recorded() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..3)).await.unwrap();
    let mut outside = outside(&file).await;
    for sql in [
        "INSERT INTO points VALUES ('w', 'p', '', '', '', 'kiosk', NULL)",
        "INSERT INTO short_codes VALUES ('AB3K7', 'AB3K7', 'p', '', 'kiosk', 1, 0)",
        "INSERT INTO outbox_keys VALUES (1, zeroblob(32))",
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES (zeroblob(16), 'w', 'p', '', '{}', 0, zeroblob(32), 0)",
        "INSERT INTO break_offs (wave, id, received_at_ms, reason, content, content_sha256)
         VALUES ('w', zeroblob(16), 0, 'idle', '{}', zeroblob(32))",
        "INSERT INTO quarantine VALUES
         ('w', 1, zeroblob(16), 'window_closed', 'waiting', 0, NULL, NULL, NULL, '{}', zeroblob(32),
          'p', 0),
         ('w', 2, zeroblob(16), 'window_closed', 'rejected', 0, 1, NULL, NULL, '{}', randomblob(32),
          'p', 0)",
        "INSERT INTO audit_log (wave, number, at_ms, actor, door, reason, content)
         VALUES ('w', 1, 0, 'unnamed_staff', 'loopback', '', '{}')",
        "INSERT INTO cases VALUES ('w', 1, '{}')",
        "INSERT INTO case_events VALUES ('w', 1, 1, 'found', 1)",
        "INSERT INTO case_records VALUES ('w', 1, 1, 2)",
        "INSERT INTO annulments VALUES ('w', 1, 1, 'annul')",
        "INSERT INTO redactions VALUES ('w', 1, zeroblob(32))",
        // With a redaction the draft may change, and nothing else.
        "UPDATE submissions SET draft = (SELECT draft FROM submissions WHERE position = 3)
         WHERE position = 1",
    ] {
        outside.execute(sql).await.unwrap();
    }
    for sql in [
        "UPDATE submissions SET unit = 'x' WHERE position = 2",
        "UPDATE submissions SET draft = '{}' WHERE position = 2",
        "UPDATE submissions SET draft = 1 WHERE position = 1",
        "UPDATE submissions SET draft = '', unit = 'x' WHERE position = 1",
        "UPDATE submissions SET draft = '', draft_sha256 = zeroblob(32) WHERE position = 1",
        "UPDATE submissions SET position = 9 WHERE position = 1",
        "DELETE FROM submissions WHERE position = 3",
        "UPDATE redactions SET position = 2",
        "DELETE FROM redactions",
        "UPDATE quarantine SET body = '{ }' WHERE number = 1",
        "UPDATE quarantine SET body = NULL WHERE number = 1",
        "UPDATE quarantine SET reason = 'point_unknown' WHERE number = 1",
        "UPDATE quarantine SET decided_at_ms = 1 WHERE number = 1",
        "UPDATE quarantine SET decided_at_ms = 2 WHERE number = 2",
        "UPDATE quarantine SET device = zeroblob(16) WHERE number = 2",
        "UPDATE quarantine SET state = 'released' WHERE number = 2",
        "UPDATE quarantine SET state = 'waiting' WHERE number = 2",
        "DELETE FROM quarantine",
        "UPDATE audit_log SET reason = 'x'",
        "DELETE FROM audit_log",
        "INSERT OR REPLACE INTO audit_log (wave, number, at_ms, actor, door, reason, content)
         VALUES ('w', 1, 0, 'unnamed_staff', 'loopback', 'x', '{}')",
        "INSERT INTO level_counts VALUES ('w', '', '2026-02-30', 'q', 0, 0, 0, 0, 0, 0, 0, 1)",
        "INSERT INTO points VALUES ('w', 'q', '', '', '', 'pigeon', NULL)",
        "INSERT INTO short_codes VALUES ('AB3K9', 'AB3K7', 'q', '', 'kiosk', 1, 0)",
        "INSERT INTO short_codes VALUES ('AB3K9', 'AB3K9', 'p', '', 'kiosk', 1, 0)",
        "INSERT INTO short_codes VALUES ('AB3K', 'AB3K', 'q', '', 'kiosk', 1, 0)",
        "UPDATE short_codes SET place = 'q'",
        "DELETE FROM short_codes",
        "INSERT INTO outbox_keys VALUES (2, zeroblob(32))",
        "UPDATE outbox_keys SET secret = randomblob(32)",
        "DELETE FROM outbox_keys",
        "INSERT INTO login_links VALUES (zeroblob(31), 0, 1, NULL)",
        "INSERT INTO staff_sessions VALUES (zeroblob(31), 0, 1, NULL)",
        "INSERT INTO staff_tokens VALUES (zeroblob(31), 't', 0, 1, NULL)",
        "UPDATE devices SET key = zeroblob(32)",
        "UPDATE devices SET key_kind = 'token', key = zeroblob(31), enrolled_at_ms = 0",
        "UPDATE devices SET heartbeat = '{}'",
        "UPDATE devices SET point = 'nowhere'",
        "UPDATE devices SET code_public = 'K7Q'",
        "UPDATE devices SET code_wrong_secrets = 6",
        "UPDATE cases SET rule = '[]'",
        "DELETE FROM cases",
        "UPDATE case_events SET state = 'kept'",
        "DELETE FROM case_events",
        "UPDATE case_records SET last_position = 3",
        "DELETE FROM case_records",
        "UPDATE annulments SET act = 'undo'",
        "DELETE FROM annulments",
        "INSERT INTO cases VALUES ('w', 2, '{')",
        "INSERT INTO cases VALUES ('nowhere', 1, '{}')",
        "INSERT INTO case_events VALUES ('w', 2, 1, 'found', 1)",
        "INSERT INTO case_events VALUES ('w', 1, 2, 'found', 9)",
        "INSERT INTO case_events VALUES ('w', 1, 2, 'lost', 1)",
        "INSERT INTO case_records VALUES ('w', 1, 5, 4)",
        "INSERT INTO case_records VALUES ('w', 1, 0, 4)",
        "INSERT INTO annulments VALUES ('w', 2, 1, 'forget')",
        "INSERT INTO annulments VALUES ('w', 2, 2, 'annul')",
        "INSERT OR REPLACE INTO cases VALUES ('w', 1, '[]')",
        "INSERT OR REPLACE INTO case_events VALUES ('w', 1, 1, 'kept', 1)",
        "INSERT OR REPLACE INTO case_records VALUES ('w', 1, 1, 3)",
        "INSERT OR REPLACE INTO annulments VALUES ('w', 1, 1, 'undo')",
        "UPDATE break_offs SET reason = 'cancelled'",
        "DELETE FROM break_offs",
        "DELETE FROM devices",
    ] {
        assert!(outside.execute(sql).await.is_err(), "{sql}");
    }
    assert_eq!(count(&store).await, 3);
}

#[tokio::test]
async fn errors_do_not_quote_answers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..1)).await.unwrap();
    let mut outside = outside(&file).await;
    outside.execute("DROP TRIGGER submissions_never_change").await.unwrap();
    let broken = text(&entry("w", 0).submission).replace("\"text\":", "\"level\":");
    let update = sqlx::query("UPDATE submissions SET draft = ?1").bind(broken);
    update.execute(&mut outside).await.unwrap();

    let wave = WaveId::new("w").unwrap();
    let error = store.submissions_after(&wave, 0, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "a submission", .. }), "{error:?}");
    let told = format!("{error} {error:?}");
    assert!(!told.contains(&comment_of(0)[..5]), "{told}");
    // The log itself still knows the submission.
    let same = [entry("w", 0), other_content(&entry("w", 0))];
    let recorded = store.record(&same).await.unwrap();
    assert!(matches!(recorded[..], [Recorded::Same(_), Recorded::Conflict]));
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = SqliteStore::open(&folder.path().join("file/store.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_wave_is_read_through_its_index() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT draft FROM submissions
         WHERE wave = ?1 AND position > ?2 ORDER BY position LIMIT ?3",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    let steps: Vec<_> = plan.into_iter().map(|(_, _, _, step)| step).collect();
    let search =
        "SEARCH submissions USING INDEX sqlite_autoindex_submissions_1 (wave=? AND position>?)";
    assert_eq!(steps, [search], "without sorting");
}

/// A column that nobody dumps would be lost in every backup; what is left out has a reason.
#[tokio::test]
async fn every_column_is_dumped() {
    let folder = tempfile::tempdir().unwrap();
    let store = open(&folder.path().join("store.db")).await;
    let columns: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT tables.name, columns.pk, columns.name
         FROM sqlite_schema AS tables, pragma_table_info(tables.name) AS columns
         WHERE tables.type = 'table' AND tables.name NOT LIKE 'sqlite%'
         AND tables.name <> '_sqlx_migrations'",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    for (left_out, why) in LEFT_OUT {
        assert!(columns.iter().any(|(table, ..)| table == left_out), "{left_out}: {why}");
    }
    let is_dumped = |(table, ..): &(String, i64, String)| LEFT_OUT.iter().all(|one| one.0 != table);
    let stored: BTreeSet<_> = columns.into_iter().filter(is_dumped).collect();
    let dumped = Table::ALL.into_iter().flat_map(|table| {
        let place = move |place| if place < table.key() { place + 1 } else { 0 };
        let named = move |(number, column): (usize, &Column)| {
            let key = i64::try_from(place(number)).unwrap();
            (table.as_str().to_owned(), key, column.name.to_owned())
        };
        table.columns().iter().enumerate().map(named)
    });
    // With the places in the key, by which rows are ordered.
    assert_eq!(dumped.collect::<BTreeSet<_>>(), stored);
}

#[tokio::test]
async fn a_damaged_page_is_found() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..200)).await.unwrap();
    assert_eq!(store.full_check().await.unwrap(), Vec::<String>::new());
    // An index that lacks a row: the database would not see a repeated submission.
    let mut outside = outside(&file).await;
    for sql in [
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_schema SET sql = replace(sql, 'UNIQUE (wave, id)', 'UNIQUE (wave, unit)')
         WHERE name = 'submissions'",
    ] {
        outside.execute(sql).await.unwrap();
    }
    drop(outside);
    drop(store);
    let store = SqliteStore::open(&file).await.unwrap();
    let found = store.full_check().await.unwrap();
    assert!(found.iter().any(|line| line.contains("submissions")), "{found:?}");
}
