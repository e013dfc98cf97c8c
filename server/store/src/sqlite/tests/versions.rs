//! Files of other versions of the program.

use std::path::Path;

use sqlx::migrate::Migrator;
use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{ConnectOptions, Connection, Executor};
use survey_defs::ids::{DeviceId, SubmissionId, WaveId};
use survey_defs::submission::Draft;
use uuid::Uuid;

use super::super::SqliteStore;
use super::super::connection::MIGRATIONS;
use super::{count, entries, open, outside};
use crate::conformance::{entry, sampled, wave};
use crate::error::StoreError;
use crate::prelude::*;
use crate::rows::wave_content;
use crate::submission_log::{Entry, LogEnd, Recorded};

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

/// As `thuocdo migrate` beside a server of the older version.
#[tokio::test]
async fn older_tables_stay_as_they_are_while_another_process_has_the_file_open() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    drop(old(&file, 2).await);
    let lock = std::fs::File::create(folder.path().join("store.db-lock")).unwrap();
    lock.lock_shared().unwrap();
    for error in [
        SqliteStore::open_existing(&file).await.unwrap_err(),
        SqliteStore::open(&file).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::InUse), "{error:?}");
    }
    let sql = "SELECT max(version) FROM _sqlx_migrations";
    let last: i64 = sqlx::query_scalar(sql).fetch_one(&mut outside(&file).await).await.unwrap();
    assert_eq!(last, 2, "it is as it was");
    drop(lock);
    let first = SqliteStore::open_existing(&file).await.unwrap();
    // Tables of this version are open to as many as like.
    SqliteStore::open_existing(&file).await.unwrap().close().await;
    first.close().await;
}

#[tokio::test]
async fn looking_at_a_file_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let nowhere = folder.path().join("typo").join("store.db");
    for absent in [&nowhere, &folder.path().join("store.db")] {
        for error in [
            SqliteStore::open_existing(absent).await.unwrap_err(),
            SqliteStore::open_unchanged(absent).await.unwrap_err(),
        ] {
            assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        }
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing is made");

    let file = folder.path().join("old.db");
    drop(old(&file, 2).await);
    let error = SqliteStore::open_unchanged(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Outdated), "{error:?}");
    let sql = "SELECT max(version) FROM _sqlx_migrations";
    let last: i64 = sqlx::query_scalar(sql).fetch_one(&mut outside(&file).await).await.unwrap();
    assert_eq!(last, 2, "it is as it was");

    SqliteStore::open_existing(&file).await.unwrap().close().await;
    let store = SqliteStore::open_unchanged(&file).await.unwrap();
    assert_eq!(store.waves().await.unwrap().len(), 0);
    store.close().await;
    let newer = "INSERT INTO _sqlx_migrations VALUES (9999, 'later', 0, TRUE, x'00', 0)";
    outside(&file).await.execute(newer).await.unwrap();
    let error = SqliteStore::open_unchanged(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Version(_)), "{error:?}");
}

/// A file with the first migrations only.
async fn old(file: &Path, last: i64) -> SqliteConnection {
    let old = MIGRATIONS.iter().filter(|one| one.version <= last).cloned().collect();
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    let mut connection = options.foreign_keys(true).connect().await.unwrap();
    Migrator::with_migrations(old).run_direct(None, &mut connection, false).await.unwrap();
    connection
}

async fn add_wave(connection: &mut SqliteConnection, id: &str) {
    let content = wave_content(&wave(id));
    let insert = sqlx::query("INSERT INTO waves (id, content) VALUES (?1, ?2)");
    insert.bind(id).bind(content).execute(connection).await.unwrap();
}

/// A file as an earlier program left it: with the first migrations only.
#[tokio::test]
async fn a_file_of_an_older_program_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let mut connection = old(&file, 2).await;
    add_wave(&mut connection, "w").await;
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
        "SELECT number, wave, reason, received_at_ms, body FROM quarantine ORDER BY received_at_ms",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    let row = |n, wave: &str, reason: &str, ms, body: &str| {
        (n, wave.to_owned(), reason.to_owned(), ms, body.to_owned())
    };
    let expected =
        [row(1, "w", "window_closed", 1000, "{}"), row(1, "gone", "point_unknown", 2000, "{ }")];
    assert_eq!(kept, expected);
    let plan: Vec<(i64, i64, i64, String)> = sqlx::query_as(
        "EXPLAIN QUERY PLAN SELECT reason, count(*) FROM quarantine
         WHERE wave = ?1 AND state = 'waiting' GROUP BY reason",
    )
    .fetch_all(&store.readers)
    .await
    .unwrap();
    assert!(plan[0].3.contains("quarantine_by_state (wave=? AND state=?)"), "{plan:?}");
    // It works on: what is new is kept beside what is old.
    store.record(&entries(0..3)).await.unwrap();
    assert_eq!(count(&store).await, 3);
}

