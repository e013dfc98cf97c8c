//! Records that a device gave out as a file, because it could not send them: staff bring the file,
//! and each record goes the way that it would have gone.

use serde::Deserialize;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{
    OUTBOX_VERSION, OutboxFile, OutboxFormat, OutboxKind, OutboxRecord, QuarantineReason,
    RecordStatus,
};
use survey_defs::ids::SubmissionId;

use crate::http::error::ApiError;
use crate::http::state::AppState;
use crate::intake::devices::Sender;
use crate::intake::submissions::MAX_BATCH;
use crate::intake::{break_offs, submissions};

/// Why a text is not taken as an outbox file.
#[derive(Debug, thiserror::Error)]
pub enum NotAnOutbox {
    /// It has another shape.
    #[error("this is no file that a device gave out")]
    Shape(#[from] serde_json::Error),
    /// It is of another version.
    #[error("this file has version {0}, but this program reads version {OUTBOX_VERSION}")]
    Version(u32),
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
    Refused(Box<Problem>),
}

/// Reads an outbox file.
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
/// `unavailable` if the store does not answer; importing the file again is safe then.
pub async fn import(state: &AppState, file: &OutboxFile) -> Result<Vec<Imported>, ApiError> {
    let of_kind = |kind| file.records.iter().filter(move |record| record.kind == kind);
    let submissions: Vec<&OutboxRecord> = of_kind(OutboxKind::Submission).collect();
    let mut imported = Vec::with_capacity(file.records.len());
    for batch in submissions.chunks(MAX_BATCH) {
        let results = submissions::take(state, &bodies(batch), &Sender::Staff).await?;
        imported.extend(batch.iter().zip(results).map(|(record, result)| {
            let status = result.receipt.map(|receipt| receipt.status);
            let outcome = match (status, result.problem) {
                (Some(RecordStatus::Quarantined(reason)), _) => Outcome::Quarantined(reason),
                (Some(RecordStatus::Recorded), _) => acknowledged(result.status),
                (None, problem) => refused(problem),
            };
            Imported { id: record.id, kind: record.kind, outcome }
        }));
    }
    let break_offs: Vec<&OutboxRecord> = of_kind(OutboxKind::BreakOff).collect();
    for batch in break_offs.chunks(MAX_BATCH) {
        let results = break_offs::take(state, &bodies(batch), &Sender::Staff).await?;
        imported.extend(batch.iter().zip(results).map(|(record, result)| {
            let outcome = match result.receipt {
                Some(_) => acknowledged(result.status),
                None => refused(result.problem),
            };
            Imported { id: record.id, kind: record.kind, outcome }
        }));
    }
    Ok(imported)
}

fn bodies<'a>(records: &[&'a OutboxRecord]) -> Vec<&'a str> {
    records.iter().map(|record| record.body.as_str()).collect()
}

fn acknowledged(status: u16) -> Outcome {
    if status == 201 { Outcome::Recorded } else { Outcome::Repeated }
}

fn refused(problem: Option<Problem>) -> Outcome {
    let problem = problem.unwrap_or_else(|| Problem::new(ProblemCode::Internal));
    Outcome::Refused(Box::new(problem))
}
