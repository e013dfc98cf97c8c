//! Keeping what cannot be recorded.

use std::collections::BTreeMap;

use survey_defs::quarantine::QuarantineReason;
use survey_defs::wave::Takes;

use super::decisions::audit;
use super::fixture::{submission_id, time, wave, wave_id, wave_taking};
use crate::quarantine::{Kept, QUARANTINE_QUOTA, QuarantineFilter, QuarantineState, Quarantined};
use crate::store::Store;
use crate::submission_log::LogEnd;

checks! {
    a_body_is_kept_once,
    a_batch_is_kept_together,
    quarantine_is_counted_by_reason,
    a_body_is_not_shown_by_debug,
    a_list_is_filtered,
    strangers_have_a_quota_of_rows,
    a_wave_that_takes_no_forms_keeps_none_aside,
}

pub(super) fn quarantined(n: u64, reason: QuarantineReason) -> Quarantined {
    Quarantined {
        submission: submission_id(n),
        wave: wave_id("w"),
        point: "p1".parse().unwrap(),
        reason,
        received_at: time("2026-03-02T01:03:04.005999Z"),
        proven: false,
        session: None,
        body: r#"{ "answers": "như đã nhận, kể cả khoảng  trắng" }"#.to_owned(),
    }
}

async fn a_body_is_kept_once(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let first = quarantined(1, QuarantineReason::WindowClosed);
    let keep = async |one: &Quarantined| {
        let kept = store.quarantine(std::slice::from_ref(one)).await.unwrap();
        assert_eq!(kept.len(), 1);
        kept[0]
    };
    let received_at = keep(&first).await;
    let arrived = time("2026-03-02T01:03:04.005Z");
    assert_eq!(received_at, Kept::New(arrived));

    let later = time("2026-03-03T00:00:00Z");
    let again = Quarantined { received_at: later, ..first.clone() };
    assert_eq!(keep(&again).await, Kept::Known(arrived));
    let other_body = Quarantined { body: "{}".to_owned(), ..again.clone() };
    let other_id = Quarantined { submission: submission_id(2), ..again.clone() };
    let elsewhere = Quarantined { wave: wave_id("x"), ..again.clone() };
    let all = [other_body, again, other_id, elsewhere];
    assert_eq!(store.known_aside(&all).await.unwrap(), [None, Some(arrived), None, None]);
    let [other_body, again, other_id, _] = &all;
    assert_eq!(keep(other_body).await, Kept::New(later));
    assert_eq!(keep(other_id).await, Kept::New(later));
    let since = [Some(later), Some(arrived), Some(later), None];
    assert_eq!(store.known_aside(&all).await.unwrap(), since);
    store.reject(&wave_id("w"), 1, &audit("Không tính.")).await.unwrap();
    assert_eq!(keep(again).await, Kept::Known(arrived), "whatever was decided on it");
    assert_eq!(store.known_aside(&all).await.unwrap(), since);

    let counts = store.quarantined(&wave_id("w")).await.unwrap();
    assert_eq!(counts, BTreeMap::from([(QuarantineReason::WindowClosed, 2)]));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
}

async fn a_batch_is_kept_together(store: &dyn Store) {
    assert_eq!(store.quarantine(&[]).await.unwrap(), []);
    let one = |n| quarantined(n, QuarantineReason::WindowClosed);
    let later = time("2026-03-03T00:00:00Z");
    let again = Quarantined { received_at: later, ..one(1) };
    let elsewhere = Quarantined { wave: wave_id("a"), received_at: later, ..one(4) };
    let new = Quarantined { received_at: later, ..one(3) };
    let batch = [one(1), one(2), again, elsewhere, new];
    let first = time("2026-03-02T01:03:04.005Z");
    let arrived = store.quarantine(&batch).await.unwrap();
    let new = [Kept::New(first), Kept::New(first)];
    assert_eq!(arrived, [new[0], new[1], Kept::Known(first), Kept::New(later), Kept::New(later)]);
    let again = store.quarantine(&batch).await.unwrap();
    assert_eq!(again, [first, first, first, later, later].map(Kept::Known));
    let kept = store.quarantine_after(&wave_id("w"), 0, 9).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|one| (one.number, one.submission)).collect();
    assert_eq!(kept, [1, 2, 3].map(|n| (n, submission_id(n))));
    assert_eq!(store.quarantine_after(&wave_id("a"), 0, 9).await.unwrap().len(), 1);
}

async fn quarantine_is_counted_by_reason(store: &dyn Store) {
    // The waves do not exist: what arrived is kept all the same.
    let mut n = 0;
    for (times, reason) in (1..).zip(QuarantineReason::ALL) {
        for _ in 0..times {
            n += 1;
            store.quarantine(&[quarantined(n, *reason)]).await.unwrap();
        }
    }
    let elsewhere = Quarantined { wave: wave_id("x"), ..quarantined(99, QuarantineReason::ALL[0]) };
    store.quarantine(&[elsewhere]).await.unwrap();
    let expected: BTreeMap<_, _> = QuarantineReason::ALL.iter().copied().zip(1..).collect();
    assert_eq!(store.quarantined(&wave_id("w")).await.unwrap(), expected);
}

async fn a_body_is_not_shown_by_debug(_: &dyn Store) {
    let text = format!("{:?}", quarantined(1, QuarantineReason::PointUnknown));
    assert!(text.contains("PointUnknown") && !text.contains("như đã nhận"), "{text}");
}

