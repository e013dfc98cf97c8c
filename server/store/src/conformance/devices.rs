//! Devices at counters: enrolment, revocation, heartbeats.

use futures::future::join_all;
use jiff::{SignedDuration, Timestamp};
use survey_defs::device::{DeviceSettings, DeviceState, Heartbeat, LastHeartbeat};
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::{DeviceId, HeartbeatNonce};
use uuid::Uuid;

use super::fixture::{NumberedCodes, point, time, wave};
use crate::devices::{CodeRefusal, DeviceKey, HashedCode, Heard, MOST_WRONG_SECRETS, NewDevice};
use crate::error::{Conflict, StoreError};
use crate::store::Store;

checks! {
    a_device_is_added_once,
    a_device_that_contradicts_is_refused,
    a_code_enrols_one_key_before_it_expires,
    five_wrong_secrets_end_a_code_and_no_other,
    a_code_is_known_whatever_became_of_it,
    of_wrong_secrets_at_once_five_are_counted,
    of_16_enrolments_with_one_code_one_wins,
    a_revocation_is_for_ever,
    there_is_one_key_for_exports,
    the_last_heartbeat_is_kept,
}

const ADDED: &str = "2026-03-02T03:00:00Z";

pub(super) fn device(n: u8) -> NewDevice {
    let added = time(ADDED);
    NewDevice {
        id: DeviceId::new(Uuid::from_u128(u128::from(n))),
        wave: "w".parse().unwrap(),
        point: "a".parse().unwrap(),
        name: format!("Quầy {n}"),
        settings: DeviceSettings { idle_seconds: 30 + u16::from(n), ..DeviceSettings::default() },
        created_at: added,
        code: code(n),
        code_expires_at: added + SignedDuration::from_hours(24),
    }
}

/// The code of a device.
pub(super) fn code(n: u8) -> HashedCode {
    HashedCode { public: format!("K0{n:02}"), sha256: [n; 32] }
}

/// The code of a device with another secret.
fn wrong(n: u8) -> HashedCode {
    HashedCode { sha256: [0xee; 32], ..code(n) }
}

pub(super) fn after(hours: i64) -> Timestamp {
    time(ADDED) + SignedDuration::from_hours(hours)
}

pub(super) fn token(n: u8) -> DeviceKey {
    DeviceKey::TokenSha256([n; 32])
}

pub(super) async fn with_point(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.add_points(&[point("w", "a"), point("w", "b")], &NumberedCodes::default()).await.unwrap();
}

async fn a_device_is_added_once(store: &dyn Store) {
    with_point(store).await;
    for n in [2, 1] {
        let later = time(ADDED) + SignedDuration::from_secs(i64::from(n));
        store.create_device(&NewDevice { created_at: later, ..device(n) }).await.unwrap();
    }
    let first = NewDevice { created_at: time(ADDED) + SignedDuration::from_secs(1), ..device(1) };
    store.create_device(&first).await.unwrap();
    store.enrol_device(&code(1), &token(1), after(1)).await.unwrap().unwrap();
    // Repeating it is harmless also after more has happened to the device.
    store.create_device(&first).await.unwrap();

    let listed = store.devices().await.unwrap();
    let names: Vec<_> = listed.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Quầy 1", "Quầy 2"], "in the order in which they were added");
    let found = store.device(first.id).await.unwrap().unwrap();
    assert_eq!(found, listed[0]);
    assert_eq!((&found.wave, &found.point), (&first.wave, &first.point));
    assert_eq!((found.settings, found.created_at), (first.settings, first.created_at));
    assert_eq!(store.device(device(3).id).await.unwrap(), None);
}

async fn a_device_that_contradicts_is_refused(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
    for other in [
        NewDevice { name: "Quầy khác".into(), ..device(1) },
        NewDevice { point: "b".parse().unwrap(), ..device(1) },
        NewDevice { code: wrong(1), ..device(1) },
        // Another device with the public part of the code of the first.
        NewDevice { code: HashedCode { sha256: [2; 32], ..code(1) }, ..device(2) },
    ] {
        let error = store.create_device(&other).await.unwrap_err();
        let StoreError::Conflict { what } = error else { panic!("{error:?}") };
        assert_eq!(what, Conflict::Device(other.id));
    }
    for nowhere in [
        NewDevice { wave: "nowhere".parse().unwrap(), ..device(2) },
        NewDevice { point: "nowhere".parse().unwrap(), ..device(2) },
    ] {
        let error = store.create_device(&nowhere).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    }
    assert_eq!(store.devices().await.unwrap().len(), 1);
}

