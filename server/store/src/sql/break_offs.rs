//! Forms that were not finished.

use std::collections::{BTreeMap, BTreeSet};

use async_trait::async_trait;
use survey_defs::generation::{Versioned as _, say_the_same};
use survey_defs::ids::WaveId;
use survey_defs::wave::Takes;

use super::catalogue::takes;
use super::dialect::BEGIN_WRITE;
use super::{Backend, Connection, Pool, bulk, locks};
use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded, BreakOffs};
use crate::error::StoreError;
use crate::group_commit::Append;
use crate::row::{BreakOffKey, BreakOffRow};
use crate::value;

#[async_trait]
impl BreakOffs for Backend {
    async fn record_break_offs(
        &self,
        entries: &[BreakOffEntry],
    ) -> Result<Vec<BreakOffRecorded>, StoreError> {
        self.queues.break_offs.append(entries.iter().map(BreakOffRow::new).collect()).await
    }

    async fn break_offs(&self, wave: &WaveId) -> Result<Vec<BreakOffCount>, StoreError> {
        let rows: Vec<(Option<String>, i64, i64)> = sqlx::query_as(
            "SELECT last_item, count(*) FILTER (WHERE reason = 'idle'),
             count(*) FILTER (WHERE reason = 'cancelled')
             FROM break_offs WHERE wave = $1 GROUP BY last_item ORDER BY last_item NULLS FIRST",
        )
        .bind(wave.as_str())
        .fetch_all(self.reader())
        .await?;
        rows.into_iter()
            .map(|(last_item, idle, cancelled)| {
                let last_item =
                    last_item.map(|id| value::parse("the last item of a break-off", &id));
                Ok(BreakOffCount {
                    last_item: last_item.transpose()?,
                    idle: value::unsigned("a number of break-offs", idle)?,
                    cancelled: value::unsigned("a number of break-offs", cancelled)?,
                })
            })
            .collect()
    }
}

/// Stores groups of break-offs.
pub(super) struct BreakOffWriter(pub(super) Pool);

#[async_trait]
impl Append for BreakOffWriter {
    type Row = BreakOffRow;
    type Outcome = BreakOffRecorded;

    async fn append(&self, rows: &[&BreakOffRow]) -> Result<Vec<BreakOffRecorded>, StoreError> {
        let mut transaction = self.0.begin_with(BEGIN_WRITE).await?;
        let closed = waves_without_forms(&mut transaction, rows).await?;
        // In the order of their keys, so that no two calls wait for each other.
        let mut first: BTreeMap<_, usize> = BTreeMap::new();
        for (index, row) in rows.iter().enumerate() {
            if !closed.contains(&row.break_off.wave) {
                first.entry(row.key()).or_insert(index);
            }
        }
        let firsts: Vec<&BreakOffRow> = first.values().map(|index| rows[*index]).collect();
        let created = bulk::break_offs(&mut transaction, &firsts).await?;
        // By an earlier call, or another server.
        let is_known = |row: &&&BreakOffRow| !created.contains(&row.key());
        let known: Vec<&BreakOffRow> = firsts.iter().filter(is_known).copied().collect();
        let known = stored(&mut transaction, &known).await?;
        transaction.commit().await?;
        let recorded = rows.iter().enumerate().map(|(index, row)| {
            let key = row.key();
            let Some(&first) = first.get(&key) else {
                return BreakOffRecorded::TakesOther;
            };
            let is_same = match known.get(&key) {
                Some((sha256, content)) => *sha256 == row.sha256 || says_the_same(row, content),
                None if first == index => return BreakOffRecorded::Created,
                None => rows[first].sha256 == row.sha256,
            };
            if is_same { BreakOffRecorded::Same } else { BreakOffRecorded::Conflict }
        });
        Ok(recorded.collect())
    }
}

/// Whether a text that is stored says the same, although a server of another generation has written
/// it.
fn says_the_same(row: &BreakOffRow, content: &str) -> bool {
    row.break_off.is_newer_than_first() && say_the_same(&row.content, content)
}

/// The hashes and texts of break-offs that are stored. There are few: those that are sent again.
async fn stored(
    connection: &mut Connection,
    rows: &[&BreakOffRow],
) -> Result<BTreeMap<BreakOffKey, (Vec<u8>, String)>, StoreError> {
    let mut stored = BTreeMap::new();
    for row in rows {
        let known: (Vec<u8>, String) = sqlx::query_as(
            "SELECT content_sha256, content FROM break_offs WHERE wave = $1 AND id = $2",
        )
        .bind(row.break_off.wave.as_str())
        .bind(row.break_off.id.uuid())
        .fetch_one(&mut *connection)
        .await?;
        stored.insert(row.key(), known);
    }
    Ok(stored)
}

/// The waves that take no forms.
async fn waves_without_forms<'a>(
    connection: &mut Connection,
    rows: &[&'a BreakOffRow],
) -> Result<BTreeSet<&'a WaveId>, StoreError> {
    let mut waves: BTreeSet<&WaveId> = rows.iter().map(|row| &row.break_off.wave).collect();
    let mut without = BTreeSet::new();
    while let Some(wave) = waves.pop_first() {
        // What it takes does not change meanwhile.
        locks::name(&mut *connection, wave).await?;
        match takes(&mut *connection, wave).await? {
            None => return Err(StoreError::UnknownWave(wave.clone())),
            Some(Takes::Forms) => {}
            Some(Takes::Sample | Takes::LevelCounts) => drop(without.insert(wave)),
        }
    }
    Ok(without)
}
