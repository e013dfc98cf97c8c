//! What a heartbeat proves, and what of it is kept.

use survey_defs::device::{Heartbeat, LastHeartbeat};

use crate::devices::{HeartbeatMark, SessionEvidence};

/// Differences of the skew up to this many seconds come from the network and from cutting to whole
/// seconds, one each way; they are not worth a mark.
const SKEW_NOISE_S: u64 = 2;

/// The marks that a heartbeat leaves, given the one that was kept until now and the last mark.
///
/// When the sequence moves on, the heartbeat before is a mark as well: it is the last one at which
/// the new sessions had not begun.
pub(crate) fn left_by(
    kept: Option<HeartbeatMark>,
    last_mark: Option<HeartbeatMark>,
    new: HeartbeatMark,
) -> Vec<HeartbeatMark> {
    let Some(last_mark) = last_mark else {
        return kept.into_iter().chain([new]).collect();
    };
    if last_mark.sequence != new.sequence {
        return kept.filter(|kept| *kept != last_mark).into_iter().chain([new]).collect();
    }
    let skew_changed = last_mark.clock_skew_s.abs_diff(new.clock_skew_s) > SKEW_NOISE_S;
    if skew_changed { vec![new] } else { Vec::new() }
}

/// What a heartbeat is to the one that was kept until now.
pub(crate) enum Succession {
    /// It is of an earlier session and an earlier time than what is kept: it was on its way for long.
    Old,
    /// Nothing unusual.
    Next,
    /// The device numbers its sessions anew: fewer sessions at a later time of its clock.
    Restart,
}

/// Compares a heartbeat, which is the next one of its device, with the one that was kept until now.
pub(crate) fn succession(kept: Option<&Heartbeat>, new: &Heartbeat) -> Succession {
    match kept {
        Some(kept) if kept.sequence > new.sequence && new.now > kept.now => Succession::Restart,
        Some(kept) if kept.sequence > new.sequence => Succession::Old,
        Some(_) | None => Succession::Next,
    }
}

/// What a heartbeat proves.
pub(crate) fn of(last: &LastHeartbeat) -> HeartbeatMark {
    HeartbeatMark {
        received_at: crate::value::whole_ms(last.received_at),
        sequence: last.heartbeat.sequence,
        clock_skew_s: last.clock_skew_s,
    }
}

/// Adds the last heartbeat of the device to the evidence of its marks: it may be no mark.
pub(crate) fn with_last(
    marks: SessionEvidence,
    last: Option<HeartbeatMark>,
    sequence: u64,
) -> SessionEvidence {
    let Some(last) = last else {
        return marks;
    };
    match marks.after {
        None if last.sequence < sequence => SessionEvidence { before: Some(last), ..marks },
        None => SessionEvidence { after: Some(last), ..marks },
        Some(_) => marks,
    }
}
