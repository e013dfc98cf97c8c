//! Entries of the audit log, from whoever makes a call.

use jiff::Timestamp;
use store::{Actor, NewAct};
use survey_defs::caller::{Actor as Who, Caller, SystemTask};

/// What the audit log keeps of a call.
pub fn act(caller: &Caller, at: Timestamp, reason: String) -> NewAct {
    let actor = match caller.actor() {
        Who::Account(_) | Who::LocalOperator { .. } | Who::UnnamedStaff => Actor::Staff,
        Who::System { task: SystemTask::Timeliness } => Actor::Evidence,
        Who::System { task: SystemTask::Retention } => Actor::Retention,
    };
    NewAct { at, actor, reason }
}
