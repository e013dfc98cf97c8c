//! Whether what is written becomes durable.

use jiff::Timestamp;
use sqlx::Executor;

use super::super::SqliteStore;
use super::{entries, open, outside};
use crate::error::StoreError;
use crate::obstacle::Obstacle;
use crate::prelude::*;

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

async fn busy_timeout(store: &SqliteStore) -> i64 {
    let sql = "SELECT timeout FROM pragma_busy_timeout";
    sqlx::query_scalar(sql).fetch_one(&store.writer).await.unwrap()
}

#[tokio::test]
async fn it_writes_one_row_and_leaves_the_writer_as_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    for second in 1..=50 {
        store.prove_durable(Timestamp::from_second(second).unwrap()).await.unwrap();
    }
    let rows: Vec<(i64, i64)> = sqlx::query_as("SELECT id, written_at_ms FROM readiness")
        .fetch_all(&store.readers)
        .await
        .unwrap();
    assert_eq!(rows, [(1, 50_000)]);
    assert_eq!(busy_timeout(&store).await, 15_000);
    store.record(&entries(0..1)).await.unwrap();
}

#[tokio::test]
async fn it_says_what_stands_in_the_way() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.writer.execute("PRAGMA query_only = ON").await.unwrap();
    let error = store.prove_durable(NOW).await.unwrap_err();
    assert_eq!(error.obstacle(), Obstacle::ReadOnly, "{error:?}");
    store.writer.execute("PRAGMA query_only = OFF").await.unwrap();
    store.prove_durable(NOW).await.unwrap();

    // No page more: as on a full disk.
    store.writer.execute("PRAGMA max_page_count = 1").await.unwrap();
    let filling = store.writer.execute("CREATE TABLE filling AS SELECT zeroblob(100000)").await;
    let error = StoreError::from(filling.unwrap_err());
    assert_eq!(error.obstacle(), Obstacle::DiskFull, "{error:?}");
}

/// Others who write wait behind it, so it gives up earlier than they do.
#[tokio::test]
async fn it_waits_shortly_for_another_process_that_writes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    let mut other = outside(&file).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let error = store.prove_durable(NOW).await.unwrap_err();
    assert_eq!(error.obstacle(), Obstacle::Refused, "{error:?}");
    assert_eq!(busy_timeout(&store).await, 15_000);
    other.execute("ROLLBACK").await.unwrap();
    store.prove_durable(NOW).await.unwrap();
}
