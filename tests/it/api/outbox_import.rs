//! Tests the import of records that a device could not send.

use serde::Serialize;
use server::intake::Refusal;
use server::intake::outbox_file::{Imported, NotAnOutbox, Outcome, import, open, read};
use server::system::json;
use survey_defs::api::{
    AddedDevice, BreakOffSummary, DeviceConfig, OUTBOX_VERSION, OutboxFile, OutboxFormat,
    OutboxKind, OutboxRecord, SEALED_OUTBOX_VERSION, SealedOutbox, SealedOutboxFormat, paths,
};
use survey_defs::ids::{DeviceId, SubmissionId};
use survey_defs::outbox_seal::OutboxKey;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tests::app::TestApp;
use tests::callers::operator;
use tests::devices::{Device, Secret, enrol, heartbeat, new};
use tests::drafts::{break_off_of, complete, draft, from_device};
use tests::waves;

fn record(kind: OutboxKind, body: &impl Serialize) -> OutboxRecord {
    let body = serde_json::to_value(body).unwrap();
    let id: SubmissionId = body["id"].as_str().unwrap().parse().unwrap();
    OutboxRecord { id, kind, body: body.to_string() }
}

fn submission(draft: &Draft) -> OutboxRecord {
    record(OutboxKind::Submission, draft)
}

fn file(records: Vec<OutboxRecord>) -> OutboxFile {
    let format = OutboxFormat::Outbox;
    OutboxFile { format, version: OUTBOX_VERSION, exported_at: waves::now(), records }
}

/// The outcomes in a word each.
fn words(imported: &[Imported]) -> Vec<String> {
    let word = |one: &Imported| match &one.outcome {
        Outcome::Recorded => "recorded".to_owned(),
        Outcome::Repeated => "repeated".to_owned(),
        Outcome::Quarantined(reason) => reason.to_string(),
        Outcome::Refused(refusal) => match refusal {
            Refusal::Invalid(_) => "submission_invalid".to_owned(),
            Refusal::Json(json::Error::Malformed(_)) => "body_malformed".to_owned(),
            Refusal::Device(error) => QuarantineReason::from(*error).to_string(),
            other => other.to_string(),
        },
    };
    imported.iter().map(word).collect()
}

#[tokio::test]
async fn every_record_goes_the_way_that_it_would_have_gone() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let revoked = Device::enrolled(&app, Secret::pair()).await;
    revoked.revoke(&app).await;
    let nobody = DeviceId::new(uuid::Uuid::from_u128(99));
    let elsewhere = Draft { point: "p1".parse().unwrap(), ..from_device(5, kiosk.id) };
    let mut broken = submission(&complete("counter", 7, 4));
    broken.body.truncate(40);
    let of_kiosk = break_off_of(kiosk.id, 21, Some("access_overall"));
    let of_revoked = break_off_of(revoked.id, 22, None);
    let file = file(vec![
        record(OutboxKind::BreakOff, &of_kiosk),
        submission(&complete("counter", 1, 4)),
        // Staff vouch for the device whose file they bring.
        submission(&from_device(2, kiosk.id)),
        submission(&from_device(3, revoked.id)),
        submission(&from_device(4, nobody)),
        submission(&elsewhere),
        submission(&draft("counter", 6)),
        broken,
        record(OutboxKind::BreakOff, &of_revoked),
    ]);
    let expected = [
        "recorded",
        "recorded",
        "device_revoked",
        "device_unproven",
        "device_unproven",
        "submission_invalid",
        "body_malformed",
        "recorded",
        "device_revoked",
    ];
    let imported = import(&app.state.intake, &file, &operator()).await.unwrap();
    assert_eq!(words(&imported), expected);
    let Outcome::Refused(Refusal::Invalid(violations)) = &imported[5].outcome else {
        panic!("it has no answers")
    };
    assert!(!violations.is_empty(), "the reason is told");
    assert_eq!((imported[6].id, imported[6].kind), (file.records[7].id, OutboxKind::Submission));

    let again = import(&app.state.intake, &file, &operator()).await.unwrap();
    assert_eq!(words(&again)[..2], ["repeated", "repeated"]);
    assert_eq!(words(&again)[2..7], expected[2..7]);
    assert_eq!(words(&again)[7..], ["repeated", "device_revoked"]);
    assert_eq!(app.submissions("counter").await, 2);
    let aside = app.state.store.quarantined(&"counter".parse().unwrap()).await.unwrap();
    let expected =
        [(QuarantineReason::DeviceRevoked, 1), (QuarantineReason::DeviceUnproven, 2)].into();
    assert_eq!(aside, expected);
    let ended: Vec<BreakOffSummary> = app.get("/api/v1/waves/counter/break-offs").await.json();
    assert_eq!(ended.iter().map(|row| row.cancelled).sum::<u64>(), 1);
}

