//! Databases that released programs left, made by those programs: they open under this one with
//! everything that is in them, and it works on.

use std::collections::BTreeMap;
use std::path::Path;

use sqlx::sqlite::{SqliteConnectOptions, SqliteConnection};
use sqlx::{AssertSqlSafe, ConnectOptions, Executor, Row};
use survey_defs::device::DeviceState::{CodeEnded, Enrolled, Expired, Revoked};
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::wave::Takes;
use tempfile::TempDir;
use uuid::Uuid;

use super::super::SqliteStore;
use super::upgrade::gets_its_codes;
use crate::conformance::{accept, entry, sampled};
use crate::imports::{Import, ImportOutcome};
use crate::prelude::*;
use crate::submission_log::{Entry, Record, Recorded, Source};

const FIRST: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0001.sql");
const WITH_SAMPLES: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0002.sql");
const WITH_DEVICES: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0003.sql");

/// Columns that every program has had, and the order of rows before and after the fourth migration.
const TABLES: [(&str, &str, &str, &str); 6] = [
    ("definitions", "kind, id, version, hex(sha256)", "kind, id, version", "kind, id, version"),
    ("waves", "id, content", "id", "id"),
    ("points", "wave, id, name_vi, name_en, unit, channel", "wave, id", "wave, id"),
    (
        "submissions",
        "wave, hex(id), received_at_ms, source, unit, channel, respondent_type, staff_helped,
         procedure_group, draft, hex(draft_sha256)",
        "wave, position",
        "wave, position",
    ),
    (
        "level_counts",
        "wave, unit, month, item, level_1, level_2, level_3, level_4, level_5, not_applicable,
         no_answer",
        "wave, unit, month, item",
        "wave, unit, month, item",
    ),
    (
        "quarantine",
        "wave, hex(submission), reason, received_at_ms, body, hex(body_sha256)",
        "wave, sequence",
        "wave, number",
    ),
];

/// Columns since the second schema.
const SAMPLES: [(&str, &str, &str, &str); 3] = [
    ("submissions", "wave, hex(id), stratum, psu, weight, fpc", "wave, position", "wave, position"),
    (
        "dossier_files",
        "wave, version, hex(file_sha256), imported_at_ms",
        "wave, version",
        "wave, version",
    ),
    (
        "dossier_counts",
        "wave, version, unit, procedure_group, dossiers",
        "wave, version, unit",
        "wave, version, unit",
    ),
];

/// Columns since the third schema.
const DEVICES: [(&str, &str, &str, &str); 3] = [
    ("points", "wave, id, telephone", "wave, id", "wave, id"),
    (
        "devices",
        "hex(id), wave, point, name, settings, created_at_ms, hex(code_sha256),
         code_expires_at_ms, key_kind, hex(key), enrolled_at_ms, revoked_at_ms, heartbeat,
         heartbeat_at_ms, clock_skew_s",
        "id",
        "id",
    ),
    (
        "break_offs",
        "wave, hex(id), received_at_ms, reason, last_item, content, hex(content_sha256)",
        "wave, id",
        "wave, id",
    ),
];

/// An import as a released program remembered it.
struct OldImport {
    import: Import,
    kind: String,
    rows: i64,
    created: i64,
    /// In the log of all waves.
    position: i64,
}

/// A database of a released program, opened by this one.
struct Opened {
    store: SqliteStore,
    imports: Vec<OldImport>,
    /// The wave of each position in the log of all waves.
    waves: BTreeMap<i64, WaveId>,
    /// The JSON of each draft, by wave, in order.
    drafts: BTreeMap<WaveId, Vec<String>>,
    _folder: TempDir,
}

#[tokio::test]
async fn the_first_released_database_opens_with_all_data() {
    let opened = open(FIRST, &[&TABLES]).await;
    check_log(&opened, &[("spring", 15), ("summer", 11)]).await;
    check_imports(&opened).await;
    check_quarantine(&opened, &[("gone", 1), ("spring", 2), ("summer", 2)]).await;
    assert!(opened.store.devices().await.unwrap().is_empty());
    goes_on(&opened.store, 15).await;
}

