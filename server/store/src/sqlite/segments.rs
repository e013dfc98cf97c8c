use survey_defs::ids::WaveId;

use super::{SqliteStore, fault};
use crate::error::{Conflict, StoreError};
use crate::mirror::Segment;
use crate::rows::SegmentRow;
use crate::value;

pub(super) async fn list(store: &SqliteStore, wave: &WaveId) -> Result<Vec<Segment>, StoreError> {
    let rows: Vec<SegmentRow> = sqlx::query_as(
        "SELECT name, first_position, last_position, n_rows, sha256 FROM segments
         WHERE wave = $1 ORDER BY first_position",
    )
    .bind(wave.as_str())
    .fetch_all(&store.readers)
    .await?;
    rows.into_iter().map(Segment::try_from).collect()
}

pub(super) async fn replace(
    store: &SqliteStore,
    wave: &WaveId,
    removed: &[String],
    added: &[Segment],
) -> Result<(), StoreError> {
    let mut transaction = store.write().await?;
    for name in removed {
        let gone = sqlx::query("DELETE FROM segments WHERE wave = $1 AND name = $2")
            .bind(wave.as_str())
            .bind(name.as_str())
            .execute(&mut *transaction)
            .await?;
        if gone.rows_affected() == 0 {
            return Err(Conflict::Segment { wave: wave.clone(), name: name.clone() }.into());
        }
    }
    for segment in added {
        let Segment { name, first_position, last_position, rows, sha256 } = segment;
        let (first, last) = (value::clamp(*first_position), value::clamp(*last_position));
        let overlaps: Option<String> = sqlx::query_scalar(
            "SELECT name FROM segments
             WHERE wave = $1 AND first_position <= $3 AND last_position >= $2 LIMIT 1",
        )
        .bind(wave.as_str())
        .bind(first)
        .bind(last)
        .fetch_optional(&mut *transaction)
        .await?;
        if let Some(name) = overlaps {
            return Err(Conflict::Segment { wave: wave.clone(), name }.into());
        }
        let inserted = sqlx::query(
            "INSERT INTO segments (wave, name, first_position, last_position, n_rows, sha256)
             VALUES ($1, $2, $3, $4, $5, $6)",
        )
        .bind(wave.as_str())
        .bind(name.as_str())
        .bind(first)
        .bind(last)
        .bind(value::clamp(*rows))
        .bind(sha256.as_slice())
        .execute(&mut *transaction)
        .await;
        match inserted {
            Ok(_) => {}
            Err(error) if fault::is_unknown_wave(&error) => {
                return Err(StoreError::UnknownWave(wave.clone()));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(transaction.commit().await?)
}
