//! The id of the form that is being filled in, kept until it is sent.
//!
//! Only the id is kept, never an answer: it makes every attempt to send one form the same attempt,
//! also after the page was reloaded.

use survey_defs::ids::SubmissionId;

pub use super::database::Error;
use super::database::{SESSIONS, field, open, record, settled};
use super::place::Place;

/// The id for the form at this place: the one that is stored, or else `fresh`, which then is.
///
/// # Errors
/// [`Error`] if the browser keeps nothing.
pub async fn begin(place: &Place, fresh: SubmissionId) -> Result<SubmissionId, Error> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS])?;
    let sessions = transaction.store(SESSIONS)?;
    let place = place.key().into();
    let stored = settled(&sessions.get(&place)?).await?;
    let stored = field(&stored, "id").as_string().and_then(|id| id.parse().ok());
    if stored.is_none() {
        sessions.put(&record(&[("place", &place), ("id", &fresh.to_string().into())])?)?;
    }
    transaction.complete().await?;
    Ok(stored.unwrap_or(fresh))
}
