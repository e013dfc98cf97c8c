//! Whether a record that arrived after its wave had closed was begun while the wave was open.
//!
//! A kiosk may be offline when its wave closes, and what citizens answered on it in time must
//! count. But a clock can be set. What is certain is the order in which things reached the server:
//! sessions of a device are numbered, so a heartbeat or a record that had reached the server before
//! the close proves that all sessions up to its number had begun by then, as long as the device has
//! not begun to number anew. The device's clock helps only where heartbeats on both sides of the
//! session say by how much it is wrong, and agree.
//!
//! The limit of this: between these two heartbeats the device's clock is believed. Who sets it back
//! after the first, and right again before the second, gets sessions counted that began in between
//! and after the close, at most as many as the second heartbeat counts.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use store::{Entry, HeartbeatMark, SequenceOrder, SessionEvidence};
use survey_defs::ids::DeviceId;
use survey_defs::wave::Wave;
use tracing::debug;

use super::{Error, Intake};

/// By how much the skews before and after a session may differ, and how far a corrected time may
/// lie outside the receipts around it: more than a clock drifts in a month without network, far less
/// than what setting it by hand makes.
pub const TOLERANCE: SignedDuration = SignedDuration::from_secs(120);

/// A late submission and what is known of its session.
#[derive(Debug, Clone, Copy)]
pub struct LateSubmission {
    /// When the form was opened, by the device's clock.
    pub started_at: Timestamp,
    /// When the record arrived first, by server time.
    pub received_at: Timestamp,
    /// What is known of its session by server time.
    pub evidence: SessionEvidence,
}

/// The outcome of the timeliness check.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Assessment {
    /// It was begun while the wave was open, and this proves it.
    BegunInTime(Grounds),
    /// It stays in quarantine, for this reason.
    Unproven(Unproven),
}

/// What proves that a session began in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grounds {
    /// A record of this or a later session was received before the close.
    Receipt,
    /// A heartbeat that counted the session arrived before the close.
    Heartbeat,
    /// The device's clock, corrected by heartbeats on both sides of the session.
    Clock,
}

/// Why nothing proves that a session began in time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Unproven {
    /// It began before the wave opened.
    BeforeOpening,
    /// It began after the wave had closed.
    AfterClose,
    /// The device has used the number of the session for another form as well.
    NumberReused,
    /// No heartbeat tells a time at which the session had not begun yet.
    NothingBefore,
    /// No heartbeat tells a time at which the session had begun. One may come.
    NothingAfter,
    /// The heartbeats on both sides contradict each other about the device's clock.
    ClockMoved,
    /// By the corrected clock it began when heartbeats or its own receipt say that it had not.
    ClockContradicts,
    /// By the corrected clock it began outside the window.
    ClockOutside,
}

impl fmt::Display for Grounds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Receipt => {
                "a record of this or a later session of the device was received before the close"
            }
            Self::Heartbeat => "a heartbeat that counted the session arrived before the close",
            Self::Clock => {
                "by the device's clock, corrected by the heartbeats before and after, the session \
                 began before the close"
            }
        })
    }
}

impl Unproven {
    /// A word for log lines.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::BeforeOpening => "before_opening",
            Self::AfterClose => "after_close",
            Self::NumberReused => "number_reused",
            Self::NothingBefore => "nothing_before",
            Self::NothingAfter => "nothing_after",
            Self::ClockMoved => "clock_moved",
            Self::ClockContradicts => "clock_contradicts",
            Self::ClockOutside => "clock_outside",
        }
    }
}

/// What proves that a late record of a session was begun while its wave was open.
///
/// # Errors
/// Those of the store.
pub(crate) async fn grounds(
    intake: &Intake,
    wave: &Wave,
    (device, sequence): (DeviceId, u64),
    entry: &Entry,
) -> Result<Option<Grounds>, Error> {
    let draft = entry.submission.draft();
    let evidence = intake.store().session_evidence(&wave.id, device, sequence, draft.id).await?;
    let started_at = draft.started_at;
    let late = LateSubmission { started_at, received_at: entry.received_at, evidence };
    match assess(wave, &late) {
        Assessment::BegunInTime(grounds) => Ok(Some(grounds)),
        Assessment::Unproven(reason) => {
            debug!(wave.id = %wave.id, device.id = %device, sequence, reason = reason.as_str(),
                "nothing proves that a late record was begun in time");
            Ok(None)
        }
    }
}

/// Assesses whether a record of an authenticated device, which could not be recorded when it
/// arrived, was begun while its wave was open.
pub fn assess(wave: &Wave, late: &LateSubmission) -> Assessment {
    let SessionEvidence { before, after, receipt_after, order } = late.evidence;
    let in_order = order == SequenceOrder::InOrder;
    let receipt_after = receipt_after.filter(|_| in_order);
    let begun_by = [Some(late.received_at), receipt_after, after.map(|mark| mark.received_at)];
    if begun_by.into_iter().flatten().any(|begun_by| begun_by < wave.opens_at) {
        return Assessment::Unproven(Unproven::BeforeOpening);
    }
    if order == SequenceOrder::Reused {
        return Assessment::Unproven(Unproven::NumberReused);
    }
    let receipts = [Some(late.received_at), receipt_after];
    if receipts.into_iter().flatten().any(|received| received < wave.closes_at) {
        return Assessment::BegunInTime(Grounds::Receipt);
    }
    if in_order && after.is_some_and(|mark| mark.received_at < wave.closes_at) {
        return Assessment::BegunInTime(Grounds::Heartbeat);
    }
    if before.is_some_and(|mark| mark.received_at >= wave.closes_at) {
        return Assessment::Unproven(Unproven::AfterClose);
    }
    match (before, after) {
        (None, _) => Assessment::Unproven(Unproven::NothingBefore),
        (Some(_), None) => Assessment::Unproven(Unproven::NothingAfter),
        (Some(before), Some(after)) => by_clock(wave, late, before, after),
    }
}

/// Both corrections must agree with everything that is known, so the worse of the two decides.
fn by_clock(
    wave: &Wave,
    late: &LateSubmission,
    before: HeartbeatMark,
    after: HeartbeatMark,
) -> Assessment {
    if before.clock_skew_s.abs_diff(after.clock_skew_s) > TOLERANCE.as_secs().unsigned_abs() {
        return Assessment::Unproven(Unproven::ClockMoved);
    }
    let earliest = before.received_at.saturating_sub(TOLERANCE);
    let latest = after.received_at.min(late.received_at).saturating_add(TOLERANCE);
    let (Ok(earliest), Ok(latest)) = (earliest, latest) else {
        return Assessment::Unproven(Unproven::ClockContradicts);
    };
    for mark in [before, after] {
        let skew = SignedDuration::from_secs(mark.clock_skew_s);
        let Ok(started_at) = late.started_at.checked_sub(skew) else {
            return Assessment::Unproven(Unproven::ClockContradicts);
        };
        if !(earliest..=latest).contains(&started_at) {
            return Assessment::Unproven(Unproven::ClockContradicts);
        }
        if !wave.is_open_at(started_at) {
            return Assessment::Unproven(Unproven::ClockOutside);
        }
    }
    Assessment::BegunInTime(Grounds::Clock)
}
