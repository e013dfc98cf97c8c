//! What heartbeats prove of sessions.

use jiff::{SignedDuration, Timestamp};
use survey_defs::device::{Freshness, Heartbeat, LastHeartbeat};
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{DeviceId, SubmissionId};
use survey_defs::submission::Draft;

use super::decisions::{aside, audit};
use super::devices::{after, device, is_evidence, nonce, with_point};
use super::fixture::{accept, entry, submission_id, wave_id};
use crate::break_offs::BreakOffEntry;
use crate::devices::{Heard, HeartbeatMark, SequenceOrder, SessionEvidence};
use crate::store::Store;
use crate::submission_log::Entry;

checks! {
    without_heartbeats_nothing_is_known,
    heartbeats_bound_a_session,
    a_clock_that_jumps_leaves_a_mark,
    old_heartbeats_prove_nothing,
    a_heartbeat_that_is_sent_again_changes_nothing,
    receipts_bound_a_session,
    a_device_that_numbers_anew_is_marked,
    a_number_that_is_used_again_is_told,
    what_was_released_is_no_receipt,
    marks_say_what_all_heartbeats_say,
}

/// A heartbeat some minutes after the device was added. Each says something else.
pub(crate) fn beat(sequence: u64, skew: i64, minutes: i64) -> LastHeartbeat {
    let received_at = at(minutes);
    LastHeartbeat {
        received_at,
        clock_skew_s: skew,
        heartbeat: Heartbeat {
            app_version: "0.1.0".to_owned().try_into().unwrap(),
            now: received_at + SignedDuration::from_secs(skew),
            rendered_at: None,
            queued: 0,
            refused: 0,
            last_success_at: None,
            storage_persisted: true,
            sequence,
            freshness: None,
            generation: Generation::THIS,
            extra: Extra::default(),
        },
    }
}

fn at(minutes: i64) -> Timestamp {
    after(0) + SignedDuration::from_mins(minutes)
}

fn mark(sequence: u64, skew: i64, minutes: i64) -> HeartbeatMark {
    HeartbeatMark { received_at: at(minutes), sequence, clock_skew_s: skew }
}

/// A record of a session of a device.
fn record_of(device: DeviceId, sequence: u64, minutes: i64) -> Entry {
    let made = entry("w", 100 * sequence + u64::try_from(minutes).unwrap());
    let mut draft = serde_json::to_value(made.submission.draft()).unwrap();
    draft["paradata"] = serde_json::json!({
        "mode": "standard",
        "orientation": "portrait",
        "items": {},
        "device": device,
        "sequence": sequence,
    });
    let draft: Draft = serde_json::from_value(draft).unwrap();
    Entry { submission: accept(draft), received_at: at(minutes), ..made }
}

async fn with_device(store: &dyn Store) {
    with_point(store).await;
    for n in [1, 2] {
        store.create_device(&device(n)).await.unwrap();
    }
}

async fn beats(store: &dyn Store, beats: &[(u64, i64, i64)]) {
    for (sequence, skew, minutes) in beats {
        is_evidence(store, 1, beat(*sequence, *skew, *minutes)).await;
    }
}

async fn of(
    store: &dyn Store,
    (wave, n): (&str, u8),
    sequence: u64,
    submission: SubmissionId,
) -> SessionEvidence {
    store.session_evidence(&wave_id(wave), device(n).id, sequence, submission).await.unwrap()
}

async fn evidence(store: &dyn Store, sequence: u64) -> SessionEvidence {
    of(store, ("w", 1), sequence, submission_id(1)).await
}

async fn without_heartbeats_nothing_is_known(store: &dyn Store) {
    with_device(store).await;
    assert_eq!(evidence(store, 1).await, SessionEvidence::default());
    beats(store, &[(3, 0, 1)]).await;
    let of_other = of(store, ("w", 2), 1, submission_id(1)).await;
    assert_eq!(of_other, SessionEvidence::default());
    let elsewhere = of(store, ("x", 1), 1, submission_id(1)).await;
    assert_eq!(elsewhere, SessionEvidence::default());
}

async fn heartbeats_bound_a_session(store: &dyn Store) {
    with_device(store).await;
    // Nothing happens for a while, then two sessions, then nothing again.
    beats(store, &[(3, 0, 0), (3, 1, 5), (3, -1, 10), (5, 0, 15), (5, 0, 20)]).await;
    for (sequence, before, after) in [
        (2, None, Some(mark(3, 0, 0))),
        (3, None, Some(mark(3, 0, 0))),
        // The last heartbeat with 3 is kept, though nothing was new then.
        (4, Some(mark(3, -1, 10)), Some(mark(5, 0, 15))),
        (5, Some(mark(3, -1, 10)), Some(mark(5, 0, 15))),
        // It has not begun yet: the last heartbeat says so.
        (6, Some(mark(5, 0, 20)), None),
    ] {
        let expected = SessionEvidence { before, after, ..SessionEvidence::default() };
        assert_eq!(evidence(store, sequence).await, expected, "session {sequence}");
    }
}

