//! Dropping what is kept no longer.

use jiff::{SignedDuration, Timestamp};
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::caller::{Caller, SystemTask};
use survey_defs::device::DeviceState;

use super::decisions::{aside, audit, staff};
use super::devices::{after, code, device, token, with_point};
use super::fixture::{entry, time, wave_id};
use crate::devices::CodeRefusal;
use crate::error::StoreError;
use crate::quarantine::{Decided, Kept, Quarantined};
use crate::retention::{Expired, Expiry};
use crate::store::Store;
use crate::submission_log::Entry;

checks! {
    codes_are_dropped_after_they_expired,
    texts_of_the_rejected_are_dropped,
    a_text_is_dropped_before_its_time,
}

fn retention() -> Caller {
    Caller::task(SystemTask::Retention)
}

fn by_time() -> NewAuditEntry {
    NewAuditEntry::new(&retention(), audit("").at, "Hết thời hạn.")
}

fn codes(before: Timestamp) -> Expiry {
    Expiry { codes_before: before, rejected_before: Timestamp::UNIX_EPOCH }
}

async fn codes_are_dropped_after_they_expired(store: &dyn Store) {
    with_point(store).await;
    for n in [1, 2] {
        store.create_device(&device(n)).await.unwrap();
    }
    let late = SignedDuration::from_hours(1);
    let later = crate::NewDevice { code_expires_at: after(24) + late, ..device(3) };
    store.create_device(&later).await.unwrap();
    store.enrol_device(&code(1), &token(1), after(1)).await.unwrap().unwrap();

    let expire = async |at| store.expire(&codes(at), &by_time()).await.unwrap();
    assert_eq!(expire(after(24)).await, Expired::default(), "not before this moment");
    let second = SignedDuration::from_secs(1);
    assert_eq!(expire(after(24) + second).await, Expired { codes: 2, bodies: 0 });
    assert_eq!(expire(after(24) + second).await, Expired::default());
    // Nothing else of the devices has changed, and the third can still be enrolled.
    let states: Vec<_> =
        store.devices().await.unwrap().iter().map(|one| one.state(after(24))).collect();
    let expected = [DeviceState::Enrolled, DeviceState::Expired, DeviceState::Waiting];
    assert_eq!(states, expected);
    let second = store.enrol_device(&code(2), &token(2), after(1)).await.unwrap();
    assert_eq!(second, Err(CodeRefusal::Unknown));
    let third = store.enrol_device(&code(3), &token(3), after(24)).await.unwrap();
    assert_eq!(third.map(|one| one.id), Ok(later.id));
    // The public part can be given out again.
    let fresh = crate::NewDevice { code: code(2), ..device(4) };
    store.create_device(&fresh).await.unwrap();

    // A repetition is not refused for a code that nobody knows any more.
    store.create_device(&device(2)).await.unwrap();
    let other = crate::NewDevice { name: "Quầy khác".into(), ..device(2) };
    let refused = store.create_device(&other).await.unwrap_err();
    assert!(matches!(refused, StoreError::Conflict { .. }), "{refused:?}");
    assert_eq!(
        store.audit_after(&wave_id("w"), 0, 9).await.unwrap(),
        [],
        "the audit log is of records"
    );
}

async fn texts_of_the_rejected_are_dropped(store: &dyn Store) {
    with_point(store).await;
    let arrived = time("2026-03-02T00:00:00Z");
    let late = |wave, n: u64| -> Quarantined {
        let days = i64::try_from(n).unwrap();
        let received_at = arrived + SignedDuration::from_hours(24 * days);
        aside(&Entry { received_at, ..entry(wave, n) }, None)
    };
    for wave in ["w", "x"] {
        for n in 1..=5 {
            store.quarantine(&[late(wave, n)]).await.unwrap();
        }
    }
    let (w, x) = (wave_id("w"), wave_id("x"));
    // Decided in another order than they arrived.
    let on_day = |day: i64| NewAuditEntry {
        at: arrived + SignedDuration::from_hours(24 * day),
        ..audit("a")
    };
    for (n, day) in [(5, 1), (2, 2), (3, 3), (1, 4)] {
        assert_eq!(store.reject(&w, n, &on_day(day)).await.unwrap(), Decided::Done);
    }
    store.release(&w, 4, &entry("w", 4), &on_day(1)).await.unwrap();
    store.reject(&x, 2, &on_day(3)).await.unwrap();

    // Rejected before the fourth day: 2, 3, 5 of w and 2 of x.
    let rejected_before = arrived + SignedDuration::from_hours(24 * 4);
    let terms = Expiry { codes_before: Timestamp::UNIX_EPOCH, rejected_before };
    let expire = async || store.expire(&terms, &by_time()).await.unwrap();
    assert_eq!(expire().await, Expired { codes: 0, bodies: 4 });
    assert_eq!(expire().await, Expired::default());

    let bodies = async |wave| -> Vec<bool> {
        let all = store.quarantine_after(wave, 0, 9).await.unwrap();
        all.iter().map(|one| one.body.is_some()).collect()
    };
    assert_eq!(bodies(&w).await, [true, false, false, false, false], "4 is in the log");
    assert_eq!(bodies(&x).await, [true, false, true, true, true]);
    for (wave, before, quarantine) in [(&w, 5, vec![2, 3, 5]), (&x, 1, vec![2])] {
        let log = store.audit_after(wave, before, 9).await.unwrap();
        assert_eq!(log.len(), 1);
        assert_eq!((&log[0].actor, log[0].number), (retention().actor(), before + 1));
        assert_eq!(log[0].action, AuditAction::BodiesDropped { quarantine });
    }
    // The hash stays: the same text is not kept again.
    let again = Quarantined { received_at: arrived, ..late("w", 2) };
    assert_eq!(store.quarantine(&[again]).await.unwrap(), [Kept::Known(late("w", 2).received_at)]);
    assert_eq!(bodies(&w).await.len(), 5);
}

async fn a_text_is_dropped_before_its_time(store: &dyn Store) {
    with_point(store).await;
    let w = wave_id("w");
    let batch = [1, 2, 3].map(|n| aside(&entry("w", n), None));
    store.quarantine(&batch).await.unwrap();
    let drop_text = async |n| store.drop_text(&w, n, &audit("a name")).await.unwrap();
    assert!(!drop_text(1).await, "it still waits");
    store.reject(&w, 1, &audit("b")).await.unwrap();
    store.release(&w, 2, &entry("w", 2), &audit("c")).await.unwrap();
    assert!(drop_text(1).await);
    for n in [1, 2, 3, 4] {
        assert!(!drop_text(n).await, "{n}: gone, released, waiting, unknown");
    }
    let all = store.quarantine_after(&w, 0, 9).await.unwrap();
    let bodies: Vec<_> = all.iter().map(|one| one.body.is_some()).collect();
    assert_eq!(bodies, [false, false, true]);
    let log = store.audit_after(&w, 2, 9).await.unwrap();
    assert_eq!(log.len(), 1);
    assert_eq!((&log[0].actor, log[0].reason.as_str()), (staff().actor(), "a name"));
    assert_eq!(log[0].action, AuditAction::BodiesDropped { quarantine: vec![1] });
    // The hash stays: the same text is not kept again.
    store.quarantine(&batch[..1]).await.unwrap();
    assert_eq!(store.quarantine_after(&w, 0, 9).await.unwrap().len(), 3);
}
