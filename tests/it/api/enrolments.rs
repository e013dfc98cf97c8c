//! Tests enrolment codes: right ones, wrong ones, and what is told of them.

use std::net::SocketAddr;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use futures::future::join_all;
use jiff::SignedDuration;
use survey_defs::api::paths::{ENROLMENTS, REVOCATION, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::device::{DeviceState, EnrolmentCode};
use tests::app::TestApp;
use tests::devices::{Secret, added, enrol, listed, with_another_secret};
use tests::waves;

const TOKEN: Secret = Secret::Token([7; 32]);

/// A code that nobody has given out.
fn unknown() -> EnrolmentCode {
    EnrolmentCode::from_random([0xff; 10])
}

async fn problem(app: &TestApp, code: &EnrolmentCode) -> ProblemCode {
    let problem = enrol(app, code, &TOKEN).await.problem();
    assert_eq!(problem.status, 403);
    problem.code
}

#[tokio::test]
async fn a_code_works_once_and_for_a_day() {
    let app = TestApp::start().await;
    let code = added(&app).await.code;
    let secret = Secret::pair();
    let first = enrol(&app, &code, &secret).await;
    let again = enrol(&app, &code, &secret).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body), "an answer may be lost");
    assert_eq!(problem(&app, &code).await, ProblemCode::EnrolmentCodeUsed);

    let expired = added(&app).await.code;
    let revoked = added(&app).await;
    let id = revoked.device.id.to_string();
    app.post(&fill(REVOCATION, &[&id]), "text/plain", "").await;
    assert_eq!(problem(&app, &revoked.code).await, ProblemCode::DeviceRevoked);
    app.clock.set(waves::now() + SignedDuration::from_hours(24));
    let fresh = added(&app).await.code;
    assert_eq!(problem(&app, &expired).await, ProblemCode::EnrolmentCodeExpired);
    assert_eq!(problem(&app, &unknown()).await, ProblemCode::EnrolmentRefused);
    assert_eq!(listed(&app).await[1].state, DeviceState::Expired);
    // As people type it.
    let typed = String::from(fresh).to_lowercase().replace('-', " ");
    let body = serde_json::json!({ "code": typed, "credential": TOKEN.credential() });
    assert_eq!(app.post_json(ENROLMENTS, &body).await.status, StatusCode::OK);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_eight_devices_with_one_code_one_is_enrolled() {
    let app = TestApp::start().await;
    let code = added(&app).await.code;
    let secrets: Vec<_> = (0..8).map(|n| Secret::Token([n; 32])).collect();
    let replies = join_all(secrets.iter().map(|secret| enrol(&app, &code, secret))).await;
    let count = |status| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!((count(StatusCode::OK), count(StatusCode::FORBIDDEN)), (1, 7));
}

#[tokio::test]
async fn five_wrong_secrets_end_a_code_and_no_other() {
    let app = TestApp::start().await;
    let [first, second, third] = [added(&app).await, added(&app).await, added(&app).await];
    for _ in 0..5 {
        assert_eq!(
            problem(&app, &with_another_secret(&first.code)).await,
            ProblemCode::EnrolmentRefused
        );
    }
    for _ in 0..4 {
        assert_eq!(
            problem(&app, &with_another_secret(&second.code)).await,
            ProblemCode::EnrolmentRefused
        );
    }
    assert_eq!(problem(&app, &first.code).await, ProblemCode::EnrolmentCodeEnded);
    let states: Vec<_> = listed(&app).await.iter().map(|device| device.state).collect();
    assert_eq!(states, [DeviceState::CodeEnded, DeviceState::Waiting, DeviceState::Waiting]);
    for code in [&second.code, &third.code] {
        assert_eq!(enrol(&app, code, &Secret::pair()).await.status, StatusCode::OK);
    }
}

