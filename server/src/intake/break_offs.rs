//! Forms that were begun and not sent: recorded once, counted by the question at which they ended.

use std::collections::HashMap;

use jiff::{SignedDuration, Timestamp};
use store::{BreakOffEntry, BreakOffRecorded};
use survey_defs::api::BreakOffSummary;
use survey_defs::ids::{SubmissionId, WaveId};
use survey_defs::paradata::{BreakOff, BreakOffReason};
use survey_defs::wave::Wave;

use super::sender::{DeviceAuthError, Sender};
use super::submissions::{check_size, wave_of_forms};
use super::{Error, Intake, Refusal};
use crate::system::clock::to_millisecond;
use crate::system::json;

/// How long after the close of its wave a device may still report what ended before.
const AFTER_CLOSE: SignedDuration = SignedDuration::from_hours(30 * 24);

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is new, and now recorded.
    Created(SubmissionId),
    /// It was recorded before, with the same content.
    Repeated(SubmissionId),
    /// It is not stored.
    Refused(Refusal),
}

/// Takes records in order; the result of each stands at its place. What is accepted is on disk, in
/// one transaction, before this returns.
///
/// # Errors
/// Those of the store; sending all of them again is safe.
pub async fn take(
    intake: &Intake,
    bodies: &[&str],
    sender: &Sender,
) -> Result<Vec<Outcome>, Error> {
    let received_at = to_millisecond(intake.clock.now());
    let mut entries = Vec::new();
    let mut pending = Vec::with_capacity(bodies.len());
    for body in bodies {
        pending.push(match decide(intake, body, sender, received_at).await {
            Ok(entry) => {
                let BreakOff { id, wave, point, .. } = &entry.break_off;
                intake.place(wave, point, sender)?;
                let of = (*id, wave.clone());
                entries.push(entry);
                Ok(of)
            }
            Err(error) => Err(error.into_refusal()?),
        });
    }
    let mut recorded = intake.store().record_break_offs(&entries).await?.into_iter();
    let result = |pending| match pending {
        Ok(of) => Ok(outcome(of, recorded.next().ok_or(Error::LostResult)?)),
        Err(refusal) => Ok(Outcome::Refused(refusal)),
    };
    pending.into_iter().map(result).collect()
}

async fn decide(
    intake: &Intake,
    body: &str,
    sender: &Sender,
    received_at: Timestamp,
) -> Result<BreakOffEntry, Error> {
    check_size(body)?;
    let break_off: BreakOff = json::record(body)?;
    let wave = wave_of_forms(intake, &break_off.wave).await?;
    let instrument = intake.catalogue.instrument(&break_off.instrument);
    let Some(instrument) = instrument.filter(|_| break_off.instrument == wave.instrument) else {
        return Err(Refusal::UnknownInstrument(break_off.instrument).into());
    };
    let Some(point) = intake.catalogue.point_context(&wave.id, &break_off.point).await? else {
        return Err(Refusal::UnknownPoint(break_off.point).into());
    };
    if let Some(item) = &break_off.last_item
        && instrument.question(item).is_none()
    {
        return Err(Refusal::UnknownQuestion(item.clone()).into());
    }
    let (device, place) = (break_off.paradata.device, (&break_off.wave, &break_off.point));
    let authentic = sender.check(intake.store(), device, place, point.channel).await?;
    authentic.map_err(Refusal::Device)?;
    let is_of_device = sender.stands_at(&break_off.wave, &break_off.point);
    if break_off.reason == BreakOffReason::Idle && !is_of_device {
        // Only a device notices that nobody is there any more.
        return Err(Refusal::Device(DeviceAuthError::Unproven).into());
    }
    if !is_taken_at(&wave, received_at, is_of_device) {
        return Err(Refusal::WindowClosed(wave.id.clone()).into());
    }
    let paradata = break_off.paradata.of(instrument);
    Ok(BreakOffEntry { break_off: BreakOff { paradata, ..break_off }, received_at })
}

/// Break-offs are taken while their wave is open; a device may have been without network when it closed.
fn is_taken_at(wave: &Wave, now: Timestamp, is_of_device: bool) -> bool {
    let later = if is_of_device { AFTER_CLOSE } else { SignedDuration::ZERO };
    wave.opens_at <= now && now.duration_since(wave.closes_at) < later
}

fn outcome((id, wave): (SubmissionId, WaveId), recorded: BreakOffRecorded) -> Outcome {
    match recorded {
        BreakOffRecorded::Created => Outcome::Created(id),
        BreakOffRecorded::Same => Outcome::Repeated(id),
        BreakOffRecorded::Conflict => Outcome::Refused(Refusal::Conflict),
        BreakOffRecorded::TakesOther => Outcome::Refused(Refusal::TakesOther(wave)),
    }
}

/// Where people stopped in a wave: the first screen first, then the questions as they are asked.
///
/// # Errors
/// [`Refusal::UnknownInstrument`] if the program does not know what the wave asks; those of the store.
pub async fn summary(intake: &Intake, wave: &Wave) -> Result<Vec<BreakOffSummary>, Error> {
    let instrument = intake.catalogue.instrument(&wave.instrument);
    let instrument =
        instrument.ok_or_else(|| Refusal::UnknownInstrument(wave.instrument.clone()))?;
    let order: HashMap<_, _> =
        instrument.questions().zip(0..).map(|(question, place)| (&question.id, place)).collect();
    let mut counts = intake.store().break_offs(&wave.id).await?;
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
