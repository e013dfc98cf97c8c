use sqlx::{SqliteConnection, SqliteExecutor};

use super::{SqliteStore, append, fault, level_counts, log_end};
use crate::error::{Conflict, StoreError};
use crate::imports::{Import, ImportOutcome, ImportReceipt, LevelCountsRow};
use crate::row::LogRow;
use crate::submission_log::{Contents, Entry, Recorded};
use crate::value;

/// Entries that are held in memory twice, as values and as JSON, at a time.
const ENTRIES_AT_A_TIME: usize = 1_000;

pub(super) async fn submissions(
    store: &SqliteStore,
    import: &Import,
    entries: &[Entry],
) -> Result<ImportOutcome, StoreError> {
    let foreign = entries.iter().map(|entry| entry.submission.draft());
    if let Some(draft) = foreign.into_iter().find(|draft| draft.wave != import.wave) {
        let (id, theirs, ours) = (draft.id, &draft.wave, &import.wave);
        let what = format!("submission {id} is of wave {theirs}, the import is into wave {ours}");
        return Err(StoreError::Invalid { what });
    }
    let mut transaction = store.write().await?;
    if let Some(receipt) = earlier(&mut *transaction, import).await? {
        return Ok(ImportOutcome::Repeated(receipt));
    }
    let mut created = 0;
    for entries in entries.chunks(ENTRIES_AT_A_TIME) {
        let rows: Vec<_> = entries.iter().map(LogRow::new).collect();
        let rows: Vec<_> = rows.iter().collect();
        let recorded = append::append(&mut transaction, &rows).await?;
        for (entry, recorded) in entries.iter().zip(recorded) {
            match recorded {
                Recorded::Created(_) => created += 1,
                Recorded::Same(_) => {}
                Recorded::Conflict | Recorded::Rejected(_) => {
                    return Err(Conflict::Submission(entry.submission.draft().id).into());
                }
            }
        }
    }
    let receipt = ImportReceipt {
        position: log_end::of(&mut *transaction, &import.wave).await?.position,
        rows: entries.len() as u64,
        created,
        imported_at: value::whole_ms(import.imported_at),
    };
    remember(&mut transaction, import, "microdata", receipt).await?;
    transaction.commit().await?;
    Ok(ImportOutcome::Imported(receipt))
}

pub(super) async fn level_counts(
    store: &SqliteStore,
    import: &Import,
    rows: &[LevelCountsRow],
) -> Result<ImportOutcome, StoreError> {
    let mut transaction = store.write().await?;
    if let Some(receipt) = earlier(&mut *transaction, import).await? {
        return Ok(ImportOutcome::Repeated(receipt));
    }
    let mut position = log_end::of(&mut *transaction, &import.wave).await?.position;
    if !rows.is_empty() {
        position += 1;
        let contents = Contents::LevelCounts;
        log_end::advance(&mut transaction, &import.wave, contents, (position, 0)).await?;
    }
    for row in rows {
        level_counts::insert(&mut *transaction, &import.wave, position, row).await?;
    }
    let n_rows = rows.len() as u64;
    let imported_at = value::whole_ms(import.imported_at);
    let receipt = ImportReceipt { position, rows: n_rows, created: n_rows, imported_at };
    remember(&mut transaction, import, "level_counts", receipt).await?;
    transaction.commit().await?;
    Ok(ImportOutcome::Imported(receipt))
}

/// The receipt of an earlier import of the same file.
async fn earlier(
    executor: impl SqliteExecutor<'_>,
    import: &Import,
) -> Result<Option<ImportReceipt>, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT position, n_rows, n_created, imported_at_ms FROM imports
         WHERE wave = $1 AND file_sha256 = $2",
    )
    .bind(import.wave.as_str())
    .bind(import.file_sha256.as_slice())
    .fetch_optional(executor)
    .await?;
    let Some((position, rows, created, imported_at_ms)) = row else {
        return Ok(None);
    };
    Ok(Some(ImportReceipt {
        position: value::unsigned("the position of an import", position)?,
        rows: value::unsigned("the rows of an import", rows)?,
        created: value::unsigned("the new rows of an import", created)?,
        imported_at: value::time("the time of an import", imported_at_ms)?,
    }))
}

async fn remember(
    connection: &mut SqliteConnection,
    import: &Import,
    kind: &'static str,
    receipt: ImportReceipt,
) -> Result<(), StoreError> {
    let Import { wave, file_sha256, imported_at: _ } = import;
    let ImportReceipt { position, rows, created, imported_at } = receipt;
    let inserted = sqlx::query(
        "INSERT INTO imports (wave, file_sha256, kind, n_rows, n_created, position, imported_at_ms)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(wave.as_str())
    .bind(file_sha256.as_slice())
    .bind(kind)
    .bind(value::clamp(rows))
    .bind(value::clamp(created))
    .bind(value::clamp(position))
    .bind(imported_at.as_millisecond())
    .execute(connection)
    .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if fault::is_unknown_wave(&error) => Err(StoreError::UnknownWave(wave.clone())),
        Err(error) => Err(error.into()),
    }
}
