//! Which records came from one sender.

use async_trait::async_trait;
use sqlx::QueryBuilder;
use survey_defs::ids::WaveId;

use super::dialect::BEGIN_WRITE;
use super::{Backend, Driver, Pool, space};
use crate::error::StoreError;
use crate::group_commit::Append;
use crate::sender_tags::{HanoiDay, SenderTags, TaggedRecord};
use crate::value;

/// Rows of one INSERT.
const ROWS_PER_INSERT: usize = 100;

#[async_trait]
impl SenderTags for Backend {
    async fn sender_key(&self, day: HanoiDay, fresh: [u8; 32]) -> Result<[u8; 32], StoreError> {
        let mut transaction = self.write().await?;
        sqlx::query("INSERT INTO sender_keys (day, secret) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(day.0)
            .bind(fresh.as_slice())
            .execute(&mut *transaction)
            .await?;
        // Another server may have been earlier.
        let secret: Vec<u8> = sqlx::query_scalar("SELECT secret FROM sender_keys WHERE day = $1")
            .bind(day.0)
            .fetch_one(&mut *transaction)
            .await?;
        transaction.commit().await?;
        value::bytes("the key of a day", secret)
    }

    async fn tag_senders(&self, tagged: &[TaggedRecord]) -> Result<(), StoreError> {
        self.queues.sender_tags.append(tagged.to_vec()).await?;
        Ok(())
    }

    async fn same_sender(&self, wave: &WaveId, position: u64) -> Result<Vec<u64>, StoreError> {
        let positions: Vec<i64> = sqlx::query_scalar(
            "SELECT others.position FROM sender_tags AS one
             JOIN sender_tags AS others
             ON others.day = one.day AND others.tag = one.tag AND others.wave = one.wave
             WHERE one.wave = $1 AND one.position = $2 ORDER BY others.position",
        )
        .bind(wave.as_str())
        .bind(value::clamp(position))
        .fetch_all(self.reader())
        .await?;
        let position = |position| value::unsigned("the position of a tag", position);
        positions.into_iter().map(position).collect()
    }

    async fn forget_senders(
        &self,
        keys_before: HanoiDay,
        tags_before: HanoiDay,
    ) -> Result<u64, StoreError> {
        // Nearly always there is nothing, and then nobody waits for the writer.
        let is_any: bool = sqlx::query_scalar(
            "SELECT EXISTS (SELECT 1 FROM sender_keys WHERE day < $1)
             OR EXISTS (SELECT 1 FROM sender_tags WHERE day < $2)",
        )
        .bind(keys_before.0)
        .bind(tags_before.0)
        .fetch_one(self.reader())
        .await?;
        if !is_any {
            return Ok(0);
        }
        let mut transaction = self.write().await?;
        let mut deleted = 0;
        for (sql, before) in [
            ("DELETE FROM sender_keys WHERE day < $1", keys_before),
            ("DELETE FROM sender_tags WHERE day < $1", tags_before),
        ] {
            let gone = sqlx::query(sql).bind(before.0).execute(&mut *transaction).await?;
            deleted += gone.rows_affected();
        }
        transaction.commit().await?;
        Ok(deleted)
    }

    async fn overwrite_deleted(&self) -> Result<bool, StoreError> {
        space::overwrite_deleted(self).await
    }
}

/// Stores groups of tags.
pub(super) struct SenderTagWriter(pub(super) Pool);

#[async_trait]
impl Append for SenderTagWriter {
    type Row = TaggedRecord;
    type Outcome = ();

    async fn append(&self, rows: &[&TaggedRecord]) -> Result<Vec<()>, StoreError> {
        let mut transaction = self.0.begin_with(BEGIN_WRITE).await?;
        for chunk in rows.chunks(ROWS_PER_INSERT) {
            let mut statement =
                QueryBuilder::<Driver>::new("INSERT INTO sender_tags (wave, position, day, tag) ");
            statement.push_values(chunk, |mut values, row| {
                values
                    .push_bind(row.wave.as_str())
                    .push_bind(value::clamp(row.position))
                    .push_bind(row.day.0)
                    .push_bind(row.tag.0.as_slice());
            });
            statement.push(" ON CONFLICT DO NOTHING");
            statement.build().execute(&mut *transaction).await?;
        }
        transaction.commit().await?;
        Ok(vec![(); rows.len()])
    }
}
