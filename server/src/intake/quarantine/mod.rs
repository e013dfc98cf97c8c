//! What becomes of records that were kept aside: staff release or reject them, and evidence that
//! comes later releases what was begun in time.

mod decision;
mod listing;

use std::fmt;

use store::{Decided, QuarantineEntry, QuarantineState, Store, StoreError};
use survey_defs::audit::NewAuditEntry;
use survey_defs::caller::{Caller, SystemTask};
use survey_defs::ids::{DeviceId, WaveId};
use survey_defs::quarantine::QuarantineReason;
use survey_defs::wave::Wave;
use tracing::warn;

pub use self::decision::{Decision, Selection, decide};
pub use self::listing::{ListedEntry, REMIND_AFTER_DAYS, entry, list};
use super::submissions::{Examined, Fit, examine};
use super::timeliness;
use super::{Error, Intake, Refusal};
use crate::system::clock::to_millisecond;

/// Entries that are read at a time.
pub const PAGE_SIZE: u32 = 100;

/// What became of a decision.
#[derive(Debug, Clone, PartialEq)]
pub enum Outcome {
    /// It is done, and an audit entry tells of it.
    Done,
    /// It was decided before.
    Before(QuarantineState),
    /// It cannot be released, and keeps waiting.
    Blocked(Blocker),
    /// There is no such number.
    Unknown,
}

/// Why a submission cannot be released.
#[derive(Debug, Clone, PartialEq)]
pub enum Blocker {
    /// What it names is still not there.
    Unfit(QuarantineReason),
    /// It would have been kept aside for these reasons as well, which nobody has overridden.
    Remain(Vec<QuarantineReason>),
    /// The engine refuses it, or its wave does.
    Refused(Box<Refusal>),
    /// Its id is recorded with other content.
    Recorded,
}

impl fmt::Display for Blocker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unfit(QuarantineReason::PointUnknown) => {
                f.write_str("the wave still has no such service point; add it first")
            }
            Self::Unfit(QuarantineReason::InstrumentVersion) => {
                f.write_str("it answers another instrument or version than that of the wave")
            }
            Self::Unfit(reason) => write!(f, "{reason}"),
            Self::Remain(reasons) => {
                let reasons = words(reasons);
                write!(f, "also {reasons}; to let it count all the same, add --override {reasons}")
            }
            Self::Refused(refusal) => refusal.fmt(f),
            Self::Recorded => f.write_str(
                "a submission with this id is recorded with other content, which stands",
            ),
        }
    }
}

/// A decision of staff that submissions count.
#[derive(Debug, Clone)]
pub struct ReleaseRequest {
    /// Who decides it, when and why.
    pub audit: NewAuditEntry,
    /// What is overridden, besides the reason for which a submission was quarantined.
    pub overriding: Vec<QuarantineReason>,
}

/// Releases a submission as if it had arrived without the reason for which it was kept aside. What
/// was not looked at then, because this reason came first, is looked at now, with what is known of
/// its arrival: whether its device had proved itself, and whether it was begun in the window of its
/// wave. What is overridden of this stands in the reason of the audit entry.
///
/// # Errors
/// Those of the store.
pub async fn release(
    intake: &Intake,
    wave: &WaveId,
    waiting: &QuarantineEntry,
    request: &ReleaseRequest,
) -> Result<Outcome, Error> {
    let Some(body) = waiting.body.as_deref().filter(|_| waiting.state == QuarantineState::Waiting)
    else {
        return Ok(Outcome::Before(waiting.state));
    };
    let fit = match examine(intake, body, waiting.received_at).await {
        Ok(Examined::Fit(fit)) => *fit,
        Ok(Examined::Unfit { reason, .. }) => {
            return Ok(Outcome::Blocked(Blocker::Unfit(reason)));
        }
        Err(error) => {
            let refusal = Box::new(error.into_refusal()?);
            return Ok(Outcome::Blocked(Blocker::Refused(refusal)));
        }
    };
    let remaining = remaining(intake, waiting, &fit).await?;
    let (overridden, remaining): (Vec<_>, Vec<_>) =
        remaining.into_iter().partition(|reason| request.overriding.contains(reason));
    if !remaining.is_empty() {
        return Ok(Outcome::Blocked(Blocker::Remain(remaining)));
    }
    let mut audit = request.audit.clone();
    if !overridden.is_empty() {
        audit.reason = format!("{} (overriding {})", audit.reason, words(&overridden));
    }
    Ok(outcome(intake.store().release(wave, waiting.number, &fit.entry, &audit).await?))
}