async fn a_code_enrols_one_key_before_it_expires(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
    store.create_device(&device(2)).await.unwrap();
    let enrol = async |n: u8, key: DeviceKey, now| {
        let outcome = store.enrol_device(&code(n), &key, now).await.unwrap();
        outcome.map(|device| device.id)
    };
    let waiting = store.device(device(1).id).await.unwrap().unwrap();
    assert_eq!(waiting.state(after(23)), DeviceState::Waiting);
    assert_eq!(waiting.state(after(24)), DeviceState::Expired);

    assert_eq!(enrol(7, token(1), after(1)).await, Err(CodeRefusal::Unknown));
    let late = enrol(1, token(1), after(24)).await;
    assert_eq!(late, Err(CodeRefusal::Expired), "to the second");
    let key = DeviceKey::PublicKey([4; 65]);
    assert_eq!(enrol(1, key, after(23)).await, Ok(device(1).id));
    // The first answer may have been lost.
    assert_eq!(enrol(1, key, after(23)).await, Ok(device(1).id));
    assert_eq!(enrol(1, token(4), after(23)).await, Err(CodeRefusal::Used));
    assert_eq!(enrol(1, token(4), after(24)).await, Err(CodeRefusal::Used));
    assert_eq!(enrol(1, key, after(24)).await, Err(CodeRefusal::Expired));

    let enrolled = store.device(device(1).id).await.unwrap().unwrap();
    assert_eq!(enrolled.key, Some(key));
    assert_eq!(enrolled.state(after(99)), DeviceState::Enrolled);

    store.revoke_device(device(2).id, after(1)).await.unwrap().unwrap();
    let revoked = enrol(2, token(2), after(2)).await;
    assert_eq!(revoked, Err(CodeRefusal::Revoked), "before it was enrolled");
}

async fn five_wrong_secrets_end_a_code_and_no_other(store: &dyn Store) {
    with_point(store).await;
    for n in [1, 2, 3, 4] {
        store.create_device(&device(n)).await.unwrap();
    }
    let enrol = async |code: HashedCode, now| {
        let outcome = store.enrol_device(&code, &token(1), now).await.unwrap();
        outcome.map(|device| device.id)
    };
    for wrong_secrets in 1..=MOST_WRONG_SECRETS {
        let counted = CodeRefusal::WrongSecret { device: device(1).id, wrong_secrets };
        assert_eq!(enrol(wrong(1), after(1)).await, Err(counted));
    }
    let state = async |n: u8| store.device(device(n).id).await.unwrap().unwrap().state(after(1));
    assert_eq!((state(1).await, state(2).await), (DeviceState::CodeEnded, DeviceState::Waiting));
    assert_eq!(enrol(wrong(1), after(1)).await, Err(CodeRefusal::Unknown), "none is counted");
    assert_eq!(enrol(code(1), after(1)).await, Err(CodeRefusal::Ended), "the right one is late");
    // Adding it again is no way to new tries.
    store.create_device(&device(1)).await.unwrap();
    assert_eq!(state(1).await, DeviceState::CodeEnded);

    // Four leave the code as it is, and right ones are not counted.
    for _ in 1..MOST_WRONG_SECRETS {
        assert!(matches!(enrol(wrong(2), after(1)).await, Err(CodeRefusal::WrongSecret { .. })));
    }
    for _ in 0..MOST_WRONG_SECRETS {
        assert_eq!(enrol(code(2), after(1)).await, Ok(device(2).id));
    }
    // A code that enrols nothing any more is not compared for strangers, and nothing is written.
    store.revoke_device(device(3).id, after(1)).await.unwrap().unwrap();
    for (n, now) in [(2, after(2)), (3, after(2)), (4, after(24))] {
        let before = store.device(device(n).id).await.unwrap();
        assert_eq!(enrol(wrong(n), now).await, Err(CodeRefusal::Unknown), "{n}");
        assert_eq!(store.device(device(n).id).await.unwrap(), before);
    }
}

async fn a_code_is_known_whatever_became_of_it(store: &dyn Store) {
    with_point(store).await;
    for n in [1, 2, 3] {
        store.create_device(&device(n)).await.unwrap();
    }
    let is_code = async |code: HashedCode| store.is_code(&code).await.unwrap();
    for _ in 0..=MOST_WRONG_SECRETS {
        assert!(!is_code(wrong(1)).await);
    }
    assert!(!is_code(code(7)).await);
    let untouched = store.device(device(1).id).await.unwrap().unwrap();
    assert_eq!(untouched.wrong_secrets, 0, "nothing is counted");
    assert!(is_code(code(1)).await);
    for _ in 0..MOST_WRONG_SECRETS {
        store.enrol_device(&wrong(1), &token(1), after(1)).await.unwrap().unwrap_err();
    }
    store.enrol_device(&code(2), &token(1), after(1)).await.unwrap().unwrap();
    store.revoke_device(device(3).id, after(1)).await.unwrap().unwrap();
    for n in [1, 2, 3] {
        assert!(is_code(code(n)).await, "{n}");
        assert!(!is_code(wrong(n)).await, "{n}");
    }
}

async fn of_wrong_secrets_at_once_five_are_counted(store: &dyn Store) {
    add_a_device(store).await;
    assert_eq!(wrong_secrets_then(&[store], 16).await, (5, Err(CodeRefusal::Ended)));
}

/// Adds the device whose code [`wrong_secrets_then`] is about.
pub(crate) async fn add_a_device(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
}

