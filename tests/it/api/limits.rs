//! Tests how much callers may ask.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use server::http::limits::{Client, Limits, Proxies, Quotas, Settings};
use server::http::listen;
use server::intake::Intake;
use server::intake::quotas::{PlaceQuotas, PlaceRates};
use survey_defs::api::paths::{BREAK_OFFS, ENROLMENTS, HEALTH, OPENAPI, READY, SUBMISSIONS};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{BatchReceipt, Enrolment};
use survey_defs::device::EnrolmentCode;
use survey_defs::ids::DeviceId;
use survey_defs::submission::Draft;
use tests::app::{Reply, TestApp};
use tests::devices::{Device, Secret, added, heartbeat, with_another_secret};
use tests::drafts::{break_off, complete, from_device};
use uuid::Uuid;

use super::sockets::{SocketServer, until};

async fn app(settings: Settings) -> TestApp {
    let mut app = TestApp::start().await;
    app.state.limits = Arc::new(Limits::new(settings));
    app
}

/// An application whose service points take so many records a minute from strangers.
async fn with_points_that_take(point: u32) -> TestApp {
    let mut app = TestApp::start().await;
    let places = Arc::new(PlaceRates::new(PlaceQuotas { point, wave: 0 }));
    app.state.intake = Arc::new(Intake { places, ..Intake::clone(&app.state.intake) });
    app
}

fn retry_after(reply: &Reply) -> u32 {
    reply.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap()
}

fn assert_busy(reply: &Reply) {
    assert_eq!(reply.problem().code, ProblemCode::Busy, "{}", reply.body);
    assert!((1..=5).contains(&retry_after(reply)), "{}", retry_after(reply));
}

/// A post from an address, with a header.
async fn post_from(app: &TestApp, peer: &str, path: &str, header: (&str, &str)) -> Reply {
    let peer: SocketAddr = peer.parse().unwrap();
    let request = Request::post(path)
        .header(header::CONTENT_TYPE, "application/json")
        .header(header.0, header.1)
        .extension(ConnectInfo(peer));
    app.send(request.body(Body::from("{}")).unwrap()).await
}

const NONE: (&str, &str) = ("x-nothing", "");

#[tokio::test]
async fn requests_under_way_are_limited_but_for_probes() {
    let app = app(Settings { requests: 1, ..Settings::default() }).await;
    let served = SocketServer::start(&app, listen::Limits::default()).await;
    let mut held = served.connect().await;
    held.begin_post(SUBMISSIONS, 10).await;
    until(|| app.state.limits.budget.requests_under_way() == 1).await;
    assert_busy(&app.get("/api/v1/instruments").await);
    assert_busy(&app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await);
    for probe in [HEALTH, READY] {
        assert_eq!(app.get(probe).await.status, StatusCode::OK, "{probe}");
    }
    held.write("0123456789").await;
    assert!(held.read_answer().await.starts_with("HTTP/1.1 400 "));
    let reply = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
}

#[tokio::test]
async fn tables_wait_for_each_other_and_answers_do_not_wait_for_tables() {
    let app = TestApp::start().await;
    let gate = &app.state.limits.compute;
    let slots: Vec<_> = std::iter::from_fn(|| gate.slot()).collect();
    for path in ["/api/v1/scores?wave=counter&by=city", "/api/v1/quality?wave=counter"] {
        assert_busy(&app.get(path).await);
    }
    let reply = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    drop(slots);
    let reply = app.get("/api/v1/scores?wave=counter&by=city").await;
    assert_eq!(reply.status, StatusCode::OK);
}

