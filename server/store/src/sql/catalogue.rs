//! Definitions, waves, service points.

use async_trait::async_trait;
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::ids::{PointId, WaveId};
use survey_defs::wave::{PointFields, ServicePoint, Takes, Telephone, Wave};

use super::{Backend, Connection, Executor, audit_log, locks, log_end, short_codes};
use crate::catalogue::{Catalogue, Definition, WaveAdded};
use crate::error::{Conflict, StoreError};
use crate::fault;
use crate::rows::{PointRow, WaveRow, wave_content};
use crate::short_codes::CodeSource;
use crate::value;

#[async_trait]
impl Catalogue for Backend {
    async fn publish(&self, definition: &Definition, sha256: [u8; 32]) -> Result<(), StoreError> {
        let (kind, id, version) = match definition {
            Definition::Instrument(one) => ("instrument", one.id.as_str(), one.version),
            Definition::Method { id, version } => ("method", id.as_str(), *version),
        };
        let mut transaction = self.write().await?;
        // Several servers may publish at once: one inserts, all compare.
        sqlx::query(
            "INSERT INTO definitions (kind, id, version, sha256) VALUES ($1, $2, $3, $4)
             ON CONFLICT DO NOTHING",
        )
        .bind(kind)
        .bind(id)
        .bind(i64::from(version))
        .bind(sha256.as_slice())
        .execute(&mut *transaction)
        .await?;
        let published: Vec<u8> = sqlx::query_scalar(
            "SELECT sha256 FROM definitions WHERE kind = $1 AND id = $2 AND version = $3",
        )
        .bind(kind)
        .bind(id)
        .bind(i64::from(version))
        .fetch_one(&mut *transaction)
        .await?;
        if published != sha256 {
            return Err(Conflict::Definition(definition.clone()).into());
        }
        Ok(transaction.commit().await?)
    }

    async fn add_wave(
        &self,
        wave: &Wave,
        points: &[ServicePoint],
        codes: &dyn CodeSource,
    ) -> Result<WaveAdded, StoreError> {
        let mut transaction = self.write().await?;
        let is_new = insert_wave(&mut transaction, wave).await?;
        let added = insert_points(&mut transaction, points, codes).await?;
        transaction.commit().await?;
        Ok(WaveAdded { is_new, ..added })
    }

    async fn create_wave(&self, wave: &Wave) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert_wave(&mut transaction, wave).await?;
        Ok(transaction.commit().await?)
    }

    async fn change_takes(
        &self,
        wave: &WaveId,
        takes: Takes,
        audit: &NewAuditEntry,
    ) -> Result<bool, StoreError> {
        let mut transaction = self.write().await?;
        locks::waves(&mut transaction, [wave]).await?;
        locks::name(&mut transaction, wave).await?;
        let known = find_wave(&mut *transaction, wave).await?;
        let before = known.ok_or_else(|| StoreError::UnknownWave(wave.clone()))?.takes;
        if before == takes {
            return Ok(false);
        }
        if log_end::of(&mut *transaction, wave).await?.position > 0 {
            return Err(Conflict::WaveHasRecords(wave.clone()).into());
        }
        // Nobody could release them afterwards.
        let waits: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM quarantine WHERE wave = $1 AND state = 'waiting')",
        )
        .bind(wave.as_str())
        .fetch_one(&mut *transaction)
        .await?;
        if waits {
            return Err(Conflict::RecordsWait(wave.clone()).into());
        }
        sqlx::query("UPDATE waves SET takes = $2 WHERE id = $1")
            .bind(wave.as_str())
            .bind(takes.as_str())
            .execute(&mut *transaction)
            .await?;
        let action = AuditAction::TakesChanged { before, now: takes };
        audit_log::add(&mut transaction, wave, audit, &action).await?;
        transaction.commit().await?;
        Ok(true)
    }

    async fn waves(&self) -> Result<Vec<Wave>, StoreError> {
        let rows: Vec<WaveRow> = sqlx::query_as("SELECT content, takes FROM waves ORDER BY id")
            .fetch_all(self.reader())
            .await?;
        rows.into_iter().map(Wave::try_from).collect()
    }

    async fn wave(&self, id: &WaveId) -> Result<Option<Wave>, StoreError> {
        find_wave(self.reader(), id).await
    }

    async fn add_points(
        &self,
        points: &[ServicePoint],
        codes: &dyn CodeSource,
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        insert_points(&mut transaction, points, codes).await?;
        Ok(transaction.commit().await?)
    }

    async fn points(&self, wave: &WaveId) -> Result<Vec<ServicePoint>, StoreError> {
        let rows: Vec<PointRow> = sqlx::query_as(
            "SELECT wave, id, name_vi, name_en, unit, channel, telephone FROM points
             WHERE wave = $1 ORDER BY id",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(ServicePoint::try_from).collect()
    }

    async fn point(
        &self,
        wave: &WaveId,
        point: &PointId,
    ) -> Result<Option<ServicePoint>, StoreError> {
        find_point(self.reader(), wave, point).await
    }
}

