//! Opens the dump of a database that an earlier release left.

use sqlx::sqlite::SqliteConnection;
use sqlx::{AssertSqlSafe, Executor as _};
use tempfile::TempDir;

use super::super::SqliteStore;
use super::outside;
use crate::backup::{Column, Kind, Table};
use crate::conformance::{NumberedCodes, columns_before, name_before, tables_before};
use crate::prelude::*;

/// A database of an earlier release, opened by this program; every row is as it was.
pub(super) struct Opened {
    pub(super) store: SqliteStore,
    pub(super) outside: SqliteConnection,
    pub(super) _folder: TempDir,
}

/// Every row of a table, which may have had another name, as one JSON text.
fn rows_of(table: Table, name: &str) -> String {
    let value = |column: &Column| match column.kind {
        Kind::Text if table.is_draft(column) => {
            "iif(typeof(draft) = 'blob', hex(draft), draft)".to_owned()
        }
        Kind::Bytes | Kind::Id => format!("hex({})", column.name),
        Kind::Int | Kind::Text | Kind::Real | Kind::Flag => column.name.to_owned(),
    };
    let values: Vec<_> = columns_before(table).into_iter().map(value).collect();
    let key: Vec<_> = table.columns()[..table.key()].iter().map(|column| column.name).collect();
    let (values, key) = (values.join(", "), key.join(", "));
    format!("SELECT json_array({values}) FROM {name} ORDER BY {key}")
}

/// Makes the file, opens it under this program, and compares what is in the tables. The audit log was
/// another table, and there were no short codes.
pub(super) async fn opened(dump: &'static str) -> Opened {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, []).unwrap();
    let mut outside = outside(&file).await;
    outside.execute(sqlx::raw_sql(AssertSqlSafe(dump))).await.unwrap();
    let mut before = Vec::new();
    for table in tables_before() {
        let sql = AssertSqlSafe(rows_of(table, name_before(table)));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        before.push(rows);
    }

    let sql = "SELECT json_array(wave, number, at_ms, reason, replace(content, '{\"deed\"', '{\"action\"'))
               FROM acts ORDER BY wave, number";
    let acts: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();

    let store = SqliteStore::open(&file).await.unwrap();
    let sql = "SELECT json_array(wave, number, at_ms, reason, content)
               FROM audit_log ORDER BY wave, number";
    let audit_log: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
    assert!(!acts.is_empty());
    assert_eq!(audit_log, acts);
    for (table, before) in tables_before().zip(before) {
        let sql = AssertSqlSafe(rows_of(table, table.as_str()));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        assert_eq!(rows, before, "{}", table.as_str());
        assert!(!rows.is_empty(), "nothing in {} of the fixture", table.as_str());
    }
    gets_its_codes(&store).await;
    Opened { store, outside, _folder: folder }
}

/// Every service point of an earlier release gets its short code.
pub(super) async fn gets_its_codes(store: &SqliteStore) {
    assert!(store.give_codes(&NumberedCodes::default()).await.unwrap() > 0);
    for wave in store.waves().await.unwrap() {
        let codes = store.short_codes(&wave.id).await.unwrap();
        for point in store.points(&wave.id).await.unwrap() {
            let found = store.coded_points(codes[&point.id].folded()).await.unwrap().unwrap();
            assert!(found.points.contains(&point), "{}", point.id);
        }
    }
}
