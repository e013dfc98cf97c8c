//! Tests what strangers can put aside: which records go there, in which form, and how many.

use std::sync::Arc;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use server::http::limits::{Limits, Proxies, Quotas, Settings};
use server::intake::Intake;
use server::intake::quarantine::{Decision, Outcome, Selection, decide};
use server::intake::quotas::{PlaceQuotas, PlaceRates};
use store::{QuarantineEntry, QuarantineFilter};
use survey_defs::answer::Answer;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{BatchReceipt, Receipt, RecordStatus};
use survey_defs::ids::WaveId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use tests::app::{Reply, TestApp};
use tests::callers::operator;
use tests::devices::{Device, Secret};
use tests::drafts::{complete, from_device, question};

/// An application behind a proxy that is believed, and without any other limit.
async fn app() -> TestApp {
    let mut app = TestApp::start().await;
    let proxies = Proxies::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let settings = Settings { proxies, quotas: Quotas::NONE, ..Settings::default() };
    app.state.limits = Arc::new(Limits::new(settings));
    let places = Arc::new(PlaceRates::new(PlaceQuotas { point: 0, wave: 0 }));
    app.state.intake = Arc::new(Intake { places, ..Intake::clone(&app.state.intake) });
    app
}

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

/// A record that goes aside, because its wave has no such service point.
fn nowhere(number: u128) -> Draft {
    Draft { point: "p9".parse().unwrap(), ..complete("counter", number, 4) }
}

async fn post_from(app: &TestApp, address: &str, body: String) -> Reply {
    let peer: std::net::SocketAddr = "127.0.0.1:9".parse().unwrap();
    let request = Request::post(SUBMISSIONS)
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-forwarded-for", address)
        .extension(axum::extract::ConnectInfo(peer));
    app.send(request.body(Body::from(body)).unwrap()).await
}

fn json(drafts: &[Draft]) -> String {
    serde_json::to_string(drafts).unwrap()
}

async fn kept(app: &TestApp) -> Vec<QuarantineEntry> {
    app.state.store.quarantine_after(&counter(), 0, 9_999).await.unwrap()
}

/// How many of these an address could put aside.
async fn n_kept(app: &TestApp, address: &str, numbers: std::ops::Range<u128>) -> usize {
    let mut n = 0;
    for first in numbers.step_by(10) {
        let batch: Vec<_> = (first..first + 10).map(nowhere).collect();
        let BatchReceipt { results } = post_from(app, address, json(&batch)).await.json();
        n += results.iter().filter(|result| result.status == 202).count();
    }
    n
}

#[tokio::test]
async fn an_address_has_a_part_of_what_is_kept_aside_and_its_good_forms_count() {
    let app = app().await;
    // Half of a tenth of 2,000 at once; the other half comes back over the day.
    assert_eq!(n_kept(&app, "198.51.100.1", 1..201).await, 100);
    let refused =
        post_from(&app, "198.51.100.1", serde_json::to_string(&nowhere(999)).unwrap()).await;
    let wait: u64 = refused.headers[header::RETRY_AFTER].to_str().unwrap().parse().unwrap();
    assert!((1..=864).contains(&wait), "{wait}");
    // A code of its own: what is said of this record says nothing of the next one.
    assert_eq!(refused.problem().code, ProblemCode::QuarantineFull);
    assert_eq!(refused.problem().retry_after_s.map(u64::from), Some(wait));

    let batch =
        json(&[complete("counter", 1_001, 4), nowhere(1_002), complete("counter", 1_003, 4)]);
    let BatchReceipt { results } = post_from(&app, "198.51.100.1", batch).await.json();
    let statuses: Vec<u16> = results.iter().map(|result| result.status).collect();
    assert_eq!(statuses, [201, 429, 201]);
    let full = results[1].problem.as_ref().unwrap();
    assert_eq!(full.code, ProblemCode::QuarantineFull);
    assert!(full.retry_after_s.is_some_and(|seconds| (1..=864).contains(&seconds)), "{full:?}");
    assert_eq!(n_kept(&app, "198.51.100.2", 2_001..2_011).await, 10, "another address");
    assert_eq!(n_kept(&app, "2001:db8:0:1::1", 3_001..3_101).await, 100);
    assert_eq!(n_kept(&app, "2001:db8:0:2::1", 4_001..4_011).await, 0, "the same /48");
    assert_eq!(kept(&app).await.len(), 210);
}