/// A draft of session 18446744073709551615 of a device: as large as a number in JSON may be.
fn of_device(entry: &Entry) -> String {
    let mut draft = serde_json::to_value(entry.submission.draft()).unwrap();
    draft["paradata"] = serde_json::json!({
        "mode": "standard", "orientation": "portrait", "items": {},
        "device": DEVICE, "sequence": u64::MAX,
    });
    let draft: Draft = serde_json::from_value(draft).unwrap();
    serde_json::to_string(&draft).unwrap()
}

const DEVICE: &str = "00000000-0000-0000-0000-00000000000d";

/// Everything that the third migration has, with two logs that take turns and one of counts.
async fn fill(connection: &mut SqliteConnection) {
    for id in ["w", "x", "counts"] {
        add_wave(connection, id).await;
    }
    for (position, wave, n) in
        [(1, "w", 1), (2, "x", 2), (4, "w", 3), (6, "x", 4), (7, "x", 5), (8, "w", 6)]
    {
        let entry = entry(wave, n);
        let draft = if n == 6 {
            of_device(&entry)
        } else {
            serde_json::to_string(entry.submission.draft()).unwrap()
        };
        sqlx::query(
            "INSERT INTO submissions (position, id, wave, received_at_ms, source, unit, channel,
             respondent_type, draft, draft_sha256, stratum, psu, weight, fpc)
             VALUES (?1, ?2, ?3, ?4, 'api', '00004@2025-07-01', 'kiosk', 'individual', ?5, ?6,
             NULL, 'xã 1', 1.5, 20.0)",
        )
        .bind(position)
        .bind(entry.submission.draft().id.uuid().as_bytes().to_vec())
        .bind(wave)
        .bind(1000 + position)
        .bind(&draft)
        .bind(crate::value::sha256(&draft).to_vec())
        .execute(&mut *connection)
        .await
        .unwrap();
    }
    for sql in [
        "INSERT INTO points VALUES ('w', 'p', 'Quầy', 'Counter', '00004@2025-07-01', 'kiosk', '1022')",
        "INSERT INTO definitions VALUES ('method', 't2b', 1, zeroblob(32))",
        "UPDATE log_head SET position = 10",
        "INSERT INTO wave_logs VALUES ('w', 'submissions', 8, 3), ('x', 'submissions', 7, 3),
         ('counts', 'level_counts', 9, 0)",
        // Files of x: positions 6 to 7. Of counts: 3, none, 9.
        "INSERT INTO imports VALUES ('x', randomblob(32), 'microdata', 3, 2, 7, 5000),
         ('counts', x'0100000000000000000000000000000000000000000000000000000000000001',
          'level_counts', 1, 1, 3, 1),
         ('counts', x'0200000000000000000000000000000000000000000000000000000000000002',
          'level_counts', 0, 0, 3, 2),
         ('counts', x'0300000000000000000000000000000000000000000000000000000000000003',
          'level_counts', 2, 2, 9, 3)",
        "INSERT INTO level_counts VALUES ('counts', '', '', 'a', 1, 2, 3, 4, 5, 6, 7, 3),
         ('counts', '', '', 'b', 1, 2, 3, 4, 5, 6, 7, 9),
         ('counts', '', '2026-03-01', 'b', 1, 2, 3, 4, 5, 6, 7, 9)",
        "INSERT INTO quarantine VALUES
         (3, zeroblob(16), 'w', 'device_unproven', 10, '{}', zeroblob(32)),
         (5, zeroblob(16), 'w', 'window_closed', 20, '{ }', randomblob(32))",
        "INSERT INTO dossier_files VALUES ('w', 1, zeroblob(32), 1)",
        "INSERT INTO dossier_counts VALUES ('w', 1, '00004@2025-07-01', '', 12)",
        "INSERT INTO segments VALUES ('w', 'old', 1, 8, 3, zeroblob(32))",
        "INSERT INTO devices VALUES (x'0000000000000000000000000000000d', 'w', 'p', 'Quầy',
         '{\"idle_seconds\":30}', 5, randomblob(32), 6, 'token', zeroblob(32), 7, NULL,
         '{\"app_version\":\"0.1.0\",\"now\":\"2026-03-02T00:00:00Z\",\"queued\":0,
           \"refused\":0,\"storage_persisted\":true,\"sequence\":12}', 1234, -7)",
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES (zeroblob(16), 'w', 'p', '', '{\"idle_seconds\":30}', 0,
         zeroblob(32), 0)",
        "INSERT INTO break_offs VALUES ('w', zeroblob(16), 9, 'idle', NULL, '{}', zeroblob(32))",
    ] {
        connection.execute(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }
}

