//! Databases that released programs left, made by those programs: they open under this one with
//! everything that is in them, and it works on.

use sqlx::{AssertSqlSafe, Connection as _, Executor as _, PgConnection};
use survey_defs::ids::WaveId;

use super::{PostgresStore, shared};
use crate::backup::Table;
use crate::conformance::{
    NumberedCodes, agrees, audit_of_the_release_before, columns_before, entry, name_before,
    sampled, tables_before, wave,
};
use crate::prelude::*;
use crate::submission_log::Recorded;

const FIRST: &str = include_str!("../../../../../tests/fixtures/schema/postgres-0001.sql");

/// Every row of a table, which may have had another name, as one JSON text.
async fn rows_of(connection: &mut PgConnection, table: Table, name: &str) -> Vec<String> {
    let names: Vec<_> = columns_before(table).iter().map(|column| column.name).collect();
    let key = names[..table.key()].join(", ");
    let names = names.join(", ");
    let sql = format!("SELECT json_build_array({names})::text FROM {name} ORDER BY {key}");
    sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(connection).await.unwrap()
}

#[tokio::test]
async fn the_first_released_database_opens_with_all_data() {
    let url = shared().create_database("released_0001").unwrap();
    // The dump changes settings of its session.
    let mut dumped = PgConnection::connect(&url).await.unwrap();
    dumped.execute(sqlx::raw_sql(FIRST)).await.unwrap();
    dumped.close().await.unwrap();
    let mut outside = PgConnection::connect(&url).await.unwrap();
    let mut before = Vec::new();
    for table in tables_before() {
        before.push(rows_of(&mut outside, table, name_before(table)).await);
    }

    let store = PostgresStore::open(&url).await.unwrap();
    for (table, before) in tables_before().zip(before) {
        assert!(!before.is_empty(), "nothing in {} of the fixture", table.as_str());
        let after = rows_of(&mut outside, table, table.as_str()).await;
        assert_eq!(after, before, "{}", table.as_str());
    }
    for (wave, expected) in audit_of_the_release_before() {
        assert_eq!(store.audit_after(&wave, 0, 99).await.unwrap(), expected, "{wave}");
    }
    // Of the late records one was of a device, which had proved itself.
    let kept = store.quarantine_after(&WaveId::new("summer").unwrap(), 0, 9).await.unwrap();
    let proven: Vec<bool> = kept.iter().map(|one| one.proven).collect();
    assert_eq!(proven, [false, false, false, true, false]);
    assert!(kept.iter().all(|one| one.proven == one.session.is_some()));
    let spring = WaveId::new("spring").unwrap();
    assert_eq!(store.segments(&spring).await.unwrap().len(), 1);

    assert!(store.give_codes(&NumberedCodes::default()).await.unwrap() > 0);
    for wave in store.waves().await.unwrap() {
        let points = store.points(&wave.id).await.unwrap();
        assert_eq!(store.short_codes(&wave.id).await.unwrap().len(), points.len(), "{}", wave.id);
    }

    // It works on, in old waves and in new ones.
    let end = store.log_end(&spring).await.unwrap().position;
    store.create_wave(&wave("autumn")).await.unwrap();
    let posted = [entry("spring", 700), sampled("spring", 9_001), entry("autumn", 1)];
    let recorded = store.record(&posted).await.unwrap();
    let [Recorded::Same(_), Recorded::Created(old), Recorded::Created(new)] = recorded[..] else {
        panic!("{recorded:?}")
    };
    assert_eq!((old.position, new.position), (end + 1, 1));
    agrees(&store).await;
}