#[tokio::test]
async fn repetitions_of_what_is_kept_aside_use_up_nothing() {
    let app = app().await;
    // A phone that never gets its receipt, and then puts aside all that it may.
    let again = serde_json::to_string(&nowhere(1)).unwrap();
    for _ in 0..150 {
        let reply = post_from(&app, "198.51.100.1", again.clone()).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED);
    }
    assert_eq!(n_kept(&app, "198.51.100.1", 2..102).await, 99);
    let reply = post_from(&app, "198.51.100.1", again).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "it has its place");
    // The same record several times in one post takes one place.
    let batch = json(&vec![nowhere(201); 10]);
    let BatchReceipt { results } = post_from(&app, "198.51.100.2", batch).await.json();
    assert!(results.iter().all(|result| result.status == 202));
    assert_eq!(n_kept(&app, "198.51.100.2", 301..401).await, 99);
}

#[tokio::test]
async fn strangers_together_have_a_quota_of_a_day_and_devices_have_none() {
    let app = app().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    for address in 0..20_u8 {
        let first = 1_000 * (u128::from(address) + 1);
        let address = format!("198.51.100.{address}");
        assert_eq!(n_kept(&app, &address, first..first + 100).await, 100);
    }
    for _ in 0..11 {
        assert_eq!(n_kept(&app, "198.51.100.99", 90_001..90_011).await, 0);
    }
    let full = post_from(&app, "198.51.100.98", serde_json::to_string(&nowhere(7)).unwrap()).await;
    assert_eq!(full.headers[header::RETRY_AFTER], "3601");
    assert_eq!(full.problem().code, ProblemCode::QuarantineFull);
    let unknown = Draft { point: "p9".parse().unwrap(), ..from_device(8, kiosk.id) };
    assert_eq!(kiosk.post(&app, SUBMISSIONS, &unknown).await.status, StatusCode::ACCEPTED);
    // What counts is taken from everybody all the same.
    let good = post_from(&app, "198.51.100.99", json(&[complete("counter", 9, 4)])).await;
    assert_eq!(good.json::<BatchReceipt>().results[0].status, 201);
    let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
    app.clock.set(app.state.clock.now() + SignedDuration::from_hours(24));
    assert!(wave.is_open_at(app.state.clock.now()));
    assert_eq!(n_kept(&app, "198.51.100.97", 80_001..80_011).await, 10, "the next day");
    let of_refused = n_kept(&app, "198.51.100.99", 90_001..90_101).await;
    assert_eq!(of_refused, 100, "what was refused has taken no place");
}

#[tokio::test]
async fn what_is_kept_is_the_record_and_not_the_text_that_was_sent() {
    let app = app().await;
    let draft = nowhere(1);
    let sent = serde_json::to_string(&draft).unwrap();
    for blanks in 0..3 {
        let spread =
            sent.replacen("\"answers\":", &format!("\"answers\":{}", " ".repeat(blanks)), 1);
        assert_eq!(post_from(&app, "198.51.100.1", spread).await.status, StatusCode::ACCEPTED);
    }
    let kept = kept(&app).await;
    assert_eq!(kept.len(), 1, "it is kept once");
    assert_eq!(kept[0].body.as_deref(), Some(sent.as_str()));
    assert_eq!((kept[0].proven, &kept[0].point), (false, &Some(draft.point.clone())));

    let of_length = |length: usize| {
        let mut draft = nowhere(2);
        draft.answers.insert(question("comment"), Answer::Text("a".repeat(length)));
        serde_json::to_string(&draft).unwrap()
    };
    let frame = of_length(0).len();
    let limit = 16 * 1024;
    // No refusal: it may still count when there is such a service point.
    let reply = post_from(&app, "198.51.100.1", of_length(limit - frame + 1)).await;
    assert_eq!(reply.problem().code, ProblemCode::QuarantineFull);
    let reply = post_from(&app, "198.51.100.1", of_length(limit - frame)).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED);
    let blank = " ".repeat(40_000);
    let reply = post_from(&app, "198.51.100.1", format!("{blank}{sent}")).await;
    assert_eq!(reply.status, StatusCode::ACCEPTED, "blanks are not kept");
}

