//! One answer's way into the store: parse, find its wave, replay the engine, record, and only
//! then acknowledge.

use std::sync::Arc;

use jiff::Timestamp;
use store::{Entry, Quarantined, Recorded, Source, StoreError};
use survey_defs::generation::{Versioned, say_the_same};
use survey_defs::ids::{DeviceId, SubmissionId, WaveId};
use survey_defs::instrument::Instrument;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::{Context, Draft, Invalid, Submission};
use survey_defs::wave::{Takes, Wave};

use super::aside::{NotKept, aside, keep_aside};
use super::sender::{Sender, SenderAddress};
use super::{Error, Intake, Refusal, same_sender, timeliness};
use crate::system::buckets::TooMany;
use crate::system::clock::to_millisecond;
use crate::system::json;

/// The most records of one batch of a proved device: five minutes of a busy kiosk, and far below the
/// body limit.
pub const MAX_BATCH: usize = 200;

/// The most records of one batch of anybody else. A phone rarely has more than one.
pub const MAX_UNPROVEN_BATCH: usize = 10;

/// The largest record. A full national form has a tenth of it; the limit bounds texts whose graphemes are
/// long.
pub const MAX_RECORD_BYTES: usize = 64 * 1024;

/// What became of one record.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is new, and now recorded.
    Created(Recording),
    /// It was recorded before, with the same content.
    Repeated(Recording),
    /// It is kept, and does not count.
    Quarantined {
        /// Its id.
        id: SubmissionId,
        /// Why.
        reason: QuarantineReason,
        /// When it arrived first.
        received_at: Timestamp,
    },
    /// It is not stored, because its place has taken too many, or too much is kept aside already. The same
    /// may be sent again.
    NotNow(TooMany),
    /// It is not stored.
    Refused(Refusal),
}

/// Where a record is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Recording {
    /// Its id.
    pub id: SubmissionId,
    /// Its position in the log of its wave.
    pub position: u64,
    /// When it arrived first.
    pub received_at: Timestamp,
}

/// What was decided about one record before anything is written.
enum Verdict {
    Record(Box<Entry>),
    Quarantine(Box<Quarantined>),
}

/// A record on its way to its result.
enum Pending {
    Recording,
    SettingAside(SubmissionId, WaveId, QuarantineReason),
    Refused(Box<Refusal>),
    NotNow(TooMany),
}

/// Takes records in order; the result of each stands at its place. All accepted records are
/// committed durably, in one transaction, before this returns, and so are those kept aside.
///
/// # Errors
/// Those of the store; then nothing may be assumed about any record, and sending all of them again
/// is safe.
pub async fn take(
    intake: &Intake,
    bodies: &[&str],
    (sender, from): (&Sender, SenderAddress),
) -> Result<Vec<Outcome>, Error> {
    let received_at = to_millisecond(intake.clock.now());
    let (mut entries, mut aside) = (Vec::new(), Vec::new());
    let mut pending = Vec::with_capacity(bodies.len());
    for body in bodies {
        pending.push(match decide(intake, body, sender, received_at).await {
            Ok(Verdict::Record(entry)) => {
                let Draft { wave, point, .. } = entry.submission.draft();
                match intake.place(wave, point, sender) {
                    Ok(()) => {
                        entries.push(*entry);
                        Pending::Recording
                    }
                    Err(too_many) => Pending::NotNow(too_many),
                }
            }
            Ok(Verdict::Quarantine(one)) => {
                let pending = Pending::SettingAside(one.submission, one.wave.clone(), one.reason);
                aside.push(*one);
                pending
            }
            Err(error) => Pending::Refused(Box::new(error.into_refusal()?)),
        });
    }
    // Answers first: they do not wait for what is only kept aside.
    let recorded = intake.store().record(&entries).await?;
    if !sender.has_proved() {
        same_sender::tag(intake, (from, received_at), (&entries, &recorded));
    }
    let mut recorded = outcomes(intake, &entries, recorded, (sender, from)).await?.into_iter();
    let mut kept = keep_aside(intake, aside, from).await?.into_iter();
    let result = |pending| match pending {
        Pending::Refused(refusal) => Ok(Outcome::Refused(*refusal)),
        Pending::NotNow(too_many) => Ok(Outcome::NotNow(too_many)),
        Pending::Recording => recorded.next().ok_or(Error::LostResult),
        Pending::SettingAside(id, wave, reason) => {
            Ok(set_aside((id, wave), reason, kept.next().ok_or(Error::LostResult)?))
        }
    };
    pending.into_iter().map(result).collect()
}

