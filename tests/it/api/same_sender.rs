//! Tests that staff can count the records of one sender and day, and that nothing tells who that was.

use std::sync::Arc;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use server::http::limits::{Limits, Proxies, Settings};
use server::intake::Intake;
use server::intake::same_sender::{SameSenderCount, SenderTagger, counts};
use server::operations::retention::forget_senders;
use store::Store;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::ids::WaveId;
use tests::app::TestApp;
use tests::devices::{Device, Secret};
use tests::drafts::{complete, from_device};

async fn app(tagger: SenderTagger) -> TestApp {
    let mut app = TestApp::start().await;
    let proxies = Proxies::new(vec!["127.0.0.1/32".parse().unwrap()]);
    app.state.limits = Arc::new(Limits::new(Settings { proxies, ..Settings::default() }));
    let tagger = Arc::new(tagger);
    app.state.intake = Arc::new(Intake { tagger, ..Intake::clone(&app.state.intake) });
    app
}

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

async fn post_from(app: &TestApp, address: &str, number: u128) {
    let peer: std::net::SocketAddr = "127.0.0.1:9".parse().unwrap();
    let body = serde_json::to_string(&complete("counter", number, 4)).unwrap();
    let request = Request::post(SUBMISSIONS)
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-for", address)
        .extension(ConnectInfo(peer));
    let reply = app.send(request.body(Body::from(body)).unwrap()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
}

/// What is known of the sender of a record, as soon as so many records are.
async fn known(app: &TestApp, position: u64, records: u64) -> Vec<(String, u64)> {
    loop {
        let counts = counts(&*app.state.store, &counter(), position).await.unwrap();
        if counts.iter().map(|count| count.records).sum::<u64>() >= records {
            let row =
                |SameSenderCount { point, hour, records }| (format!("{point} {hour}"), records);
            return counts.into_iter().map(row).collect();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn the_records_of_one_network_and_day_are_counted_by_point_and_hour() {
    let app = app(SenderTagger::on()).await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    post_from(&app, "198.51.100.1", 1).await;
    post_from(&app, "198.51.100.99", 2).await;
    post_from(&app, "203.0.113.1", 3).await;
    app.clock.set(app.state.clock.now() + SignedDuration::from_hours(1));
    post_from(&app, "198.51.100.7", 4).await;
    let proven = kiosk.post(&app, SUBMISSIONS, &from_device(5, kiosk.id)).await;
    assert_eq!(proven.status, StatusCode::CREATED);
    let expected =
        [("p1 2026-03-02T10:00:00".to_owned(), 2), ("p1 2026-03-02T11:00:00".to_owned(), 1)];
    assert_eq!(known(&app, 1, 3).await, expected);
    assert_eq!(known(&app, 3, 1).await, [("p1 2026-03-02T10:00:00".to_owned(), 1)]);
    // The next day the same network is somebody else.
    app.clock.set(app.state.clock.now() + SignedDuration::from_hours(24));
    post_from(&app, "198.51.100.1", 6).await;
    assert_eq!(known(&app, 6, 1).await.len(), 1);
    assert_eq!(known(&app, 1, 3).await, expected);
    assert_eq!(
        counts(&*app.state.store, &counter(), 5).await.unwrap(),
        [],
        "a device is known by itself"
    );
}

#[tokio::test]
async fn the_key_is_destroyed_at_night_and_the_tags_after_a_month() {
    let app = app(SenderTagger::on()).await;
    post_from(&app, "198.51.100.1", 1).await;
    known(&app, 1, 1).await;
    let store: &dyn Store = &*app.state.store;
    let day = store::HanoiDay::of(app.state.clock.now());
    let key = store.sender_key(day, [0; 32]).await.unwrap();
    let at = |time: &str| time.parse::<Timestamp>().unwrap();
    // 01:59 and 02:00 of the next day in Hanoi.
    forget_senders(store, at("2026-03-02T18:59:59Z"), true).await.unwrap();
    assert_eq!(store.sender_key(day, [7; 32]).await.unwrap(), key);
    forget_senders(store, at("2026-03-02T19:00:00Z"), true).await.unwrap();
    assert_eq!(store.sender_key(day, [7; 32]).await.unwrap(), [7; 32], "there was none any more");
    forget_senders(store, at("2026-04-01T16:59:59Z"), true).await.unwrap();
    assert_eq!(known(&app, 1, 1).await.len(), 1);
    forget_senders(store, at("2026-04-01T17:00:00Z"), true).await.unwrap();
    assert_eq!(counts(store, &counter(), 1).await.unwrap(), []);
}

#[tokio::test]
async fn nothing_is_kept_where_it_is_switched_off() {
    let app = app(SenderTagger::default()).await;
    post_from(&app, "198.51.100.1", 1).await;
    let day = store::HanoiDay::of(app.state.clock.now());
    let store: &dyn Store = &*app.state.store;
    assert_eq!(store.sender_key(day, [7; 32]).await.unwrap(), [7; 32], "no key was made");
    assert_eq!(counts(store, &counter(), 1).await.unwrap(), []);
}
