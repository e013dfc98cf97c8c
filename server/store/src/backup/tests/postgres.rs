//! The other database: that nothing of it is forgotten, and that backups move between the two.

use std::collections::BTreeSet;
use std::io::Cursor;

use futures::TryStreamExt as _;
use sqlx::{Connection as _, PgConnection};

use super::fixture;
use crate::backup::{Backend, BackupReader, BackupWriter, Column, Dump, Header, LEFT_OUT, Table};
use crate::postgres::fresh_database;
use crate::prelude::*;
use crate::{PostgresStore, SqliteStore};

/// A backup of everything that a store holds.
async fn backup(store: &dyn Store) -> (Backend, Vec<u8>) {
    let Dump { backend, mut rows } = store.dump().await.unwrap();
    let header = Header::new("0.1.0".to_owned(), "2026-03-02T01:02:03Z".parse().unwrap(), backend);
    let mut writer = BackupWriter::new(Vec::new(), &header).unwrap();
    while let Some(row) = rows.try_next().await.unwrap() {
        writer.row(&row).unwrap();
    }
    (backend, writer.finish().unwrap().0)
}

async fn restore(store: &dyn Store, file: &[u8]) {
    let mut reader = BackupReader::open(Cursor::new(file)).unwrap();
    store.load(&mut reader).await.unwrap();
}

/// All frames but the header, in which the kind of database stands, and the hashes that hang on it.
fn rows(file: &[u8]) -> Vec<String> {
    let reader = BackupReader::open(Cursor::new(file)).unwrap();
    reader.map(|row| serde_json::to_string(&row.unwrap()).unwrap()).collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_moves_from_sqlite_to_postgres_and_back() {
    let url = fresh_database().await;
    let folder = tempfile::tempdir().unwrap();
    let sqlite = async |name| SqliteStore::open(&folder.path().join(name)).await.unwrap();
    let first = sqlite("first.db").await;
    first.load(&mut fixture::rows(1_234).into_iter().map(Ok)).await.unwrap();
    let (backend, small) = backup(&first).await;
    assert_eq!(backend, Backend::Sqlite);

    let many = PostgresStore::open(&url).await.unwrap();
    restore(&many, &small).await;
    let (backend, large) = backup(&many).await;
    assert_eq!(backend, Backend::Postgres);
    assert!(rows(&large) == rows(&small), "PostgreSQL holds what SQLite held");

    let second = sqlite("second.db").await;
    restore(&second, &large).await;
    let (_, again) = backup(&second).await;
    assert!(again == small, "and back, to the byte");
}

/// A column that nobody dumps would be lost in every backup; what is left out has a reason.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_column_of_postgres_is_dumped() {
    let url = fresh_database().await;
    let mut connection = PgConnection::connect(&url).await.unwrap();
    // Tables that are no partition, with the place of each column in the key.
    let columns: Vec<(String, i64, String)> = sqlx::query_as(
        "SELECT tables.relname::text, coalesce(array_position(keys.conkey, columns.attnum), 0)::bigint,
         columns.attname::text
         FROM pg_class AS tables
         JOIN pg_attribute AS columns ON columns.attrelid = tables.oid AND columns.attnum > 0
         LEFT JOIN pg_constraint AS keys ON keys.conrelid = tables.oid AND keys.contype = 'p'
         WHERE tables.relnamespace = 'public'::regnamespace AND tables.relkind IN ('r', 'p')
         AND NOT tables.relispartition AND NOT columns.attisdropped
         AND tables.relname <> '_sqlx_migrations'",
    )
    .fetch_all(&mut connection)
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
    assert_eq!(dumped.collect::<BTreeSet<_>>(), stored);
}