#[tokio::test]
async fn a_database_with_samples_opens_with_all_data() {
    let opened = open(WITH_SAMPLES, &[&TABLES, &SAMPLES]).await;
    check_log(&opened, &[("spring", 15), ("summer", 11)]).await;
    check_imports(&opened).await;
    check_quarantine(&opened, &[("gone", 1), ("spring", 2), ("summer", 2)]).await;
    let wave = WaveId::new("spring").unwrap();
    let plan = opened.store.sample_plan(&wave).await.unwrap();
    assert_eq!(plan.units.len(), 6);
    let dossiers = opened.store.dossiers(&wave).await.unwrap().unwrap();
    assert_eq!((dossiers.version, dossiers.rows.len()), (2, 2));
    // The mirror counted the positions of all waves; it is made from the log again.
    assert_eq!(opened.store.segments(&WaveId::new("summer").unwrap()).await.unwrap(), []);
    goes_on(&opened.store, 15).await;
}

#[tokio::test]
async fn a_database_with_devices_opens_with_all_data() {
    let opened = open(WITH_DEVICES, &[&TABLES, &SAMPLES, &DEVICES]).await;
    check_log(&opened, &[("spring", 21), ("summer", 17)]).await;
    check_imports(&opened).await;
    check_quarantine(&opened, &[("gone", 1), ("spring", 3), ("summer", 3)]).await;
    let now = "2026-03-05T00:00:00Z".parse().unwrap();
    let devices = opened.store.devices().await.unwrap();
    let states: Vec<_> = devices.iter().map(|device| device.state(now)).collect();
    assert_eq!(states, [Enrolled, Enrolled, Revoked, Expired]);
    let skews: Vec<_> =
        devices.iter().map(|device| Some(device.last.as_ref()?.clock_skew_s)).collect();
    assert_eq!(skews, [Some(-90), None, Some(5), None]);
    // A code of the former shape that nobody has entered is ended.
    let before = devices[3].code_expires_at - jiff::SignedDuration::from_secs(1);
    assert_eq!(devices[3].state(before), CodeEnded);
    check_sessions(&opened).await;
    goes_on(&opened.store, 21).await;
}

/// Makes the file, opens it under this program, and compares what is in the tables.
async fn open(dump: &str, tables: &[&[(&str, &str, &str, &str)]]) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let mut outside = outside(&file).await;
    outside.execute(sqlx::raw_sql(AssertSqlSafe(dump.to_owned()))).await.unwrap();
    let tables: Vec<_> = tables.iter().copied().flatten().collect();
    let mut before = Vec::new();
    for (table, columns, order, _) in &tables {
        let rows = contents(&mut outside, table, columns, order).await;
        assert!(!rows.is_empty(), "nothing in {table} of the fixture");
        before.push(rows);
    }
    let (imports, waves) = (imports(&mut outside).await, waves(&mut outside).await);
    let mut drafts: BTreeMap<WaveId, Vec<String>> = BTreeMap::new();
    let rows = "SELECT wave, draft FROM submissions ORDER BY position";
    let rows: Vec<(String, String)> = sqlx::query_as(rows).fetch_all(&mut outside).await.unwrap();
    for (wave, draft) in rows {
        drafts.entry(wave.parse().unwrap()).or_default().push(draft);
    }
    drop(outside);

    let store = SqliteStore::open(&file).await.unwrap();
    let mut outside = self::outside(&file).await;
    for ((table, columns, _, order), before) in tables.into_iter().zip(before) {
        assert_eq!(contents(&mut outside, table, columns, order).await, before, "{table}");
    }
    let broken = "SELECT count(*) FROM pragma_foreign_key_check";
    let broken: i64 = sqlx::query_scalar(broken).fetch_one(&mut outside).await.unwrap();
    assert_eq!(broken, 0, "rows refer to what is gone");
    Opened { store, imports, waves, drafts, _folder: folder }
}

async fn outside(file: &Path) -> SqliteConnection {
    let options = SqliteConnectOptions::new().filename(file).create_if_missing(true);
    options.connect().await.unwrap()
}

