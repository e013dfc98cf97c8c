//! Short codes of places.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use survey_defs::ids::{PointId, WaveId};
use survey_defs::short_code::{FoldedCode, ShortCode};
use survey_defs::wave::ServicePoint;

use super::catalogue::find_wave;
use super::{Backend, Connection};
use crate::catalogue::Catalogue as _;
use crate::error::StoreError;
use crate::rows::PointRow;
use crate::short_codes::{CodeSource, CodedPoints, ShortCodes};
use crate::value;

/// Codes that are drawn for one place before the source is held to be broken: of ten million codes
/// that look different, a city needs some thousands.
const MOST_DRAWS: usize = 1_000;

/// What a code belongs to. Ordered, so that no two transactions that make codes wait for each other.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct CodeKey {
    place: String,
    unit: String,
    channel: String,
    simulated: bool,
}

#[derive(sqlx::FromRow)]
struct CodeRow {
    code: String,
    place: String,
    unit: String,
    channel: String,
    simulated: bool,
}

#[async_trait]
impl ShortCodes for Backend {
    async fn give_codes(&self, codes: &dyn CodeSource) -> Result<u64, StoreError> {
        let mut without = BTreeSet::new();
        for wave in self.waves().await? {
            // Not read as service points: one that cannot be read must not keep a server from starting.
            let rows: Vec<(String, String, String)> = sqlx::query_as(
                "SELECT id, unit, channel FROM points
                 WHERE wave = $1 AND NOT EXISTS (
                     SELECT 1 FROM short_codes
                     WHERE short_codes.place = points.id AND short_codes.unit = points.unit
                     AND short_codes.channel = points.channel AND short_codes.simulated = $2
                 )",
            )
            .bind(wave.id.as_str())
            .bind(wave.simulated)
            .fetch_all(self.reader())
            .await?;
            let simulated = wave.simulated;
            without.extend(rows.into_iter().map(|(place, unit, channel)| CodeKey {
                place,
                unit,
                channel,
                simulated,
            }));
        }
        if without.is_empty() {
            return Ok(0);
        }
        let mut transaction = self.write().await?;
        let given = give(&mut transaction, &without, codes).await?;
        transaction.commit().await?;
        Ok(given)
    }

    async fn short_codes(&self, wave: &WaveId) -> Result<BTreeMap<PointId, ShortCode>, StoreError> {
        let Some(found) = find_wave(self.reader(), wave).await? else {
            return Ok(BTreeMap::new());
        };
        let rows: Vec<(String, String)> = sqlx::query_as(
            "SELECT points.id, short_codes.code FROM points
             JOIN short_codes ON short_codes.place = points.id AND short_codes.unit = points.unit
                 AND short_codes.channel = points.channel
             WHERE points.wave = $1 AND short_codes.simulated = $2",
        )
        .bind(wave.as_str())
        .bind(found.simulated)
        .fetch_all(self.reader())
        .await?;
        let read = |(point, code): (String, String)| {
            Ok((value::parse("the id of a point", &point)?, value::parse("a short code", &code)?))
        };
        rows.into_iter().map(read).collect()
    }

    async fn coded_points(&self, code: FoldedCode) -> Result<Option<CodedPoints>, StoreError> {
        let row: Option<CodeRow> = sqlx::query_as(
            "SELECT code, place, unit, channel, simulated FROM short_codes WHERE folded = $1",
        )
        .bind(code.as_str())
        .fetch_optional(self.reader())
        .await?;
        let Some(CodeRow { code, place, unit, channel, simulated }) = row else {
            return Ok(None);
        };
        let points: Vec<PointRow> = sqlx::query_as(
            "SELECT wave, id, name_vi, name_en, unit, channel, telephone FROM points
             WHERE id = $1 AND unit = $2 AND channel = $3 ORDER BY wave",
        )
        .bind(place)
        .bind(unit)
        .bind(channel)
        .fetch_all(self.reader())
        .await?;
        let points: Result<_, _> = points.into_iter().map(ServicePoint::try_from).collect();
        let code = value::parse("a short code", &code)?;
        Ok(Some(CodedPoints { code, simulated, points: points? }))
    }
}

/// Gives a code to each place, unit and channel of service points that has none.
pub(super) async fn give_to_points(
    connection: &mut Connection,
    points: &[ServicePoint],
    codes: &dyn CodeSource,
) -> Result<(), StoreError> {
    let mut waves: BTreeMap<&WaveId, bool> = BTreeMap::new();
    let mut keys = BTreeSet::new();
    for point in points {
        let simulated = if let Some(simulated) = waves.get(&point.wave) {
            *simulated
        } else {
            let wave = find_wave(&mut *connection, &point.wave).await?;
            let wave = wave.ok_or_else(|| StoreError::UnknownWave(point.wave.clone()))?;
            waves.insert(&point.wave, wave.simulated);
            wave.simulated
        };
        let (place, unit) = (point.id.to_string(), point.unit.to_string());
        keys.insert(CodeKey { place, unit, channel: point.channel.to_string(), simulated });
    }
    give(connection, &keys, codes).await?;
    Ok(())
}

async fn give(
    connection: &mut Connection,
    keys: &BTreeSet<CodeKey>,
    codes: &dyn CodeSource,
) -> Result<u64, StoreError> {
    let mut given = 0;
    for key in keys {
        if !has_code(connection, key).await? {
            given += give_one(connection, key, codes).await?;
        }
    }
    Ok(given)
}

async fn has_code(connection: &mut Connection, key: &CodeKey) -> Result<bool, StoreError> {
    let exists = sqlx::query_scalar(
        "SELECT EXISTS (
             SELECT 1 FROM short_codes
             WHERE place = $1 AND unit = $2 AND channel = $3 AND simulated = $4
         )",
    )
    .bind(key.place.as_str())
    .bind(key.unit.as_str())
    .bind(key.channel.as_str())
    .bind(key.simulated);
    Ok(exists.fetch_one(connection).await?)
}

/// Returns how many codes were made: none if another server has just made one for this place.
async fn give_one(
    connection: &mut Connection,
    key: &CodeKey,
    codes: &dyn CodeSource,
) -> Result<u64, StoreError> {
    let made_at_ms = value::whole_ms(codes.made_at()).as_millisecond();
    for _ in 0..MOST_DRAWS {
        let code = codes.draw();
        let inserted = sqlx::query(
            "INSERT INTO short_codes (code, folded, place, unit, channel, simulated, made_at_ms)
             VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING",
        )
        .bind(code.as_str())
        .bind(code.folded().as_str())
        .bind(key.place.as_str())
        .bind(key.unit.as_str())
        .bind(key.channel.as_str())
        .bind(key.simulated)
        .bind(made_at_ms)
        .execute(&mut *connection)
        .await?;
        if inserted.rows_affected() == 1 {
            return Ok(1);
        }
        // Either the code is taken, or the place has got one meanwhile.
        if has_code(connection, key).await? {
            return Ok(0);
        }
    }
    Err(StoreError::Invalid { what: format!("no short code is free for {}", key.place) })
}
