//! Forms that were begun and not sent: recorded once, counted by the question at which they ended.

use std::collections::HashMap;

use jiff::Timestamp;
use store::{BreakOffEntry, BreakOffRecorded};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{BreakOffReceipt, BreakOffResult, BreakOffSummary};
use survey_defs::ids::SubmissionId;
use survey_defs::paradata::BreakOff;
use survey_defs::wave::Wave;

use crate::http::error::ApiError;
use crate::http::extract::parse;
use crate::http::state::AppState;
use crate::intake::devices::Sender;
use crate::intake::submissions::{check_size, lost, wave_of_forms};
use crate::system::clock::to_millisecond;

/// Takes records in order; the result of each stands at its place. What is accepted is on disk, in
/// one transaction, before this returns.
///
/// # Errors
/// `unavailable` if the store does not answer; sending all of them again is safe.
pub async fn take(
    state: &AppState,
    bodies: &[&str],
    sender: &Sender,
) -> Result<Vec<BreakOffResult>, ApiError> {
    let received_at = to_millisecond(state.clock.now());
    let mut entries = Vec::new();
    let mut pending = Vec::with_capacity(bodies.len());
    for body in bodies {
        pending.push(match decide(state, body, sender, received_at).await {
            Ok(entry) => {
                let id = entry.break_off.id;
                entries.push(entry);
                Ok(id)
            }
            Err(error) => Err(error.into_fault_of_sender()?),
        });
    }
    let mut recorded = state.store.record_break_offs(&entries).await?.into_iter();
    let result = |pending| match pending {
        Ok(id) => Ok(acknowledged(id, recorded.next().ok_or_else(lost)?)),
        Err(problem) => Ok(refused(problem)),
    };
    pending.into_iter().map(result).collect()
}

async fn decide(
    state: &AppState,
    body: &str,
    sender: &Sender,
    received_at: Timestamp,
) -> Result<BreakOffEntry, ApiError> {
    check_size(body)?;
    let break_off: BreakOff = parse(body)?;
    let wave = wave_of_forms(state, &break_off.wave).await?;
    let instrument = state.definitions.instrument(&break_off.instrument);
    let Some(instrument) = instrument.filter(|_| break_off.instrument == wave.instrument) else {
        return Err(ApiError::new(ProblemCode::InstrumentUnknown));
    };
    if state.known.place(&*state.store, &wave.id, &break_off.point).await?.is_none() {
        return Err(ApiError::new(ProblemCode::PointUnknown));
    }
    if break_off.last_item.as_ref().is_some_and(|item| instrument.question(item).is_none()) {
        return Err(ApiError::new(ProblemCode::NodeUnknown));
    }
    if let Some(device) = break_off.paradata.device {
        let place = (&break_off.wave, &break_off.point);
        if let Some(doubt) = sender.doubt(state, device, place).await? {
            return Err(doubt.into());
        }
    }
    let paradata = break_off.paradata.of(instrument);
    Ok(BreakOffEntry { break_off: BreakOff { paradata, ..break_off }, received_at })
}

fn acknowledged(id: SubmissionId, recorded: BreakOffRecorded) -> BreakOffResult {
    let status = match recorded {
        BreakOffRecorded::Created => 201,
        BreakOffRecorded::Same => 200,
        BreakOffRecorded::Conflict => {
            return refused(Problem::new(ProblemCode::SubmissionConflict));
        }
    };
    BreakOffResult { status, receipt: Some(BreakOffReceipt { id }), problem: None }
}

fn refused(problem: Problem) -> BreakOffResult {
    BreakOffResult { status: problem.status, receipt: None, problem: Some(problem) }
}

/// Where people stopped in a wave: the first screen first, then the questions as they are asked.
///
/// # Errors
/// `instrument_unknown` if the program does not know what the wave asks; `unavailable`.
pub async fn summary(state: &AppState, wave: &Wave) -> Result<Vec<BreakOffSummary>, ApiError> {
    let instrument = state.definitions.instrument(&wave.instrument);
    let instrument = instrument.ok_or_else(|| ApiError::new(ProblemCode::InstrumentUnknown))?;
    let order: HashMap<_, _> =
        instrument.questions().zip(0..).map(|(question, place)| (&question.id, place)).collect();
    let mut counts = state.store.break_offs(&wave.id).await?;
    counts.sort_by_key(|count| count.last_item.as_ref().map(|item| order.get(item).copied()));
    let rows = counts.into_iter().map(|count| BreakOffSummary {
        text: count
            .last_item
            .as_ref()
            .and_then(|item| instrument.question(item))
            .map(|question| question.text.clone()),
        last_item: count.last_item,
        idle: count.idle,
        cancelled: count.cancelled,
    });
    Ok(rows.collect())
}
