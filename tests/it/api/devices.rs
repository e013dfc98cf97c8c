//! Tests devices: adding, enrolment, heartbeats, revocation.

use axum::http::StatusCode;
use jiff::SignedDuration;
use survey_defs::api::paths::{DEVICES, HEARTBEATS, SUBMISSIONS, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{AddedDevice, DeviceConfig, DeviceView};
use survey_defs::device::{DEVICE_HEADER, DeviceState, Freshness, Heartbeat, SIGNATURE_HEADER};
use tests::app::TestApp;
use tests::devices::{Device, Secret, added, enrol, heartbeat, listed, new, post_with};
use tests::waves;

const TOKEN: Secret = Secret::Token([7; 32]);

#[tokio::test]
async fn a_device_is_added_enrolled_heard_of_and_revoked() {
    let app = TestApp::start().await;
    let AddedDevice { device, code, code_expires_at } = added(&app).await;
    assert_eq!((device.state, device.created_at), (DeviceState::Waiting, waves::now()));
    assert_eq!(device.settings, new().settings);
    assert_eq!(code_expires_at, waves::now() + SignedDuration::from_hours(24));
    assert_eq!(String::from(code.clone()).len(), 18);

    let secret = Secret::pair();
    let reply = enrol(&app, &code, &secret).await;
    assert_eq!(reply.status, StatusCode::OK);
    let config: DeviceConfig = reply.json();
    assert_eq!((config.device, &config.name), (device.id, &device.name));
    assert_eq!((config.wave.as_str(), config.point.as_str()), ("counter", "kiosk"));
    assert_eq!((config.settings, config.now), (new().settings, waves::now()));

    app.clock.set(waves::now() + SignedDuration::from_secs(90));
    let kiosk = Device::new(config.device, secret, config.freshness);
    let reply = kiosk.beat(&app, &heartbeat(3)).await;
    assert_eq!(reply.status, StatusCode::OK);
    let freshness = config.freshness.map(Freshness::next);
    let expected = DeviceConfig { now: app.state.clock.now(), freshness, ..config };
    assert_eq!(reply.json::<DeviceConfig>(), expected);
    let [view] = listed(&app).await.try_into().unwrap();
    let last = view.last.unwrap();
    assert_eq!((view.state, last.clock_skew_s), (DeviceState::Enrolled, -90));
    assert_eq!((last.received_at, last.heartbeat), (app.state.clock.now(), heartbeat(3)));

    let revoked = kiosk.revoke(&app).await;
    assert_eq!(revoked.status, StatusCode::OK);
    assert_eq!(revoked.json::<DeviceView>().state, DeviceState::Revoked);
    assert_eq!(kiosk.revoke(&app).await.body, revoked.body);
    let reply = kiosk.beat(&app, &heartbeat(4)).await;
    assert_eq!(reply.problem().code, ProblemCode::DeviceRevoked);
    assert_eq!(listed(&app).await[0].last.as_ref().unwrap().heartbeat.sequence, 3);
}

#[tokio::test]
async fn each_bad_device_has_its_own_problem() {
    let app = TestApp::start().await;
    let good = serde_json::to_value(new()).unwrap();
    let with = |field: &str, value: serde_json::Value| {
        let mut body = good.clone();
        body[field] = value;
        body.to_string()
    };
    let settings = |name: &str, value: i32| with("settings", serde_json::json!({ name: value }));
    for (body, code) in [
        (String::new(), ProblemCode::BodyMalformed),
        ("{}".into(), ProblemCode::BodyShape),
        (with("colour", "red".into()), ProblemCode::BodyShape),
        (settings("colour", 1), ProblemCode::BodyShape),
        (settings("idle_seconds", -1), ProblemCode::BodyShape),
        (with("wave", "w 9".into()), ProblemCode::BodyShape),
        (with("wave", "w9".into()), ProblemCode::WaveUnknown),
        (with("point", "p9".into()), ProblemCode::PointUnknown),
        (with("name", "".into()), ProblemCode::DeviceInvalid),
        (with("name", "  ".into()), ProblemCode::DeviceInvalid),
        (with("name", "Quầy\n1".into()), ProblemCode::DeviceInvalid),
        (with("name", "ế".repeat(101).into()), ProblemCode::DeviceInvalid),
        (settings("idle_seconds", 9), ProblemCode::DeviceInvalid),
        (settings("countdown_seconds", 121), ProblemCode::DeviceInvalid),
        (settings("thanks_seconds", 2), ProblemCode::DeviceInvalid),
        (settings("pixels_per_mm", 0), ProblemCode::DeviceInvalid),
        (" ".repeat(20_000), ProblemCode::BodyTooLarge),
    ] {
        let reply = app.post(DEVICES, "application/json", body.clone()).await;
        assert_eq!(reply.problem().code, code, "{body}");
    }
    let reply = app.post(DEVICES, "text/plain", good.to_string()).await;
    assert_eq!(reply.problem().code, ProblemCode::ContentType);
    assert_eq!(listed(&app).await, []);
    let longest = with("name", "ế".repeat(100).into());
    let reply = app.post(DEVICES, "application/json", longest).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    let unknown = fill(survey_defs::api::paths::REVOCATION, &[&uuid::Uuid::nil().to_string()]);
    let reply = app.post(&unknown, "application/json", "").await;
    assert_eq!(reply.problem().code, ProblemCode::DeviceUnknown);
}

#[tokio::test]
async fn a_heartbeat_needs_the_proof_of_its_device() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let by_token = Device::enrolled(&app, TOKEN).await;
    let waiting = added(&app).await.device.id.to_string();
    let body = serde_json::to_string(&kiosk.next(&heartbeat(1))).unwrap();
    let (path, id) = (kiosk.heartbeats(), kiosk.id.to_string());
    let other_path = by_token.heartbeats();
    let sign = |path: &str, body: &str| kiosk.secret.signature(path, body);
    let token = by_token.secret.signature("", "");
    let waiting_path = fill(HEARTBEATS, &[&waiting]);
    let nobody = uuid::Uuid::from_u128(99).to_string();
    let nobodys_path = fill(HEARTBEATS, &[&nobody]);
    let with_query = format!("{path}?x=1");
    let (id, waiting, nobody) = (id.as_str(), waiting.as_str(), nobody.as_str());
    let by_token_id = by_token.id.to_string();
    for (name, path, device, signature, code) in [
        ("no device", &path, "", sign(&path, &body), ProblemCode::DeviceUnproven),
        ("no signature", &path, id, String::new(), ProblemCode::DeviceUnproven),
        ("no base64", &path, id, "?".into(), ProblemCode::DeviceUnproven),
        ("padded", &path, id, sign(&path, &body) + "==", ProblemCode::DeviceUnproven),
        ("another body", &path, id, sign(&path, "{}"), ProblemCode::DeviceUnproven),
        ("another path", &path, id, sign(SUBMISSIONS, &body), ProblemCode::DeviceUnproven),
        ("the query too", &with_query, id, sign(&with_query, &body), ProblemCode::DeviceUnproven),
        ("a token for a key", &path, id, token.clone(), ProblemCode::DeviceUnproven),
        (
            "a key for a token",
            &other_path,
            &by_token_id,
            sign(&other_path, &body),
            ProblemCode::DeviceUnproven,
        ),
        ("another's path", &other_path, id, sign(&other_path, &body), ProblemCode::DeviceUnproven),
        (
            "not enrolled",
            &waiting_path,
            waiting,
            sign(&waiting_path, &body),
            ProblemCode::DeviceUnproven,
        ),
        ("unknown", &nobodys_path, nobody, sign(&nobodys_path, &body), ProblemCode::DeviceUnknown),
    ] {
        let headers = [(DEVICE_HEADER, device), (SIGNATURE_HEADER, signature.as_str())];
        let reply = post_with(&app, path, &body, &headers).await;
        assert_eq!(reply.problem().code, code, "{name}");
    }
    assert!(listed(&app).await.iter().all(|device| device.last.is_none()));
    // A query is no part of what is signed.
    let headers = [(DEVICE_HEADER, id), (SIGNATURE_HEADER, &sign(&path, &body))];
    assert_eq!(post_with(&app, &with_query, &body, &headers).await.status, StatusCode::OK);
    let by_token = by_token.beat(&app, &heartbeat(1)).await;
    assert_eq!(by_token.status, StatusCode::OK);

    for bad in [r#"{"now":"2026-03-02T03:00:00Z"}"#, "7", "null"] {
        let headers = [(DEVICE_HEADER, id), (SIGNATURE_HEADER, &sign(&path, bad))];
        let reply = post_with(&app, &path, bad, &headers).await;
        assert_eq!(reply.problem().code, ProblemCode::BodyShape, "{bad}");
    }
}

