//! One answer's way into the store: parse, find its wave, replay the engine, record, and only
//! then acknowledge.

use std::sync::Arc;

use jiff::Timestamp;
use store::{Contents, Entry, Quarantined, Recorded, Source};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{QuarantineReason, Receipt, RecordResult, RecordStatus};
use survey_defs::ids::{DeviceId, SubmissionId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::submission::{Context, Draft, Invalid, Submission};
use survey_defs::wave::Wave;
use tracing::warn;

use crate::http::error::ApiError;
use crate::http::extract::parse;
use crate::http::state::AppState;
use crate::intake::devices::Sender;
use crate::intake::quarantine;
use crate::system::clock::to_millisecond;

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
    Recording,
    SettingAside(SubmissionId, QuarantineReason),
    Refused(Box<Problem>),
}

/// Takes records in order; the result of each stands at its place. All accepted records are
/// committed durably, in one transaction, before this returns, and so are those kept aside.
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
    let (mut entries, mut sent, mut aside) = (Vec::new(), Vec::new(), Vec::new());
    let mut pending = Vec::with_capacity(bodies.len());
    for body in bodies {
        pending.push(match decide(state, body, sender, received_at).await {
            Ok(Verdict::Record(entry)) => {
                entries.push(*entry);
                sent.push(*body);
                Pending::Recording
            }
            Ok(Verdict::Quarantine(one)) => {
                warn!(wave.id = %one.wave, reason = %one.reason, "a submission goes into quarantine");
                let pending = Pending::SettingAside(one.submission, one.reason);
                aside.push(*one);
                pending
            }
            Err(error) => Pending::Refused(Box::new(error.into_fault_of_sender()?)),
        });
    }
    let mut arrived = state.store.quarantine(&aside).await?.into_iter();
    for (device, _) in aside.iter().filter_map(|one| one.session) {
        state.judged.forget(device);
    }
    let recorded = state.store.record(&entries).await?;
    let mut recorded = answers(state, (&entries, &sent), recorded).await?.into_iter();
    let result = |pending| match pending {
        Pending::Refused(problem) => Ok(refused(*problem)),
        Pending::Recording => recorded.next().ok_or_else(lost),
        Pending::SettingAside(id, reason) => {
            arrived.next().map(|arrived| kept_aside(id, reason, arrived)).ok_or_else(lost)
        }
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

/// The wave of a form, which takes forms.
///
/// # Errors
/// `wave_unknown`, `wave_holds_counts`; `unavailable`.
pub(crate) async fn wave_of_forms(state: &AppState, id: &WaveId) -> Result<Arc<Wave>, ApiError> {
    let wave = state.known.wave(&*state.store, id).await?;
    let wave = wave.ok_or_else(|| ApiError::new(ProblemCode::WaveUnknown))?;
    if state.known.contents(&*state.store, id).await? == Some(Contents::LevelCounts) {
        return Err(ApiError::new(ProblemCode::WaveHoldsCounts));
    }
    Ok(wave)
}

async fn decide(
    state: &AppState,
    body: &str,
    sender: &Sender,
    received_at: Timestamp,
) -> Result<Verdict, ApiError> {
    let Fit { wave, entry } = match examine(state, body, received_at).await? {
        Examined::Fit(fit) => *fit,
        Examined::Unfit { draft, reason } => {
            // Staff may release it later, and are told then if its device was not proved.
            let session = proven_session(state, &draft, sender).await?;
            let (submission, wave, body) = (draft.id, draft.wave, body.to_owned());
            let aside = Quarantined { submission, wave, reason, received_at, session, body };
            return Ok(Verdict::Quarantine(Box::new(aside)));
        }
    };
    let draft = entry.submission.draft();
    let paradata = draft.paradata.as_ref();
    let device = paradata.and_then(|paradata| paradata.device);
    let doubt = match device {
        Some(device) => sender.doubt(state, device, (&wave.id, &draft.point)).await?,
        None => None,
    };
    let (reason, session) = if let Some(doubt) = doubt {
        (QuarantineReason::from(doubt), None)
    } else if wave.is_open_at(received_at) {
        return Ok(Verdict::Record(Box::new(entry)));
    } else if received_at < wave.opens_at {
        (QuarantineReason::WindowClosed, None)
    } else {
        // The device has proved itself, or staff vouch for it.
        let session = device.zip(paradata.and_then(|paradata| paradata.sequence));
        if let Some(session) = session
            && quarantine::proof(state, &wave, session, &entry).await?.is_some()
        {
            return Ok(Verdict::Record(Box::new(entry)));
        }
        (QuarantineReason::WindowClosed, session)
    };
    // A repetition of what is already recorded is acknowledged whenever and from whomever it comes.
    if state.store.recorded(&entry.submission).await?.is_some() {
        return Ok(Verdict::Record(Box::new(entry)));
    }
    let (submission, body) = (draft.id, body.to_owned());
    let wave = wave.id.clone();
    let aside = Quarantined { submission, wave, reason, received_at, session, body };
    Ok(Verdict::Quarantine(Box::new(aside)))
}

/// A record that could be in the log, whenever and from whomever it comes.
pub(crate) struct Fit {
    /// Its wave.
    pub(crate) wave: Arc<Wave>,
    /// What would be recorded.
    pub(crate) entry: Entry,
}

/// What a record is in itself.
pub(crate) enum Examined {
    /// It could be recorded.
    Fit(Box<Fit>),
    /// Something that it names is not there, but may come.
    Unfit {
        /// What was sent.
        draft: Box<Draft>,
        /// What is not there.
        reason: QuarantineReason,
    },
}

/// Parses a record, finds what it names, and replays the engine.
///
/// # Errors
/// The problem of a record that can never be recorded; `unavailable`.
pub(crate) async fn examine(
    state: &AppState,
    body: &str,
    received_at: Timestamp,
) -> Result<Examined, ApiError> {
    check_size(body)?;
    let draft: Draft = parse::<Draft>(body)?.normalised();
    let wave = wave_of_forms(state, &draft.wave).await?;
    let instrument = state.definitions.instrument(&draft.instrument);
    let Some(instrument) = instrument.filter(|_| draft.instrument == wave.instrument) else {
        return Ok(unfit(draft, QuarantineReason::InstrumentVersion));
    };
    let Some(place) = state.known.place(&*state.store, &wave.id, &draft.point).await? else {
        return Ok(unfit(draft, QuarantineReason::PointUnknown));
    };
    let submission = accept(instrument, draft)?;
    let entry = Entry {
        context: Context::read(instrument, &wave, &submission.draft().answers),
        submission,
        received_at,
        source: Source::Api,
        unit: place.unit,
        channel: place.channel,
        sampling: None,
    };
    Ok(Examined::Fit(Box::new(Fit { wave, entry })))
}

fn kept_aside(id: SubmissionId, reason: QuarantineReason, received_at: Timestamp) -> RecordResult {
    let status = RecordStatus::Quarantined(reason);
    let receipt = Receipt { id, status, position: None, received_at };
    RecordResult { status: 202, receipt: Some(receipt), problem: None }
}

fn unfit(draft: Draft, reason: QuarantineReason) -> Examined {
    Examined::Unfit { draft: Box::new(draft), reason }
}

/// The session of a record, if the device that it names has proved itself.
async fn proven_session(
    state: &AppState,
    draft: &Draft,
    sender: &Sender,
) -> Result<Option<(DeviceId, u64)>, ApiError> {
    let paradata = draft.paradata.as_ref();
    let session = paradata.and_then(|paradata| paradata.device.zip(paradata.sequence));
    let Some((device, _)) = session else {
        return Ok(None);
    };
    let doubt = sender.doubt(state, device, (&draft.wave, &draft.point)).await?;
    Ok(session.filter(|_| doubt.is_none()))
}

/// What is answered to entries that were sent as these bodies. What somebody has rejected is answered
/// as it was the first time; another text with its id waits for a decision of its own.
async fn answers(
    state: &AppState,
    (entries, bodies): (&[Entry], &[&str]),
    recorded: Vec<Recorded>,
) -> Result<Vec<RecordResult>, ApiError> {
    let mut rejected = Vec::new();
    for ((entry, body), recorded) in entries.iter().zip(bodies).zip(&recorded) {
        if let Recorded::Rejected(reason) = recorded {
            let draft = entry.submission.draft();
            rejected.push(Quarantined {
                submission: draft.id,
                wave: draft.wave.clone(),
                reason: *reason,
                received_at: entry.received_at,
                session: None,
                body: (*body).to_owned(),
            });
        }
    }
    let mut arrived = state.store.quarantine(&rejected).await?.into_iter();
    let answer = |(entry, recorded): (&Entry, Recorded)| match recorded {
        Recorded::Created(receipt) => Ok(acknowledged(201, entry, receipt)),
        Recorded::Same(receipt) => Ok(acknowledged(200, entry, receipt)),
        Recorded::Conflict => Ok(refused(Problem::new(ProblemCode::SubmissionConflict))),
        Recorded::Rejected(reason) => {
            let arrived = arrived.next().ok_or_else(lost)?;
            Ok(kept_aside(entry.submission.draft().id, reason, arrived))
        }
    };
    entries.iter().zip(recorded).map(answer).collect()
}

/// The store has given fewer results than it was asked for.
pub(crate) fn lost() -> ApiError {
    ApiError::caused_by(ProblemCode::Internal, "the store lost a result")
}

fn accept(instrument: &Instrument, draft: Draft) -> Result<Submission, ApiError> {
    Submission::accept(instrument, draft).map_err(|Invalid(violations)| {
        let mut problem = Problem::new(ProblemCode::SubmissionInvalid);
        problem.violations = violations;
        ApiError::from(problem)
    })
}

fn acknowledged(status: u16, entry: &Entry, receipt: store::Receipt) -> RecordResult {
    let receipt = Receipt {
        id: entry.submission.draft().id,
        status: RecordStatus::Recorded,
        position: Some(receipt.position),
        received_at: receipt.received_at,
    };
    RecordResult { status, receipt: Some(receipt), problem: None }
}

fn refused(problem: Problem) -> RecordResult {
    RecordResult { status: problem.status, receipt: None, problem: Some(problem) }
}
