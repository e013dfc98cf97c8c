use sqlx::SqliteConnection;
use survey_defs::ids::{QuestionId, WaveId};

use super::{SqliteStore, fault};
use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded};
use crate::error::StoreError;
use crate::value;

pub(super) async fn record(
    store: &SqliteStore,
    entries: &[BreakOffEntry],
) -> Result<Vec<BreakOffRecorded>, StoreError> {
    let mut recorded = Vec::with_capacity(entries.len());
    let mut transaction = store.write().await?;
    for entry in entries {
        recorded.push(record_one(&mut transaction, entry).await?);
    }
    transaction.commit().await?;
    Ok(recorded)
}

async fn record_one(
    connection: &mut SqliteConnection,
    entry: &BreakOffEntry,
) -> Result<BreakOffRecorded, StoreError> {
    let BreakOffEntry { break_off, received_at } = entry;
    let content = serde_json::to_string(break_off).expect("a break-off is plain data");
    let sha256 = value::sha256(&content);
    let id = break_off.id.uuid();
    let known: Option<Vec<u8>> =
        sqlx::query_scalar("SELECT content_sha256 FROM break_offs WHERE wave = $1 AND id = $2")
            .bind(break_off.wave.as_str())
            .bind(id)
            .fetch_optional(&mut *connection)
            .await?;
    match known {
        Some(known) if known == sha256 => return Ok(BreakOffRecorded::Same),
        Some(_) => return Ok(BreakOffRecorded::Conflict),
        None => {}
    }
    let inserted = sqlx::query(
        "INSERT INTO break_offs (wave, id, received_at_ms, reason, last_item, content,
         content_sha256) VALUES ($1, $2, $3, $4, $5, $6, $7)",
    )
    .bind(break_off.wave.as_str())
    .bind(id)
    .bind(value::whole_ms(*received_at).as_millisecond())
    .bind(break_off.reason.as_str())
    .bind(break_off.last_item.as_ref().map(QuestionId::as_str))
    .bind(content)
    .bind(sha256.as_slice())
    .execute(connection)
    .await;
    match inserted {
        Ok(_) => Ok(BreakOffRecorded::Created),
        Err(error) if fault::is_unknown_wave(&error) => {
            Err(StoreError::UnknownWave(break_off.wave.clone()))
        }
        Err(error) => Err(error.into()),
    }
}

pub(super) async fn count(
    store: &SqliteStore,
    wave: &WaveId,
) -> Result<Vec<BreakOffCount>, StoreError> {
    let rows: Vec<(Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT last_item, count(*) FILTER (WHERE reason = 'idle'),
         count(*) FILTER (WHERE reason = 'cancelled')
         FROM break_offs WHERE wave = $1 GROUP BY last_item ORDER BY last_item",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter()
        .map(|(last_item, idle, cancelled)| {
            let last_item = last_item.map(|id| value::parse("the last item of a break-off", &id));
            Ok(BreakOffCount {
                last_item: last_item.transpose()?,
                idle: value::unsigned("a number of break-offs", idle)?,
                cancelled: value::unsigned("a number of break-offs", cancelled)?,
            })
        })
        .collect()
}
