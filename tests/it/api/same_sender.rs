//! Tests that staff can count the records of one sender and day, and that nothing tells who that was.

use std::sync::Arc;
use std::time::Duration;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use server::http::limits::{Limits, Proxies, Settings};
use server::intake::Intake;
use server::intake::annulment::{self, Act, Annulment, Error};
use server::intake::same_sender::{SameSenderCount, SenderTagger, counts, day_of};
use server::operations::retention::forget_senders;
use store::Store;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::caller::Caller;
use survey_defs::case::{AnnulmentCause, Devices, Origin, Rule, RuleFields};
use survey_defs::ids::WaveId;
use tests::app::TestApp;
use tests::callers::operator_named;
use tests::devices::{Device, Secret};
use tests::drafts::{complete, from_device};
use tokio::time::timeout;

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

/// Nobody waits for tags; they are kept half a second after their records.
const LONGEST: Duration = Duration::from_secs(30);

/// What is known of the sender of a record, as soon as so many records are.
async fn known(app: &TestApp, position: u64, records: u64) -> Vec<(String, u64)> {
    let known = async {
        loop {
            let counts = counts(&*app.state.store, &counter(), position).await.unwrap().unwrap();
            if counts.iter().map(|count| count.records).sum::<u64>() >= records {
                let row =
                    |SameSenderCount { point, hour, records }| (format!("{point} {hour}"), records);
                return counts.into_iter().map(row).collect();
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(LONGEST, known).await.expect("so many records of one sender are never known")
}

/// What the server does every ten minutes.
async fn forget(app: &TestApp, now: &str) {
    let (store, tagger) = (&*app.state.store, &app.state.intake.tagger);
    forget_senders(store, tagger, now.parse().unwrap(), true).await.unwrap();
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
        counts(&*app.state.store, &counter(), 5).await.unwrap().unwrap(),
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
    // 01:59 and 02:00 of the next day in Hanoi.
    forget(&app, "2026-03-02T18:59:59Z").await;
    assert_eq!(store.sender_key(day, [7; 32]).await.unwrap(), key);
    forget(&app, "2026-03-02T19:00:00Z").await;
    assert_eq!(store.sender_key(day, [7; 32]).await.unwrap(), [7; 32], "there was none any more");
    forget(&app, "2026-03-31T16:59:59Z").await;
    assert_eq!(known(&app, 1, 1).await.len(), 1);
    forget(&app, "2026-03-31T17:00:00Z").await;
    assert_eq!(counts(store, &counter(), 1).await.unwrap().unwrap(), []);
}

#[tokio::test]
async fn the_key_leaves_the_memory_of_the_server_at_night() {
    let app = app(SenderTagger::on()).await;
    post_from(&app, "198.51.100.1", 1).await;
    forget(&app, "2026-03-02T18:59:59Z").await;
    post_from(&app, "198.51.100.1", 2).await;
    assert_eq!(known(&app, 1, 2).await, [("p1 2026-03-02T10:00:00".to_owned(), 2)]);
    forget(&app, "2026-03-02T19:00:00Z").await;
    // A record that comes as if it were still that day is of somebody whom nobody knows.
    post_from(&app, "198.51.100.1", 3).await;
    assert_eq!(known(&app, 3, 1).await, [("p1 2026-03-02T10:00:00".to_owned(), 1)]);
}

#[tokio::test]
async fn nothing_is_kept_where_it_is_switched_off() {
    let mut app = app(SenderTagger::default()).await;
    post_from(&app, "198.51.100.1", 1).await;
    // Tags are kept in the order in which their records came.
    let tagger = Arc::new(SenderTagger::on());
    app.state.intake = Arc::new(Intake { tagger, ..Intake::clone(&app.state.intake) });
    post_from(&app, "198.51.100.1", 2).await;
    assert_eq!(known(&app, 2, 1).await, [("p1 2026-03-02T10:00:00".to_owned(), 1)]);
    assert_eq!(counts(&*app.state.store, &counter(), 1).await.unwrap().unwrap(), []);
    // What is not there is no sender of whom nothing is known.
    assert_eq!(counts(&*app.state.store, &counter(), 99).await.unwrap(), None);
    let nowhere = counts(&*app.state.store, &"nowhere".parse().unwrap(), 1).await;
    assert!(nowhere.unwrap_err().to_string().contains("nowhere"));
}

fn by(caller: &Caller) -> Act<'_> {
    Act { caller, reason: "Nhiều phiếu từ một mạng.".parse().unwrap() }
}

/// A rule about what came from the sender of a record on the day of that.
async fn same_sender_as(app: &TestApp, position: u64, point: Option<&str>) -> Rule {
    let day = day_of(&*app.state.store, &counter(), position).await.unwrap().unwrap();
    let point = point.map(|point| point.parse().unwrap());
    let origin = Origin::SameSender { position, point };
    let (from, until) = (day.start, day.end);
    Rule::try_from(RuleFields { origin, from, until, devices: Devices::Any }).unwrap()
}

#[tokio::test]
async fn a_case_about_a_sender_goes_on_when_nobody_knows_the_sender_any_more() {
    let app = app(SenderTagger::on()).await;
    for number in 1..=4 {
        post_from(&app, &format!("198.51.100.{number}"), number).await;
    }
    post_from(&app, "203.0.113.1", 5).await;
    post_from(&app, "203.0.113.1", 6).await;
    known(&app, 1, 4).await;
    known(&app, 5, 2).await;
    let (intake, wave, store) = (&app.state.intake, counter(), &*app.state.store);
    let (lan, minh) = (operator_named("Lan"), operator_named("Minh"));
    let rule = same_sender_as(&app, 2, None).await;
    let first = annulment::open(intake, &wave, &rule, by(&lan)).await.unwrap();
    let report = annulment::report(store, &wave, first).await.unwrap();
    assert_eq!((report.records(), report.counts.len()), (4, 1), "counts by unit, point and hour");
    annulment::examine(intake, (&wave, first), by(&lan)).await.unwrap();
    let other = same_sender_as(&app, 5, Some("p1")).await;
    let second = annulment::open(intake, &wave, &other, by(&lan)).await.unwrap();
    assert_eq!(annulment::report(store, &wave, second).await.unwrap().records(), 2);
    let nowhere = same_sender_as(&app, 5, Some("p9")).await;
    let nowhere = annulment::open(intake, &wave, &nowhere, by(&lan)).await;
    assert!(matches!(nowhere, Err(Error::UnknownPoint { .. })), "{nowhere:?}");

    forget(&app, "2026-04-01T17:00:00Z").await;
    let refused = annulment::open(intake, &wave, &rule, by(&lan)).await.unwrap_err();
    assert!(matches!(refused, Error::UnknownSender { .. }), "{refused:?}");
    assert!(refused.to_string().contains("more than 30 days ago"), "{refused}");
    let examined = annulment::examine(intake, (&wave, second), by(&lan)).await.unwrap();
    assert_eq!(examined.records(), 0, "what nobody knows any more");
    annulment::conclude(intake, (&wave, first), by(&lan)).await.unwrap();
    let report = annulment::report(store, &wave, first).await.unwrap();
    assert_eq!((report.records(), report.needs_second_person()), (4, true));
    let wish = annulment::annul(intake, (&wave, first), AnnulmentCause::Stuffed, by(&lan)).await;
    assert_eq!(wish.unwrap(), Annulment::Proposed);
    annulment::confirm(intake, (&wave, first), by(&minh)).await.unwrap();
    let annulled = store.annulled(&wave).await.unwrap().positions;
    assert_eq!(annulled.ranges(), [1..=4]);
    annulment::undo(intake, (&wave, first), by(&minh)).await.unwrap();
    assert!(store.annulled(&wave).await.unwrap().positions.is_empty());
}
