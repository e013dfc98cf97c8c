use std::collections::{BTreeMap, HashMap};

use sqlx::{QueryBuilder, Sqlite, SqliteConnection, SqliteExecutor};
use survey_defs::ids::{ProcedureGroup, SubmissionId, WaveId};
use survey_defs::sampling::{PopulationSize, SampleLabel};
use survey_defs::submission::{Context, Submission};
use uuid::Uuid;

use super::{SqliteStore, log_end, value};
use crate::error::StoreError;
use crate::record::{Contents, Entry, Receipt, Recorded};

/// Rows of one INSERT. Each statement is a trip to the driver's thread and back, so rows travel
/// together: 60,000 of them took 1.7 s alone, 0.9 s by tens, 0.6 s by fifties, 0.7 s by two hundreds.
const ROWS_PER_INSERT: usize = 50;

pub(super) async fn record(
    store: &SqliteStore,
    entries: &[Entry],
) -> Result<Vec<Recorded>, StoreError> {
    // Hashing before the transaction keeps the time short in which nobody else can write.
    let prepared: Vec<_> = entries.iter().map(Prepared::new).collect();
    let mut transaction = store.write().await?;
    let recorded = append(&mut transaction, &prepared).await?;
    transaction.commit().await?;
    Ok(recorded)
}

pub(super) async fn recorded(
    store: &SqliteStore,
    submission: &Submission,
) -> Result<Option<Recorded>, StoreError> {
    let id = submission.draft().id;
    let known = find(&store.readers, &[id]).await?;
    Ok(known.get(&id).map(|known| known.compare(value::sha256(&text(submission)))))
}

/// An entry with the text that is stored and its hash.
pub(super) struct Prepared<'a> {
    entry: &'a Entry,
    draft: String,
    sha256: [u8; 32],
}

impl<'a> Prepared<'a> {
    pub(super) fn new(entry: &'a Entry) -> Self {
        let draft = text(&entry.submission);
        Self { entry, sha256: value::sha256(&draft), draft }
    }
}

/// The one JSON text of a submission: fields in the order of the struct, answers in the order of
/// their ids, no white space.
fn text(submission: &Submission) -> String {
    serde_json::to_string(submission).expect("a submission is plain data with text keys")
}

/// What is in the log under an id.
struct Known {
    receipt: Receipt,
    sha256: Vec<u8>,
}

impl Known {
    fn compare(&self, sha256: [u8; 32]) -> Recorded {
        if self.sha256 == sha256 { Recorded::Same(self.receipt) } else { Recorded::Conflict }
    }
}

/// Appends within a transaction that holds the write lock.
pub(super) async fn append(
    connection: &mut SqliteConnection,
    prepared: &[Prepared<'_>],
) -> Result<Vec<Recorded>, StoreError> {
    let ids: Vec<_> = prepared.iter().map(|one| one.entry.submission.draft().id).collect();
    let mut known = find(&mut *connection, &ids).await?;
    let mut position = log_end::head(&mut *connection).await?;
    let mut new = Vec::new();
    let mut recorded = Vec::with_capacity(prepared.len());
    for (one, id) in prepared.iter().zip(ids) {
        if let Some(known) = known.get(&id) {
            recorded.push(known.compare(one.sha256));
            continue;
        }
        position += 1;
        let receipt = Receipt { position, received_at: value::whole_ms(one.entry.received_at) };
        known.insert(id, Known { receipt, sha256: one.sha256.to_vec() });
        new.push((receipt, one));
        recorded.push(Recorded::Created(receipt));
    }
    if new.is_empty() {
        return Ok(recorded);
    }
    let mut ends: BTreeMap<&WaveId, (u64, u64)> = BTreeMap::new();
    for (receipt, one) in &new {
        let (end, added) = ends.entry(&one.entry.submission.draft().wave).or_default();
        (*end, *added) = (receipt.position, *added + 1);
    }
    for (wave, (end, added)) in ends {
        log_end::advance(&mut *connection, wave, Contents::Submissions, end, added).await?;
    }
    let mut bulks = new.chunks_exact(ROWS_PER_INSERT);
    for bulk in bulks.by_ref() {
        insert(&mut *connection, bulk).await?;
    }
    // One by one, so that there are two statements to keep prepared and not fifty.
    for single in bulks.remainder().chunks(1) {
        insert(&mut *connection, single).await?;
    }
    log_end::set_head(&mut *connection, position).await?;
    Ok(recorded)
}

/// What the log has under these ids.
async fn find(
    executor: impl SqliteExecutor<'_>,
    ids: &[SubmissionId],
) -> Result<HashMap<SubmissionId, Known>, StoreError> {
    // As one JSON value, so that the statement is the same for any number of ids.
    let ids: Vec<_> = ids.iter().map(|id| id.uuid().simple().to_string()).collect();
    let ids = serde_json::to_string(&ids).expect("a list of texts");
    let rows: Vec<(Vec<u8>, i64, i64, Vec<u8>)> = sqlx::query_as(
        "SELECT id, position, received_at_ms, draft_sha256 FROM submissions
         WHERE id IN (SELECT unhex(value) FROM json_each(?1))",
    )
    .bind(ids)
    .fetch_all(executor)
    .await?;
    rows.into_iter()
        .map(|(id, position, received_at_ms, sha256)| {
            let id = Uuid::from_slice(&id).map_err(|error| value::corrupt("an id", error))?;
            let position = value::unsigned("a position", position)?;
            let received_at = value::time("a receipt time", received_at_ms)?;
            Ok((
                SubmissionId::new(id),
                Known { receipt: Receipt { position, received_at }, sha256 },
            ))
        })
        .collect()
}

async fn insert(
    connection: &mut SqliteConnection,
    rows: &[(Receipt, &Prepared<'_>)],
) -> Result<(), StoreError> {
    let mut statement = QueryBuilder::<Sqlite>::new(
        "INSERT INTO submissions (position, id, wave, received_at_ms, source, unit, channel,
         respondent_type, staff_helped, procedure_group, stratum, psu, weight, fpc, draft,
         draft_sha256) ",
    );
    statement.push_values(rows, |mut row, (receipt, one)| {
        let Entry { submission, received_at: _, source, unit, channel, context, sampling } =
            one.entry;
        let Context { respondent_type, staff_helped, procedure_group } = context;
        row.push_bind(value::clamp(receipt.position))
            .push_bind(submission.draft().id.uuid().as_bytes().as_slice())
            .push_bind(submission.draft().wave.as_str())
            .push_bind(receipt.received_at.as_millisecond())
            .push_bind(source.as_str())
            .push_bind(unit.to_string())
            .push_bind(channel.as_str())
            .push_bind(respondent_type.as_str())
            .push_bind(*staff_helped)
            .push_bind(procedure_group.as_ref().map(ProcedureGroup::as_str))
            .push_bind(
                sampling.as_ref().and_then(|one| one.stratum.as_ref()).map(SampleLabel::as_str),
            )
            .push_bind(sampling.as_ref().map(|one| one.psu.as_str()))
            .push_bind(sampling.as_ref().map(|one| one.weight.get()))
            .push_bind(sampling.as_ref().and_then(|one| one.fpc).map(PopulationSize::get))
            .push_bind(one.draft.as_str())
            .push_bind(one.sha256.as_slice());
    });
    statement.build().execute(connection).await?;
    Ok(())
}
