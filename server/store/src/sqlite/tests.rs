//! What only SQLite can get wrong: pragmas, locks between processes, a full disk, a broken file.

use std::path::Path;

use futures::future::join_all;
use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Executor};
use survey_defs::ids::WaveId;

use super::SqliteStore;
use super::connection::MIGRATIONS;
use crate::conformance::{comment_of, entry, other_content, wave};
use crate::error::StoreError;
use crate::record::{Entry, Recorded};
use crate::store::Store;

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
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES (zeroblob(16), 'w', 'p', '', '{}', 0, zeroblob(32), 0)",
        "INSERT INTO break_offs (wave, id, received_at_ms, reason, content, content_sha256)
         VALUES ('w', zeroblob(16), 0, 'idle', '{}', zeroblob(32))",
    ] {
        outside.execute(sql).await.unwrap();
    }
    for sql in [
        "UPDATE submissions SET unit = 'x' WHERE position = 2",
        "DELETE FROM submissions WHERE position = 3",
        "REPLACE INTO log_head (only, position) VALUES (2, 0)",
        "INSERT INTO level_counts VALUES ('w', '', '2026-02-30', 'q', 0, 0, 0, 0, 0, 0, 0, 1)",
        "INSERT INTO points VALUES ('w', 'q', '', '', '', 'pigeon', NULL)",
        "UPDATE devices SET key = zeroblob(32)",
        "UPDATE devices SET key_kind = 'token', key = zeroblob(31), enrolled_at_ms = 0",
        "UPDATE devices SET heartbeat = '{}'",
        "UPDATE devices SET point = 'nowhere'",
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
    let broken = "UPDATE submissions SET draft = replace(draft, '\"text\":', '\"level\":')";
    outside.execute(broken).await.unwrap();

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
async fn a_file_that_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, "Đây không phải là cơ sở dữ liệu. ".repeat(200)).unwrap();
    let error = SqliteStore::open(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn a_folder_that_cannot_be_made_is_unavailable() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("file"), "").unwrap();
    let error = SqliteStore::open(&folder.path().join("file/store.db")).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
}

#[tokio::test]
async fn a_file_of_a_newer_program_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    drop(open(&file).await);
    let newer = "INSERT INTO _sqlx_migrations VALUES (9999, 'later', 0, TRUE, x'00', 0)";
    outside(&file).await.execute(newer).await.unwrap();
    let error = SqliteStore::open(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Version(_)), "{error:?}");
}

/// A file as an earlier program left it: with the first migrations only.
#[tokio::test]
async fn a_file_of_an_older_program_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let old = MIGRATIONS.iter().filter(|one| one.version <= 2).cloned().collect();
    let options = SqliteConnectOptions::new().filename(&file).create_if_missing(true);
    let mut connection = options.connect().await.unwrap();
    Migrator::with_migrations(old).run_direct(None, &mut connection, false).await.unwrap();
    let content = serde_json::to_string(&wave("w")).unwrap();
    let insert = sqlx::query("INSERT INTO waves (id, content) VALUES ('w', ?1)").bind(content);
    insert.execute(&mut connection).await.unwrap();
    for sql in [
        "INSERT INTO points VALUES ('w', 'p', 'Quầy', 'Counter', '00004@2025-07-01', 'kiosk')",
        "INSERT INTO quarantine VALUES (7, x'00000000000000000000000000000001', 'w',
         'window_closed', 1000, '{}', zeroblob(32))",
        "INSERT INTO quarantine VALUES (9, x'00000000000000000000000000000002', 'gone',
         'point_unknown', 2000, '{ }', zeroblob(32))",
    ] {
        connection.execute(sql).await.unwrap();
    }
    drop(connection);

    let store = open(&file).await;
    let wave = WaveId::new("w").unwrap();
    let points = store.points(&wave).await.unwrap();
    assert_eq!((points.len(), &points[0].telephone), (1, &None));
    let kept: Vec<(i64, String, String, i64, String)> = sqlx::query_as(
        "SELECT sequence, wave, reason, received_at_ms, body FROM quarantine ORDER BY sequence",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    let row = |n, wave: &str, reason: &str, ms, body: &str| {
        (n, wave.to_owned(), reason.to_owned(), ms, body.to_owned())
    };
    let expected =
        [row(7, "w", "window_closed", 1000, "{}"), row(9, "gone", "point_unknown", 2000, "{ }")];
    assert_eq!(kept, expected);
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT reason, count(*) FROM quarantine WHERE wave = ?1 GROUP BY reason",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    assert!(plan[0].3.contains("quarantine_by_wave (wave=?)"), "{plan:?}");
    // It works on: what is new is kept beside what is old.
    store.record(&entries(0..3)).await.unwrap();
    assert_eq!(count(&store).await, 3);
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
    let search = "SEARCH submissions USING INDEX submissions_by_wave (wave=? AND position>?)";
    assert_eq!(steps, [search], "without sorting");
}
