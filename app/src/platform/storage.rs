//! Asks how much the browser still stores, and for how long.

use std::cell::Cell;

use js_sys::{Function, Promise, Reflect};
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use super::database::{DEADLINE_MS, Error, META, field, in_time, open};
use super::deadline::within;

/// Whether another form fits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Room {
    /// It does, and many more.
    Enough,
    /// It may not: no form must be begun that could not be stored.
    Full,
    /// The browser does not tell, and nothing has failed so far.
    Unknown,
}

/// Below this nothing is begun: many hundreds of forms, because browsers only estimate, count more
/// than the text of a record, and free space late.
const LEAST_BYTES: f64 = 2.0 * 1024.0 * 1024.0;

/// What a device must be able to store after it was full once, in characters: two of the largest
/// records.
const TRIAL_LENGTH: usize = 128 * 1024;
const TRIAL_KEY: &str = "trial";

thread_local! {
    /// Whether the last attempt to store something has failed for lack of room.
    static WAS_FULL: Cell<bool> = const { Cell::new(false) };
}

/// Whether another form fits. To be asked before a session begins.
pub async fn room() -> Room {
    // What really happened counts for more than an estimate.
    if was_full() {
        note(in_time(DEADLINE_MS, try_to_store()).await);
        if was_full() {
            return Room::Full;
        }
    }
    let estimate = manager("estimate").await.unwrap_or_default();
    let free = field(&estimate, "quota").as_f64().zip(field(&estimate, "usage").as_f64());
    judge(free.map(|(quota, usage)| quota - usage))
}

fn judge(free_bytes: Option<f64>) -> Room {
    match free_bytes {
        Some(free) if free < LEAST_BYTES => Room::Full,
        Some(_) => Room::Enough,
        None => Room::Unknown,
    }
}

/// Asks the browser to keep what is stored even if it needs the space; true if it promises.
///
/// Some browsers ask the person, so it is called only where it matters: when a device is enrolled,
/// and once when a record could not be sent at once.
pub async fn persist() -> bool {
    manager("persist").await.is_some_and(|kept| kept.is_truthy())
}

/// Whether the browser has promised that.
pub async fn is_persisted() -> bool {
    manager("persisted").await.is_some_and(|kept| kept.is_truthy())
}

/// Whether the last attempt to store something has failed for lack of room.
pub(super) fn was_full() -> bool {
    WAS_FULL.get()
}

/// Takes note of how an attempt to store something went.
pub(super) fn note(attempt: Result<(), Error>) {
    match attempt {
        Ok(()) => WAS_FULL.set(false),
        Err(Error::Full) => WAS_FULL.set(true),
        // It says nothing about room.
        Err(Error::Broken | Error::Silent) => {}
    }
}

async fn try_to_store() -> Result<(), Error> {
    let connection = open().await?;
    let transaction = connection.write(&[META])?;
    let trial = "x".repeat(TRIAL_LENGTH);
    transaction.store(META)?.put_with_key(&trial.into(), &TRIAL_KEY.into())?;
    transaction.complete().await?;
    let transaction = connection.write(&[META])?;
    transaction.store(META)?.delete(&TRIAL_KEY.into())?;
    transaction.complete().await
}

/// How long the browser may think about its storage before the program goes on without an answer.
const ADVICE_MS: u32 = 1_000;

/// Calls a method of the browser's storage manager, which old browsers and pages that are not
/// served securely lack; none also if it does not answer.
async fn manager(method: &str) -> Option<JsValue> {
    let manager = Reflect::get(&web_sys::window()?.navigator(), &"storage".into()).ok()?;
    let method: Function = Reflect::get(&manager, &method.into()).ok()?.dyn_into().ok()?;
    let promise: Promise = method.call0(&manager).ok()?.dyn_into().ok()?;
    within(ADVICE_MS, JsFuture::from(promise)).await?.ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_begun_when_little_is_left() {
        for (free, expected) in [
            (None, Room::Unknown),
            (Some(-1.0), Room::Full),
            (Some(0.0), Room::Full),
            (Some(LEAST_BYTES - 1.0), Room::Full),
            (Some(LEAST_BYTES), Room::Enough),
            (Some(f64::INFINITY), Room::Enough),
        ] {
            assert_eq!(judge(free), expected, "{free:?}");
        }
    }

    #[test]
    fn a_full_device_stays_full_until_something_was_stored() {
        assert!(!was_full());
        for (attempt, expected) in [
            (Err(Error::Broken), false),
            (Err(Error::Full), true),
            (Err(Error::Broken), true),
            (Ok(()), false),
        ] {
            note(attempt);
            assert_eq!(was_full(), expected, "{attempt:?}");
        }
    }
}
