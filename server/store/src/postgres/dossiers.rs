use std::collections::HashSet;

use sqlx::{PgConnection, PgExecutor};
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{ProcedureGroup, WaveId};

use super::{PostgresStore, waves};
use crate::error::StoreError;
use crate::imports::Import;
use crate::value;

pub(super) async fn publish(
    store: &PostgresStore,
    import: &Import,
    rows: &[DossierCount],
) -> Result<u32, StoreError> {
    let Import { wave, file_sha256, imported_at } = import;
    let mut transaction = store.pool.begin().await?;
    waves::lock(&mut transaction, [wave]).await?;
    let latest = latest(&mut *transaction, wave).await?;
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
    insert(&mut transaction, wave, version, rows).await?;
    transaction.commit().await?;
    Ok(version)
}

pub(super) async fn current(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<Option<DossierCounts>, StoreError> {
    let version = latest(&store.pool, wave).await?;
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
    .fetch_all(&store.pool)
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
async fn latest(executor: impl PgExecutor<'_>, wave: &WaveId) -> Result<u32, StoreError> {
    let version: Option<i64> =
        sqlx::query_scalar("SELECT max(version) FROM dossier_files WHERE wave = $1")
            .bind(wave.as_str())
            .fetch_one(executor)
            .await?;
    let what = "the version of dossiers";
    let version = value::unsigned(what, version.unwrap_or(0))?;
    u32::try_from(version).map_err(|error| value::corrupt(what, error))
}

/// Inserts the counts of a version, of which there are none yet.
async fn insert(
    connection: &mut PgConnection,
    wave: &WaveId,
    version: u32,
    rows: &[DossierCount],
) -> Result<(), StoreError> {
    let mut seen = HashSet::new();
    let (mut units, mut groups, mut counts) = (Vec::new(), Vec::new(), Vec::new());
    for row in rows {
        let DossierCount { unit, procedure_group, dossiers } = row;
        let group = procedure_group.as_ref().map_or("", ProcedureGroup::as_str);
        let count = i64::try_from(*dossiers).map_err(|_| StoreError::Invalid {
            what: format!("{dossiers} dossiers of unit {unit} are too many"),
        })?;
        if !seen.insert((unit, group)) {
            let what = format!("unit {unit} and procedure group “{group}” occur twice");
            return Err(StoreError::Invalid { what });
        }
        units.push(unit.to_string());
        groups.push(group);
        counts.push(count);
    }
    sqlx::query(
        "INSERT INTO dossier_counts (wave, version, unit, procedure_group, dossiers)
         SELECT $1, $2, * FROM UNNEST($3::text[], $4::text[], $5::bigint[])",
    )
    .bind(wave.as_str())
    .bind(i64::from(version))
    .bind(units)
    .bind(groups)
    .bind(counts)
    .execute(connection)
    .await?;
    Ok(())
}
