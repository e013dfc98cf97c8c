//! Tests records that name a device.

use axum::http::StatusCode;
use server::auth::device::{SignedRequest, authenticate};
use survey_defs::api::paths::{DEVICES, ENROLMENTS, SUBMISSIONS};
use survey_defs::api::{AddedDevice, BatchReceipt, Receipt, RecordStatus, WaveView};
use survey_defs::device::{DEVICE_HEADER, SIGNATURE_HEADER};
use survey_defs::ids::DeviceId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tests::app::{Reply, TestApp};
use tests::devices::{Device, Secret, new, post_with};
use tests::drafts::{complete, from_device, paradata, question};

fn status(reply: &Reply) -> RecordStatus {
    reply.json::<Receipt>().status
}

const UNPROVEN: RecordStatus = RecordStatus::Quarantined(QuarantineReason::DeviceUnproven);
const REVOKED: RecordStatus = RecordStatus::Quarantined(QuarantineReason::DeviceRevoked);

#[tokio::test]
async fn a_record_of_a_device_counts_only_with_its_proof() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let other = Device::enrolled(&app, Secret::Token([9; 32])).await;
    let nobody = DeviceId::new(uuid::Uuid::from_u128(99));

    let proven = kiosk.post(&app, SUBMISSIONS, &from_device(1, kiosk.id)).await;
    assert_eq!((proven.status, status(&proven)), (StatusCode::CREATED, RecordStatus::Recorded));
    let by_token = other.post(&app, SUBMISSIONS, &from_device(2, other.id)).await;
    assert_eq!(by_token.status, StatusCode::CREATED);
    // Whoever saw the request can send it again, and nothing comes of it.
    let replayed = kiosk.post(&app, SUBMISSIONS, &from_device(1, kiosk.id)).await;
    assert_eq!((replayed.status, &replayed.body), (StatusCode::OK, &proven.body));
    // A form that names no device needs no signature, whoever sends it.
    let phone = app.post_json(SUBMISSIONS, &complete("counter", 3, 4)).await;
    assert_eq!(phone.status, StatusCode::CREATED);
    let by_kiosk = kiosk.post(&app, SUBMISSIONS, &complete("counter", 4, 4)).await;
    assert_eq!(by_kiosk.status, StatusCode::CREATED);

    let elsewhere = Draft { point: "p1".parse().unwrap(), ..from_device(14, kiosk.id) };
    for (name, reply) in [
        ("no signature", app.post_json(SUBMISSIONS, &from_device(11, kiosk.id)).await),
        ("another device", other.post(&app, SUBMISSIONS, &from_device(12, kiosk.id)).await),
        ("unknown device", kiosk.post(&app, SUBMISSIONS, &from_device(13, nobody)).await),
        ("another point", kiosk.post(&app, SUBMISSIONS, &elsewhere).await),
    ] {
        assert_eq!((reply.status, status(&reply)), (StatusCode::ACCEPTED, UNPROVEN), "{name}");
    }
    let body = serde_json::to_string(&from_device(15, kiosk.id)).unwrap();
    let signature = kiosk.secret.signature(SUBMISSIONS, &body.replace("level\":4", "level\":5"));
    let id = kiosk.id.to_string();
    let changed = post_with(
        &app,
        SUBMISSIONS,
        &body,
        &[(DEVICE_HEADER, &id), (SIGNATURE_HEADER, &signature)],
    )
    .await;
    assert_eq!((changed.status, status(&changed)), (StatusCode::ACCEPTED, UNPROVEN));
    assert_eq!(app.submissions("counter").await, 4);

    // What was set aside for want of a signature is recorded when the signature comes.
    let late = kiosk.post(&app, SUBMISSIONS, &from_device(11, kiosk.id)).await;
    assert_eq!(late.status, StatusCode::CREATED);
    // And once it is recorded, whoever repeats it gets the receipt, without the position.
    let again = app.post_json(SUBMISSIONS, &from_device(11, kiosk.id)).await;
    let (told, first): (Receipt, Receipt) = (again.json(), late.json());
    assert_eq!((again.status, first.position), (StatusCode::OK, Some(5)));
    assert_eq!(told, Receipt { position: None, ..first });
    let wave: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((wave.submissions, wave.quarantined), (5, 5));
}

