//! For `thuocdo verify`: all that SQLite can check of pages, indexes, rules and references.

use sqlx::SqlitePool;

use crate::error::StoreError;

/// What SQLite says when it finds nothing.
const SOUND: &str = "ok";

/// Reads the whole file: pages, indexes against tables, checks, and references.
pub(super) async fn check(readers: &SqlitePool) -> Result<Vec<String>, StoreError> {
    let mut found: Vec<String> =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_all(readers).await?;
    found.retain(|line| line != SOUND);
    let dangling: Vec<(String, Option<i64>, String)> =
        sqlx::query_as("SELECT \"table\", rowid, parent FROM pragma_foreign_key_check")
            .fetch_all(readers)
            .await?;
    found.extend(dangling.into_iter().map(|(table, _, parent)| {
        format!("a row of {table} refers to a row of {parent} that does not exist")
    }));
    Ok(found)
}
