//! Importing files: microdata, level counts, dossier counts.

use std::collections::HashSet;

use async_trait::async_trait;
use jiff::civil::Date;
use survey_defs::counts::LevelCounts;
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{ProcedureGroup, WaveId};
use survey_defs::unit::UnitKey;
use survey_defs::wave::Takes;

use super::append::append;
use super::{Backend, Connection, Executor, bulk, locks, log_end};
use crate::error::{Conflict, StoreError};
use crate::imports::{Import, ImportOutcome, ImportReceipt, Imports, LevelCountsRow};
use crate::row::{CellRow, LogRow};
use crate::rows::CountsRow;
use crate::submission_log::{Entry, Recorded};
use crate::value;

/// Entries that are held in memory twice, as values and as JSON, at a time.
const ENTRIES_AT_A_TIME: usize = 1_000;

/// Cells of level counts that are inserted together.
const CELLS_AT_A_TIME: usize = 1_000;

#[async_trait]
impl Imports for Backend {
    async fn import(
        &self,
        import: &Import,
        entries: &[Entry],
    ) -> Result<ImportOutcome, StoreError> {
        let mut drafts = entries.iter().map(|entry| entry.submission.draft());
        if let Some(draft) = drafts.find(|draft| draft.wave != import.wave) {
            let (id, theirs, ours) = (draft.id, &draft.wave, &import.wave);
            let what =
                format!("submission {id} is of wave {theirs}, the import is into wave {ours}");
            return Err(StoreError::Invalid { what });
        }
        let mut transaction = self.write().await?;
        locks::waves(&mut transaction, [&import.wave]).await?;
        if let Some(outcome) = settled(&mut transaction, import).await? {
            return Ok(outcome);
        }
        let mut created = 0;
        for entries in entries.chunks(ENTRIES_AT_A_TIME) {
            let rows: Vec<_> = entries.iter().map(LogRow::new).collect();
            let rows: Vec<_> = rows.iter().collect();
            let recorded = append(&mut transaction, &rows).await?;
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

    async fn import_counts(
        &self,
        import: &Import,
        rows: &[LevelCountsRow],
    ) -> Result<ImportOutcome, StoreError> {
        let mut transaction = self.write().await?;
        locks::waves(&mut transaction, [&import.wave]).await?;
        if let Some(outcome) = settled(&mut transaction, import).await? {
            return Ok(outcome);
        }
        let position = if rows.is_empty() {
            log_end::of(&mut *transaction, &import.wave).await?.position
        } else {
            let one = (1, 0);
            log_end::advance(&mut transaction, &import.wave, Takes::LevelCounts, one).await?
        };
        insert_counts(&mut transaction, &import.wave, position, rows).await?;
        let n_rows = rows.len() as u64;
        let imported_at = value::whole_ms(import.imported_at);
        let receipt = ImportReceipt { position, rows: n_rows, created: n_rows, imported_at };
        remember(&mut transaction, import, "level_counts", receipt).await?;
        transaction.commit().await?;
        Ok(ImportOutcome::Imported(receipt))
    }

    async fn level_counts(&self, wave: &WaveId) -> Result<Vec<LevelCountsRow>, StoreError> {
        let rows: Vec<CountsRow> = sqlx::query_as(
            "SELECT unit, month, item, level_1, level_2, level_3, level_4, level_5, not_applicable,
             no_answer FROM level_counts WHERE wave = $1 ORDER BY unit, month, item",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(LevelCountsRow::try_from).collect()
    }

    async fn publish_dossiers(
        &self,
        import: &Import,
        rows: &[DossierCount],
    ) -> Result<u32, StoreError> {
        let Import { wave, file_sha256, imported_at, checked_after: _ } = import;
        let mut transaction = self.write().await?;
        locks::waves(&mut transaction, [wave]).await?;
        let latest = latest_dossiers(&mut *transaction, wave).await?;
        let current: Option<Vec<u8>> = sqlx::query_scalar(
            "SELECT file_sha256 FROM dossier_files WHERE wave = $1 AND version = $2",
        )
        .bind(wave.as_str())
        .bind(i64::from(latest))
        .fetch_optional(&mut *transaction)
        .await?;
        if current.is_some_and(|current| current == file_sha256) {
            return Ok(latest);
        }
        let version = latest + 1;
        sqlx::query(
            "INSERT INTO dossier_files (wave, version, file_sha256, imported_at_ms)
             VALUES ($1, $2, $3, $4)",
        )
        .bind(wave.as_str())
        .bind(i64::from(version))
        .bind(file_sha256.as_slice())
        .bind(value::whole_ms(*imported_at).as_millisecond())
        .execute(&mut *transaction)
        .await?;
        bulk::dossier_counts(&mut transaction, (wave, version), &dossier_rows(rows)?).await?;
        transaction.commit().await?;
        Ok(version)
    }

    async fn import_count(&self, wave: &WaveId) -> Result<u64, StoreError> {
        import_count(self.reader(), wave).await
    }

    async fn dossiers(&self, wave: &WaveId) -> Result<Option<DossierCounts>, StoreError> {
        let version = latest_dossiers(self.reader(), wave).await?;
        if version == 0 {
            return Ok(None);
        }
        // A published version never changes, so the two statements need no common transaction.
        let rows: Vec<(String, String, i64)> = sqlx::query_as(
            "SELECT unit, procedure_group, dossiers FROM dossier_counts
             WHERE wave = $1 AND version = $2 ORDER BY unit, procedure_group",
        )
        .bind(wave.as_str())
        .bind(i64::from(version))
        .fetch_all(self.reader())
        .await?;
        let rows = rows.into_iter().map(|(unit, group, dossiers)| {
            let group = (!group.is_empty()).then(|| value::parse("a procedure group", &group));
            Ok(DossierCount {
                unit: value::parse("the unit of dossiers", &unit)?,
                procedure_group: group.transpose()?,
                dossiers: value::unsigned("a number of dossiers", dossiers)?,
            })
        });
        Ok(Some(DossierCounts { version, rows: rows.collect::<Result<_, StoreError>>()? }))
    }
}

/// What becomes of an import of which nothing is to be stored. The wave must be locked.
async fn settled(
    connection: &mut Connection,
    import: &Import,
) -> Result<Option<ImportOutcome>, StoreError> {
    if let Some(receipt) = earlier(&mut *connection, import).await? {
        return Ok(Some(ImportOutcome::Repeated(receipt)));
    }
    let Some(checked_after) = import.checked_after else {
        return Ok(None);
    };
    let is_outrun = import_count(connection, &import.wave).await? != checked_after;
    Ok(is_outrun.then_some(ImportOutcome::Outrun))
}

async fn import_count(executor: impl Executor<'_>, wave: &WaveId) -> Result<u64, StoreError> {
    let count = sqlx::query_scalar("SELECT count(*) FROM imports WHERE wave = $1")
        .bind(wave.as_str())
        .fetch_one(executor)
        .await?;
    value::unsigned("a number of imports", count)
}

/// The receipt of an earlier import of the same file.
async fn earlier(
    connection: &mut Connection,
    import: &Import,
) -> Result<Option<ImportReceipt>, StoreError> {
    let row: Option<(i64, i64, i64, i64)> = sqlx::query_as(
        "SELECT position, n_rows, n_created, imported_at_ms FROM imports
         WHERE wave = $1 AND file_sha256 = $2",
    )
    .bind(import.wave.as_str())
    .bind(import.file_sha256.as_slice())
    .fetch_optional(connection)
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
    connection: &mut Connection,
    import: &Import,
    kind: &'static str,
    receipt: ImportReceipt,
) -> Result<(), StoreError> {
    let Import { wave, file_sha256, imported_at: _, checked_after: _ } = import;
    let ImportReceipt { position, rows, created, imported_at } = receipt;
    sqlx::query(
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
    .await?;
    Ok(())
}

/// Inserts the counts of an import. The error is that of the first row which cannot be stored.
async fn insert_counts(
    connection: &mut Connection,
    wave: &WaveId,
    position: u64,
    rows: &[LevelCountsRow],
) -> Result<(), StoreError> {
    for rows in rows.chunks(CELLS_AT_A_TIME) {
        let mut cells = Vec::with_capacity(rows.len());
        let mut invalid = None;
        for row in rows {
            match cell(row) {
                Ok(cell) => cells.push(cell),
                Err(error) => {
                    invalid = Some(error);
                    break;
                }
            }
        }
        let taken = bulk::level_counts(&mut *connection, (wave, position), &cells).await?;
        if let Some(row) = taken.and_then(|index| rows.get(index)) {
            let (unit, month, item) = (row.unit.clone(), row.month, row.item.clone());
            return Err(Conflict::Counts { unit, month, item }.into());
        }
        if let Some(error) = invalid {
            return Err(error);
        }
    }
    Ok(())
}

fn cell(row: &LevelCountsRow) -> Result<CellRow, StoreError> {
    let LevelCountsRow { unit, month, item, counts } = row;
    let LevelCounts { levels, not_applicable, no_answer } = counts;
    if let Some(day) = month.filter(|month| month.day() != 1) {
        let what = format!("a month is given by its first day, not by {day}");
        return Err(StoreError::Invalid { what });
    }
    let mut read = [0; 7];
    for (read, count) in read.iter_mut().zip(levels.iter().chain([not_applicable, no_answer])) {
        *read = i64::try_from(*count).map_err(|_| StoreError::Invalid {
            what: format!("the count {count} of item {item} is too large"),
        })?;
    }
    Ok(CellRow {
        unit: unit.as_ref().map(UnitKey::to_string).unwrap_or_default(),
        month: month.as_ref().map(Date::to_string).unwrap_or_default(),
        item: item.to_string(),
        counts: read,
    })
}

/// The last version; 0 without any.
async fn latest_dossiers(executor: impl Executor<'_>, wave: &WaveId) -> Result<u32, StoreError> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM dossier_files WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_one(executor)
            .await?;
    let what = "the version of dossiers";
    let version = value::unsigned(what, version.unwrap_or(0))?;
    u32::try_from(version).map_err(|error| value::corrupt(what, error))
}

/// Unit, procedure group and count of each row.
fn dossier_rows(rows: &[DossierCount]) -> Result<Vec<(String, &str, i64)>, StoreError> {
    let mut seen = HashSet::new();
    rows.iter()
        .map(|DossierCount { unit, procedure_group, dossiers }| {
            let group = procedure_group.as_ref().map_or("", ProcedureGroup::as_str);
            let count = i64::try_from(*dossiers).map_err(|_| StoreError::Invalid {
                what: format!("{dossiers} dossiers of unit {unit} are too many"),
            })?;
            if !seen.insert((unit, group)) {
                let what = format!("unit {unit} and procedure group “{group}” occur twice");
                return Err(StoreError::Invalid { what });
            }
            Ok((unit.to_string(), group, count))
        })
        .collect()
}