#[tokio::test]
async fn records_of_a_revoked_device_are_kept_and_do_not_count() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let first = kiosk.post(&app, SUBMISSIONS, &from_device(1, kiosk.id)).await;
    kiosk.revoke(&app).await;
    let late = kiosk.post(&app, SUBMISSIONS, &from_device(2, kiosk.id)).await;
    assert_eq!((late.status, status(&late)), (StatusCode::ACCEPTED, REVOKED));
    let unproven = app.post_json(SUBMISSIONS, &from_device(3, kiosk.id)).await;
    assert_eq!((unproven.status, status(&unproven)), (StatusCode::ACCEPTED, UNPROVEN));
    let again = kiosk.post(&app, SUBMISSIONS, &from_device(1, kiosk.id)).await;
    // A revoked device is a stranger, who is told no position.
    let (told, first): (Receipt, Receipt) = (again.json(), first.json());
    assert_eq!((again.status, told), (StatusCode::OK, Receipt { position: None, ..first }));
    let aside = app.state.store.quarantined(&"counter".parse().unwrap()).await.unwrap();
    let expected =
        [(QuarantineReason::DeviceRevoked, 1), (QuarantineReason::DeviceUnproven, 1)].into();
    assert_eq!(aside, expected);
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test]
async fn a_batch_is_proved_as_a_whole() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let nobody = DeviceId::new(uuid::Uuid::from_u128(99));
    let batch = [from_device(1, kiosk.id), from_device(2, nobody), complete("counter", 3, 4)];
    let BatchReceipt { results } = kiosk.post(&app, SUBMISSIONS, &batch).await.json();
    let statuses: Vec<u16> = results.iter().map(|result| result.status).collect();
    assert_eq!(statuses, [201, 202, 201]);
}

#[tokio::test]
async fn paradata_never_costs_an_answer() {
    let app = TestApp::start().await;
    let mut draft = complete("counter", 1, 4);
    let mut filled = paradata(None);
    let known = filled.items[&question("access_overall")];
    for n in 0..500 {
        filled.items.insert(question(&format!("no_such_{n}")), known);
    }
    draft.paradata = Some(filled);
    let reply = app.post_json(SUBMISSIONS, &draft).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let wave = "counter".parse().unwrap();
    let records = app.state.store.submissions_after(&wave, 0, 10).await.unwrap();
    assert_eq!(records[0].draft.paradata, Some(paradata(None)));
}

/// Signed by a browser's web cryptography; the first has a large second number, which some
/// libraries refuse.
#[tokio::test]
async fn signatures_of_browsers_are_understood() {
    const KEY: &str =
        "BA5PNxBI3wOAD3aGzbYpZxXxw0bjzQuF63heV9fTUBKrvH-lK9beWf_aGZkdU968ELznp1ER0u8-dekVW21BfZY";
    const BODY: &str = r#"{"code":"x","text":"Cán bộ hướng dẫn rõ ràng 😀"}"#;
    const SIGNATURES: [&str; 2] = [
        "reRaZmcgjBQy4c0aWqFlrDQPv5GB_zcSgQpUe5k-6L-08bBRH0EPvO_k4JiwOrW1w5HACSHZrkaVAyffrzulJA",
        "f6YRk-AyjSnAKrS6DuggHck0jISqwh4CSAy36kTnQ6hi5eA0hksVmYUF54ZM9x3hYvrMaD2JWavnWFLHGZxvCQ",
    ];
    let app = TestApp::start().await;
    let added: AddedDevice = app.post_json(DEVICES, &new()).await.json();
    let enrolment = serde_json::json!({ "code": added.code, "credential": { "public_key": KEY } });
    assert_eq!(app.post_json(ENROLMENTS, &enrolment).await.status, StatusCode::OK);
    for signature in SIGNATURES {
        let (device, path, body) = (added.device.id, SUBMISSIONS, BODY);
        let request = SignedRequest { device, signature, path, body };
        let authenticated = authenticate(&*app.state.store, request).await.unwrap();
        assert_eq!(authenticated.map(|device| device.id), Some(device), "{signature}");
        let forged = SignedRequest { body: "{}", ..request };
        assert_eq!(authenticate(&*app.state.store, forged).await.unwrap(), None, "{signature}");
    }
}