/// Enters wrong secrets at once, so many times, and then the right one: how many were counted, and
/// what became of the right one. The code is the same for every store on one database.
pub(crate) async fn wrong_secrets_then(
    stores: &[&dyn Store],
    times: usize,
) -> (usize, Result<DeviceId, CodeRefusal>) {
    let (bad, key) = (wrong(1), token(1));
    let tries = (0..times).map(|n| stores[n % stores.len()].enrol_device(&bad, &key, after(1)));
    let outcomes = join_all(tries).await.into_iter().map(Result::unwrap);
    let counted = |one: &Result<_, _>| matches!(one, Err(CodeRefusal::WrongSecret { .. }));
    let counted = outcomes.filter(counted).count();
    let right = stores[0].enrol_device(&code(1), &key, after(1)).await.unwrap();
    (counted, right.map(|device| device.id))
}

async fn of_16_enrolments_with_one_code_one_wins(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
    let keys: Vec<_> = (0..16).map(token).collect();
    let code = code(1);
    let enrolments = keys.iter().map(|key| store.enrol_device(&code, key, after(1)));
    let results = join_all(enrolments).await;
    let winners: Vec<_> = results
        .into_iter()
        .zip(&keys)
        .filter_map(|(result, key)| result.unwrap().ok().map(|_| *key))
        .collect();
    assert_eq!(winners.len(), 1);
    let device = store.device(device(1).id).await.unwrap().unwrap();
    assert_eq!(device.key, Some(winners[0]));
}

async fn a_revocation_is_for_ever(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
    assert_eq!(store.revoke_device(device(2).id, after(1)).await.unwrap(), None);
    let revoked = store.revoke_device(device(1).id, after(1)).await.unwrap().unwrap();
    assert_eq!(revoked.revoked_at, Some(after(1)));
    let again = store.revoke_device(device(1).id, after(2)).await.unwrap().unwrap();
    assert_eq!(again, revoked);
    assert_eq!(again.state(after(0)), DeviceState::Revoked);
}

async fn there_is_one_key_for_exports(store: &dyn Store) {
    assert_eq!(store.known_outbox_secret().await.unwrap(), None, "nobody has asked for one");
    assert_eq!(store.known_outbox_secret().await.unwrap(), None, "and none was made");
    let secrets = join_all((0..8).map(|n| store.outbox_secret([n; 32]))).await;
    let secrets: Vec<_> = secrets.into_iter().map(Result::unwrap).collect();
    assert!(secrets.iter().all(|secret| *secret == secrets[0]), "{secrets:?}");
    assert_eq!(store.outbox_secret([99; 32]).await.unwrap(), secrets[0]);
    assert_eq!(store.known_outbox_secret().await.unwrap(), Some(secrets[0]));
}

pub(super) fn nonce(n: u128) -> HeartbeatNonce {
    HeartbeatNonce::new(uuid::Uuid::from_u128(n))
}

/// Records a heartbeat as the next one of a device; whether a mark was kept.
pub(super) async fn is_evidence(store: &dyn Store, n: u8, last: LastHeartbeat) -> bool {
    let id = device(n).id;
    let freshness = Some(store.freshness(id, nonce(1)).await.unwrap().next());
    let heartbeat = Heartbeat { freshness, ..last.heartbeat };
    let last = LastHeartbeat { heartbeat, ..last };
    match store.record_heartbeat(id, &last, nonce(2)).await.unwrap() {
        Heard::Taken { is_evidence, .. } => is_evidence,
        other => panic!("{other:?}"),
    }
}

async fn the_last_heartbeat_is_kept(store: &dyn Store) {
    with_point(store).await;
    store.create_device(&device(1)).await.unwrap();
    let beat = |sequence, queued, hours| LastHeartbeat {
        received_at: after(hours),
        clock_skew_s: -3,
        heartbeat: Heartbeat {
            app_version: "0.1.0".to_owned().try_into().unwrap(),
            now: after(hours),
            rendered_at: Some(after(0)),
            queued,
            refused: 1,
            last_success_at: None,
            storage_persisted: true,
            sequence,
            freshness: None,
            generation: Generation::THIS,
            extra: Extra::default(),
        },
    };
    let last = async || store.device(device(1).id).await.unwrap().unwrap().last;
    assert_eq!(last().await, None);
    let keeps = async |last| is_evidence(store, 1, last).await;
    assert!(keeps(beat(5, 2, 1)).await, "the first is a mark");
    assert_eq!(last().await, Some(beat(5, 2, 1)));
    // It was on its way for long.
    assert!(!keeps(LastHeartbeat { received_at: after(9), ..beat(4, 0, 0) }).await);
    assert_eq!(last().await, Some(beat(5, 2, 1)));
    assert!(!keeps(beat(5, 0, 2)).await, "of sessions it says nothing new");
    assert_eq!(last().await, Some(beat(5, 0, 2)));
    assert!(keeps(beat(6, 0, 3)).await);
    let of_nobody = store.record_heartbeat(device(2).id, &beat(1, 0, 1), nonce(1)).await.unwrap();
    assert_eq!(of_nobody, Heard::Unknown);
    assert_eq!(store.devices().await.unwrap().len(), 1, "nothing is made of thin air");
}
