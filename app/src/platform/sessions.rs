//! Stores the id and the number of the form that is being filled in, until it is sent.
//!
//! Only these are kept, never an answer. The id makes every attempt to send one form the same
//! attempt, also after the page was reloaded; the number tells an analyst which sessions are
//! missing.

use survey_defs::ids::SubmissionId;

pub use super::database::Error;
use super::database::{
    DEADLINE_MS, META, META_SEQUENCE, SESSIONS, field, in_time, number, open, record, settled,
    whole,
};
use super::form_address::FormAddress;

/// Begins the session with this id at this address, and returns its number on this device, from 1. A
/// session that is stored under the same id goes on; another one ends, because its form may have
/// been sent although the browser could not take note of it.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn begin(address: &FormAddress, id: SubmissionId) -> Result<u64, Error> {
    in_time(DEADLINE_MS, stored(address, id)).await
}

async fn stored(address: &FormAddress, id: SubmissionId) -> Result<u64, Error> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS, META])?;
    let sessions = transaction.store(SESSIONS)?;
    let meta = transaction.store(META)?;
    let address = address.key().into();
    let id = id.to_string();
    let stored = settled(&sessions.get(&address)?).await?;
    let goes_on = field(&stored, "id").as_string().as_deref() == Some(&id);
    let mut sequence = if goes_on { whole(&field(&stored, "sequence")) } else { 0 };
    // Another one, or it began before sessions were counted.
    if sequence == 0 {
        sequence = whole(&settled(&meta.get(&META_SEQUENCE.into())?).await?) + 1;
        let counted = number(sequence);
        let fields = [("place", &address), ("id", &id.into()), ("sequence", &counted)];
        sessions.put(&record(&fields)?)?;
        meta.put_with_key(&counted, &META_SEQUENCE.into())?;
    }
    transaction.complete().await?;
    Ok(sequence)
}

/// Whether the session with this id is still open at this address. Where the browser keeps nothing,
/// nothing was sealed either.
pub async fn is_open(address: &FormAddress, id: SubmissionId) -> bool {
    let stored = in_time(DEADLINE_MS, async {
        let connection = open().await?;
        connection.value(SESSIONS, &address.key().into()).await
    });
    let Ok(stored) = stored.await else { return true };
    field(&stored, "id").as_string().as_deref() == Some(&id.to_string())
}

/// Ends the session at this address without a record.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn end(address: &FormAddress) -> Result<(), Error> {
    in_time(DEADLINE_MS, async {
        let connection = open().await?;
        let transaction = connection.write(&[SESSIONS])?;
        transaction.store(SESSIONS)?.delete(&address.key().into())?;
        transaction.complete().await
    })
    .await
}

/// How many sessions have begun on this device.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn begun() -> Result<u64, Error> {
    in_time(DEADLINE_MS, async {
        let connection = open().await?;
        Ok(whole(&connection.value(META, &META_SEQUENCE.into()).await?))
    })
    .await
}
