//! The audit log.

use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::caller::{Account, ActorName, Caller, Role, Scope, SystemTask};
use survey_defs::ids::PersonId;
use uuid::Uuid;

use super::decisions::{aside, staff};
use super::fixture::{entry, submission_id, time, wave_id};
use crate::store::Store;

checks! {
    who_has_done_it_is_told_by_value,
}

/// A caller through each door, in each role.
fn callers() -> Vec<Caller> {
    let account = |role| {
        let (person, name) = (PersonId::new(Uuid::from_u128(7)), "Nguyễn Thị Lan");
        Account { person, name: ActorName::new(name).unwrap(), role }
    };
    let name = |name| ActorName::new(name).unwrap();
    let mut callers: Vec<_> = Role::ALL
        .iter()
        .map(|role| Caller::session(account(*role), Scope::Units([].into())))
        .collect();
    callers.extend(SystemTask::ALL.iter().map(|task| Caller::task(*task)));
    callers.extend([
        Caller::api_key(account(Role::Analyst), Scope::AllUnits),
        Caller::loopback(),
        staff(),
        Caller::local_operator(name("account"), name("analyst"), None),
    ]);
    callers
}

async fn who_has_done_it_is_told_by_value(store: &dyn Store) {
    let wave = wave_id("w");
    let at = time("2027-01-02T03:04:05Z");
    for (caller, n) in callers().iter().zip(1..) {
        store.quarantine(&[aside(&entry("w", n), None)]).await.unwrap();
        let audit = NewAuditEntry::new(caller, at, format!("lý do {n}"));
        store.reject(&wave, n, &audit).await.unwrap();
    }
    assert_eq!(store.audit_end(&wave).await.unwrap(), callers().len() as u64);
    assert_eq!(store.audit_end(&wave_id("other")).await.unwrap(), 0);
    let log = store.audit_after(&wave, 0, 99).await.unwrap();
    assert_eq!(log.len(), callers().len());
    for ((entry, caller), n) in log.iter().zip(callers()).zip(1..) {
        assert_eq!((&entry.actor, entry.door), (caller.actor(), caller.door()));
        assert_eq!((entry.number, entry.at, &entry.reason), (n, at, &format!("lý do {n}")));
        let action = AuditAction::Rejected { quarantine: n, submission: submission_id(n) };
        assert_eq!(entry.action, action);
    }
}
