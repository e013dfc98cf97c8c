//! The database of the release before drafts were packed, made by that release.

use futures::TryStreamExt as _;
use sqlx::{AssertSqlSafe, Executor as _};
use survey_defs::ids::WaveId;

use super::super::SqliteStore;
use super::outside;
use crate::backup::{Checker, Column, Kind, Table};
use crate::conformance::entry;
use crate::prelude::*;
use crate::submission_log::Recorded;

const DUMP: &str = include_str!("../../../../../tests/fixtures/schema/sqlite-0004.sql");

/// Every row of a table as one JSON text.
fn rows_of(table: Table) -> String {
    let value = |column: &Column| match column.kind {
        Kind::Bytes | Kind::Id => format!("hex({})", column.name),
        Kind::Int | Kind::Text | Kind::Real | Kind::Flag => column.name.to_owned(),
    };
    let values: Vec<_> = table.columns().iter().map(value).collect();
    let key: Vec<_> = table.columns()[..table.key()].iter().map(|column| column.name).collect();
    let (name, values, key) = (table.as_str(), values.join(", "), key.join(", "));
    format!("SELECT json_array({values}) FROM {name} ORDER BY {key}")
}

#[tokio::test]
async fn texts_of_the_release_before_are_read_and_new_ones_are_packed() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, []).unwrap();
    let mut outside = outside(&file).await;
    outside.execute(sqlx::raw_sql(AssertSqlSafe(DUMP))).await.unwrap();
    let mut before = Vec::new();
    for table in Table::ALL {
        let sql = AssertSqlSafe(rows_of(table));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        before.push(rows);
    }

    let store = SqliteStore::open(&file).await.unwrap();
    for (table, before) in Table::ALL.into_iter().zip(before) {
        let sql = AssertSqlSafe(rows_of(table));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut outside).await.unwrap();
        assert_eq!(rows, before, "{}", table.as_str());
        assert!(!rows.is_empty(), "nothing in {} of the fixture", table.as_str());
    }
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

    let mut checker = Checker::new();
    let mut rows = store.dump().await.unwrap().rows;
    while let Some(row) = rows.try_next().await.unwrap() {
        checker.row(&row);
    }
    let findings = checker.finish().findings;
    assert_eq!(findings.first, [], "what is text and what is packed agrees with its hash");
}
