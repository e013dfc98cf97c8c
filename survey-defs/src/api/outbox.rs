//! Defines the outbox file, in which a device hands over records that it could not send.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::ids::SubmissionId;
use crate::outbox_seal::OutboxKey;

/// The version of [`OutboxFile`] that is written.
pub const OUTBOX_VERSION: u32 = 1;

/// What waits on a device, as a file: the last resort where nothing can be sent. `thuocdo outbox
/// import` takes it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxFile {
    /// That it is such a file.
    pub format: OutboxFormat,
    /// Which version of it; see [`OUTBOX_VERSION`].
    pub version: u32,
    /// When it was written, by the device's clock.
    pub exported_at: Timestamp,
    /// The records, also those that the server has refused.
    pub records: Vec<OutboxRecord>,
}

/// The version of [`SealedOutbox`] that is written.
pub const SEALED_OUTBOX_VERSION: u32 = 1;

/// An [`OutboxFile`] that only the server of the device can read: what a device gives out.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SealedOutbox {
    /// That it is such a file.
    pub format: SealedOutboxFormat,
    /// Which version of it; see [`SEALED_OUTBOX_VERSION`].
    pub version: u32,
    /// The key to which it was sealed.
    pub key: OutboxKey,
    /// The JSON of an [`OutboxFile`], sealed, in base64url without padding.
    pub sealed: String,
}

/// The mark of a sealed outbox file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum SealedOutboxFormat {
    /// The only one.
    #[serde(rename = "thuocdo-sealed-outbox")]
    SealedOutbox,
}

/// The mark of an outbox file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum OutboxFormat {
    /// The only one.
    #[serde(rename = "thuocdo-outbox")]
    Outbox,
}

/// One record of an outbox.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutboxRecord {
    /// Its id, by which a refusal is named.
    pub id: SubmissionId,
    /// What it is.
    pub kind: OutboxKind,
    /// The text that would have been posted.
    pub body: String,
}

// By hand: the body has answers, and a debug text ends up in a log line.
impl std::fmt::Debug for OutboxRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { id, kind, body: _ } = self;
        f.debug_struct("OutboxRecord").field("id", id).field("kind", kind).finish_non_exhaustive()
    }
}

/// What a record of an outbox is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutboxKind {
    /// A completed form.
    Submission,
    /// A form that was not finished.
    BreakOff,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_as_the_browser_writes_it() {
        let text = r#"{"format":"thuocdo-outbox","version":1,"exported_at":"2026-03-02T03:00:00Z",
            "records":[{"id":"00000000-0000-0000-0000-000000000001","kind":"break_off","body":"{}"}]}"#;
        let file: OutboxFile = serde_json::from_str(text).unwrap();
        assert_eq!(file.version, OUTBOX_VERSION);
        assert_eq!(file.records[0].kind, OutboxKind::BreakOff);
        let again = serde_json::to_string(&file).unwrap();
        assert_eq!(serde_json::from_str::<OutboxFile>(&again).unwrap(), file);
        assert!(!format!("{file:?}").contains("{}"), "no body in a log line");
        let other = text.replace("thuocdo-outbox", "outbox");
        assert!(serde_json::from_str::<OutboxFile>(&other).is_err());
    }
}
