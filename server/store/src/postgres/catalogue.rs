use sqlx::{PgConnection, PgExecutor};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::wave::{PointFields, ServicePoint, Telephone, Wave};

use super::{PostgresStore, fault};
use crate::catalogue::Definition;
use crate::error::{Conflict, StoreError};
use crate::rows::PointRow;
use crate::value;

pub(super) async fn publish(
    store: &PostgresStore,
    definition: &Definition,
    sha256: [u8; 32],
) -> Result<(), StoreError> {
    let (kind, id, version) = match definition {
        Definition::Instrument(one) => ("instrument", one.id.as_str(), one.version),
        Definition::Method { id, version } => ("method", id.as_str(), *version),
    };
    // Several servers may publish at once: one inserts, all compare. Nothing else is written, so the
    // two statements need no common transaction.
    sqlx::query(
        "INSERT INTO definitions (kind, id, version, sha256) VALUES ($1, $2, $3, $4)
         ON CONFLICT DO NOTHING",
    )
    .bind(kind)
    .bind(id)
    .bind(i64::from(version))
    .bind(sha256.as_slice())
    .execute(&store.pool)
    .await?;
    let published: Vec<u8> = sqlx::query_scalar(
        "SELECT sha256 FROM definitions WHERE kind = $1 AND id = $2 AND version = $3",
    )
    .bind(kind)
    .bind(id)
    .bind(i64::from(version))
    .fetch_one(&store.pool)
    .await?;
    if published == sha256 { Ok(()) } else { Err(Conflict::Definition(definition.clone()).into()) }
}

pub(super) async fn create_wave(store: &PostgresStore, wave: &Wave) -> Result<(), StoreError> {
    let content = serde_json::to_string(wave).expect("a wave is plain data");
    // A trigger makes the partitions of the wave, in the same transaction.
    let inserted =
        sqlx::query("INSERT INTO waves (id, content) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(wave.id.as_str())
            .bind(content)
            .execute(&store.pool)
            .await?;
    if inserted.rows_affected() == 1 {
        return Ok(());
    }
    // Compared as values, so that a later field with a default is no other content.
    match self::wave(store, &wave.id).await? {
        Some(existing) if existing == *wave => Ok(()),
        _ => Err(Conflict::Wave(wave.id.clone()).into()),
    }
}

pub(super) async fn waves(store: &PostgresStore) -> Result<Vec<Wave>, StoreError> {
    let rows: Vec<String> =
        sqlx::query_scalar("SELECT content FROM waves ORDER BY id").fetch_all(&store.pool).await?;
    rows.iter().map(|content| read_wave(content)).collect()
}

pub(super) async fn wave(store: &PostgresStore, id: &WaveId) -> Result<Option<Wave>, StoreError> {
    let row: Option<String> = sqlx::query_scalar("SELECT content FROM waves WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(&store.pool)
        .await?;
    row.map(|content| read_wave(&content)).transpose()
}

fn read_wave(content: &str) -> Result<Wave, StoreError> {
    value::json("a wave", content)
}

pub(super) async fn add_points(
    store: &PostgresStore,
    points: &[ServicePoint],
) -> Result<(), StoreError> {
    let mut transaction = store.pool.begin().await?;
    lock_points(&mut transaction, points).await?;
    for offered in points {
        let Some(existing) = point(&mut *transaction, &offered.wave, &offered.id).await? else {
            insert_point(&mut transaction, offered).await?;
            continue;
        };
        let is_known = existing.telephone == offered.telephone;
        if existing.with_telephone(offered.telephone.clone()) != *offered {
            let (wave, point) = (offered.wave.clone(), offered.id.clone());
            return Err(Conflict::Point { wave, point }.into());
        }
        if !is_known {
            set_telephone(&mut transaction, offered).await?;
        }
    }
    Ok(transaction.commit().await?)
}

/// Two callers may add points at once. Waves that do not exist are found later, in their turn.
async fn lock_points(
    connection: &mut PgConnection,
    points: &[ServicePoint],
) -> Result<(), StoreError> {
    let waves: Vec<&str> = points.iter().map(|point| point.wave.as_str()).collect();
    sqlx::query("SELECT FROM waves WHERE id = ANY($1) ORDER BY id FOR NO KEY UPDATE")
        .bind(waves)
        .execute(connection)
        .await?;
    Ok(())
}

async fn insert_point(
    connection: &mut PgConnection,
    point: &ServicePoint,
) -> Result<(), StoreError> {
    let PointFields { id, wave, name, unit, channel, telephone } = &**point;
    let inserted = sqlx::query(
        "INSERT INTO points (wave, id, name_vi, name_en, unit, channel, telephone)
         VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(wave.as_str())
    .bind(id.as_str())
    .bind(name.vi.as_str())
    .bind(name.en.as_str())
    .bind(unit.to_string())
    .bind(channel.as_str())
    .bind(telephone.as_ref().map(Telephone::as_str))
    .execute(connection)
    .await;
    match inserted {
        Ok(_) => Ok(()),
        Err(error) if fault::is_dangling(&error) => Err(StoreError::UnknownWave(wave.clone())),
        Err(error) => Err(error.into()),
    }
}

async fn set_telephone(
    connection: &mut PgConnection,
    point: &ServicePoint,
) -> Result<(), StoreError> {
    sqlx::query("UPDATE points SET telephone = $3 WHERE wave = $1 AND id = $2")
        .bind(point.wave.as_str())
        .bind(point.id.as_str())
        .bind(point.telephone.as_ref().map(Telephone::as_str))
        .execute(connection)
        .await?;
    Ok(())
}

pub(super) async fn points(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<Vec<ServicePoint>, StoreError> {
    let rows: Vec<PointRow> = sqlx::query_as(
        "SELECT wave, id, name_vi, name_en, unit, channel, telephone FROM points
         WHERE wave = $1 ORDER BY id",
    )
    .bind(wave.as_str())
    .fetch_all(&store.pool)
    .await?;
    rows.into_iter().map(ServicePoint::try_from).collect()
}

pub(super) async fn point(
    executor: impl PgExecutor<'_>,
    wave: &WaveId,
    point: &PointId,
) -> Result<Option<ServicePoint>, StoreError> {
    let row: Option<PointRow> = sqlx::query_as(
        "SELECT wave, id, name_vi, name_en, unit, channel, telephone FROM points
         WHERE wave = $1 AND id = $2",
    )
    .bind(wave.as_str())
    .bind(point.as_str())
    .fetch_optional(executor)
    .await?;
    row.map(ServicePoint::try_from).transpose()
}