async fn a_list_is_filtered(store: &dyn Store) {
    let first = quarantined(1, QuarantineReason::PointUnknown);
    let second = Quarantined {
        point: "p2".parse().unwrap(),
        received_at: time("2026-03-02T01:03:04.006Z"),
        proven: true,
        ..quarantined(2, QuarantineReason::WindowClosed)
    };
    let third =
        Quarantined { received_at: time("2026-03-03T00:00:00Z"), ..quarantined(3, first.reason) };
    store.quarantine(&[first, second, third]).await.unwrap();
    let (wave, audit) = (wave_id("w"), audit("Không tính."));
    store.reject(&wave, 3, &audit).await.unwrap();
    let numbers = async |filter: QuarantineFilter| -> Vec<u64> {
        let listed = store.quarantine_list(&wave, &filter, 0, 9).await.unwrap();
        assert!(listed.iter().all(|one| one.body.is_none()));
        listed.iter().map(|one| one.number).collect()
    };
    let all = QuarantineFilter::default;
    assert_eq!(numbers(all()).await, [1, 2, 3]);
    let point = Some("p2".parse().unwrap());
    assert_eq!(numbers(QuarantineFilter { point, ..all() }).await, [2]);
    let reason = Some(QuarantineReason::PointUnknown);
    assert_eq!(numbers(QuarantineFilter { reason, ..all() }).await, [1, 3]);
    let state = Some(QuarantineState::Waiting);
    assert_eq!(numbers(QuarantineFilter { reason, state, ..all() }).await, [1]);
    assert_eq!(numbers(QuarantineFilter { proven: Some(true), ..all() }).await, [2]);
    assert_eq!(numbers(QuarantineFilter { proven: Some(false), ..all() }).await, [1, 3]);
    for (from, until, expected) in [
        ("2026-03-02T01:03:04.005Z", "2026-03-03T00:00:00Z", &[1, 2][..]),
        ("2026-03-02T01:03:04.005001Z", "2026-03-03T00:00:00Z", &[2]),
        ("2026-03-02T01:03:04.006Z", "2026-03-03T00:00:00.000001Z", &[2, 3]),
        ("2026-03-03T00:00:00Z", "2026-03-03T00:00:00Z", &[]),
    ] {
        let (from, until) = (Some(time(from)), Some(time(until)));
        assert_eq!(numbers(QuarantineFilter { from, until, ..all() }).await, expected, "{from:?}");
    }
    let page = store.quarantine_list(&wave, &all(), 1, 1).await.unwrap();
    assert_eq!(page.iter().map(|one| one.number).collect::<Vec<_>>(), [2]);
}

/// How many of these are kept.
async fn n_kept(store: &dyn Store, batch: &[Quarantined]) -> usize {
    let kept = store.quarantine(batch).await.unwrap();
    kept.iter().filter(|kept| **kept != Kept::Full).count()
}

async fn strangers_have_a_quota_of_rows(store: &dyn Store) {
    let most = u64::try_from(QUARANTINE_QUOTA.rows_per_day).unwrap();
    let one = |n| quarantined(n, QuarantineReason::WindowClosed);
    let batch: Vec<_> = (1..=most + 5).map(one).collect();
    assert_eq!(n_kept(store, &batch).await, batch.len() - 5);
    assert_eq!(n_kept(store, &batch[..7]).await, 7, "what is kept already");
    assert_eq!(n_kept(store, &batch[batch.len() - 5..]).await, 0);
    let proven = Quarantined { proven: true, ..one(most + 10) };
    let elsewhere = Quarantined { wave: wave_id("a"), ..one(1) };
    let midnight = |ms| Quarantined { received_at: time(ms), ..one(most + 11) };
    let too_early = midnight("2026-03-02T16:59:59.999Z");
    let next_day = midnight("2026-03-02T17:00:00Z");
    let all = [proven.clone(), elsewhere, too_early, next_day, one(most + 20)];
    let kept = store.quarantine(&all).await.unwrap();
    let kept: Vec<_> = kept.iter().map(|kept| *kept != Kept::Full).collect();
    assert_eq!(kept, [true, true, false, true, false]);
    // One more of the day has proved itself, which makes room for another.
    let since = Quarantined { proven: true, ..one(2) };
    assert_eq!(n_kept(store, &[since, one(most + 20), one(most + 21)]).await, 2);
    let listed = store.quarantine_after(&wave_id("w"), 0, 2).await.unwrap();
    let listed: Vec<_> = listed.iter().map(|one| (one.proven, one.point.clone())).collect();
    let point = Some(proven.point);
    assert_eq!(listed, [(false, point.clone()), (true, point)]);
}

/// Nobody could release it, and it would use up the quota of others.
async fn a_wave_that_takes_no_forms_keeps_none_aside(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let early = quarantined(1, QuarantineReason::WindowClosed);
    store.quarantine(std::slice::from_ref(&early)).await.unwrap();
    store.reject(&wave_id("w"), 1, &audit("Không tính.")).await.unwrap();
    store.change_takes(&wave_id("w"), Takes::Sample, &audit("Mẫu.")).await.unwrap();
    store.create_wave(&wave_taking("x", Takes::LevelCounts)).await.unwrap();
    let late = Quarantined { proven: true, ..quarantined(2, QuarantineReason::WindowClosed) };
    let elsewhere = Quarantined { wave: wave_id("x"), ..early.clone() };
    let nowhere = Quarantined { wave: wave_id("none"), ..early.clone() };
    let kept = store.quarantine(&[early, late, elsewhere, nowhere]).await.unwrap();
    let arrived = time("2026-03-02T01:03:04.005Z");
    let expected = [Kept::Known(arrived), Kept::TakesOther, Kept::TakesOther, Kept::New(arrived)];
    assert_eq!(kept, expected);
}
