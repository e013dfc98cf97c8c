//! Fuzzes posted JSON: submissions, batches, break-offs, heartbeats, enrolments.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use proptest::prelude::*;
use serde::Serialize;
use serde_json::Value;
use server::http::limits::{Limits, Quotas, Settings};
use survey_defs::api::{Enrolment, paths};
use survey_defs::device::{DEVICE_HEADER, EnrolmentCode, SIGNATURE_HEADER};
use tests::app::{Reply, TestApp};
use tests::devices::{Device, Secret, heartbeat};
use tests::drafts::{break_off, break_off_of, complete, from_device};

use super::mutations::{Draws, damaged_json, damages};

const CASES: usize = 1_000;

/// An application that takes as much from one sender as a test can send.
async fn without_rates() -> TestApp {
    let mut app = TestApp::start().await;
    let quotas = Quotas::NONE;
    app.state.limits = Arc::new(Limits::new(Settings { quotas, ..Settings::default() }));
    app
}

fn json(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap()
}

/// No panic, which the router would turn into 500, and no other fault of the server; what the
/// caller has done wrong is a problem document.
fn check(reply: &Reply, body: &[u8]) {
    let shown = String::from_utf8_lossy(&body[..body.len().min(2_000)]);
    assert!(!reply.status.is_server_error(), "{} to {shown}", reply.body);
    if reply.status.is_client_error() {
        reply.problem();
    }
}

/// Posts damaged forms of documents, as a device that proves itself, and returns how many of the
/// replies had each of the classes 2xx and 4xx.
async fn post_damaged(app: &TestApp, path: &str, documents: &[Value], seed: u8) -> (usize, usize) {
    let secret = Secret::Token([9; 32]);
    let device = Device::enrolled(app, secret).await;
    let (mut draws, damages) = (Draws::of_seed(seed), damages());
    let (mut taken, mut refused) = (0, 0);
    for case in 0..CASES {
        let mut document = documents[case % documents.len()].clone();
        if path == paths::HEARTBEATS {
            document["freshness"] = json(&device.freshness());
        }
        let body = damaged_json(&document, &draws.draw(&damages));
        let request = Request::post(path.replace("{device}", &device.id.to_string()))
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::CONTENT_TYPE, "application/json")
            .header(DEVICE_HEADER, device.id.to_string())
            .header(SIGNATURE_HEADER, device.secret.signature(path, ""));
        let reply = app.send(request.body(Body::from(body.clone())).unwrap()).await;
        check(&reply, &body);
        if reply.status == StatusCode::CONFLICT && path == paths::HEARTBEATS {
            device.learn(reply.problem().freshness);
        }
        if reply.status.is_success() { taken += 1 } else { refused += 1 }
    }
    (taken, refused)
}

#[tokio::test]
async fn damaged_submissions_are_taken_or_refused() {
    let app = without_rates().await;
    let device = Device::enrolled(&app, Secret::pair()).await;
    let documents = [
        json(&complete("counter", 1, 4)),
        json(&complete("national", 2, 5)),
        json(&from_device(3, device.id)),
    ];
    let (taken, refused) = post_damaged(&app, paths::SUBMISSIONS, &documents, 1).await;
    assert!(taken >= 10 && refused >= CASES / 2, "{taken} taken, {refused} refused");
    let reply = app.post_json(paths::SUBMISSIONS, &complete("ward", 9, 3)).await;
    assert_eq!(reply.status, StatusCode::CREATED, "it goes on");
}

#[tokio::test]
async fn damaged_batches_are_taken_or_refused() {
    let app = without_rates().await;
    let batch: Vec<_> = (1..=6).map(|number| complete("counter", number, 4)).collect();
    let break_offs = [break_off(1, Some("access_overall")), break_off(2, None)];
    let (taken, _) = post_damaged(&app, paths::SUBMISSIONS, &[json(&batch)], 2).await;
    assert!(taken >= CASES / 4, "a record of a batch is refused alone: {taken} taken");
    let (taken, _) = post_damaged(&app, paths::BREAK_OFFS, &[json(&break_offs)], 3).await;
    assert!(taken >= CASES / 4, "{taken} taken");
}

#[tokio::test]
async fn damaged_break_offs_and_heartbeats_are_taken_or_refused() {
    let app = without_rates().await;
    let of_device = Device::enrolled(&app, Secret::pair()).await;
    let documents =
        [json(&break_off(1, Some("access_overall"))), json(&break_off_of(of_device.id, 2, None))];
    let (taken, refused) = post_damaged(&app, paths::BREAK_OFFS, &documents, 4).await;
    assert!(taken >= 5 && refused >= CASES / 2, "{taken} taken, {refused} refused");
    let documents = [json(&heartbeat(3)), json(&heartbeat(4))];
    let (taken, refused) = post_damaged(&app, paths::HEARTBEATS, &documents, 5).await;
    assert!(taken >= 10 && refused >= CASES / 2, "{taken} taken, {refused} refused");
}

#[tokio::test]
async fn damaged_enrolments_are_refused() {
    let app = without_rates().await;
    let code = EnrolmentCode::from_random([3; 10]);
    let of =
        |secret: Secret| json(&Enrolment { code: code.clone(), credential: secret.credential() });
    let documents = [of(Secret::Token([1; 32])), of(Secret::pair())];
    let (taken, _) = post_damaged(&app, paths::ENROLMENTS, &documents, 6).await;
    assert_eq!(taken, 0, "nobody has this code");
}

#[tokio::test]
async fn arbitrary_bytes_and_headers_are_refused() {
    let app = without_rates().await;
    let mut draws = Draws::of_seed(7);
    let bytes = prop::collection::vec(any::<u8>(), 0..300).boxed();
    let brackets = "[\\[\\]{}\",:0-9a-z \\\\.eE+-]{0,300}".boxed();
    let header_value = prop::collection::vec(0x20_u8..=0x7e, 0..200).boxed();
    let posts = [paths::SUBMISSIONS, paths::BREAK_OFFS, paths::ENROLMENTS, paths::HEARTBEATS];
    for case in 0..CASES {
        let body = match case % 2 {
            0 => draws.draw(&bytes),
            _ => draws.draw(&brackets).into_bytes(),
        };
        let request = Request::post(posts[case % posts.len()])
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::CONTENT_TYPE, "application/json")
            .header(DEVICE_HEADER, draws.draw(&header_value))
            .header(SIGNATURE_HEADER, draws.draw(&header_value));
        let reply = app.send(request.body(Body::from(body.clone())).unwrap()).await;
        check(&reply, &body);
        assert!(reply.status.is_client_error(), "{} {}", reply.status, reply.body);
    }
}