/// Every row as one JSON text.
async fn contents(
    connection: &mut SqliteConnection,
    table: &str,
    columns: &str,
    order: &str,
) -> Vec<String> {
    let sql = format!("SELECT json_array({columns}) FROM {table} ORDER BY {order}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap()
}

async fn imports(connection: &mut SqliteConnection) -> Vec<OldImport> {
    let sql = "SELECT wave, file_sha256, kind, n_rows, n_created, position, imported_at_ms
               FROM imports ORDER BY position";
    let rows = sqlx::query(sql).fetch_all(connection).await.unwrap();
    let import = |row: &sqlx::sqlite::SqliteRow| OldImport {
        import: Import {
            wave: row.get::<String, _>(0).parse().unwrap(),
            file_sha256: row.get::<Vec<u8>, _>(1).try_into().unwrap(),
            imported_at: jiff::Timestamp::from_millisecond(row.get(6)).unwrap(),
            checked_after: None,
        },
        kind: row.get(2),
        rows: row.get(3),
        created: row.get(4),
        position: row.get(5),
    };
    rows.iter().map(import).collect()
}

async fn waves(connection: &mut SqliteConnection) -> BTreeMap<i64, WaveId> {
    let sql = "SELECT position, wave FROM submissions";
    let rows: Vec<(i64, String)> = sqlx::query_as(sql).fetch_all(connection).await.unwrap();
    rows.into_iter().map(|(position, wave)| (position, wave.parse().unwrap())).collect()
}

/// The entry that was posted; only wave, id and draft are compared.
fn posted(record: &Record) -> Entry {
    Entry {
        submission: accept(record.draft.clone()),
        received_at: "2026-11-01T00:00:00Z".parse().unwrap(),
        source: Source::Api,
        unit: record.unit.clone(),
        channel: record.channel,
        context: record.context.clone(),
        sampling: None,
    }
}

/// Each wave has its own log, in the old order, and knows what it has.
async fn check_log(opened: &Opened, expected: &[(&str, u64)]) {
    let store = &opened.store;
    for (id, n) in expected {
        let wave = WaveId::new(*id).unwrap();
        let records = store.submissions_after(&wave, 0, u32::MAX).await.unwrap();
        let positions: Vec<_> = records.iter().map(|record| record.position).collect();
        assert_eq!(positions, (1..=*n).collect::<Vec<_>>());
        let end = store.log_end(&wave).await.unwrap();
        assert_eq!((end.position, end.submissions), (*n, *n));
        let letters: Vec<_> =
            records.iter().map(|record| serde_json::to_string(&record.draft).unwrap()).collect();
        assert_eq!(&letters, &opened.drafts[&wave]);

        let entries: Vec<_> = records.iter().map(posted).collect();
        for (recorded, record) in store.record(&entries).await.unwrap().iter().zip(&records) {
            let Recorded::Same(receipt) = recorded else { panic!("{recorded:?}") };
            let stands = (record.position, record.received_at);
            assert_eq!((receipt.position, receipt.received_at), stands);
        }
        assert_eq!(store.log_end(&wave).await.unwrap(), end);
    }
    let counts = WaveId::new("counts").unwrap();
    let end = store.log_end(&counts).await.unwrap();
    assert_eq!(end.position, 2);
    assert_eq!(store.level_counts(&counts).await.unwrap().len(), 4);
    let nothing = store.log_end(&WaveId::new("empty").unwrap()).await.unwrap();
    assert_eq!(nothing.position, 0);
}

/// Files are known, and their receipts say where their rows are.
async fn check_imports(opened: &Opened) {
    assert_eq!(opened.imports.len(), 6);
    let mut counts = 0;
    for old in &opened.imports {
        let wave = &old.import.wave;
        let position = if old.kind == "level_counts" {
            counts += 1;
            counts
        } else {
            opened.waves.range(..=old.position).filter(|(_, of)| *of == wave).count() as u64
        };
        let outcome = match old.kind.as_str() {
            "level_counts" => opened.store.import_counts(&old.import, &[]).await,
            _ => opened.store.import(&old.import, &[]).await,
        };
        let ImportOutcome::Repeated(receipt) = outcome.unwrap() else { panic!("a known file") };
        assert_eq!(receipt.position, position);
        assert_eq!(receipt.rows, old.rows.unsigned_abs());
        assert_eq!(receipt.created, old.created.unsigned_abs());
        assert_eq!(receipt.imported_at, old.import.imported_at);
        if old.kind == "microdata" {
            let before = position - receipt.created;
            let limit = u32::try_from(receipt.created).unwrap();
            let records = opened.store.submissions_after(wave, before, limit).await.unwrap();
            assert!(records.iter().all(|record| record.source == Source::Import));
            assert_eq!(records.len() as u64, receipt.created);
        }
    }
}

/// What waits is numbered in each wave, in the old order.
async fn check_quarantine(opened: &Opened, expected: &[(&str, i64)]) {
    let sql = "SELECT wave, number FROM quarantine WHERE state = 'waiting' ORDER BY wave, number";
    let numbers: Vec<(String, i64)> =
        sqlx::query_as(sql).fetch_all(&opened.store.readers).await.unwrap();
    let wanted: Vec<_> = expected
        .iter()
        .flat_map(|(wave, n)| (1..=*n).map(|number| ((*wave).to_owned(), number)))
        .collect();
    assert_eq!(numbers, wanted);
    for (wave, n) in expected {
        let wave = WaveId::new(*wave).unwrap();
        let waiting: u64 = opened.store.quarantined(&wave).await.unwrap().values().sum();
        assert_eq!(waiting, n.unsigned_abs());
    }
}

/// Sessions are found by their device.
async fn check_sessions(opened: &Opened) {
    let sql = "SELECT hex(device), device_sequence, hex(id) FROM submissions
               WHERE wave = 'summer' AND device IS NOT NULL ORDER BY position";
    let sessions: Vec<(String, i64, String)> =
        sqlx::query_as(sql).fetch_all(&opened.store.readers).await.unwrap();
    let summer = WaveId::new("summer").unwrap();
    let records = opened.store.submissions_after(&summer, 0, u32::MAX).await.unwrap();
    let hex = |uuid: Uuid| uuid.simple().to_string().to_uppercase();
    let told: Vec<_> = records
        .iter()
        .filter_map(|record| {
            let paradata = record.draft.paradata.as_ref()?;
            let sequence = i64::try_from(paradata.sequence?).unwrap();
            Some((hex(paradata.device?.uuid()), sequence, hex(record.draft.id.uuid())))
        })
        .collect();
    assert_eq!((sessions.len(), &sessions), (5, &told));
    let sql = "SELECT hex(device), sequence, clock_skew_s FROM heartbeat_history ORDER BY device";
    let marks: Vec<(String, i64, i64)> =
        sqlx::query_as(sql).fetch_all(&opened.store.readers).await.unwrap();
    let mark = |n: u128, sequence, skew| (hex(Uuid::from_u128(n)), sequence, skew);
    assert_eq!(marks, [mark(1, 17, -90), mark(3, 2, 5)]);
}

/// What is new is recorded behind what is old.
async fn goes_on(store: &SqliteStore, n: u64) {
    gets_its_codes(store).await;
    let spring = store.wave(&WaveId::new("spring").unwrap()).await.unwrap().unwrap();
    let of_spring = if spring.takes == Takes::Sample { sampled } else { entry };
    let new = [9_001, 9_002].map(|n| of_spring("spring", n));
    let recorded = store.record(&new).await.unwrap();
    let positions: Vec<_> = recorded
        .iter()
        .map(|one| match one {
            Recorded::Created(receipt) => receipt.position,
            other => panic!("{other:?}"),
        })
        .collect();
    assert_eq!(positions, [n + 1, n + 2]);
    // An id is unique in its wave, no longer in all of them.
    let id: SubmissionId = new[0].submission.draft().id;
    let elsewhere = entry("empty", 9_001);
    assert_eq!(elsewhere.submission.draft().id, id);
    assert!(matches!(store.record(&[elsewhere]).await.unwrap()[..], [Recorded::Created(_)]));
    let first = entry("empty", 9_003);
    let Recorded::Created(receipt) = store.record(&[first]).await.unwrap()[0] else { panic!() };
    assert_eq!(receipt.position, 2);
}
