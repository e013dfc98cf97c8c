//! Releasing and rejecting what is in quarantine.

use futures::future::join_all;
use jiff::SignedDuration;
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::caller::{ActorName, Caller, Door};
use survey_defs::ids::DeviceId;
use survey_defs::quarantine::QuarantineReason;
use uuid::Uuid;

use super::fixture::{entry, listed, other_content, submission_id, time, wave, wave_id};
use crate::error::StoreError;
use crate::quarantine::{Decided, Kept, QuarantineState, Quarantined};
use crate::store::Store;
use crate::submission_log::{Entry, Recorded};

checks! {
    quarantine_is_read_page_by_page,
    what_is_late_is_found_by_device,
    a_release_records_and_is_told,
    a_decision_stands,
    what_is_rejected_is_not_recorded,
    a_session_gets_known_while_it_waits,
    a_release_of_what_is_recorded,
    a_release_that_is_refused_changes_nothing,
    of_concurrent_decisions_one_holds,
    entries_are_numbered_in_each_wave,
}

const ARRIVED: &str = "2026-03-02T01:03:04.005Z";

/// Somebody at the command line.
pub(super) fn staff() -> Caller {
    let name = |name| ActorName::new(name).unwrap();
    Caller::local_operator(name("root"), name("máy chủ"), Some(name("Nguyễn Thị Lan")))
}

pub(crate) fn audit(reason: &str) -> NewAuditEntry {
    let at = time("2027-01-02T03:04:05.678999Z");
    NewAuditEntry::new(&staff(), at, reason)
}

/// The submission of an entry, as it would be kept aside.
pub(crate) fn aside(entry: &Entry, session: Option<(DeviceId, u64)>) -> Quarantined {
    Quarantined {
        submission: entry.submission.draft().id,
        wave: entry.submission.draft().wave.clone(),
        point: entry.submission.draft().point.clone(),
        reason: QuarantineReason::WindowClosed,
        received_at: entry.received_at,
        proven: session.is_some(),
        session,
        body: serde_json::to_string(entry.submission.draft()).unwrap(),
    }
}

async fn waiting(store: &dyn Store, n: u64) {
    store.create_wave(&wave("w")).await.unwrap();
    for n in 1..=n {
        store.quarantine(&[aside(&entry("w", n), None)]).await.unwrap();
    }
}

async fn states(store: &dyn Store) -> Vec<QuarantineState> {
    let all = store.quarantine_after(&wave_id("w"), 0, 1_000).await.unwrap();
    all.iter().map(|one| one.state).collect()
}

async fn actions(store: &dyn Store) -> Vec<AuditAction> {
    let log = store.audit_after(&wave_id("w"), 0, 10_000).await.unwrap();
    let numbers: Vec<_> = log.iter().map(|entry| entry.number).collect();
    let expected: Vec<_> = (1..=log.len() as u64).collect();
    assert_eq!(numbers, expected, "without gaps");
    log.into_iter().map(|entry| entry.action).collect()
}

async fn quarantine_is_read_page_by_page(store: &dyn Store) {
    let device = DeviceId::new(Uuid::from_u128(7));
    for n in 1..=25 {
        let session = (n % 2 == 0).then_some((device, n));
        store.quarantine(&[aside(&entry("w", n), session)]).await.unwrap();
        // Each wave has numbers of its own.
        store.quarantine(&[aside(&entry("x", n), None)]).await.unwrap();
    }
    let mut all = Vec::new();
    loop {
        let after = all.last().map_or(0, |one: &crate::QuarantineEntry| one.number);
        let page = store.quarantine_after(&wave_id("w"), after, 7).await.unwrap();
        if page.is_empty() {
            break;
        }
        all.extend(page);
    }
    let numbers: Vec<_> = all.iter().map(|one| one.number).collect();
    assert_eq!(numbers, (1..=25).collect::<Vec<_>>());
    for (n, one) in (1..).zip(&all) {
        let expected = aside(&entry("w", n), (n % 2 == 0).then_some((device, n)));
        assert_eq!((one.submission, one.reason), (expected.submission, expected.reason));
        assert_eq!((one.session, one.state), (expected.session, QuarantineState::Waiting));
        assert_eq!((one.received_at, &one.body), (time(ARRIVED), &Some(expected.body)));
    }
    assert_eq!(store.quarantine_after(&wave_id("none"), 0, 7).await.unwrap(), []);
}