pub(super) async fn find_wave(
    executor: impl Executor<'_>,
    id: &WaveId,
) -> Result<Option<Wave>, StoreError> {
    let row: Option<WaveRow> = sqlx::query_as("SELECT content, takes FROM waves WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(executor)
        .await?;
    row.map(Wave::try_from).transpose()
}

/// Whether the wave is new.
async fn insert_wave(connection: &mut Connection, wave: &Wave) -> Result<bool, StoreError> {
    // In PostgreSQL a trigger makes the partitions of the wave.
    let inserted = sqlx::query(
        "INSERT INTO waves (id, content, takes) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING",
    )
    .bind(wave.id.as_str())
    .bind(wave_content(wave))
    .bind(wave.takes.as_str())
    .execute(&mut *connection)
    .await?;
    if inserted.rows_affected() == 1 {
        return Ok(true);
    }
    // Compared as values, so that a later field with a default is no other content.
    match find_wave(&mut *connection, &wave.id).await? {
        Some(existing) if existing == *wave => Ok(false),
        Some(_) | None => Err(Conflict::Wave(wave.id.clone()).into()),
    }
}

/// Adds service points, and counts those that are new or have another telephone number.
async fn insert_points(
    connection: &mut Connection,
    points: &[ServicePoint],
    codes: &dyn CodeSource,
) -> Result<WaveAdded, StoreError> {
    // Waves that do not exist are found later, in their turn.
    locks::waves_there_are(&mut *connection, points.iter().map(|point| &point.wave)).await?;
    let mut added = WaveAdded::default();
    for offered in points {
        let existing = find_point(&mut *connection, &offered.wave, &offered.id).await?;
        let Some(existing) = existing else {
            insert_point(&mut *connection, offered).await?;
            added.new_points += 1;
            continue;
        };
        let is_known = existing.telephone == offered.telephone;
        if existing.with_telephone(offered.telephone.clone()) != *offered {
            let (wave, point) = (offered.wave.clone(), offered.id.clone());
            return Err(Conflict::Point { wave, point }.into());
        }
        if !is_known {
            set_telephone(&mut *connection, offered).await?;
            added.new_telephones += 1;
        }
    }
    short_codes::give_to_points(connection, points, codes).await?;
    Ok(added)
}

/// What a wave takes; none if there is no such wave.
pub(super) async fn takes(
    executor: impl Executor<'_>,
    id: &WaveId,
) -> Result<Option<Takes>, StoreError> {
    let takes: Option<String> = sqlx::query_scalar("SELECT takes FROM waves WHERE id = $1")
        .bind(id.as_str())
        .fetch_optional(executor)
        .await?;
    takes.map(|takes| value::parse("what a wave takes", &takes)).transpose()
}

async fn find_point(
    executor: impl Executor<'_>,
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

async fn insert_point(connection: &mut Connection, point: &ServicePoint) -> Result<(), StoreError> {
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
    connection: &mut Connection,
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
