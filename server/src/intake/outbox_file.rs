//! Records that a device gave out as a file, because it could not send them: staff bring the file,
//! and each record goes the way that it would have gone.

use serde::Deserialize;
use store::StoreError;
use survey_defs::api::{
    OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord, SEALED_OUTBOX_VERSION,
    SealedOutbox, SealedOutboxFormat,
};
use survey_defs::caller::Caller;
use survey_defs::ids::SubmissionId;
use survey_defs::outbox_seal::CannotOpen;
use survey_defs::quarantine::QuarantineReason;
use tracing::info;

use super::sender::{Sender, SenderAddress};
use super::submissions::MAX_BATCH;
use super::{Error, Intake, Refusal, break_offs, devices, submissions};

/// Why a text is not taken as an outbox file.
#[derive(Debug, thiserror::Error)]
pub enum NotAnOutbox {
    /// It has another shape.
    #[error("this is not a file that a device exported")]
    Shape(serde_json::Error),
    /// It ends too early.
    #[error("this file is not complete; copy it from the device once more")]
    Incomplete,
    /// It is of another version.
    #[error("this file has version {0}, but this program reads version {OUTBOX_VERSION}")]
    Version(u32),
    /// A device of another server has sealed it.
    #[error("this file was sealed for another server; import it there")]
    OtherServer,
    /// It cannot be opened.
    #[error("this file is damaged; export it from the device once more")]
    Sealed(#[from] CannotOpen),
    /// The key cannot be read.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<serde_json::Error> for NotAnOutbox {
    fn from(error: serde_json::Error) -> Self {
        if error.is_eof() { Self::Incomplete } else { Self::Shape(error) }
    }
}

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Its id, as the file has it.
    pub id: SubmissionId,
    /// What it is.
    pub kind: OutboxKind,
    /// What became of it.
    pub outcome: Outcome,
}

/// What became of a record.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is new, and now recorded.
    Recorded,
    /// It was recorded before.
    Repeated,
    /// It is kept, but does not count.
    Quarantined(QuarantineReason),
    /// It is not stored.
    Refused(Refusal),
}

/// Opens an outbox file that a device has sealed, and reads it. Programs before December 2026 did not
/// seal them.
///
/// # Errors
/// [`NotAnOutbox`].
pub async fn open(intake: &Intake, text: &str) -> Result<OutboxFile, NotAnOutbox> {
    /// What every version has.
    #[derive(Deserialize)]
    struct Mark {
        #[serde(rename = "format")]
        _format: SealedOutboxFormat,
        version: u32,
    }
    // Editors put a mark of the encoding before a text.
    let text = text.trim_start_matches('\u{feff}');
    let Mark { _format, version } = match serde_json::from_str(text) {
        Ok(mark) => mark,
        Err(error) if error.is_eof() => return Err(NotAnOutbox::Incomplete),
        Err(_) => return read(text),
    };
    if version != SEALED_OUTBOX_VERSION {
        return Err(NotAnOutbox::Version(version));
    }
    let SealedOutbox { format: _, version: _, key, sealed } = serde_json::from_str(text)?;
    let secret = devices::outbox_secret(intake).await?.filter(|secret| secret.key() == key);
    read(&secret.ok_or(NotAnOutbox::OtherServer)?.open(&sealed)?)
}

/// Reads an outbox file that is not sealed.
///
/// # Errors
/// [`NotAnOutbox`].
pub fn read(text: &str) -> Result<OutboxFile, NotAnOutbox> {
    /// What every version has.
    #[derive(Deserialize)]
    struct Mark {
        #[serde(rename = "format")]
        _format: OutboxFormat,
        version: u32,
    }
    let Mark { _format, version } = serde_json::from_str(text)?;
    if version == OUTBOX_VERSION {
        Ok(serde_json::from_str(text)?)
    } else {
        Err(NotAnOutbox::Version(version))
    }
}

/// Takes the records of a file, submissions first. Importing a file again is harmless.
///
/// # Errors
/// Those of the store; importing the file again is safe then.
pub async fn import(
    intake: &Intake,
    file: &OutboxFile,
    caller: &Caller,
) -> Result<Vec<Imported>, Error> {
    let of_kind = |kind| file.records.iter().filter(move |record| record.kind == kind);
    let by = (&Sender::Staff, SenderAddress::default());
    let records: Vec<&OutboxRecord> = of_kind(OutboxKind::Submission).collect();
    let mut imported = Vec::with_capacity(file.records.len());
    for batch in records.chunks(MAX_BATCH) {
        let outcomes = submissions::take(intake, &bodies(batch), by).await?;
        for (record, outcome) in batch.iter().zip(outcomes) {
            let outcome = match outcome {
                submissions::Outcome::Created(_) => Outcome::Recorded,
                submissions::Outcome::Repeated(_) => Outcome::Repeated,
                submissions::Outcome::Quarantined { reason, .. } => Outcome::Quarantined(reason),
                submissions::Outcome::NotNow(too_many) => return Err(too_many.into()),
                submissions::Outcome::Refused(refusal) => Outcome::Refused(refusal),
            };
            imported.push(Imported { id: record.id, kind: record.kind, outcome });
        }
    }
    let records: Vec<&OutboxRecord> = of_kind(OutboxKind::BreakOff).collect();
    for batch in records.chunks(MAX_BATCH) {
        let outcomes = break_offs::take(intake, &bodies(batch), &Sender::Staff).await?;
        imported.extend(batch.iter().zip(outcomes).map(|(record, outcome)| {
            let outcome = match outcome {
                break_offs::Outcome::Created(_) => Outcome::Recorded,
                break_offs::Outcome::Repeated(_) => Outcome::Repeated,
                break_offs::Outcome::Refused(refusal) => Outcome::Refused(refusal),
            };
            Imported { id: record.id, kind: record.kind, outcome }
        }));
    }
    info!(records = imported.len(), actor = caller.actor().kind(), "an outbox file was imported");
    Ok(imported)
}

fn bodies<'a>(records: &[&'a OutboxRecord]) -> Vec<&'a str> {
    records.iter().map(|record| record.body.as_str()).collect()
}
