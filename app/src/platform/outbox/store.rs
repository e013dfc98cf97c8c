//! The records of the outbox.

use survey_defs::ids::SubmissionId;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{IdbCursor, IdbCursorDirection, IdbCursorWithValue, IdbKeyRange, IdbObjectStore};

use crate::platform::database::{
    Error, ORDER, OUTBOX, REFUSED, SESSIONS, field, open, record, settled,
};
use crate::platform::place::Place;

/// One completed form.
pub(super) struct Record {
    pub(super) id: String,
    /// Its place in the queue, from 1.
    pub(super) order: f64,
    /// The text that is posted, the same at every attempt.
    pub(super) body: String,
}

/// Why a form is not in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The id is no longer this session's: another tab has sent a form with it.
    #[error("the id of the form was used in another tab")]
    IdUsed,
    /// The browser keeps nothing.
    #[error(transparent)]
    Storage(#[from] Error),
}

impl From<JsValue> for SealError {
    fn from(error: JsValue) -> Self {
        Self::Storage(error.into())
    }
}

/// Puts a completed form into the outbox and ends its session, both or neither. Returns when the
/// browser has stored it.
///
/// # Errors
/// See [`SealError`]. Nothing has changed then.
pub async fn seal(place: &Place, id: SubmissionId, body: &str) -> Result<(), SealError> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS, OUTBOX])?;
    let sessions = transaction.store(SESSIONS)?;
    let outbox = transaction.store(OUTBOX)?;
    let place = place.key().into();
    let id = id.to_string();
    let session = settled(&sessions.get(&place)?).await?;
    if field(&session, "id").as_string().as_deref() != Some(&id) {
        transaction.abort();
        return Err(SealError::IdUsed);
    }
    let order = last_order(&outbox).await? + 1.0;
    let fields = [("id", &id.into()), ("order", &order.into()), ("body", &body.into())];
    // `add` and not `put`: an id that is here already is never overwritten.
    outbox.add(&record(&fields)?)?;
    sessions.delete(&place)?;
    Ok(transaction.complete().await?)
}

async fn last_order(outbox: &IdbObjectStore) -> Result<f64, Error> {
    let request = outbox
        .index(ORDER)?
        .open_key_cursor_with_range_and_direction(&JsValue::NULL, IdbCursorDirection::Prev)?;
    let cursor = settled(&request).await?;
    let key = cursor.dyn_ref::<IdbCursor>().and_then(|cursor| cursor.key().ok());
    Ok(key.and_then(|key| key.as_f64()).unwrap_or(0.0))
}

/// How many forms wait.
pub(super) async fn count() -> Result<u32, Error> {
    let connection = open().await?;
    let count = settled(&connection.read(OUTBOX)?.count()?).await?.as_f64();
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a count, far below 2^32 on any device"
    )]
    Ok(count.unwrap_or(0.0) as u32)
}

/// The oldest form after a place in the queue.
pub(super) async fn first_after(order: f64) -> Result<Option<Record>, Error> {
    let connection = open().await?;
    let range = IdbKeyRange::lower_bound_with_open(&order.into(), true)?;
    let request = connection.read(OUTBOX)?.index(ORDER)?.open_cursor_with_range(&range)?;
    let cursor = settled(&request).await?;
    let Some(cursor) = cursor.dyn_ref::<IdbCursorWithValue>() else { return Ok(None) };
    let value = cursor.value()?;
    Ok(Some(Record {
        id: field(&value, "id").as_string().ok_or(Error)?,
        order: field(&value, "order").as_f64().ok_or(Error)?,
        body: field(&value, "body").as_string().ok_or(Error)?,
    }))
}

/// Forgets a form that the server has.
pub(super) async fn remove(record: &Record) -> Result<(), Error> {
    let connection = open().await?;
    let transaction = connection.write(&[OUTBOX])?;
    transaction.store(OUTBOX)?.delete(&record.id.as_str().into())?;
    transaction.complete().await
}

/// Puts a form aside that the server will never take, with the status that it answered.
pub(super) async fn refuse(refused: &Record, status: u16) -> Result<(), Error> {
    let connection = open().await?;
    let transaction = connection.write(&[OUTBOX, REFUSED])?;
    let id = refused.id.as_str().into();
    let body = refused.body.as_str().into();
    let fields = [("id", &id), ("body", &body), ("status", &status.into())];
    transaction.store(REFUSED)?.put(&record(&fields)?)?;
    transaction.store(OUTBOX)?.delete(&id)?;
    transaction.complete().await
}
