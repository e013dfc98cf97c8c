//! Why something is not done to a case.

use store::StoreError;
use survey_defs::caller::Actor;
use survey_defs::case::CaseState;
use survey_defs::ids::{PointId, WaveId};

use crate::intake::same_sender::TAG_DAYS;

/// Why something is not done to a case. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Units never decide which records count, and neither does somebody without a name.
    #[error("only the institute decides whether records count: a person with a name, of no unit")]
    NotAllowed,
    /// The wave has no such service point.
    #[error("wave {wave} has no service point {point}")]
    UnknownPoint {
        /// The wave.
        wave: WaveId,
        /// The point.
        point: PointId,
    },
    /// Nothing is known of the sender of a record, or nothing any more.
    #[error(
        "nothing is known of the sender of record {position} of wave {wave}: it came from a device or from this machine, more than {} days ago, or while the server ran with --no-sender-tags; name a service point instead",
        TAG_DAYS
    )]
    UnknownSender {
        /// The wave.
        wave: WaveId,
        /// The position of the record.
        position: u64,
    },
    /// The wave has no such case.
    #[error("wave {wave} has no case {number}; `thuocdo case list --wave {wave}` lists them")]
    UnknownCase {
        /// The wave.
        wave: WaveId,
        /// The number.
        number: u64,
    },
    /// A case is about no record.
    #[error("case {number} is about no record; end it with `thuocdo case keep`")]
    NoRecords {
        /// The case.
        number: u64,
    },
    /// It cannot be done to a case that stands there.
    #[error("case {number} is {state}; {}", next(*.state))]
    CannotFollow {
        /// The case.
        number: u64,
        /// Where it stands.
        state: CaseState,
    },
    /// More people have confirmed than were asked.
    #[error("{confirmed} people cannot have confirmed, if {asked} were asked")]
    MoreConfirmed {
        /// How many were asked.
        asked: u32,
        /// How many have confirmed.
        confirmed: u32,
    },
    /// Somebody has proposed the annulment, and it waits for a second person.
    #[error(
        "{by} has proposed to annul the records of case {number}; another person confirms it with `thuocdo case confirm`"
    )]
    ProposedBefore {
        /// The case.
        number: u64,
        /// Who.
        by: Actor,
    },
    /// Nobody has proposed an annulment.
    #[error("nobody has proposed to annul the records of case {number}")]
    NothingProposed {
        /// The case.
        number: u64,
    },
    /// Whoever wants to confirm may be the one who has proposed it.
    #[error(
        "{first} has proposed it; another person must confirm it: another user of the operating system, or both with a name of their own (--as)"
    )]
    SamePerson {
        /// The case.
        number: u64,
        /// Who has proposed it.
        first: Actor,
    },
    /// Somebody has annulled other records, or undone it, in between.
    #[error("records of another case were annulled meanwhile, or count again; try it once more")]
    Outrun,
    /// Anything else that goes wrong when records come in.
    #[error(transparent)]
    Intake(#[from] crate::intake::Error),
    /// The store does not take it now, or has a fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What can be done to a case that stands there.
fn next(state: CaseState) -> &'static str {
    match state {
        CaseState::Found => "examine it first",
        CaseState::Examined => "its records are settled; conclude it next",
        CaseState::Concluded => "annul or keep its records",
        CaseState::Annulled => "that can only be undone",
        CaseState::Kept => "open another case if something new was noticed",
    }
}
