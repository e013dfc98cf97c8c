//! Forms that were not finished.

use survey_defs::paradata::{BreakOff, BreakOffReason};
use survey_defs::wave::Takes;

use super::fixture::{submission_id, time, wave, wave_id, wave_taking};
use crate::break_offs::{BreakOffCount, BreakOffEntry, BreakOffRecorded};
use crate::error::StoreError;
use crate::store::Store;
use crate::submission_log::LogEnd;

checks! {
    a_break_off_is_recorded_once,
    a_break_off_needs_its_wave,
    a_wave_that_takes_no_forms_takes_no_break_offs,
    break_offs_are_counted_where_they_ended,
}

fn entry(wave: &str, n: u64, reason: BreakOffReason, last_item: Option<&str>) -> BreakOffEntry {
    let break_off = serde_json::json!({
        "id": submission_id(n),
        "wave": wave,
        "point": "counter-1",
        "instrument": { "id": "every_kind", "version": 3 },
        "language": "vi",
        "app_version": "0.1.0",
        "started_at": "2026-03-02T01:02:03.123456789Z",
        "ended_at": "2026-03-02T01:03:03.987654321Z",
        "reason": reason,
        "last_item": last_item,
        "paradata": { "mode": "elder", "orientation": "portrait", "items": {} },
    });
    BreakOffEntry {
        break_off: serde_json::from_value(break_off).unwrap(),
        received_at: time("2026-03-02T01:03:04.005Z"),
    }
}

async fn a_break_off_is_recorded_once(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    let first = entry("w", 1, BreakOffReason::Idle, Some("level"));
    let later = time("2026-03-03T00:00:00Z");
    let again = BreakOffEntry { received_at: later, ..first.clone() };
    let other = BreakOffEntry {
        break_off: BreakOff { last_item: None, ..first.break_off.clone() },
        ..first.clone()
    };
    let elsewhere = entry("x", 1, BreakOffReason::Idle, Some("level"));
    let second = entry("w", 2, BreakOffReason::Cancelled, None);
    let call = [first.clone(), again.clone(), other.clone(), elsewhere, second];
    let recorded = store.record_break_offs(&call).await.unwrap();
    let [created, same, conflict] =
        [BreakOffRecorded::Created, BreakOffRecorded::Same, BreakOffRecorded::Conflict];
    assert_eq!(recorded, [created, same, conflict, created, created]);
    let repeated = store.record_break_offs(&[again, other]).await.unwrap();
    assert_eq!(repeated, [same, conflict]);
    assert_eq!(store.record_break_offs(&[]).await.unwrap(), []);
    // They are no submissions.
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
    // An id is unique in its wave.
    assert_eq!(store.break_offs(&wave_id("x")).await.unwrap().len(), 1);
}

async fn a_break_off_needs_its_wave(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let call = [
        entry("w", 1, BreakOffReason::Idle, None),
        entry("nowhere", 2, BreakOffReason::Idle, None),
    ];
    let error = store.record_break_offs(&call).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(wave) if wave == wave_id("nowhere")));
    assert_eq!(store.break_offs(&wave_id("w")).await.unwrap(), [], "all or nothing");
}

async fn a_wave_that_takes_no_forms_takes_no_break_offs(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave_taking("x", Takes::Sample)).await.unwrap();
    let call =
        ["w", "x", "w"].map(|wave| entry(wave, u64::from(wave == "w"), BreakOffReason::Idle, None));
    let recorded = store.record_break_offs(&call).await.unwrap();
    let expected =
        [BreakOffRecorded::Created, BreakOffRecorded::TakesOther, BreakOffRecorded::Same];
    assert_eq!(recorded, expected);
    assert_eq!(store.break_offs(&wave_id("x")).await.unwrap(), []);
}

async fn break_offs_are_counted_where_they_ended(store: &dyn Store) {
    use BreakOffReason::{Cancelled, Idle};
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    let call = [
        entry("w", 1, Idle, Some("level")),
        entry("w", 2, Cancelled, Some("level")),
        entry("w", 3, Idle, Some("level")),
        entry("w", 4, Cancelled, Some("comment")),
        entry("w", 5, Idle, None),
        entry("x", 6, Idle, Some("level")),
    ];
    store.record_break_offs(&call).await.unwrap();
    let count = |last_item: Option<&str>, idle, cancelled| BreakOffCount {
        last_item: last_item.map(|item| item.parse().unwrap()),
        idle,
        cancelled,
    };
    let expected = [count(None, 1, 0), count(Some("comment"), 0, 1), count(Some("level"), 2, 1)];
    assert_eq!(store.break_offs(&wave_id("w")).await.unwrap(), expected);
    assert_eq!(store.break_offs(&wave_id("nowhere")).await.unwrap(), []);
}
