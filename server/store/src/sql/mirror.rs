//! The listing of the columnar mirror.

use async_trait::async_trait;
use survey_defs::ids::WaveId;

use super::{Backend, locks};
use crate::error::{Conflict, StoreError};
use crate::mirror::{MirrorListing, Segment};
use crate::rows::SegmentRow;
use crate::value;

#[async_trait]
impl MirrorListing for Backend {
    async fn segments(&self, wave: &WaveId) -> Result<Vec<Segment>, StoreError> {
        let rows: Vec<SegmentRow> = sqlx::query_as(
            "SELECT name, first_position, last_position, n_rows, sha256 FROM segments
             WHERE wave = $1 ORDER BY first_position",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter().map(Segment::try_from).collect()
    }

    async fn replace_segments(
        &self,
        wave: &WaveId,
        removed: &[String],
        added: &[Segment],
    ) -> Result<(), StoreError> {
        let mut transaction = self.write().await?;
        // Two that change one listing come one after the other. Without anything to add, and if
        // something is to be removed, the wave is not asked for.
        match locks::waves(&mut transaction, [wave]).await {
            Err(StoreError::UnknownWave(_)) if added.is_empty() || !removed.is_empty() => {}
            other => other?,
        }
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
            sqlx::query(
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
            .await?;
        }
        Ok(transaction.commit().await?)
    }
}
