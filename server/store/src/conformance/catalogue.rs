//! Definitions, waves, service points.

use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::caller::Caller;
use survey_defs::ids::{MethodId, PointId};
use survey_defs::instrument::InstrumentRef;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::wave::{ServicePoint, Takes};

use super::fixture::{NumberedCodes, entry, point, time, wave, wave_id, wave_taking};
use super::quarantine::quarantined;
use crate::catalogue::Definition;
use crate::error::{Conflict, StoreError};
use crate::store::Store;

checks! {
    a_published_version_never_changes,
    a_wave_is_created_once,
    what_an_empty_wave_takes_may_change,
    points_are_added_once,
    points_come_all_or_none,
    a_telephone_number_may_change,
    what_is_not_there_is_none,
}

async fn a_published_version_never_changes(store: &dyn Store) {
    let instrument = |version| {
        let id = "same".parse().unwrap();
        Definition::Instrument(InstrumentRef { id, version })
    };
    let method = Definition::Method { id: MethodId::new("same").unwrap(), version: 1 };
    let all = [instrument(1), instrument(2), instrument(u32::MAX), method];
    for (hash, definition) in (1..).zip(&all) {
        store.publish(definition, [hash; 32]).await.unwrap();
    }
    for (hash, definition) in (1..).zip(&all) {
        store.publish(definition, [hash; 32]).await.unwrap();
        let error = store.publish(definition, [99; 32]).await.unwrap_err();
        let StoreError::Conflict { what } = error else { panic!("{error:?}") };
        assert_eq!(what, Conflict::Definition(definition.clone()));
    }
    // The conflict has not replaced the first hash.
    store.publish(&all[0], [1; 32]).await.unwrap();
}

async fn a_wave_is_created_once(store: &dyn Store) {
    let [first, second] = [wave("a"), wave("b")];
    store.create_wave(&second).await.unwrap();
    store.create_wave(&first).await.unwrap();
    store.create_wave(&first).await.unwrap();

    let mut other = first.clone().into_fields();
    other.closes_at += jiff::SignedDuration::from_nanos(1);
    let other = other.try_into().unwrap();
    let error = store.create_wave(&other).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { what: Conflict::Wave(id) } if id == first.id));

    assert_eq!(store.wave(&first.id).await.unwrap(), Some(first.clone()));
    assert_eq!(store.waves().await.unwrap(), [first, second]);
}

async fn what_an_empty_wave_takes_may_change(store: &dyn Store) {
    let sample = wave_taking("w", Takes::Sample);
    store.create_wave(&sample).await.unwrap();
    assert_eq!(store.wave(&sample.id).await.unwrap(), Some(sample.clone()));
    assert_eq!(store.waves().await.unwrap(), std::slice::from_ref(&sample));
    let by = |reason: &str| {
        NewAuditEntry::new(&Caller::loopback(), time("2026-03-02T01:00:00Z"), reason)
    };

    assert!(!store.change_takes(&sample.id, Takes::Sample, &by("nothing")).await.unwrap());
    assert!(store.change_takes(&sample.id, Takes::LevelCounts, &by("counts come")).await.unwrap());
    assert!(store.change_takes(&sample.id, Takes::Forms, &by("a slip")).await.unwrap());
    store.create_wave(&wave("w")).await.unwrap();
    let again = store.create_wave(&sample).await.unwrap_err();
    assert!(matches!(again, StoreError::Conflict { what: Conflict::Wave(_) }), "{again:?}");
    store.quarantine(&[quarantined(1, QuarantineReason::WindowClosed)]).await.unwrap();
    let waiting = store.change_takes(&sample.id, Takes::Sample, &by("too early")).await;
    let Err(StoreError::Conflict { what }) = waiting else { panic!("{waiting:?}") };
    assert_eq!(what, Conflict::RecordsWait(sample.id.clone()));

    store.record(&[entry("w", 1)]).await.unwrap();
    let late = store.change_takes(&sample.id, Takes::Sample, &by("late")).await.unwrap_err();
    let StoreError::Conflict { what } = late else { panic!("{late:?}") };
    assert_eq!(what, Conflict::WaveHasRecords(sample.id.clone()));
    assert_eq!(store.wave(&sample.id).await.unwrap(), Some(wave("w")));
    let unknown = store.change_takes(&wave_id("x"), Takes::Forms, &by("none")).await;
    assert!(matches!(unknown, Err(StoreError::UnknownWave(_))), "{unknown:?}");

    let log = store.audit_after(&sample.id, 0, 9).await.unwrap();
    let told: Vec<_> =
        log.into_iter().map(|entry| (entry.number, entry.reason, entry.action)).collect();
    let change = |before, now| AuditAction::TakesChanged { before, now };
    let expected = [
        (1, "counts come".to_owned(), change(Takes::Sample, Takes::LevelCounts)),
        (2, "a slip".to_owned(), change(Takes::LevelCounts, Takes::Forms)),
    ];
    assert_eq!(told, expected);
}