#[tokio::test]
async fn requests_of_an_address_are_limited() {
    let quotas = Quotas { requests: 1, ..Quotas::NONE };
    let app = app(Settings { quotas, ..Settings::default() }).await;
    let peer = "198.51.100.1:4000";
    let reply = post_from(&app, peer, SUBMISSIONS, NONE).await;
    assert_eq!(reply.status, StatusCode::BAD_REQUEST, "{}", reply.body);
    for path in [SUBMISSIONS, BREAK_OFFS, ENROLMENTS] {
        // Whatever it says of itself, nobody vouches for it.
        let reply = post_from(&app, peer, path, ("x-forwarded-for", "198.51.100.9")).await;
        assert_eq!(reply.problem().code, ProblemCode::RateLimited);
        assert!((1..=60).contains(&retry_after(&reply)), "{}", retry_after(&reply));
    }
    let peer: SocketAddr = peer.parse().unwrap();
    for page in ["/s/counter/p1", OPENAPI, "/api/v1/units?level=ward", "/favicon.svg"] {
        let page = Request::get(page).extension(ConnectInfo(peer)).body(Body::empty());
        let reply = app.send(page.unwrap()).await;
        assert_eq!(reply.status, StatusCode::TOO_MANY_REQUESTS, "{}", reply.body);
    }
    let other = Request::put(SUBMISSIONS).extension(ConnectInfo(peer)).body(Body::empty());
    assert_eq!(app.send(other.unwrap()).await.status, StatusCode::TOO_MANY_REQUESTS);
    for probe in [HEALTH, READY] {
        let probe = Request::get(probe).extension(ConnectInfo(peer)).body(Body::empty());
        assert_eq!(app.send(probe.unwrap()).await.status, StatusCode::OK, "it is not counted");
    }
    let elsewhere = post_from(&app, "198.51.100.2:4000", SUBMISSIONS, NONE).await;
    assert_eq!(elsewhere.status, StatusCode::BAD_REQUEST);
}

#[tokio::test]
async fn records_of_an_address_are_limited_and_not_the_posts_that_bring_them() {
    let quotas = Quotas { records: 40, ..Quotas::NONE };
    let app = app(Settings { quotas, ..Settings::default() }).await;
    let peer: SocketAddr = "198.51.100.1:4000".parse().unwrap();
    let post = async |path: &str, body: String| {
        let request = Request::post(path)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(peer));
        app.send(request.body(Body::from(body)).unwrap()).await
    };
    let forms = |from: u128, to: u128| {
        let drafts: Vec<_> = (from..to).map(|number| complete("counter", number, 4)).collect();
        serde_json::to_string(&drafts).unwrap()
    };
    assert_eq!(post(SUBMISSIONS, forms(1, 12)).await.problem().code, ProblemCode::BatchSize);
    assert_eq!(post(SUBMISSIONS, forms(1, 11)).await.status, StatusCode::OK);
    let break_offs = serde_json::to_string(&[break_off(100, None), break_off(101, None)]).unwrap();
    assert_eq!(post(BREAK_OFFS, break_offs).await.status, StatusCode::OK);
    // Eight are left: all of a batch or none of it.
    let refused = post(SUBMISSIONS, forms(11, 21)).await;
    assert_eq!(refused.problem().code, ProblemCode::RateLimited);
    assert!((1..=4).contains(&retry_after(&refused)), "{}", retry_after(&refused));
    assert_eq!(app.submissions("counter").await, 10);
    assert_eq!(post(SUBMISSIONS, forms(11, 18)).await.status, StatusCode::OK);
    assert_eq!(app.submissions("counter").await, 17);
}