#[tokio::test]
async fn a_kiosk_point_takes_records_of_its_devices_only() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let at_kiosk =
        |number| Draft { point: "kiosk".parse().unwrap(), ..complete("counter", number, 4) };
    let reply = app.post_json(SUBMISSIONS, &at_kiosk(1)).await;
    let status = RecordStatus::Quarantined(QuarantineReason::DeviceUnproven);
    assert_eq!((reply.status, reply.json::<Receipt>().status), (StatusCode::ACCEPTED, status));
    let proven = kiosk.post(&app, SUBMISSIONS, &from_device(2, kiosk.id)).await;
    assert_eq!(proven.status, StatusCode::CREATED);
    let unnamed = kiosk.post(&app, SUBMISSIONS, &at_kiosk(3)).await;
    assert_eq!(unnamed.status, StatusCode::CREATED, "it has signed the request");
    kiosk.revoke(&app).await;
    let revoked = kiosk.post(&app, SUBMISSIONS, &at_kiosk(4)).await;
    assert_eq!(revoked.status, StatusCode::ACCEPTED);
    let again = app.post_json(SUBMISSIONS, &at_kiosk(3)).await;
    assert_eq!(again.status, StatusCode::OK, "what is recorded stays so");
    assert_eq!(app.submissions("counter").await, 2);

    // Staff may vouch for it, who see why it waits.
    let because = "Kiosk hỏng, điện thoại thay.".parse().unwrap();
    let release = Decision::Release { overriding: Vec::new() };
    let chosen = Selection::Numbers(vec![1..=1]);
    let caller = operator();
    let decided =
        decide(&app.state.intake, &counter(), (&chosen, &release), (because, &caller)).await;
    assert_eq!(decided.unwrap(), [(1, Outcome::Done)]);
    assert_eq!(app.submissions("counter").await, 3);
}

#[tokio::test]
async fn staff_decide_on_what_a_filter_lets_through() {
    let app = app().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    assert_eq!(n_kept(&app, "198.51.100.1", 1..11).await, 10);
    app.clock.set(app.state.clock.now() + SignedDuration::from_mins(1));
    let from: Timestamp = app.state.clock.now();
    let unknown = Draft { point: "p9".parse().unwrap(), ..from_device(21, kiosk.id) };
    assert_eq!(kiosk.post(&app, SUBMISSIONS, &unknown).await.status, StatusCode::ACCEPTED);
    assert_eq!(n_kept(&app, "198.51.100.1", 31..41).await, 10);
    let reject = async |filter: QuarantineFilter| -> Vec<u64> {
        let because = "Không tính.".parse().unwrap();
        let (wave, caller) = (counter(), operator());
        let chosen = (&Selection::Waiting(filter), &Decision::Reject);
        let decided = decide(&app.state.intake, &wave, chosen, (because, &caller)).await;
        decided.unwrap().into_iter().map(|(number, _)| number).collect()
    };
    let all = QuarantineFilter::default;
    let strangers = QuarantineFilter { from: Some(from), proven: Some(false), ..all() };
    assert_eq!(reject(strangers.clone()).await, (12..=21).collect::<Vec<_>>());
    assert_eq!(reject(strangers).await, [] as [u64; 0], "they do not wait any more");
    assert_eq!(reject(QuarantineFilter { proven: Some(true), ..all() }).await, [11]);
    let elsewhere = QuarantineFilter { point: Some("p1".parse().unwrap()), ..all() };
    assert_eq!(reject(elsewhere).await, [] as [u64; 0]);
}

#[tokio::test]
async fn other_texts_of_rejected_records_have_the_same_quota() {
    let app = app().await;
    assert_eq!(n_kept(&app, "198.51.100.1", 1..11).await, 10);
    let reason = Some(QuarantineReason::PointUnknown);
    let chosen = Selection::Waiting(QuarantineFilter { reason, ..QuarantineFilter::default() });
    let (wave, caller, because) = (counter(), operator(), "Không tính.".parse().unwrap());
    let chosen = (&chosen, &Decision::Reject);
    decide(&app.state.intake, &wave, chosen, (because, &caller)).await.unwrap();
    // Under the ids of what was rejected, each time with another text.
    let mut n_kept = 0;
    for round in 1..=11 {
        let other = |number| {
            let draft = complete("counter", number, 4);
            Draft { finished_at: draft.finished_at + SignedDuration::from_secs(round), ..draft }
        };
        let batch: Vec<_> = (1..11).map(other).collect();
        let BatchReceipt { results } = post_from(&app, "198.51.100.2", json(&batch)).await.json();
        assert!(results.iter().all(|result| [202, 429].contains(&result.status)));
        n_kept += results.iter().filter(|result| result.status == 202).count();
    }
    assert_eq!(n_kept, 100);
    assert_eq!(app.submissions("counter").await, 0);
}