async fn what_is_late_is_found_by_device(store: &dyn Store) {
    let device = |n| DeviceId::new(Uuid::from_u128(n));
    store.create_wave(&wave("w")).await.unwrap();
    for n in 1..=6 {
        let late = aside(&entry("w", n), Some((device(7), n)));
        store.quarantine(&[late]).await.unwrap();
    }
    let other = [
        aside(&entry("w", 11), Some((device(8), 1))),
        aside(&entry("x", 12), Some((device(7), 2))),
        aside(&entry("w", 13), None),
        Quarantined {
            reason: QuarantineReason::PointUnknown,
            ..aside(&entry("w", 14), Some((device(7), 3)))
        },
    ];
    for one in &other {
        store.quarantine(std::slice::from_ref(one)).await.unwrap();
    }
    let late = async |number, limit| -> Vec<u64> {
        let late = store.late_of_device(&wave_id("w"), device(7), number, limit).await.unwrap();
        late.iter().map(|one| one.number).collect()
    };
    assert_eq!(late(0, 100).await, [1, 2, 3, 4, 5, 6]);
    assert_eq!(late(2, 3).await, [3, 4, 5]);
    store.reject(&wave_id("w"), 3, &audit("Không tính.")).await.unwrap();
    store.release(&wave_id("w"), 4, &entry("w", 4), &audit("Tính.")).await.unwrap();
    assert_eq!(late(2, 3).await, [5, 6]);
    assert_eq!(late(6, 3).await, [] as [u64; 0]);
}

async fn a_release_records_and_is_told(store: &dyn Store) {
    waiting(store, 3).await;
    let released = entry("w", 2);
    let done = store.release(&wave_id("w"), 2, &released, &audit("Có bằng chứng.")).await.unwrap();
    assert_eq!(done, Decided::Done);

    let record = store.submission(&wave_id("w"), submission_id(2)).await.unwrap().unwrap();
    assert_eq!((record.position, record.received_at), (1, time(ARRIVED)));
    assert_eq!(&record.draft, released.submission.draft());
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap().submissions, 1);
    let log = store.audit_after(&wave_id("w"), 0, 9).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((log[0].number, log[0].at), (1, time("2027-01-02T03:04:05.678Z")));
    assert_eq!((&log[0].actor, log[0].door), (staff().actor(), Door::CommandLine));
    assert_eq!(log[0].reason, "Có bằng chứng.");
    let submission = submission_id(2);
    assert_eq!(log[0].action, AuditAction::Released { quarantine: 2, submission, position: 1 });
    let kept = store.quarantine_after(&wave_id("w"), 1, 1).await.unwrap();
    assert_eq!((kept[0].state, &kept[0].body), (QuarantineState::Released, &None));
    let counts = store.quarantined(&wave_id("w")).await.unwrap();
    assert_eq!(counts[&QuarantineReason::WindowClosed], 2, "what waits");

    // The device that does not know it yet sends it again: to the log, or as it was kept aside.
    let again = store.record(std::slice::from_ref(&released)).await.unwrap();
    assert!(matches!(again[0], Recorded::Same(receipt) if receipt.position == 1));
    let first = store.quarantine(&[aside(&released, None)]).await.unwrap();
    assert_eq!((first[0], states(store).await.len()), (Kept::Known(time(ARRIVED)), 3));
}

async fn a_decision_stands(store: &dyn Store) {
    waiting(store, 2).await;
    let wave = wave_id("w");
    let release = async |n| store.release(&wave, n, &entry("w", n), &audit("a")).await.unwrap();
    let reject = async |n| store.reject(&wave, n, &audit("b")).await.unwrap();
    assert_eq!(release(1).await, Decided::Done);
    assert_eq!(release(1).await, Decided::Before(QuarantineState::Released));
    assert_eq!(reject(1).await, Decided::Before(QuarantineState::Released));
    assert_eq!(reject(2).await, Decided::Done);
    assert_eq!(reject(2).await, Decided::Before(QuarantineState::Rejected));
    assert_eq!(release(2).await, Decided::Before(QuarantineState::Rejected));
    assert_eq!(release(3).await, Decided::Unknown);
    assert_eq!(reject(3).await, Decided::Unknown);
    assert_eq!(actions(store).await.len(), 2);
    assert_eq!(listed(store, "w").await, [(1, submission_id(1))]);
    let rejected = store.quarantine_after(&wave, 1, 1).await.unwrap();
    assert!(rejected[0].body.is_some(), "it stays for a time");
}