/// Two captured heartbeats in turn kept a dead device alive, with false clock errors.
#[tokio::test]
async fn a_heartbeat_that_is_sent_again_changes_nothing() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let path = kiosk.heartbeats();
    let two_hours = SignedDuration::from_hours(2);
    // Nobody uses the device: the number of sessions is the same.
    app.clock.set(waves::now() - two_hours);
    let a = kiosk.next(&Heartbeat { now: waves::now() - two_hours, ..heartbeat(3) });
    assert_eq!(kiosk.post(&app, &path, &a).await.status, StatusCode::OK);
    app.clock.set(waves::now());
    let b = kiosk.next(&heartbeat(3));
    assert_eq!(kiosk.post(&app, &path, &b).await.status, StatusCode::OK);
    let before = listed(&app).await;
    let store = &app.state.store;
    let wave = "counter".parse().unwrap();
    let nobody = survey_defs::ids::SubmissionId::new(uuid::Uuid::nil());
    let evidence = store.session_evidence(&wave, kiosk.id, 3, nobody).await.unwrap();
    for (n, sent) in [(1, &b), (2, &a), (3, &a), (4, &b), (5, &a)] {
        app.clock.set(waves::now() + SignedDuration::from_mins(n));
        let problem = kiosk.post(&app, &path, sent).await.problem();
        assert_eq!(problem.code, ProblemCode::HeartbeatStale);
        assert_eq!(problem.freshness, b.freshness, "and what the next one must follow");
    }
    assert_eq!(listed(&app).await, before);
    let after = store.session_evidence(&wave, kiosk.id, 3, nobody).await.unwrap();
    assert_eq!(after, evidence);
    // The device itself goes on, also after its clock was set back.
    let set_back = Heartbeat { now: waves::now() - two_hours, ..heartbeat(3) };
    assert_eq!(kiosk.beat(&app, &set_back).await.status, StatusCode::OK);
    assert_eq!(listed(&app).await[0].last.as_ref().unwrap().clock_skew_s, -7_500);
}

#[tokio::test]
async fn a_device_that_has_lost_count_is_told_and_goes_on() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    assert_eq!(kiosk.beat(&app, &heartbeat(1)).await.status, StatusCode::OK);
    kiosk.learn(None);
    let problem = kiosk.beat(&app, &heartbeat(2)).await.problem();
    assert_eq!(problem.code, ProblemCode::HeartbeatStale);
    assert_eq!(listed(&app).await[0].last.as_ref().unwrap().heartbeat.sequence, 1);
    kiosk.learn(problem.freshness);
    assert_eq!(kiosk.beat(&app, &heartbeat(2)).await.status, StatusCode::OK);
    let last = listed(&app).await.remove(0).last.unwrap().heartbeat;
    assert_eq!((last.sequence, last.freshness), (2, None), "staff are not shown it");
}
