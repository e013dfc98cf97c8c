//! Stores the id and the number of the form that is being filled in, until it is sent.
//!
//! Only these are kept, never an answer. The id makes every attempt to send one form the same
//! attempt, also after the page was reloaded; the number tells an analyst which sessions are
//! missing.

use survey_defs::ids::SubmissionId;

pub use super::database::Error;
use super::database::{META, META_SEQUENCE, SESSIONS, field, number, open, record, settled, whole};
use super::form_address::FormAddress;

/// A session that has begun.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StoredSession {
    /// The id of the form.
    pub id: SubmissionId,
    /// The number of the session on this device, from 1.
    pub sequence: u64,
}

/// The session at this address: the one that is stored, or else a new one with the id `fresh` and
/// the next number, which then is.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn begin(address: &FormAddress, fresh: SubmissionId) -> Result<StoredSession, Error> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS, META])?;
    let sessions = transaction.store(SESSIONS)?;
    let meta = transaction.store(META)?;
    let address = address.key().into();
    let stored = settled(&sessions.get(&address)?).await?;
    let id = field(&stored, "id").as_string().and_then(|id| id.parse().ok()).unwrap_or(fresh);
    let mut sequence = whole(&field(&stored, "sequence"));
    // None is stored either, or its session began before sessions were counted.
    if sequence == 0 {
        sequence = whole(&settled(&meta.get(&META_SEQUENCE.into())?).await?) + 1;
        let counted = number(sequence);
        let fields = [("place", &address), ("id", &id.to_string().into()), ("sequence", &counted)];
        sessions.put(&record(&fields)?)?;
        meta.put_with_key(&counted, &META_SEQUENCE.into())?;
    }
    transaction.complete().await?;
    Ok(StoredSession { id, sequence })
}

/// Whether the session with this id is still open at this address. Where the browser keeps nothing,
/// nothing was sealed either.
pub async fn is_open(address: &FormAddress, id: SubmissionId) -> bool {
    let Ok(connection) = open().await else { return true };
    let Ok(request) = connection.read(SESSIONS).and_then(|s| Ok(s.get(&address.key().into())?))
    else {
        return true;
    };
    let Ok(stored) = settled(&request).await else { return true };
    field(&stored, "id").as_string().as_deref() == Some(&id.to_string())
}

/// Ends the session at this address without a record.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn end(address: &FormAddress) -> Result<(), Error> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS])?;
    transaction.store(SESSIONS)?.delete(&address.key().into())?;
    transaction.complete().await
}

/// How many sessions have begun on this device.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn begun() -> Result<u64, Error> {
    let connection = open().await?;
    Ok(whole(&settled(&connection.read(META)?.get(&META_SEQUENCE.into())?).await?))
}
