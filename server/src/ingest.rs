//! One answer's way into the store: parse, find its wave, replay the engine, record, and only
//! then acknowledge.

use jiff::Timestamp;
use store::{Contents, Entry, Quarantined, Recorded, Source};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{QuarantineReason, Receipt, RecordResult, RecordStatus};
use survey_defs::ids::SubmissionId;
use survey_defs::instrument::Instrument;
use survey_defs::submission::{Context, Draft, Invalid, Submission};
use tracing::warn;

use crate::clock::to_millisecond;
use crate::devices::Sender;
use crate::error::ApiError;
use crate::extract::parse;
use crate::state::AppState;

/// The most records of one batch: five minutes of a busy kiosk, and far below the body limit.
pub const MAX_BATCH: usize = 200;

/// The largest record. A full national form has a tenth of it; the limit bounds what a stranger
/// can put into quarantine, and texts whose graphemes are long.
const MAX_RECORD_BYTES: usize = 64 * 1024;

/// What was decided about one record before anything is written.
enum Verdict {
    Record(Box<Entry>),
    Quarantine(Box<Quarantined>),
}

/// A record on its way to its result.
enum Pending {
    Recording(SubmissionId),
    Done(Box<RecordResult>),
}

/// Takes records in order; the result of each stands at its place. All accepted records are
/// committed durably, in one transaction, before this returns.
///
/// # Errors
/// `unavailable` if the store does not answer; then nothing may be assumed about any record, and
/// sending all of them again is safe.
pub async fn take(
    state: &AppState,
    bodies: &[&str],
    sender: &Sender,
) -> Result<Vec<RecordResult>, ApiError> {
    let received_at = to_millisecond(state.clock.now());
    let mut entries = Vec::new();
    let mut pending = Vec::with_capacity(bodies.len());
    for body in bodies {
        pending.push(match decide(state, body, sender, received_at).await {
            Ok(Verdict::Record(entry)) => {
                let id = entry.submission.draft().id;
                entries.push(*entry);
                Pending::Recording(id)
            }
            Ok(Verdict::Quarantine(aside)) => {
                Pending::Done(Box::new(set_aside(state, &aside).await?))
            }
            Err(error) if error.problem().status >= 500 => return Err(error),
            Err(error) => Pending::Done(Box::new(refused(error.into_problem()))),
        });
    }
    let mut recorded = state.store.record(&entries).await?.into_iter();
    let result = |pending| match pending {
        Pending::Done(result) => Ok(*result),
        Pending::Recording(id) => recorded
            .next()
            .map(|recorded| acknowledged(id, recorded))
            .ok_or_else(|| ApiError::caused_by(ProblemCode::Internal, "the store lost a result")),
    };
    pending.into_iter().map(result).collect()
}

/// Refuses a record that is too large to be one.
///
/// # Errors
/// `body_too_large`.
pub(crate) fn check_size(body: &str) -> Result<(), ApiError> {
    if body.len() > MAX_RECORD_BYTES {
        let detail = format!("a record has at most {MAX_RECORD_BYTES} bytes");
        return Err(ApiError::with_detail(ProblemCode::BodyTooLarge, detail));
    }
    Ok(())
}

async fn decide(
    state: &AppState,
    body: &str,
    sender: &Sender,
    received_at: Timestamp,
) -> Result<Verdict, ApiError> {
    check_size(body)?;
    let draft: Draft = parse::<Draft>(body)?.normalised();
    let Some(wave) = state.store.wave(&draft.wave).await? else {
        return Err(ApiError::new(ProblemCode::WaveUnknown));
    };
    let aside = |reason| {
        Ok(Verdict::Quarantine(Box::new(Quarantined {
            submission: draft.id,
            wave: wave.id.clone(),
            reason,
            received_at,
            body: body.to_owned(),
        })))
    };
    if state.store.log_end(&wave.id).await?.contents == Some(Contents::LevelCounts) {
        return Err(ApiError::new(ProblemCode::WaveHoldsCounts));
    }
    let instrument = state.definitions.instrument(&draft.instrument);
    let Some(instrument) = instrument.filter(|_| draft.instrument == wave.instrument) else {
        return aside(QuarantineReason::InstrumentVersion);
    };
    let Some(point) = state.store.point(&wave.id, &draft.point).await? else {
        return aside(QuarantineReason::PointUnknown);
    };
    let submission = accept(instrument, draft.clone())?;
    let device = submission.draft().paradata.as_ref().and_then(|paradata| paradata.device);
    let doubt = match device {
        Some(device) => sender.doubt(state, device, (&wave.id, &point.id)).await?,
        None => None,
    };
    let closed = (!wave.is_open_at(received_at)).then_some(QuarantineReason::WindowClosed);
    // A repetition of what is already recorded is acknowledged whenever and from whomever it comes.
    if let Some(reason) = doubt.map(QuarantineReason::from).or(closed)
        && state.store.recorded(&submission).await?.is_none()
    {
        return aside(reason);
    }
    Ok(Verdict::Record(Box::new(Entry {
        context: Context::read(instrument, &wave, &submission.draft().answers),
        submission,
        received_at,
        source: Source::Api,
        unit: point.unit,
        channel: point.channel,
        sampling: None,
    })))
}

async fn set_aside(state: &AppState, aside: &Quarantined) -> Result<RecordResult, ApiError> {
    warn!(wave.id = %aside.wave, reason = %aside.reason, "a submission goes into quarantine");
    let receipt = Receipt {
        id: aside.submission,
        status: RecordStatus::Quarantined(aside.reason),
        position: None,
        received_at: state.store.quarantine(aside).await?,
    };
    Ok(RecordResult { status: 202, receipt: Some(receipt), problem: None })
}

fn accept(instrument: &Instrument, draft: Draft) -> Result<Submission, ApiError> {
    Submission::accept(instrument, draft).map_err(|Invalid(violations)| {
        let mut problem = Problem::new(ProblemCode::SubmissionInvalid);
        problem.violations = violations;
        ApiError::from(problem)
    })
}

fn acknowledged(id: SubmissionId, recorded: Recorded) -> RecordResult {
    let (status, receipt) = match recorded {
        Recorded::Created(receipt) => (201, receipt),
        Recorded::Same(receipt) => (200, receipt),
        Recorded::Conflict => return refused(Problem::new(ProblemCode::SubmissionConflict)),
    };
    let receipt = Receipt {
        id,
        status: RecordStatus::Recorded,
        position: Some(receipt.position),
        received_at: receipt.received_at,
    };
    RecordResult { status, receipt: Some(receipt), problem: None }
}

fn refused(problem: Problem) -> RecordResult {
    RecordResult { status: problem.status, receipt: None, problem: Some(problem) }
}