#[tokio::test]
async fn a_stranger_learns_nothing_from_a_refusal() {
    let app = TestApp::start().await;
    let [open, ended, used, revoked] =
        [added(&app).await, added(&app).await, added(&app).await, added(&app).await];
    for _ in 0..5 {
        enrol(&app, &with_another_secret(&ended.code), &TOKEN).await;
    }
    enrol(&app, &used.code, &TOKEN).await;
    let id = revoked.device.id.to_string();
    app.post(&fill(REVOCATION, &[&id]), "text/plain", "").await;
    let nobodys = enrol(&app, &unknown(), &TOKEN).await.problem();
    assert_eq!(nobodys.code, ProblemCode::EnrolmentRefused);
    for code in [&open.code, &ended.code, &used.code, &revoked.code] {
        let refused = enrol(&app, &with_another_secret(code), &TOKEN).await.problem();
        let same = survey_defs::api::problem::Problem {
            request_id: nobodys.request_id.clone(),
            ..refused.clone()
        };
        assert_ne!(refused.request_id, nobodys.request_id);
        assert_eq!(same, nobodys, "all but the number of the request is the same");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn of_ten_wrong_secrets_at_once_none_wins_a_sixth_try() {
    let app = TestApp::start().await;
    let code = added(&app).await.code;
    let bad = with_another_secret(&code);
    let replies = join_all((0..10).map(|_| enrol(&app, &bad, &TOKEN))).await;
    for reply in replies {
        assert_eq!(reply.problem().code, ProblemCode::EnrolmentRefused);
    }
    assert_eq!(problem(&app, &code).await, ProblemCode::EnrolmentCodeEnded);
}

#[tokio::test]
async fn strangers_keep_nobody_from_enrolling() {
    let app = TestApp::start().await;
    let code = added(&app).await.code;
    for n in 0..1_000_u16 {
        let [high, low] = n.to_be_bytes();
        let code = EnrolmentCode::from_random([0xff, high, low, 0, 0, 0, 0, 0, 0, 0]);
        let body = serde_json::json!({ "code": code, "credential": TOKEN.credential() });
        let stranger = SocketAddr::from(([198, 18, high, low], 4_000));
        let request = Request::post(ENROLMENTS)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(stranger));
        let refused = app.send(request.body(Body::from(body.to_string())).unwrap()).await;
        assert_eq!(refused.problem().code, ProblemCode::EnrolmentRefused);
    }
    assert_eq!(enrol(&app, &code, &TOKEN).await.status, StatusCode::OK);
}

#[tokio::test]
async fn each_bad_enrolment_has_its_own_problem() {
    let app = TestApp::start().await;
    let code = String::from(added(&app).await.code);
    let point = |bytes: [u8; 65]| {
        use base64::Engine;
        base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes)
    };
    let compressed = point([3; 65]);
    let token = |text: &str| serde_json::json!({ "token": text });
    for (code, credential) in [
        ("K7QM", token(&"A".repeat(43))),
        ("K7QM-2XR9", token(&"A".repeat(43))),
        ("K7QM-2XR9-4TVB-8HU", token(&"A".repeat(43))),
        (&code, token("")),
        (&code, token(&"A".repeat(42))),
        (&code, token(&"A".repeat(44))),
        (&code, token(&format!("{}=", "A".repeat(43)))),
        (&code, token(&"+".repeat(43))),
        (&code, serde_json::json!({ "public_key": compressed })),
        (&code, serde_json::json!({ "public_key": "BA" })),
        (&code, serde_json::json!({ "password": "secret" })),
        (&code, "token".into()),
    ] {
        let body = serde_json::json!({ "code": code, "credential": credential });
        let reply = app.post_json(ENROLMENTS, &body).await;
        assert_eq!(reply.problem().code, ProblemCode::BodyShape, "{body}");
    }
    assert_eq!(listed(&app).await[0].state, DeviceState::Waiting, "the code is still good");
    let good = serde_json::json!({ "code": code, "credential": token(&"A".repeat(43)) });
    assert_eq!(app.post_json(ENROLMENTS, &good).await.status, StatusCode::OK);
}