#[tokio::test]
async fn one_log_becomes_one_per_wave() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let mut connection = old(&file, 3).await;
    fill(&mut connection).await;
    connection.close().await.unwrap();

    let store = SqliteStore::open(&file).await.unwrap();
    let wave = |id: &str| WaveId::new(id).unwrap();
    for (id, numbers) in [("w", [1, 3, 6]), ("x", [2, 4, 5])] {
        let records = store.submissions_after(&wave(id), 0, 99).await.unwrap();
        let positions: Vec<_> = records.iter().map(|record| record.position).collect();
        assert_eq!(positions, [1, 2, 3]);
        for (record, n) in records.iter().zip(numbers) {
            let sent = entry(id, n);
            assert_eq!(record.draft.id, sent.submission.draft().id);
            assert!(record.sampling.is_some());
            if n != 6 {
                assert_eq!(&record.draft, sent.submission.draft());
                let again = store.recorded(&sent.submission).await.unwrap();
                assert!(matches!(again, Some(Recorded::Same(_))), "{again:?}");
            }
        }
        let end = LogEnd { position: 3, submissions: 3 };
        assert_eq!(store.log_end(&wave(id)).await.unwrap(), end);
        assert_eq!(store.segments(&wave(id)).await.unwrap(), [], "the mirror is made again");
    }
    let end = LogEnd { position: 2, submissions: 0 };
    assert_eq!(store.log_end(&wave("counts")).await.unwrap(), end);
    assert_eq!(store.level_counts(&wave("counts")).await.unwrap().len(), 3);
    let imports: Vec<(String, i64)> =
        sqlx::query_as("SELECT wave, position FROM imports ORDER BY wave, imported_at_ms")
            .fetch_all(&store.readers)
            .await
            .unwrap();
    let expected = [("counts", 1), ("counts", 1), ("counts", 2), ("x", 3)];
    assert_eq!(imports, expected.map(|(wave, position)| (wave.to_owned(), position)));

    let kept = store.quarantine_after(&wave("w"), 0, 9).await.unwrap();
    assert_eq!(kept.iter().map(|one| one.number).collect::<Vec<_>>(), [1, 2]);
    assert_eq!(store.dossiers(&wave("w")).await.unwrap().unwrap().version, 1);
    assert_eq!(store.break_offs(&wave("w")).await.unwrap()[0].idle, 1);
    assert_eq!(store.devices().await.unwrap().len(), 2);
    let device: Uuid = DEVICE.parse().unwrap();
    let evidence = store
        .session_evidence(&wave("w"), DeviceId::new(device), 12, SubmissionId::new(Uuid::nil()))
        .await
        .unwrap();
    let after = evidence.after.unwrap();
    assert_eq!((after.received_at.as_millisecond(), after.clock_skew_s), (1234, -7));
    assert_eq!(evidence.receipt_after.unwrap().as_millisecond(), 1008, "of the largest number");
    let broken: Vec<(String,)> = sqlx::query_as("SELECT \"table\" FROM pragma_foreign_key_check")
        .fetch_all(&store.readers)
        .await
        .unwrap();
    assert_eq!(broken, []);
    // It works on.
    let next = store.record(&[sampled("x", 77)]).await.unwrap();
    assert!(matches!(next[0], Recorded::Created(receipt) if receipt.position == 4));
}