async fn a_clock_that_jumps_leaves_a_mark(store: &dyn Store) {
    with_device(store).await;
    beats(store, &[(3, 0, 0), (3, 2, 5), (3, -3600, 10), (3, -3601, 15)]).await;
    assert_eq!(evidence(store, 3).await.after, Some(mark(3, 0, 0)));
    // A noise of two seconds is no mark, more is one: the latest of them stays before session 4.
    assert_eq!(evidence(store, 4).await.before, Some(mark(3, -3601, 15)));
    beats(store, &[(4, -3600, 20)]).await;
    let expected = SessionEvidence {
        before: Some(mark(3, -3601, 15)),
        after: Some(mark(4, -3600, 20)),
        ..SessionEvidence::default()
    };
    assert_eq!(evidence(store, 4).await, expected);
}

async fn old_heartbeats_prove_nothing(store: &dyn Store) {
    with_device(store).await;
    beats(store, &[(3, 0, 0), (7, 0, 5)]).await;
    let expected = evidence(store, 5).await;
    // An earlier number of an earlier time was on its way for long.
    for (minutes, sent) in [(35, beat(3, 0, 0)), (40, beat(6, 0, 4))] {
        assert!(!is_evidence(store, 1, LastHeartbeat { received_at: at(minutes), ..sent }).await);
    }
    assert_eq!(evidence(store, 5).await, expected);
    assert_eq!(evidence(store, 8).await.before, Some(mark(7, 0, 5)));
}

/// Only the next heartbeat of a device is taken, on whatever server.
async fn a_heartbeat_that_is_sent_again_changes_nothing(store: &dyn Store) {
    with_device(store).await;
    let id = device(1).id;
    let first = store.freshness(id, nonce(1)).await.unwrap();
    assert_eq!(first, Freshness { nonce: nonce(1), counter: 0 });
    assert_eq!(store.freshness(id, nonce(2)).await.unwrap(), first, "the first nonce stands");
    let as_next = |last: LastHeartbeat, freshness| {
        let heartbeat = Heartbeat { freshness, ..last.heartbeat };
        LastHeartbeat { heartbeat, ..last }
    };
    let hear =
        async |last: &LastHeartbeat| store.record_heartbeat(id, last, nonce(9)).await.unwrap();
    // Two hours apart; nobody has used the device meanwhile.
    let a = as_next(beat(3, -7_201, 0), Some(first.next()));
    let b = as_next(beat(3, -2, 120), Some(first.next().next()));
    assert!(matches!(hear(&a).await, Heard::Taken { is_evidence: true, .. }));
    let at_once = futures::future::join_all((0..8).map(|_| hear(&b))).await;
    let taken = at_once.iter().filter(|heard| matches!(heard, Heard::Taken { .. })).count();
    assert_eq!(taken, 1, "{at_once:?}");
    let kept =
        (store.device(id).await.unwrap(), evidence(store, 3).await, evidence(store, 4).await);
    let last = b.heartbeat.freshness.unwrap();
    let elsewhere = Freshness { nonce: nonce(5), counter: 99 };
    let others = [as_next(beat(9, 0, 125), None), as_next(beat(9, 0, 126), Some(elsewhere))];
    for (minutes, sent) in (121..).zip([&b, &a, &a, &b, &a, &others[0], &others[1]]) {
        let again =
            LastHeartbeat { received_at: at(minutes), clock_skew_s: -9_000, ..sent.clone() };
        assert_eq!(hear(&again).await, Heard::Stale(last), "{minutes}");
    }
    let now = (store.device(id).await.unwrap(), evidence(store, 3).await, evidence(store, 4).await);
    assert_eq!(now, kept);
    assert!(matches!(
        hear(&as_next(beat(4, 0, 130), Some(last.next()))).await,
        Heard::Taken { .. }
    ));
}

async fn receipts_bound_a_session(store: &dyn Store) {
    with_device(store).await;
    let id = device(1).id;
    let entries = [record_of(id, 2, 10), record_of(id, 4, 30), record_of(id, 6, 20)];
    store.record(&entries).await.unwrap();
    store.record(&[record_of(device(2).id, 9, 1)]).await.unwrap();
    let receipt = async |sequence| evidence(store, sequence).await.receipt_after;
    assert_eq!(receipt(1).await, Some(at(10)));
    assert_eq!(receipt(2).await, Some(at(10)));
    assert_eq!(receipt(3).await, Some(at(20)), "of this or a later session");
    assert_eq!(receipt(6).await, Some(at(20)));
    assert_eq!(receipt(7).await, None);
}