#[tokio::test]
async fn a_file_may_be_longer_than_a_batch() {
    let app = TestApp::start().await;
    let records = (1..=450).map(|n| submission(&complete("counter", n, 4))).collect();
    let imported = import(&app.state.intake, &file(records), &operator()).await.unwrap();
    assert_eq!(words(&imported), vec!["recorded"; 450]);
    assert_eq!(app.submissions("counter").await, 450);
    assert!(import(&app.state.intake, &file(Vec::new()), &operator()).await.unwrap().is_empty());
}

#[tokio::test]
async fn a_closed_wave_keeps_late_records_aside() {
    let app = TestApp::start().await;
    app.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
    let late = file(vec![submission(&complete("counter", 1, 4))]);
    assert_eq!(
        words(&import(&app.state.intake, &late, &operator()).await.unwrap()),
        ["window_closed"]
    );
}

#[test]
fn a_file_says_what_it_is() {
    let good = serde_json::to_string(&file(vec![submission(&complete("counter", 1, 4))])).unwrap();
    assert_eq!(read(&good).unwrap().records.len(), 1);
    for bad in ["{}", "[]", &good.replacen("thuocdo-outbox", "other", 1)] {
        assert!(matches!(read(bad), Err(NotAnOutbox::Shape(_))), "{bad}");
    }
    for cut in ["", &good[..90], &good[..good.len() - 1]] {
        assert!(matches!(read(cut), Err(NotAnOutbox::Incomplete)), "{cut}");
    }
    let newer = r#"{"format":"thuocdo-outbox","version":2,"entries":{}}"#;
    assert!(matches!(read(newer), Err(NotAnOutbox::Version(2))));
}

/// The key that a device gets with its configuration.
async fn key(app: &TestApp) -> OutboxKey {
    let added: AddedDevice = app.post_json(paths::DEVICES, &new()).await.json();
    let secret = Secret::Token([7; 32]);
    let config: DeviceConfig = enrol(app, &added.code, &secret).await.json();
    let device = Device::new(config.device, secret, config.freshness);
    let again = device.beat(app, &heartbeat(1)).await;
    assert_eq!(again.json::<DeviceConfig>().outbox_key, config.outbox_key);
    config.outbox_key.unwrap()
}

/// A file as a device seals it.
fn sealed(key: &OutboxKey, file: &OutboxFile) -> SealedOutbox {
    let random = |bytes: &mut [u8]| bytes.fill(9);
    let sealed = key.seal(&serde_json::to_string(file).unwrap(), random).unwrap();
    SealedOutbox {
        format: SealedOutboxFormat::SealedOutbox,
        version: SEALED_OUTBOX_VERSION,
        key: key.clone(),
        sealed,
    }
}

#[tokio::test]
async fn what_a_device_has_sealed_opens_on_its_server_only() {
    let app = TestApp::start().await;
    let plain = file(vec![submission(&complete("counter", 1, 4))]);
    let key = key(&app).await;
    let sealed = sealed(&key, &plain);
    let text = serde_json::to_string(&sealed).unwrap();
    assert!(!text.contains("access_overall"), "no answer is readable");
    let opened = open(&app.state.intake, &text).await.unwrap();
    assert_eq!(opened, plain);
    let imported = import(&app.state.intake, &opened, &operator()).await.unwrap();
    assert_eq!(words(&imported), ["recorded"]);
    // Older devices do not seal.
    let unsealed = serde_json::to_string(&plain).unwrap();
    assert_eq!(open(&app.state.intake, &unsealed).await.unwrap(), plain);

    let damaged = SealedOutbox { sealed: sealed.sealed[1..].to_owned(), ..sealed.clone() };
    let damaged = serde_json::to_string(&damaged).unwrap();
    let refused = open(&app.state.intake, &damaged).await;
    assert!(matches!(refused, Err(NotAnOutbox::Sealed(_))), "{refused:?}");
    for cut in [&text[..text.len() / 2], &text[..20]] {
        let refused = open(&app.state.intake, cut).await;
        assert!(matches!(refused, Err(NotAnOutbox::Incomplete)), "{refused:?}");
    }
    let marked = open(&app.state.intake, &format!("\u{feff}{text}")).await;
    assert_eq!(marked.unwrap(), plain);
    let newer = text.replacen("\"version\":1", "\"version\":2", 1);
    let refused = open(&app.state.intake, &newer).await;
    assert!(matches!(refused, Err(NotAnOutbox::Version(2))), "{refused:?}");
    let other = TestApp::start().await;
    let refused = open(&other.state.intake, &text).await;
    assert!(matches!(refused, Err(NotAnOutbox::OtherServer)), "{refused:?}");
    let made = other.state.store.known_outbox_secret().await.unwrap();
    assert_eq!(made, None, "a file of another server makes no key");
    // The randomness of both is the same, so the key of the other is given to it.
    other.state.store.outbox_secret([0xab; 32]).await.unwrap();
    let refused = open(&other.state.intake, &text).await;
    assert!(matches!(refused, Err(NotAnOutbox::OtherServer)), "{refused:?}");
}
