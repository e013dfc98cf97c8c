//! Tests the rules that prove that a late record was begun in time.

use jiff::{SignedDuration, Timestamp};
use proptest::option;
use proptest::prelude::*;
use server::intake::timeliness::{
    Assessment, Grounds, LateSubmission, TOLERANCE, Unproven, assess,
};
use store::{HeartbeatMark, SequenceOrder, SessionEvidence};
use survey_defs::wave::{Population, Wave};
use tests::waves;

const OPENS: &str = "2026-03-01T00:00:00Z";
const CLOSES: &str = "2026-03-31T00:00:00Z";

fn wave() -> Wave {
    let (opens_at, closes_at) = (OPENS.parse().unwrap(), CLOSES.parse().unwrap());
    waves::changed(waves::wave("counter", Population::Transaction), |wave| {
        (wave.opens_at, wave.closes_at) = (opens_at, closes_at);
    })
}

/// Some minutes from the close.
fn at(minutes: i64) -> Timestamp {
    CLOSES.parse::<Timestamp>().unwrap() + SignedDuration::from_mins(minutes)
}

fn mark(minutes: i64, sequence: u64, clock_skew_s: i64) -> HeartbeatMark {
    HeartbeatMark { received_at: at(minutes), sequence, clock_skew_s }
}

/// A form begun ten minutes before the close on a kiosk without network from an hour before the
/// close to an hour after it, whose clock is 30 s ahead. It is session 5.
fn offline() -> LateSubmission {
    let started_at = at(-10) + SignedDuration::from_secs(30);
    let evidence = SessionEvidence {
        before: Some(mark(-60, 4, 30)),
        after: Some(mark(60, 6, 31)),
        receipt_after: None,
        order: SequenceOrder::InOrder,
    };
    LateSubmission { started_at, received_at: at(61), evidence }
}

fn with(change: impl FnOnce(&mut LateSubmission)) -> Assessment {
    let mut late = offline();
    change(&mut late);
    assess(&wave(), &late)
}

#[test]
fn heartbeats_on_both_sides_let_the_clock_speak() {
    assert_eq!(with(|_| {}), Assessment::BegunInTime(Grounds::Clock));
    // A clock that is a day ahead all the time does no harm.
    let day = 24 * 60 * 60;
    let wrong_all_the_time = with(|late| {
        late.started_at += SignedDuration::from_secs(day - 30);
        late.evidence.before = Some(mark(-60, 4, day));
        late.evidence.after = Some(mark(60, 6, day));
    });
    assert_eq!(wrong_all_the_time, Assessment::BegunInTime(Grounds::Clock));
}

#[test]
fn receipts_and_heartbeats_before_the_close_need_no_clock() {
    let nonsense = Timestamp::UNIX_EPOCH;
    let by_heartbeat = with(|late| {
        late.started_at = nonsense;
        late.evidence.after = Some(mark(-1, 5, 0));
    });
    assert_eq!(by_heartbeat, Assessment::BegunInTime(Grounds::Heartbeat));
    let by_receipt = with(|late| {
        late.started_at = nonsense;
        let receipt_after = Some(at(-1));
        late.evidence = SessionEvidence { receipt_after, ..SessionEvidence::default() };
    });
    assert_eq!(by_receipt, Assessment::BegunInTime(Grounds::Receipt));
}

#[test]
fn after_a_restart_the_clock_between_heartbeats_still_speaks() {
    let restarted = with(|late| late.evidence.order = SequenceOrder::Restarted);
    assert_eq!(restarted, Assessment::BegunInTime(Grounds::Clock));
}

/// The limit: heartbeats on both sides agree, and in between the clock was an hour slow. The
/// session began half an hour after the close.
#[test]
fn between_two_heartbeats_the_clock_is_believed() {
    let set_back_and_restored = with(|late| {
        late.started_at = at(30 - 60);
        late.evidence.before = Some(mark(-60, 4, 0));
        late.evidence.after = Some(mark(60, 6, 0));
    });
    assert_eq!(set_back_and_restored, Assessment::BegunInTime(Grounds::Clock));
}

#[test]
fn each_reason_has_its_case() {
    let month = 31 * 24 * 60;
    for (expected, verdict) in [
        (Unproven::BeforeOpening, with(|late| late.evidence.after = Some(mark(-month, 5, 0)))),
        (Unproven::BeforeOpening, with(|late| late.evidence.receipt_after = Some(at(-month)))),
        // The first moment after the close.
        (Unproven::AfterClose, with(|late| late.evidence.before = Some(mark(0, 4, 30)))),
        (Unproven::NothingBefore, with(|late| late.evidence.before = None)),
        (Unproven::NothingAfter, with(|late| late.evidence.after = None)),
        (Unproven::NothingBefore, with(|late| late.evidence = SessionEvidence::default())),
        // The clock was set back by an hour while there was no network.
        (Unproven::ClockMoved, with(|late| late.evidence.after = Some(mark(60, 6, 30 - 3600)))),
        (Unproven::ClockContradicts, with(|late| late.started_at = at(-70))),
        (Unproven::ClockContradicts, with(|late| late.started_at = at(70))),
        (
            Unproven::ClockContradicts,
            with(|late| {
                late.started_at = at(30);
                late.received_at = at(10);
            }),
        ),
        (Unproven::BeforeOpening, with(|late| late.received_at = at(-month))),
        (Unproven::NumberReused, with(|late| late.evidence.order = SequenceOrder::Reused)),
        (
            Unproven::NothingBefore,
            with(|late| {
                late.evidence = SessionEvidence {
                    after: Some(mark(-1, 5, 0)),
                    receipt_after: Some(at(-1)),
                    order: SequenceOrder::Restarted,
                    ..SessionEvidence::default()
                };
            }),
        ),
        (Unproven::ClockOutside, with(|late| late.started_at = at(10))),
        // By one of the two corrections it is inside, by the other one second too late.
        (
            Unproven::ClockOutside,
            with(|late| late.started_at = at(0) + SignedDuration::from_secs(30)),
        ),
    ] {
        assert_eq!(verdict, Assessment::Unproven(expected));
    }
}