fn set_aside(
    (id, wave): (SubmissionId, WaveId),
    reason: QuarantineReason,
    kept: Result<Timestamp, NotKept>,
) -> Outcome {
    match kept {
        Ok(received_at) => Outcome::Quarantined { id, reason, received_at },
        Err(NotKept::NotNow(too_many)) => Outcome::NotNow(too_many),
        Err(NotKept::TakesOther) => Outcome::Refused(Refusal::TakesOther(wave)),
    }
}

/// Refuses a record that is too large to be one.
///
/// # Errors
/// [`Refusal::TooLarge`].
pub(crate) fn check_size(body: &str) -> Result<(), Refusal> {
    if body.len() <= MAX_RECORD_BYTES {
        Ok(())
    } else {
        Err(Refusal::TooLarge { max: MAX_RECORD_BYTES })
    }
}

/// The wave of a form, which takes forms.
///
/// # Errors
/// [`Refusal::UnknownWave`], [`Refusal::TakesOther`]; those of the store.
pub(crate) async fn wave_of_forms(intake: &Intake, id: &WaveId) -> Result<Arc<Wave>, Error> {
    let wave = intake.catalogue.wave(id).await?;
    let wave = wave.ok_or_else(|| Refusal::UnknownWave(id.clone()))?;
    if wave.takes != Takes::Forms {
        return Err(Refusal::TakesOther(id.clone()).into());
    }
    Ok(wave)
}