async fn points_are_added_once(store: &dyn Store) {
    let codes = NumberedCodes::default();
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    let [first, second, elsewhere] = [point("w", "a"), point("w", "b"), point("x", "a")];
    let all = [second.clone(), first.clone(), elsewhere.clone(), first.clone()];
    store.add_points(&all, &codes).await.unwrap();
    store.add_points(&all, &codes).await.unwrap();
    store.add_points(&[], &codes).await.unwrap();

    assert_eq!(store.points(&first.wave).await.unwrap(), [first.clone(), second.clone()]);
    let found = store.point(&elsewhere.wave, &elsewhere.id).await.unwrap();
    assert_eq!(found, Some(elsewhere));
}

async fn points_come_all_or_none(store: &dyn Store) {
    let codes = NumberedCodes::default();
    store.create_wave(&wave("w")).await.unwrap();
    let first = point("w", "a");
    store.add_points(std::slice::from_ref(&first), &codes).await.unwrap();

    let mut changed = first.clone().into_fields();
    changed.name.en.push('!');
    let changed: ServicePoint = changed.try_into().unwrap();
    let error = store.add_points(&[point("w", "b"), changed], &codes).await.unwrap_err();
    let StoreError::Conflict { what } = error else { panic!("{error:?}") };
    assert_eq!(what, Conflict::Point { wave: wave_id("w"), point: first.id.clone() });

    let error =
        store.add_points(&[point("w", "c"), point("nowhere", "a")], &codes).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(wave) if wave == wave_id("nowhere")));

    assert_eq!(store.points(&wave_id("w")).await.unwrap(), [first]);
}

async fn a_telephone_number_may_change(store: &dyn Store) {
    let codes = NumberedCodes::default();
    store.create_wave(&wave("w")).await.unwrap();
    let telephone = |number: &str| Some(number.to_owned().try_into().unwrap());
    let first = point("w", "a");
    for number in [None, telephone("024 0000 0000"), telephone("(024) 0000-0001"), None] {
        let changed = first.clone().with_telephone(number);
        store.add_points(&[changed.clone(), point("w", "b")], &codes).await.unwrap();
        assert_eq!(store.point(&first.wave, &first.id).await.unwrap(), Some(changed));
    }
    let mut other = first.clone().with_telephone(telephone("024 0000 0000")).into_fields();
    other.name.en.push('!');
    let other = other.try_into().unwrap();
    assert!(store.add_points(&[other], &codes).await.is_err(), "nothing else may change");
    assert_eq!(store.points(&first.wave).await.unwrap(), [first, point("w", "b")]);
}

async fn what_is_not_there_is_none(store: &dyn Store) {
    let nowhere = wave_id("nowhere");
    assert_eq!(store.wave(&nowhere).await.unwrap(), None);
    assert_eq!(store.waves().await.unwrap(), []);
    assert_eq!(store.points(&nowhere).await.unwrap(), []);
    assert_eq!(store.point(&nowhere, &PointId::new("a").unwrap()).await.unwrap(), None);
    assert_eq!(store.submissions_after(&nowhere, 0, 10).await.unwrap(), []);
    assert_eq!(store.level_counts(&nowhere).await.unwrap(), []);
    assert_eq!(store.log_end(&nowhere).await.unwrap(), crate::LogEnd::default());
    assert!(store.quarantined(&nowhere).await.unwrap().is_empty());
}
