//! Stores the records of the outbox.

use js_sys::{Array, Reflect};
use survey_defs::ids::SubmissionId;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{IdbCursor, IdbCursorDirection, IdbKeyRange, IdbObjectStore};

use super::batch::MOST_RECORDS;
use super::kind::Kind;
use super::rest::Rest;
use super::verdict::{Verdict, is_final};
use crate::platform::database::{
    DEADLINE_MS, DEVICE, Error, IDENTITY, META, META_EXPIRED, META_LAST_SUCCESS, ORDER, OUTBOX,
    REFUSED, SEAL_DEADLINE_MS, SESSIONS, field, in_time, number, open, record, settled, whole,
};
use crate::platform::form_address::FormAddress;
use crate::platform::storage;

/// One record.
pub(super) struct Record {
    pub(super) id: String,
    pub(super) kind: Kind,
    /// Its place in the queue, from 1.
    pub(super) order: f64,
    /// The text that is posted, the same at every attempt.
    pub(super) body: String,
    /// How it has fared so far.
    pub(super) rest: Rest,
}

/// The version of this program.
const VERSION: &str = env!("CARGO_PKG_VERSION");

/// What has become of a record that was sealed on this device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Fate {
    /// The server has it, or it never was here.
    #[default]
    Recorded,
    /// It will be posted.
    Waiting,
    /// The server has refused it for good.
    Refused,
}

/// What is on the device.
pub(super) struct Stock {
    /// Records that wait.
    pub(super) pending: u32,
    /// Records that the server has refused for good.
    pub(super) refused: u32,
    /// Completed forms that were given up, until somebody is told.
    pub(super) expired: u32,
    /// When the server last took a record, in milliseconds; 0 if it never did.
    pub(super) last_success_ms: u64,
    /// Whether this is a device at a counter.
    pub(super) is_enrolled: bool,
    /// The oldest of those that wait.
    pub(super) next: Vec<Record>,
    /// What has become of the record that was asked for.
    pub(super) latest: Fate,
}

/// Why a record is not in the outbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SealError {
    /// The id is no longer this session's: another tab has sent a form with it.
    #[error("the id of the form was used in another tab")]
    IdUsed,
    /// There is no room left.
    #[error("the browser's storage is full")]
    Full,
    /// The browser keeps nothing.
    #[error("the browser's storage does not work or does not answer")]
    Storage,
}

impl From<Error> for SealError {
    fn from(error: Error) -> Self {
        match error {
            Error::Full => Self::Full,
            Error::Broken | Error::Silent => Self::Storage,
        }
    }
}

impl From<JsValue> for SealError {
    fn from(error: JsValue) -> Self {
        Error::from(error).into()
    }
}

/// Puts a completed form into the outbox and ends its session, both or neither. Returns when the
/// browser has stored it. `is_begun` says whether the session was stored when it began; one that was
/// not is in no other tab either.
///
/// # Errors
/// See [`SealError`]. Nothing has changed then.
pub async fn seal(
    address: &FormAddress,
    id: SubmissionId,
    (body, is_begun): (&str, bool),
) -> Result<(), SealError> {
    let put = put(address, id, (Kind::Submission, body), is_begun);
    noted(in_time(SEAL_DEADLINE_MS, put).await)
}

/// Puts the report of a form that was not finished into the outbox and ends its session, both or
/// neither.
///
/// # Errors
/// See [`SealError`]. Nothing has changed then; in particular the session is still there.
pub async fn seal_break_off(
    address: &FormAddress,
    id: SubmissionId,
    body: &str,
) -> Result<(), SealError> {
    noted(in_time(SEAL_DEADLINE_MS, put(address, id, (Kind::BreakOff, body), true)).await)
}

fn noted(sealed: Result<(), SealError>) -> Result<(), SealError> {
    match sealed {
        Ok(()) => storage::note(Ok(())),
        Err(SealError::Full) => storage::note(Err(Error::Full)),
        Err(SealError::IdUsed | SealError::Storage) => {}
    }
    sealed
}

