//! The queues of what comes in, in which calls that arrive while a commit is under way share the next
//! one.

use super::break_offs::BreakOffWriter;
use super::quarantine_keep::QuarantineWriter;
use super::sender_tags::SenderTagWriter;
use super::{Json, Pool, Writer};
use crate::break_offs::BreakOffRecorded;
use crate::group_commit::{GroupCommit, Room, Timeouts};
use crate::quarantine::Kept;
use crate::row::{BreakOffRow, LogRow, QuarantinedRow};
use crate::sender_tags::TaggedRecord;
use crate::submission_log::Recorded;

/// One queue for answers, and one for each of what else anybody may send, which lets answers go first.
/// None of them holds more than one transaction at a time.
pub(in super::super) struct Queues {
    pub(in super::super) log: GroupCommit<LogRow<Json>, Recorded>,
    pub(super) quarantine: GroupCommit<QuarantinedRow, Kept>,
    pub(super) break_offs: GroupCommit<BreakOffRow, BreakOffRecorded>,
    pub(super) sender_tags: GroupCommit<TaggedRecord, ()>,
}

impl Queues {
    /// Starts their tasks, which end with them.
    pub(in super::super) fn start(log: Writer, pool: Pool) -> Self {
        let log = GroupCommit::start(log, (Room::LOG, Timeouts::default()), None);
        let aside = (Room::ASIDE, Timeouts::default());
        let quarantine =
            GroupCommit::start(QuarantineWriter(pool.clone()), aside, Some(log.tally()));
        let break_offs = GroupCommit::start(BreakOffWriter(pool.clone()), aside, Some(log.tally()));
        let tags = (Room::TAGS, Timeouts::default());
        let sender_tags = GroupCommit::start(SenderTagWriter(pool), tags, Some(log.tally()));
        Self { log, quarantine, break_offs, sender_tags }
    }
}