/// The memory of a device is wiped: it counts from the beginning, and later heartbeats as well.
async fn a_device_that_numbers_anew_is_marked(store: &dyn Store) {
    with_device(store).await;
    beats(store, &[(7, 0, 0), (8, 0, 5), (1, 0, 10)]).await;
    assert_eq!(evidence(store, 1).await.order, SequenceOrder::Restarted);
    beats(store, &[(1, 0, 15), (3, 0, 20)]).await;
    let since = SessionEvidence {
        before: Some(mark(1, 0, 15)),
        after: Some(mark(3, 0, 20)),
        receipt_after: None,
        order: SequenceOrder::Restarted,
    };
    assert_eq!(evidence(store, 2).await, since);
    // What was counted before says nothing of the numbers of now.
    let last = SessionEvidence { before: Some(mark(3, 0, 20)), after: None, ..since };
    assert_eq!(evidence(store, 7).await, last);
    // And again.
    beats(store, &[(2, 0, 25)]).await;
    let once_more = SessionEvidence { before: Some(mark(2, 0, 25)), after: None, ..since };
    assert_eq!(evidence(store, 3).await, once_more);
    let kept = store.device(device(1).id).await.unwrap().unwrap().last.unwrap();
    assert_eq!(kept.heartbeat.sequence, 2, "the device is not silent");
}

async fn a_number_that_is_used_again_is_told(store: &dyn Store) {
    with_device(store).await;
    let id = device(1).id;
    let (logged, waiting) = (record_of(id, 2, 10), record_of(id, 3, 11));
    store.record(std::slice::from_ref(&logged)).await.unwrap();
    store.quarantine(&[aside(&waiting, Some((id, 3)))]).await.unwrap();
    let break_off = BreakOffEntry {
        break_off: serde_json::from_value(serde_json::json!({
            "id": submission_id(77),
            "wave": "w",
            "point": "counter-1",
            "instrument": { "id": "every_kind", "version": 3 },
            "language": "vi",
            "app_version": "0.1.0",
            "started_at": at(0),
            "ended_at": at(1),
            "reason": "idle",
            "paradata": {
                "mode": "standard",
                "orientation": "portrait",
                "items": {},
                "device": id,
                "sequence": 4,
            },
        }))
        .unwrap(),
        received_at: at(12),
    };
    store.record_break_offs(&[break_off]).await.unwrap();
    let of_id = |entry: &Entry| entry.submission.draft().id;
    for (sequence, own) in [(2, of_id(&logged)), (3, of_id(&waiting)), (4, submission_id(77))] {
        let itself = of(store, ("w", 1), sequence, own).await;
        assert_eq!(itself.order, SequenceOrder::InOrder, "session {sequence}");
        let other = of(store, ("w", 1), sequence, submission_id(78)).await;
        assert_eq!(other.order, SequenceOrder::Reused, "session {sequence}");
    }
    assert_eq!(evidence(store, 5).await.order, SequenceOrder::InOrder);
    assert_eq!(of(store, ("w", 2), 2, submission_id(78)).await.order, SequenceOrder::InOrder);
}

/// A release is a decision, and proves nothing of the device that the record names.
async fn what_was_released_is_no_receipt(store: &dyn Store) {
    with_device(store).await;
    let unproven = record_of(device(1).id, 9, 10);
    store.quarantine(&[aside(&unproven, None)]).await.unwrap();
    store.release(&wave_id("w"), 1, &unproven, &audit("Đã xem.")).await.unwrap();
    assert_eq!(evidence(store, 3).await.receipt_after, None);
    store.record(&[record_of(device(1).id, 5, 20)]).await.unwrap();
    assert_eq!(evidence(store, 3).await.receipt_after, Some(at(20)));
}

/// Whatever the heartbeats are, the evidence is the same as if all of them were kept.
async fn marks_say_what_all_heartbeats_say(store: &dyn Store) {
    with_device(store).await;
    let mut sequence = 0;
    let mut all: Vec<HeartbeatMark> = Vec::new();
    for n in 0..60 {
        // Runs of different lengths, steps of one to three.
        if n * 7 % 5 < 2 {
            sequence += 1 + n % 3;
        }
        let minutes = i64::try_from(n).unwrap();
        beats(store, &[(sequence, minutes % 2, minutes)]).await;
        all.push(mark(sequence, minutes % 2, minutes));
        for asked in [0, 1, sequence / 2, sequence, sequence + 1] {
            let expected = SessionEvidence {
                before: all.iter().rfind(|mark| mark.sequence < asked).copied(),
                after: all.iter().find(|mark| mark.sequence >= asked).copied(),
                ..SessionEvidence::default()
            };
            assert_eq!(evidence(store, asked).await, expected, "session {asked} after {n}");
        }
    }
}
