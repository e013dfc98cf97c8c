//! The database of the release before drafts were compressed, made by that release.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Executor as _};
use survey_defs::ids::WaveId;
use tempfile::TempDir;

use super::super::SqliteStore;
use super::outside;
use crate::backup::{Column, Kind, Table};
use crate::conformance::{agrees, entry, name_before};
use crate::prelude::*;
use crate::submission_log::Recorded;

/// A database of the release before, opened by this program; every row is as it was.
pub(super) struct Opened {
    pub(super) store: SqliteStore,
    pub(super) outside: SqliteConnection,
    pub(super) _folder: TempDir,
}

const DUMP: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0004.sql");

/// Every row of a table, which may have had another name, as one JSON text.
fn rows_of(table: Table, name: &str) -> String {
    let value = |column: &Column| match column.kind {
        Kind::Text if table.is_draft(column) => {
            "iif(typeof(draft) = 'blob', hex(draft), draft)".to_owned()
        }
        Kind::Bytes | Kind::Id => format!("hex({})", column.name),
        Kind::Int | Kind::Text | Kind::Real | Kind::Flag => column.name.to_owned(),
    };
    let values: Vec<_> = table.columns().iter().map(value).collect();
    let key: Vec<_> = table.columns()[..table.key()].iter().map(|column| column.name).collect();
    let (values, key) = (values.join(", "), key.join(", "));
    format!("SELECT json_array({values}) FROM {name} ORDER BY {key}")
}

/// Makes the file, opens it under this program, and compares what is in the tables. The audit log was
/// another table.
pub(super) async fn opened(dump: &'static str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, []).unwrap();
    let mut outside = outside(&file).await;
    outside.execute(sqlx::raw_sql(AssertSqlSafe(dump))).await.unwrap();
    let tables = || Table::ALL.into_iter().filter(|table| *table != Table::AuditLog);
    let mut before = Vec::new();
    for table in tables() {
        let sql = AssertSqlSafe(rows_of(table, name_before(table)));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        before.push(rows);
    }

    let store = SqliteStore::open(&file).await.unwrap();
    for (table, before) in tables().zip(before) {
        let sql = AssertSqlSafe(rows_of(table, table.as_str()));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        assert_eq!(rows, before, "{}", table.as_str());
        assert!(!rows.is_empty(), "nothing in {} of the fixture", table.as_str());
    }
    Opened { store, outside, _folder: folder }
}

#[tokio::test]
async fn texts_of_the_release_before_are_read_and_new_ones_are_compressed() {
    let Opened { store, mut outside, _folder } = opened(DUMP).await;
    let spring = WaveId::new("spring").unwrap();
    let kinds = "SELECT typeof(draft), count(*) FROM submissions WHERE wave = 'spring' GROUP BY 1";
    let kinds_now: Vec<(String, i64)> =
        sqlx::query_as(kinds).fetch_all(&mut outside).await.unwrap();
    assert_eq!(kinds_now, [("text".to_owned(), 25)]);
    assert_eq!(store.submissions_after(&spring, 0, 99).await.unwrap().len(), 25);

    let again = store.record(&[entry("spring", 600), entry("spring", 700)]).await.unwrap();
    let [Recorded::Same(same), Recorded::Created(created)] = again[..] else { panic!("{again:?}") };
    assert_eq!((same.position, created.position), (23, 26));
    let kinds_now: Vec<(String, i64)> =
        sqlx::query_as(kinds).fetch_all(&mut outside).await.unwrap();
    assert_eq!(kinds_now, [("blob".to_owned(), 1), ("text".to_owned(), 25)]);

    assert_eq!(store.audit_after(&spring, 0, 99).await.unwrap().len(), 2);
    agrees(&store).await;
}