async fn put(
    address: &FormAddress,
    id: SubmissionId,
    (kind, body): (Kind, &str),
    is_begun: bool,
) -> Result<(), SealError> {
    let connection = open().await?;
    let transaction = connection.write(&[SESSIONS, OUTBOX])?;
    let sessions = transaction.store(SESSIONS)?;
    let outbox = transaction.store(OUTBOX)?;
    let address = address.key().into();
    let id = id.to_string();
    let session = settled(&sessions.get(&address)?).await?;
    if field(&session, "id").as_string().as_deref() == Some(&id) {
        sessions.delete(&address)?;
    } else {
        // The browser may have stored it after nobody waited for that any more.
        let earlier = settled(&outbox.get(&id.as_str().into())?).await?;
        if field(&earlier, "body").as_string().as_deref() == Some(body) {
            return Ok(());
        }
        if is_begun || !earlier.is_undefined() {
            return Err(SealError::IdUsed);
        }
    }
    let order = last_order(&outbox).await? + 1.0;
    let rest = Rest::default();
    outbox.add(&stored(&Record { id, kind, order, body: body.into(), rest }, rest)?)?;
    Ok(transaction.complete().await?)
}

/// A record as it is stored. A new one is added and not put: an id that is here already is never
/// overwritten.
fn stored(new: &Record, rest: Rest) -> Result<JsValue, Error> {
    record(&[
        ("id", &new.id.as_str().into()),
        ("kind", &new.kind.word().into()),
        ("order", &new.order.into()),
        ("body", &new.body.as_str().into()),
        ("tries", &number(rest.tries)),
        ("since", &number(rest.since)),
        ("server_since", &number(rest.server_since)),
        ("again", &number(rest.again)),
        ("version", &VERSION.into()),
    ])
}

/// The place in the queue of the newest record; 0 if there is none.
pub(super) async fn last_order(outbox: &IdbObjectStore) -> Result<f64, Error> {
    let request = outbox
        .index(ORDER)?
        .open_key_cursor_with_range_and_direction(&JsValue::NULL, IdbCursorDirection::Prev)?;
    let cursor = settled(&request).await?;
    let key = cursor.dyn_ref::<IdbCursor>().and_then(|cursor| cursor.key().ok());
    Ok(key.and_then(|key| key.as_f64()).unwrap_or(0.0))
}

/// How much there is, the oldest records after a place in the queue, and what has become of one.
pub(super) async fn stock(after: f64, latest: Option<SubmissionId>) -> Result<Stock, Error> {
    in_time(DEADLINE_MS, counted(after, latest)).await
}

async fn counted(after: f64, latest: Option<SubmissionId>) -> Result<Stock, Error> {
    let connection = open().await?;
    let reading = connection.read(&[OUTBOX, REFUSED, META, DEVICE])?;
    let outbox = reading.store(OUTBOX)?;
    let range = IdbKeyRange::lower_bound_with_open(&after.into(), true)?;
    let most = u32::try_from(MOST_RECORDS).unwrap_or(1);
    // All requests are made before the first answer is awaited, so that the browser has them at
    // once and the transaction stays open.
    let pending = outbox.count()?;
    let set_aside = reading.store(REFUSED)?;
    let refused = set_aside.count()?;
    let latest = JsValue::from(latest.map_or_else(String::new, |id| id.to_string()));
    let latest_waits = outbox.get_key(&latest)?;
    let latest_refused = set_aside.get_key(&latest)?;
    let meta = reading.store(META)?;
    let expired = meta.get(&META_EXPIRED.into())?;
    let last_success = meta.get(&META_LAST_SUCCESS.into())?;
    let enrolled = reading.store(DEVICE)?.get_key(&IDENTITY.into())?;
    let next = outbox.index(ORDER)?.get_all_with_key_and_limit(&range, most)?;
    let next = settled(&next).await?;
    let count = |request: &web_sys::IdbRequest| {
        u32::try_from(whole(&request.result()?)).map_err(|_| Error::Broken)
    };
    Ok(Stock {
        // The last request is answered last.
        pending: count(&pending)?,
        refused: count(&refused)?,
        expired: count(&expired)?,
        last_success_ms: whole(&last_success.result()?),
        is_enrolled: !enrolled.result()?.is_undefined(),
        latest: if !latest_waits.result()?.is_undefined() {
            Fate::Waiting
        } else if !latest_refused.result()?.is_undefined() {
            Fate::Refused
        } else {
            Fate::Recorded
        },
        next: next.unchecked_ref::<Array>().iter().filter_map(|value| read(&value)).collect(),
    })
}