/// "Never counts" holds whenever and however often it is sent again.
async fn what_is_rejected_is_not_recorded(store: &dyn Store) {
    waiting(store, 2).await;
    let wave = wave_id("w");
    store.reject(&wave, 1, &audit("Không tính.")).await.unwrap();
    let rejected = Recorded::Rejected(QuarantineReason::WindowClosed);
    let both = store.record(&[entry("w", 1), entry("w", 3)]).await.unwrap();
    assert_eq!(both[0], rejected);
    assert!(matches!(both[1], Recorded::Created(receipt) if receipt.position == 1), "{both:?}");
    assert_eq!(store.recorded(&entry("w", 1).submission).await.unwrap(), Some(rejected));
    // Nor with other content, which waits for a decision of its own; what waits is no hindrance.
    let other = other_content(&entry("w", 1));
    assert_eq!(store.record(std::slice::from_ref(&other)).await.unwrap(), [rejected]);
    assert!(matches!(store.record(&[entry("w", 2)]).await.unwrap()[..], [Recorded::Created(_)]));
    assert_eq!(store.record(&[entry("x", 1)]).await.ok(), None, "there is no such wave");
    store.create_wave(&super::fixture::wave("x")).await.unwrap();
    assert!(matches!(store.record(&[entry("x", 1)]).await.unwrap()[..], [Recorded::Created(_)]));

    store.quarantine(&[aside(&other, None)]).await.unwrap();
    assert_eq!(store.release(&wave, 3, &other, &audit("Tính.")).await.unwrap(), Decided::Done);
    let again = store.record(&[other, entry("w", 1)]).await.unwrap();
    assert!(matches!(again[..], [Recorded::Same(_), Recorded::Conflict]), "{again:?}");
}

/// A text that came first from somebody who proved nothing, and then from the device.
async fn a_session_gets_known_while_it_waits(store: &dyn Store) {
    let device = |n| DeviceId::new(Uuid::from_u128(n));
    store.create_wave(&wave("w")).await.unwrap();
    let late = async |n| -> Vec<u64> {
        let late = store.late_of_device(&wave_id("w"), device(n), 0, 9).await.unwrap();
        late.iter().map(|one| one.number).collect()
    };
    for n in 1..=3 {
        let unproven = aside(&entry("w", n), None);
        let reason = QuarantineReason::DeviceUnproven;
        store.quarantine(&[Quarantined { reason, ..unproven }]).await.unwrap();
    }
    assert_eq!(late(7).await, [] as [u64; 0]);
    store.reject(&wave_id("w"), 3, &audit("Không tính.")).await.unwrap();
    let later = time("2026-03-04T00:00:00Z");
    for n in [1, 3] {
        let proven = aside(&entry("w", n), Some((device(7), n)));
        let first =
            store.quarantine(&[Quarantined { received_at: later, ..proven }]).await.unwrap();
        assert_eq!(first, [Kept::Known(time(ARRIVED))]);
    }
    assert_eq!(late(7).await, [1]);
    // The first session stands.
    store.quarantine(&[aside(&entry("w", 1), Some((device(8), 1)))]).await.unwrap();
    store.quarantine(&[aside(&entry("w", 1), None)]).await.unwrap();
    assert_eq!((late(7).await, late(8).await), (vec![1], vec![]));
    let kept = store.quarantine_after(&wave_id("w"), 0, 9).await.unwrap();
    let sessions: Vec<_> = kept.iter().map(|one| one.session).collect();
    assert_eq!(sessions, [Some((device(7), 1)), None, None], "what is decided stays as it was");
}

async fn a_release_of_what_is_recorded(store: &dyn Store) {
    waiting(store, 3).await;
    let wave = wave_id("w");
    let log = [entry("w", 9), entry("w", 1), other_content(&entry("w", 2))];
    store.record(&log).await.unwrap();
    let release = async |n| store.release(&wave, n, &entry("w", n), &audit("a")).await.unwrap();
    assert_eq!(release(1).await, Decided::Done);
    assert_eq!(release(2).await, Decided::Conflict);
    assert_eq!(release(2).await, Decided::Conflict, "it goes on waiting");
    let submission = submission_id(1);
    let action = AuditAction::Released { quarantine: 1, submission, position: 2 };
    assert_eq!(actions(store).await, [action]);
    let waits = QuarantineState::Waiting;
    assert_eq!(states(store).await, [QuarantineState::Released, waits, waits]);
    assert_eq!(store.log_end(&wave).await.unwrap().position, 3);
    // It can still be rejected.
    assert_eq!(store.reject(&wave, 2, &audit("b")).await.unwrap(), Decided::Done);
}

