use sqlx::SqliteExecutor;
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{ProcedureGroup, WaveId};

use super::{SqliteStore, fault};
use crate::error::StoreError;
use crate::imports::Import;
use crate::value;

pub(super) async fn publish(
    store: &SqliteStore,
    import: &Import,
    rows: &[DossierCount],
) -> Result<u32, StoreError> {
    let Import { wave, file_sha256, imported_at } = import;
    let mut transaction = store.write().await?;
    let latest = latest(&mut *transaction, wave).await?;
    let current: Option<Vec<u8>> = sqlx::query_scalar(
        "SELECT file_sha256 FROM dossier_files WHERE wave = $1 AND version = $2",
    )
    .bind(wave.as_str())
    .bind(latest)
    .fetch_optional(&mut *transaction)
    .await?;
    if current.is_some_and(|current| current == file_sha256) {
        return Ok(latest);
    }
    let version = latest + 1;
    let inserted = sqlx::query(
        "INSERT INTO dossier_files (wave, version, file_sha256, imported_at_ms)
         VALUES ($1, $2, $3, $4)",
    )
    .bind(wave.as_str())
    .bind(version)
    .bind(file_sha256.as_slice())
    .bind(value::whole_ms(*imported_at).as_millisecond())
    .execute(&mut *transaction)
    .await;
    match inserted {
        Ok(_) => {}
        Err(error) if fault::is_unknown_wave(&error) => {
            return Err(StoreError::UnknownWave(wave.clone()));
        }
        Err(error) => return Err(error.into()),
    }
    for row in rows {
        insert(&mut *transaction, wave, version, row).await?;
    }
    transaction.commit().await?;
    Ok(version)
}

pub(super) async fn current(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<Option<DossierCounts>, StoreError> {
    let version = latest(&store.readers, wave).await?;
    if version == 0 {
        return Ok(None);
    }
    // A published version never changes, so the two statements need no common transaction.
    let rows: Vec<(String, String, i64)> = sqlx::query_as(
        "SELECT unit, procedure_group, dossiers FROM dossier_counts
         WHERE wave = $1 AND version = $2 ORDER BY unit, procedure_group",
    )
    .bind(wave.as_str())
    .bind(version)
    .fetch_all(&store.readers)
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

/// The last version; 0 without any.
async fn latest(executor: impl SqliteExecutor<'_>, wave: &WaveId) -> Result<u32, StoreError> {
    let version: Option<u32> =
        sqlx::query_scalar("SELECT max(version) FROM dossier_files WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_one(executor)
            .await?;
    Ok(version.unwrap_or(0))
}

async fn insert(
    executor: impl SqliteExecutor<'_>,
    wave: &WaveId,
    version: u32,
    row: &DossierCount,
) -> Result<(), StoreError> {
    let DossierCount { unit, procedure_group, dossiers } = row;
    let group = procedure_group.as_ref().map_or("", ProcedureGroup::as_str);
    let count = i64::try_from(*dossiers).map_err(|_| StoreError::Invalid {
        what: format!("{dossiers} dossiers of unit {unit} are too many"),
    })?;
    let inserted = sqlx::query(
        "INSERT INTO dossier_counts (wave, version, unit, procedure_group, dossiers)
         VALUES ($1, $2, $3, $4, $5)",
    )
    .bind(wave.as_str())
    .bind(version)
    .bind(unit.to_string())
    .bind(group)
    .bind(count)
    .execute(executor)
    .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if fault::is_duplicate(&error) => Err(StoreError::Invalid {
            what: format!("unit {unit} and procedure group “{group}” occur twice"),
        }),
        Err(error) => Err(error.into()),
    }
}