/// Reads a record; none if a later release has written it, which will also send it.
pub(super) fn read(value: &JsValue) -> Option<Record> {
    let text = |name| field(value, name).as_string();
    Some(Record {
        id: text("id")?,
        kind: Kind::read(text("kind").as_deref())?,
        order: field(value, "order").as_f64().unwrap_or_default(),
        body: text("body")?,
        rest: Rest {
            tries: whole(&field(value, "tries")),
            since: whole(&field(value, "since")),
            server_since: whole(&field(value, "server_since")),
            again: whole(&field(value, "again")),
            is_of_other_version: text("version").as_deref() != Some(VERSION),
        },
    })
}

/// Does to records what the server has decided: forgets those that it has, puts those aside that
/// it will never take, with the status that it answered, and lets those rest that it does not take
/// now, or gives them up; `expired` is how many were given up before.
///
/// Without a record, `expired` is kept, and what an earlier release gave up too soon is taken up.
pub(super) async fn settle(
    records: &[Record],
    verdicts: &[Verdict],
    (now_ms, expired): (u64, u32),
) -> Result<(), Error> {
    in_time(DEADLINE_MS, written(records, verdicts, (now_ms, expired))).await
}

async fn written(
    records: &[Record],
    verdicts: &[Verdict],
    (now_ms, mut expired): (u64, u32),
) -> Result<(), Error> {
    let connection = open().await?;
    let transaction = connection.write(&[OUTBOX, REFUSED, META])?;
    let outbox = transaction.store(OUTBOX)?;
    let refused = transaction.store(REFUSED)?;
    let meta = transaction.store(META)?;
    for (tried, verdict) in records.iter().zip(verdicts) {
        let id = tried.id.as_str().into();
        match verdict {
            Verdict::Recorded => {
                meta.put_with_key(&number(now_ms), &META_LAST_SUCCESS.into())?;
            }
            Verdict::Refused { status } => {
                let fields = [
                    ("id", &id),
                    ("kind", &tried.kind.word().into()),
                    ("body", &tried.body.as_str().into()),
                    ("status", &(*status).into()),
                ];
                refused.put(&record(&fields)?)?;
            }
            Verdict::NotNow(answer) => {
                if let Some(rest) = tried.rest.after_answer(now_ms, *answer) {
                    outbox.put(&stored(tried, rest)?)?;
                    continue;
                }
                expired += u32::from(tried.kind == Kind::Submission);
                meta.put_with_key(&expired.into(), &META_EXPIRED.into())?;
            }
            Verdict::NoServer { .. } => continue,
        }
        outbox.delete(&id)?;
    }
    if records.is_empty() {
        meta.put_with_key(&expired.into(), &META_EXPIRED.into())?;
        for old in settled(&refused.get_all()?).await?.unchecked_ref::<Array>().iter() {
            if !u16::try_from(whole(&field(&old, "status"))).is_ok_and(is_final) {
                refused.delete(&field(&old, "id"))?;
                // Before those that wait, in any order.
                Reflect::set(&old, &ORDER.into(), &js_sys::Math::random().into())?;
                outbox.add(&old)?;
            }
        }
    }
    transaction.complete().await
}
