use std::collections::{BTreeMap, BTreeSet, HashMap};

use sqlx::PgConnection;
use survey_defs::ids::{QuestionId, WaveId};
use survey_defs::paradata::BreakOff;
use uuid::Uuid;

use super::PostgresStore;
use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded};
use crate::error::StoreError;
use crate::value;

/// A break-off ready to be stored.
struct Row<'a> {
    break_off: &'a BreakOff,
    received_at_ms: i64,
    content: String,
    sha256: [u8; 32],
}

/// The wave and the id.
type Key = (String, Uuid);

pub(super) async fn record(
    store: &PostgresStore,
    entries: &[BreakOffEntry],
) -> Result<Vec<BreakOffRecorded>, StoreError> {
    let rows: Vec<Row> = entries.iter().map(Row::new).collect();
    // In the order of their keys, so that no two calls wait for each other.
    let mut first: BTreeMap<Key, usize> = BTreeMap::new();
    for (index, row) in rows.iter().enumerate() {
        first.entry(row.key()).or_insert(index);
    }
    let mut transaction = store.pool.begin().await?;
    require_waves(&mut transaction, entries).await?;
    let firsts: Vec<&Row> = first.values().map(|index| &rows[*index]).collect();
    let created = insert(&mut transaction, &firsts).await?;
    let known = find(&mut transaction, &first).await?;
    transaction.commit().await?;
    let recorded = rows.iter().enumerate().map(|(index, row)| {
        let key = row.key();
        if first[&key] == index && created.contains(&key) {
            BreakOffRecorded::Created
        } else if known.get(&key).is_some_and(|sha256| *sha256 == row.sha256) {
            BreakOffRecorded::Same
        } else {
            BreakOffRecorded::Conflict
        }
    });
    Ok(recorded.collect())
}

impl<'a> Row<'a> {
    fn new(entry: &'a BreakOffEntry) -> Self {
        let BreakOffEntry { break_off, received_at } = entry;
        let content = serde_json::to_string(break_off).expect("a break-off is plain data");
        let received_at_ms = value::whole_ms(*received_at).as_millisecond();
        Self { break_off, received_at_ms, sha256: value::sha256(&content), content }
    }

    fn key(&self) -> Key {
        (self.break_off.wave.to_string(), self.break_off.id.uuid())
    }
}

async fn require_waves(
    connection: &mut PgConnection,
    entries: &[BreakOffEntry],
) -> Result<(), StoreError> {
    let waves: Vec<&WaveId> = entries.iter().map(|entry| &entry.break_off.wave).collect();
    let ids: Vec<&str> = waves.iter().map(|wave| wave.as_str()).collect();
    let existing: Vec<String> = sqlx::query_scalar("SELECT id FROM waves WHERE id = ANY($1)")
        .bind(ids)
        .fetch_all(connection)
        .await?;
    match waves.into_iter().find(|wave| !existing.iter().any(|id| id == wave.as_str())) {
        None => Ok(()),
        Some(wave) => Err(StoreError::UnknownWave(wave.clone())),
    }
}

/// Inserts those that are new, and says which they were.
async fn insert(
    connection: &mut PgConnection,
    rows: &[&Row<'_>],
) -> Result<BTreeSet<Key>, StoreError> {
    let inserted: Vec<Key> = sqlx::query_as(
        "INSERT INTO break_offs (wave, id, received_at_ms, reason, last_item, content,
         content_sha256)
         SELECT * FROM UNNEST($1::text[], $2::uuid[], $3::bigint[], $4::text[], $5::text[],
         $6::text[], $7::bytea[])
         ON CONFLICT (wave, id) DO NOTHING
         RETURNING wave, id",
    )
    .bind(column(rows, |row| row.break_off.wave.as_str()))
    .bind(column(rows, |row| row.break_off.id.uuid()))
    .bind(column(rows, |row| row.received_at_ms))
    .bind(column(rows, |row| row.break_off.reason.as_str()))
    .bind(column(rows, |row| row.break_off.last_item.as_ref().map(QuestionId::as_str)))
    .bind(column(rows, |row| row.content.as_str()))
    .bind(column(rows, |row| row.sha256.as_slice()))
    .fetch_all(connection)
    .await?;
    Ok(inserted.into_iter().collect())
}

/// What is stored under these keys: by an earlier call, another server, or just now.
async fn find(
    connection: &mut PgConnection,
    keys: &BTreeMap<Key, usize>,
) -> Result<HashMap<Key, Vec<u8>>, StoreError> {
    let mut by_wave: BTreeMap<&str, Vec<Uuid>> = BTreeMap::new();
    for (wave, id) in keys.keys() {
        by_wave.entry(wave).or_default().push(*id);
    }
    let mut known = HashMap::new();
    for (wave, ids) in by_wave {
        let rows: Vec<(Uuid, Vec<u8>)> = sqlx::query_as(
            "SELECT id, content_sha256 FROM break_offs WHERE wave = $1 AND id = ANY($2)",
        )
        .bind(wave)
        .bind(ids)
        .fetch_all(&mut *connection)
        .await?;
        known.extend(rows.into_iter().map(|(id, sha256)| ((wave.to_owned(), id), sha256)));
    }
    Ok(known)
}

fn column<'a, T>(rows: &[&'a Row<'_>], value: impl Fn(&'a Row<'_>) -> T) -> Vec<T> {
    rows.iter().map(|row| value(row)).collect()
}

pub(super) async fn count(
    store: &PostgresStore,
    wave: &WaveId,
) -> Result<Vec<BreakOffCount>, StoreError> {
    let rows: Vec<(Option<String>, i64, i64)> = sqlx::query_as(
        "SELECT last_item, count(*) FILTER (WHERE reason = 'idle'),
         count(*) FILTER (WHERE reason = 'cancelled')
         FROM break_offs WHERE wave = $1 GROUP BY last_item ORDER BY last_item NULLS FIRST",
    )
    .bind(wave.as_str())
    .fetch_all(&store.pool)
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