async fn decide(
    intake: &Intake,
    body: &str,
    sender: &Sender,
    received_at: Timestamp,
) -> Result<Verdict, Error> {
    let Fit { wave, entry } = match examine(intake, body, received_at).await? {
        Examined::Fit(fit) => *fit,
        Examined::Unfit { draft, reason } => {
            // Staff may release it later, and are told then if its device was not proved.
            let session = proven_session(intake, &draft, sender).await?;
            let aside = aside(&draft, (reason, received_at), (sender, session));
            return Ok(Verdict::Quarantine(Box::new(aside)));
        }
    };
    let draft = entry.submission.draft();
    let paradata = draft.paradata.as_ref();
    let device = paradata.and_then(|paradata| paradata.device);
    let place = (&wave.id, &draft.point);
    let authentic = sender.check(intake.store(), device, place, entry.channel).await?;
    let (reason, session) = if let Err(error) = authentic {
        (QuarantineReason::from(error), None)
    } else if wave.is_open_at(received_at) {
        return Ok(Verdict::Record(Box::new(entry)));
    } else if received_at < wave.opens_at {
        (QuarantineReason::WindowClosed, None)
    } else {
        // The device has proved itself, or staff vouch for it.
        let session = device.zip(paradata.and_then(|paradata| paradata.sequence));
        if let Some(session) = session
            && timeliness::grounds(intake, &wave, session, &entry).await?.is_some()
        {
            return Ok(Verdict::Record(Box::new(entry)));
        }
        (QuarantineReason::WindowClosed, session)
    };
    // A repetition of what is already recorded is acknowledged whenever and from whomever it comes.
    if intake.store().recorded(&entry.submission).await?.is_some() {
        return Ok(Verdict::Record(Box::new(entry)));
    }
    let aside = aside(draft, (reason, received_at), (sender, session));
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
/// The refusal of a record that can never be recorded; those of the store.
pub(crate) async fn examine(
    intake: &Intake,
    body: &str,
    received_at: Timestamp,
) -> Result<Examined, Error> {
    check_size(body)?;
    let draft = json::record::<Draft>(body)?.normalised();
    let wave = wave_of_forms(intake, &draft.wave).await?;
    let instrument = intake.catalogue.instrument(&draft.instrument);
    let Some(instrument) = instrument.filter(|_| draft.instrument == wave.instrument) else {
        return Ok(unfit(draft, QuarantineReason::InstrumentVersion));
    };
    let Some(point) = intake.catalogue.point_context(&wave.id, &draft.point).await? else {
        return Ok(unfit(draft, QuarantineReason::PointUnknown));
    };
    let submission = accept(instrument, draft)?;
    let entry = Entry {
        context: Context::read(instrument, &wave, &submission.draft().answers),
        submission,
        received_at,
        source: Source::Api,
        unit: point.unit,
        channel: point.channel,
        sampling: None,
    };
    Ok(Examined::Fit(Box::new(Fit { wave, entry })))
}

fn unfit(draft: Draft, reason: QuarantineReason) -> Examined {
    Examined::Unfit { draft: Box::new(draft), reason }
}

/// The session of a record, if the device that it names has proved itself.
async fn proven_session(
    intake: &Intake,
    draft: &Draft,
    sender: &Sender,
) -> Result<Option<(DeviceId, u64)>, Error> {
    let paradata = draft.paradata.as_ref();
    let session = paradata.and_then(|paradata| paradata.device.zip(paradata.sequence));
    let Some((device, _)) = session else {
        return Ok(None);
    };
    let place = (&draft.wave, &draft.point);
    let authentic = sender.check_named(intake.store(), device, place).await?;
    Ok(session.filter(|_| authentic.is_ok()))
}

/// What is answered to entries. What somebody has rejected is answered as it was the first time; another
/// text with its id waits for a decision of its own.
async fn outcomes(
    intake: &Intake,
    entries: &[Entry],
    mut recorded: Vec<Recorded>,
    (sender, from): (&Sender, SenderAddress),
) -> Result<Vec<Outcome>, Error> {
    let mut rejected = Vec::new();
    for (entry, recorded) in entries.iter().zip(&mut recorded) {
        if *recorded == Recorded::Conflict {
            *recorded = compared(intake, entry).await?;
        }
        if let Recorded::Rejected(reason) = recorded {
            let draft = entry.submission.draft();
            rejected.push(aside(draft, (*reason, entry.received_at), (sender, None)));
        }
    }
    let mut kept = keep_aside(intake, rejected, from).await?.into_iter();
    let outcome = |(entry, recorded): (&Entry, Recorded)| match recorded {
        Recorded::Created(receipt) => Ok(Outcome::Created(recording(entry, receipt))),
        Recorded::Same(receipt) => Ok(Outcome::Repeated(recording(entry, receipt))),
        Recorded::Conflict => Ok(Outcome::Refused(Refusal::Conflict)),
        Recorded::Rejected(reason) => {
            let Draft { id, wave, .. } = entry.submission.draft();
            Ok(set_aside((*id, wave.clone()), reason, kept.next().ok_or(Error::LostResult)?))
        }
    };
    entries.iter().zip(recorded).map(outcome).collect()
}

/// Whether a submission whose id is recorded says the same, although a server of another generation
/// has recorded it, which writes what is unknown to it elsewhere.
async fn compared(intake: &Intake, entry: &Entry) -> Result<Recorded, StoreError> {
    let draft = entry.submission.draft();
    if !draft.is_newer_than_first() {
        return Ok(Recorded::Conflict);
    }
    let known = intake.store().submission(&draft.wave, draft.id).await?;
    let same = known.filter(|known| {
        let text = |draft| serde_json::to_string(draft).unwrap_or_default();
        say_the_same(&text(&known.draft), &text(draft))
    });
    Ok(same.map_or(Recorded::Conflict, |known| {
        let (position, received_at) = (known.position, known.received_at);
        Recorded::Same(store::Receipt { position, received_at })
    }))
}

fn accept(instrument: &Instrument, draft: Draft) -> Result<Submission, Refusal> {
    Submission::accept(instrument, draft)
        .map_err(|Invalid(violations)| Refusal::Invalid(violations))
}

fn recording(entry: &Entry, receipt: store::Receipt) -> Recording {
    let store::Receipt { position, received_at, .. } = receipt;
    Recording { id: entry.submission.draft().id, position, received_at }
}