/// For what else a record would have been kept aside, in the order in which it is looked at:
/// whatever comes before the reason for which it was kept has been looked at then.
async fn remaining(
    intake: &Intake,
    waiting: &QuarantineEntry,
    Fit { wave, entry }: &Fit,
) -> Result<Vec<QuarantineReason>, Error> {
    let (device_doubted, window_doubted) = match waiting.reason {
        QuarantineReason::InstrumentVersion | QuarantineReason::PointUnknown => (true, true),
        QuarantineReason::DeviceRevoked | QuarantineReason::DeviceUnproven => (false, true),
        QuarantineReason::WindowClosed => (false, false),
    };
    let mut remaining = Vec::new();
    let paradata = entry.submission.draft().paradata.as_ref();
    let device = paradata.and_then(|paradata| paradata.device);
    if device_doubted && waiting.session.is_none() {
        let named = match device {
            Some(device) => intake.store().device(device).await?,
            None => None,
        };
        if named.and_then(|device| device.revoked_at).is_some() {
            remaining.push(QuarantineReason::DeviceRevoked);
        } else if device.is_some() || entry.channel.needs_device() {
            remaining.push(QuarantineReason::DeviceUnproven);
        }
    }
    if window_doubted && !wave.is_open_at(waiting.received_at) {
        let is_proved = match waiting.session {
            Some(session) => timeliness::grounds(intake, wave, session, entry).await?.is_some(),
            None => false,
        };
        if !is_proved {
            remaining.push(QuarantineReason::WindowClosed);
        }
    }
    Ok(remaining)
}

fn words(reasons: &[QuarantineReason]) -> String {
    let words: Vec<_> = reasons.iter().map(ToString::to_string).collect();
    words.join(",")
}

/// Rejects a submission: it will never count.
///
/// # Errors
/// Those of the store.
pub async fn reject(
    store: &dyn Store,
    wave: &WaveId,
    number: u64,
    audit: &NewAuditEntry,
) -> Result<Outcome, StoreError> {
    Ok(outcome(store.reject(wave, number, audit).await?))
}

/// Rejects a submission and drops its text at once, also if it was rejected before.
///
/// # Errors
/// Those of the store; a repetition goes on where this has ended.
pub async fn reject_and_drop(
    store: &dyn Store,
    wave: &WaveId,
    number: u64,
    audit: &NewAuditEntry,
) -> Result<Outcome, StoreError> {
    let outcome = reject(store, wave, number, audit).await?;
    match outcome {
        Outcome::Done | Outcome::Before(QuarantineState::Rejected) => {
            let dropped = store.drop_text(wave, number, audit).await?;
            Ok(if dropped { Outcome::Done } else { outcome })
        }
        Outcome::Before(_) | Outcome::Blocked(_) | Outcome::Unknown => Ok(outcome),
    }
}

fn outcome(decided: Decided) -> Outcome {
    match decided {
        Decided::Done => Outcome::Done,
        Decided::Before(state) => Outcome::Before(state),
        Decided::Conflict => Outcome::Blocked(Blocker::Recorded),
        Decided::Unknown => Outcome::Unknown,
    }
}

/// Releases what a device had begun in time, if the wave has closed and what is known by now proves
/// it. Returns how many.
///
/// # Errors
/// Those of the store; what was released until then is released.
pub async fn release_proved(
    intake: &Intake,
    wave: &WaveId,
    device: DeviceId,
) -> Result<u64, Error> {
    let now = to_millisecond(intake.clock.now());
    let wave = intake.store().wave(wave).await?.filter(|wave| now >= wave.closes_at);
    let Some(wave) = wave else {
        return Ok(0);
    };
    let (mut released, mut number) = (0, 0);
    loop {
        let page = intake.store().late_of_device(&wave.id, device, number, PAGE_SIZE).await?;
        let Some(last) = page.last() else {
            return Ok(released);
        };
        number = last.number;
        for waiting in &page {
            released += u64::from(release_if_proved(intake, &wave, waiting).await?);
        }
    }
}

async fn release_if_proved(
    intake: &Intake,
    wave: &Wave,
    waiting: &QuarantineEntry,
) -> Result<bool, Error> {
    let (Some(session), Some(body)) = (waiting.session, &waiting.body) else {
        return Ok(false);
    };
    let Fit { entry, .. } = match examine(intake, body, waiting.received_at).await {
        Ok(Examined::Fit(fit)) => *fit,
        Ok(Examined::Unfit { .. }) => return Ok(false),
        Err(error) => return error.into_refusal().map(|_| false),
    };
    let Some(grounds) = timeliness::grounds(intake, wave, session, &entry).await? else {
        return Ok(false);
    };
    let at = intake.clock.now();
    let audit = NewAuditEntry::new(&Caller::task(SystemTask::Timeliness), at, grounds.to_string());
    match intake.store().release(&wave.id, waiting.number, &entry, &audit).await? {
        Decided::Done => Ok(true),
        Decided::Conflict => {
            warn!(wave.id = %wave.id, waiting.number, "a late record contradicts a recorded one");
            Ok(false)
        }
        Decided::Before(_) | Decided::Unknown => Ok(false),
    }
}