#[tokio::test]
async fn a_service_point_takes_so_much_from_strangers_however_many_they_are() {
    let app = with_points_that_take(4).await;
    for number in 1..=2 {
        let reply = app.post_json(SUBMISSIONS, &complete("counter", number, 4)).await;
        assert_eq!(reply.status, StatusCode::CREATED);
    }
    for (path, body) in [
        (SUBMISSIONS, serde_json::to_string(&complete("counter", 3, 4)).unwrap()),
        (BREAK_OFFS, serde_json::to_string(&break_off(4, None)).unwrap()),
    ] {
        let refused = app.post(path, "application/json", body).await;
        assert_eq!(refused.problem().code, ProblemCode::PlaceFull);
        assert!((1..=60).contains(&retry_after(&refused)), "{}", retry_after(&refused));
    }
    let batch = [complete("counter", 3, 4), complete("national", 6, 4)];
    let BatchReceipt { results } = app.post_json(SUBMISSIONS, &batch).await.json();
    let full = results[0].problem.as_ref().unwrap();
    assert_eq!(full.code, ProblemCode::PlaceFull);
    assert!((1..=60).contains(&full.retry_after_s.unwrap()), "{full:?}");
    assert_eq!(results[1].status, 201, "another record of the same sender passes");
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let at_kiosk = Draft { point: "kiosk".parse().unwrap(), ..complete("counter", 5, 4) };
    let proven = kiosk.post(&app, SUBMISSIONS, &at_kiosk).await;
    assert_eq!(proven.status, StatusCode::CREATED, "{}", proven.body);
    assert_eq!(app.submissions("counter").await, 3);
}

#[tokio::test]
async fn a_trusted_proxy_says_who_is_behind_it() {
    let quotas = Quotas { requests: 1, ..Quotas::NONE };
    let proxies = Proxies::new(vec!["10.0.0.0/8".parse().unwrap()]);
    let app = app(Settings { quotas, proxies, ..Settings::default() }).await;
    for (client, status) in [
        ("198.51.100.1", StatusCode::BAD_REQUEST),
        ("198.51.100.1", StatusCode::TOO_MANY_REQUESTS),
        ("198.51.100.2", StatusCode::BAD_REQUEST),
        ("198.51.100.3, 198.51.100.1", StatusCode::TOO_MANY_REQUESTS),
    ] {
        let header = ("x-forwarded-for", client);
        let reply = post_from(&app, "10.0.0.1:80", SUBMISSIONS, header).await;
        assert_eq!(reply.status, status, "{client}");
    }
}