#[test]
fn a_time_at_the_end_of_time_is_no_panic() {
    for started_at in [Timestamp::MIN, Timestamp::MAX] {
        for skew in [i64::MIN, -1, 1, i64::MAX] {
            let late = LateSubmission { started_at, ..offline() };
            let evidence = SessionEvidence {
                before: Some(mark(-60, 4, skew)),
                after: Some(mark(60, 6, skew)),
                receipt_after: None,
                order: SequenceOrder::InOrder,
            };
            let verdict = assess(&wave(), &LateSubmission { evidence, ..late });
            assert_eq!(verdict, Assessment::Unproven(Unproven::ClockContradicts));
        }
    }
}

fn some_mark(minutes: std::ops::Range<i64>) -> impl Strategy<Value = Option<HeartbeatMark>> {
    option::of((minutes, 0_u64..20, -200_i64..200))
        .prop_map(|one| one.map(|(minutes, sequence, skew)| mark(minutes, sequence, skew)))
}

prop_compose! {
    fn some_late()(
        started in -300_i64..300,
        received in 0_i64..300,
        before in some_mark(-300..100),
        after in some_mark(-300..300),
        receipt in option::of(-300_i64..300),
    ) -> LateSubmission {
        LateSubmission {
            started_at: at(started),
            received_at: at(received),
            evidence: SessionEvidence {
                before,
                after,
                receipt_after: receipt.map(at),
                order: SequenceOrder::InOrder,
            },
        }
    }
}

fn is_inside(late: &LateSubmission) -> bool {
    matches!(assess(&wave(), late), Assessment::BegunInTime(_))
}

proptest! {
    #[test]
    fn a_wrong_clock_that_is_always_wrong_changes_nothing(
        late in some_late(),
        wrong_by in -100_000_i64..100_000,
    ) {
        let shifted = |mark: HeartbeatMark| {
            HeartbeatMark { clock_skew_s: mark.clock_skew_s + wrong_by, ..mark }
        };
        let SessionEvidence { before, after, .. } = late.evidence;
        let other = LateSubmission {
            started_at: late.started_at + SignedDuration::from_secs(wrong_by),
            evidence: SessionEvidence {
                before: before.map(shifted),
                after: after.map(shifted),
                ..late.evidence
            },
            ..late
        };
        prop_assert_eq!(assess(&wave(), &late), assess(&wave(), &other));
    }

    #[test]
    fn the_clock_alone_decides_nothing(late in some_late(), started in -50_000_i64..50_000) {
        let one_side = |before, after| {
            let evidence = SessionEvidence { before, after, ..SessionEvidence::default() };
            LateSubmission { started_at: at(started), evidence, ..late }
        };
        let SessionEvidence { before, after, .. } = late.evidence;
        prop_assert!(!is_inside(&one_side(None, None)));
        prop_assert!(!is_inside(&one_side(before, None)));
        let late_after = after.filter(|mark| mark.received_at >= at(0));
        prop_assert!(!is_inside(&one_side(None, late_after)));
    }

    #[test]
    fn what_reached_the_server_before_the_close_is_enough(
        late in some_late(),
        proved in -300_i64..0,
    ) {
        let mut with_receipt = late;
        with_receipt.evidence.receipt_after = Some(at(proved));
        prop_assert!(is_inside(&with_receipt));
        let mut with_heartbeat = late;
        with_heartbeat.evidence.after = Some(mark(proved, 20, 0));
        prop_assert!(is_inside(&with_heartbeat));
    }

    #[test]
    fn a_true_clock_is_believed_whatever_the_heartbeats(
        started in -290_i64..0,
        before in 0_i64..300,
        after in 0_i64..600,
        skew in -86_400_i64..86_400,
        noise in -1_i64..=1,
    ) {
        let true_start = at(started);
        let late = LateSubmission {
            started_at: true_start + SignedDuration::from_secs(skew),
            received_at: at(600),
            evidence: SessionEvidence {
                before: Some(mark(started - before, 4, skew)),
                after: Some(mark(started + after, 5, skew + noise)),
                receipt_after: None,
                order: SequenceOrder::InOrder,
            },
        };
        prop_assert!(is_inside(&late));
    }

    /// Whatever the clock says. Of a session that began after the close, and that no heartbeat
    /// after the close has missed, this says nothing: there the clock is believed.
    #[test]
    fn what_a_heartbeat_after_the_close_had_not_counted_is_never_inside(
        mut late in some_late(),
        before in 0_i64..300,
    ) {
        late.evidence.before = Some(mark(before, 4, 0));
        late.evidence.after = late.evidence.after.filter(|mark| mark.received_at >= at(0));
        late.evidence.receipt_after = None;
        prop_assert!(!is_inside(&late));
    }

    #[test]
    fn a_clock_that_moved_by_more_than_the_tolerance_is_not_believed(
        mut late in some_late(),
        skew in -1_000_i64..1_000,
        moved in TOLERANCE.as_secs() + 1..100_000,
    ) {
        late.evidence = SessionEvidence {
            before: Some(mark(-100, 4, skew)),
            after: Some(mark(100, 5, skew - moved)),
            receipt_after: None,
            order: SequenceOrder::InOrder,
        };
        prop_assert_eq!(assess(&wave(), &late), Assessment::Unproven(Unproven::ClockMoved));
    }
}