async fn a_release_that_is_refused_changes_nothing(store: &dyn Store) {
    waiting(store, 1).await;
    let wave = wave_id("w");
    for wrong in [entry("w", 2), entry("x", 1)] {
        let error = store.release(&wave, 1, &wrong, &audit("a")).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    }
    // A wave that does not exist has a quarantine all the same.
    store.quarantine(&[aside(&entry("gone", 1), None)]).await.unwrap();
    let gone = wave_id("gone");
    let error = store.release(&gone, 1, &entry("gone", 1), &audit("a")).await.unwrap_err();
    assert!(matches!(&error, StoreError::UnknownWave(id) if *id == gone), "{error:?}");
    assert_eq!(store.audit_after(&gone, 0, 9).await.unwrap(), []);
    assert_eq!(states(store).await, [QuarantineState::Waiting]);
    assert_eq!(actions(store).await, []);
    assert_eq!(listed(store, "w").await, []);
}

async fn of_concurrent_decisions_one_holds(store: &dyn Store) {
    waiting(store, 12).await;
    let wave = wave_id("w");
    let entries: Vec<_> = (1..=12).map(|n| entry("w", n)).collect();
    let (reason, other) = (audit("a"), audit("b"));
    let decisions = (1..).zip(&entries).flat_map(|(n, entry)| {
        [
            store.release(&wave, n, entry, &reason),
            store.reject(&wave, n, &other),
            store.release(&wave, n, entry, &reason),
        ]
    });
    let posts = entries[..6].iter().map(|entry| store.record(std::slice::from_ref(entry)));
    let (decided, posted) = futures::join!(join_all(decisions), join_all(posts));
    let decided: Vec<_> = decided.into_iter().map(Result::unwrap).collect();
    for of_one in decided.chunks(3) {
        let done = of_one.iter().filter(|one| **one == Decided::Done).count();
        assert_eq!(done, 1, "{of_one:?}");
        let before = of_one.iter().filter(|one| matches!(one, Decided::Before(_))).count();
        assert_eq!(before, 2, "{of_one:?}");
    }
    assert!(posted.iter().all(Result::is_ok));
    let actions = actions(store).await;
    assert_eq!(actions.len(), 12);
    let log = listed(store, "w").await;
    let positions: Vec<_> = log.iter().map(|(position, _)| *position).collect();
    assert_eq!(positions, (1..=log.len() as u64).collect::<Vec<_>>());
    for action in actions {
        match action {
            AuditAction::Released { submission, position, .. } => {
                assert!(log.contains(&(position, submission)));
            }
            AuditAction::Rejected { quarantine, .. } => {
                assert_eq!(
                    states(store).await[usize::try_from(quarantine).unwrap() - 1],
                    QuarantineState::Rejected
                );
            }
            other => panic!("{other:?}"),
        }
    }
}

async fn entries_are_numbered_in_each_wave(store: &dyn Store) {
    for (name, n) in [("w", 5), ("x", 3)] {
        store.create_wave(&wave(name)).await.unwrap();
        for n in 1..=n {
            store.quarantine(&[aside(&entry(name, n), None)]).await.unwrap();
        }
    }
    let (w, x) = (wave_id("w"), wave_id("x"));
    let late = NewAuditEntry { at: audit("").at + SignedDuration::from_hours(1), ..audit("sau") };
    let rejections = (1..=5).map(|n| store.reject(&w, n, &late));
    let others = (1..=3).map(|n| store.reject(&x, n, &late));
    for decided in join_all(rejections.chain(others)).await {
        assert_eq!(decided.unwrap(), Decided::Done);
    }
    let numbers = async |wave, after, limit| -> Vec<u64> {
        let log = store.audit_after(wave, after, limit).await.unwrap();
        log.iter().map(|entry| entry.number).collect()
    };
    assert_eq!(numbers(&w, 0, 100).await, [1, 2, 3, 4, 5]);
    assert_eq!(numbers(&x, 0, 100).await, [1, 2, 3]);
    assert_eq!(numbers(&w, 2, 2).await, [3, 4]);
    assert_eq!(numbers(&w, 5, 2).await, [] as [u64; 0]);
}