#[tokio::test]
async fn a_proven_device_has_a_limit_of_its_own() {
    let quotas = Quotas { device_records: 1, ..Quotas::NONE };
    let app = app(Settings { quotas, ..Settings::default() }).await;
    let one = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let other = Device::enrolled(&app, Secret::Token([2; 32])).await;
    let reply = one.post(&app, SUBMISSIONS, &from_device(1, one.id)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    for reply in [
        one.post(&app, SUBMISSIONS, &from_device(2, one.id)).await,
        one.beat(&app, &heartbeat(1)).await,
    ] {
        assert_eq!(reply.problem().code, ProblemCode::RateLimited);
        assert!((1..=60).contains(&retry_after(&reply)), "{}", retry_after(&reply));
    }
    let reply = other.beat(&app, &heartbeat(1)).await;
    assert_eq!(reply.status, StatusCode::OK);
    // Whoever only names a device is not counted as it.
    let liar = Device::new(other.id, Secret::Token([3; 32]), None);
    let reply = liar.post(&app, SUBMISSIONS, &complete("counter", 3, 4)).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    assert_eq!(app.submissions("counter").await, 2);
}

#[tokio::test]
async fn whoever_sends_again_what_a_device_has_signed_uses_up_nothing_of_what_it_has() {
    let quotas = Quotas { device_records: 80, ..Quotas::NONE };
    let app = app(Settings { quotas, ..Settings::default() }).await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    // What somebody has seen of it: a form, a break-off, a sign of life.
    let (form, beats) = (from_device(1, kiosk.id), kiosk.heartbeats());
    let (ended, beat) = (break_off(2, None), kiosk.next(&heartbeat(2)));
    let again = |path: &str| match path {
        SUBMISSIONS => kiosk.request(path, &form),
        BREAK_OFFS => kiosk.request(path, &ended),
        _ => kiosk.request(path, &beat),
    };
    for (peer, path, first, repeated) in [
        ("198.51.100.1:9", SUBMISSIONS, StatusCode::CREATED, StatusCode::OK),
        ("198.51.100.2:9", BREAK_OFFS, StatusCode::CREATED, StatusCode::OK),
        ("198.51.100.3:9", &beats, StatusCode::OK, StatusCode::CONFLICT),
    ] {
        let reply = app.send(again(path)).await;
        assert_eq!(reply.status, first, "{}", reply.body);
        let mut statuses = Vec::new();
        for _ in 0..35 {
            let mut request = again(path);
            let peer: SocketAddr = peer.parse().unwrap();
            request.extensions_mut().insert(ConnectInfo(peer));
            statuses.push(app.send(request).await.status);
        }
        assert_eq!(statuses[..30], [repeated; 30], "{path}");
        assert_eq!(statuses[34], StatusCode::TOO_MANY_REQUESTS, "{path}");
        assert_eq!(app.send(again(path)).await.status, repeated, "the device itself: {path}");
    }
    // It goes on: 37 of 40 are left.
    for number in 11..48 {
        let reply = kiosk.post(&app, SUBMISSIONS, &from_device(number, kiosk.id)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    }
    let reply = kiosk.post(&app, SUBMISSIONS, &vec![from_device(49, kiosk.id); 40]).await;
    assert_eq!(reply.problem().code, ProblemCode::RateLimited);
}

#[tokio::test]
async fn a_revoked_device_is_a_stranger_and_a_device_stands_at_one_place() {
    let app = with_points_that_take(4).await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let forms = |from: u128, to: u128, point: &str| -> Vec<_> {
        let point = |draft| Draft { point: point.parse().unwrap(), ..draft };
        (from..to).map(|number| point(complete("counter", number, 4))).collect()
    };
    // At its own place it has no quota of the place; elsewhere its key says nothing.
    let here = kiosk.post(&app, SUBMISSIONS, &forms(1, 12, "kiosk")).await;
    assert_eq!(here.status, StatusCode::OK, "{}", here.body);
    assert_eq!(kiosk.post(&app, SUBMISSIONS, &forms(20, 22, "p1")).await.status, StatusCode::OK);
    let elsewhere = kiosk.post(&app, SUBMISSIONS, &forms(22, 24, "p1")).await;
    let BatchReceipt { results } = elsewhere.json();
    assert_eq!(results.iter().map(|one| one.status).collect::<Vec<_>>(), [429, 429]);
    kiosk.revoke(&app).await;
    let refused = kiosk.post(&app, SUBMISSIONS, &forms(30, 41, "kiosk")).await;
    assert_eq!(refused.problem().code, ProblemCode::BatchSize);
    assert_eq!(app.submissions("counter").await, 13);
}

#[tokio::test]
async fn nobody_who_shares_an_address_uses_up_what_a_device_needs() {
    let quotas = Quotas { requests: 200, ..Quotas::NONE };
    let app = app(Settings { quotas, ..Settings::default() }).await;
    let one = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let beat = async |device: &Device, peer: SocketAddr| {
        let mut request = device.request(&device.heartbeats(), &device.next(&heartbeat(1)));
        request.extensions_mut().insert(ConnectInfo(peer));
        app.send(request).await
    };
    let peers: [SocketAddr; 2] =
        ["198.51.100.1:4000", "198.51.100.2:4000"].map(|peer| peer.parse().unwrap());
    assert_eq!(beat(&one, peers[0]).await.status, StatusCode::OK);
    let client = Client::Address(peers[0].ip());
    while app.state.limits.rates.take_request(client).is_ok() {}
    // Not even those who name a device are read without end.
    let mut invented = (100..).map(|n| DeviceId::new(Uuid::from_u128(n)));
    while app.state.limits.rates.take_named(client, invented.next().unwrap()).is_ok() {}
    let nobody = Device::new(invented.next().unwrap(), Secret::Token([2; 32]), None);
    assert_eq!(beat(&nobody, peers[0]).await.problem().code, ProblemCode::RateLimited);
    assert_eq!(beat(&one, peers[0]).await.status, StatusCode::OK, "it has proved itself lately");
    // Who knows its name can use up its bucket at their own address only.
    while app.state.limits.rates.take_named(client, one.id).is_ok() {}
    assert_eq!(beat(&one, peers[0]).await.problem().code, ProblemCode::RateLimited);
    assert_eq!(beat(&one, peers[1]).await.status, StatusCode::OK);
}

#[tokio::test]
async fn wrong_codes_are_counted_under_their_address_and_right_ones_pass() {
    let app = TestApp::start().await;
    let secret = Secret::Token([1; 32]);
    let enrol = async |code: &EnrolmentCode, peer: SocketAddr| {
        let enrolment = Enrolment { code: code.clone(), credential: secret.credential() };
        let request = Request::post(ENROLMENTS)
            .header(header::CONTENT_TYPE, "application/json")
            .extension(ConnectInfo(peer));
        let body = serde_json::to_string(&enrolment).unwrap();
        app.send(request.body(Body::from(body)).unwrap()).await
    };
    let peers: [SocketAddr; 2] =
        ["198.51.100.1:4000", "198.51.100.2:4000"].map(|peer| peer.parse().unwrap());
    // All kiosks of a city may share an address: right codes take nothing from its bucket.
    for _ in 0..30 {
        assert_eq!(enrol(&added(&app).await.code, peers[0]).await.status, StatusCode::OK);
    }
    let [open, ended] = [added(&app).await, added(&app).await];
    let guess = EnrolmentCode::from_random([0xff; 10]);
    assert_eq!(enrol(&guess, peers[0]).await.problem().code, ProblemCode::EnrolmentRefused);
    while app.state.limits.rates.take_wrong_code(Client::Address(peers[0].ip())).is_ok() {}
    let reply = enrol(&guess, peers[0]).await;
    assert_eq!(reply.problem().code, ProblemCode::RateLimited);
    assert!((1..=4).contains(&retry_after(&reply)), "{}", retry_after(&reply));
    assert_eq!(enrol(&guess, peers[1]).await.problem().code, ProblemCode::EnrolmentRefused);
    // What is refused is not counted against the code, so nobody ends codes any faster.
    for _ in 0..6 {
        let refused = enrol(&with_another_secret(&open.code), peers[0]).await;
        assert_eq!(refused.problem().code, ProblemCode::RateLimited);
    }
    assert_eq!(enrol(&open.code, peers[0]).await.status, StatusCode::OK);
    for _ in 0..5 {
        enrol(&with_another_secret(&ended.code), peers[1]).await;
    }
    let told = enrol(&ended.code, peers[0]).await;
    assert_eq!(told.problem().code, ProblemCode::EnrolmentCodeEnded);
}

#[tokio::test]
async fn only_a_trusted_proxy_names_requests() {
    let proxies = Proxies::new(vec!["10.0.0.1/32".parse().unwrap()]);
    let app = app(Settings { proxies, ..Settings::default() }).await;
    let long = "x".repeat(65);
    for (peer, id, kept) in [
        ("10.0.0.1:80", "proxy-7.a_b", true),
        ("10.0.0.1:80", "two words", false),
        ("10.0.0.1:80", long.as_str(), false),
        ("10.0.0.1:80", "", false),
        ("10.0.0.2:80", "proxy-7.a_b", false),
    ] {
        let reply = post_from(&app, peer, SUBMISSIONS, ("x-request-id", id)).await;
        let given = reply.headers["x-request-id"].to_str().unwrap().to_owned();
        assert_eq!(reply.problem().request_id.as_deref(), Some(given.as_str()));
        assert_eq!(given == id, kept, "{peer} {id}");
    }
}

#[tokio::test]
async fn a_server_that_is_about_to_stop_is_alive_but_not_ready() {
    let app = TestApp::start().await;
    assert_eq!(app.get(READY).await.status, StatusCode::OK);
    app.state.limits.stop();
    let reply = app.get(READY).await;
    assert_eq!(reply.problem().code, ProblemCode::Unavailable);
    assert!((1..=5).contains(&retry_after(&reply)));
    assert_eq!(app.get(HEALTH).await.status, StatusCode::OK);
    let last = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(last.status, StatusCode::CREATED, "whoever still comes is served");
}
