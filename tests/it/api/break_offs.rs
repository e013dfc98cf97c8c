//! Tests reports of forms that were not finished.

use std::sync::Arc;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use survey_defs::api::paths::BREAK_OFFS;
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{BreakOffBatchReceipt, BreakOffReceipt, BreakOffSummary};
use survey_defs::ids::{DeviceId, WaveId};
use survey_defs::paradata::{BreakOff, BreakOffReason};
use survey_defs::wave::{Channel, Population, Takes};
use tests::app::TestApp;
use tests::devices::{Device, Secret};
use tests::drafts::{break_off, break_off_of, instrument, question};
use tests::waves;

const SUMMARY: &str = "/api/v1/waves/counter/break-offs";

fn idle(break_off: BreakOff) -> BreakOff {
    BreakOff { reason: BreakOffReason::Idle, ..break_off }
}

fn of_device(number: u128, device: DeviceId) -> BreakOff {
    break_off_of(device, number, None)
}

#[tokio::test]
async fn a_break_off_is_recorded_once() {
    let app = TestApp::start().await;
    let first = app.post_json(BREAK_OFFS, &break_off(1, Some("access_overall"))).await;
    assert_eq!(first.status, StatusCode::CREATED);
    assert_eq!(first.json::<BreakOffReceipt>().id, break_off(1, None).id);
    let again = app.post_json(BREAK_OFFS, &break_off(1, Some("access_overall"))).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    let other = app.post_json(BREAK_OFFS, &break_off(1, None)).await;
    assert_eq!(other.problem().code, ProblemCode::SubmissionConflict);
    // Questions that do not exist are dropped, so this is the same again.
    let mut padded = break_off(1, Some("access_overall"));
    let known = padded.paradata.items[&question("access_overall")];
    padded.paradata.items.insert(question("no_such"), known);
    assert_eq!(app.post_json(BREAK_OFFS, &padded).await.status, StatusCode::OK);
    assert_eq!(app.submissions("counter").await, 0);
}

#[tokio::test]
async fn each_bad_break_off_has_its_own_problem_and_writes_nothing() {
    let app = TestApp::start().await;
    let good = serde_json::to_string(&break_off(1, Some("access_overall"))).unwrap();
    let wrong = |from: &str, to: &str| {
        assert!(good.contains(from), "the case changes nothing: {from}");
        good.replacen(from, to, 1)
    };
    for (body, code) in [
        (String::new(), ProblemCode::BodyMalformed),
        ("7".into(), ProblemCode::BodyShape),
        ("[]".into(), ProblemCode::BatchSize),
        (format!("[{}]", vec!["1"; 201].join(",")), ProblemCode::BatchSize),
        (wrong("{\"id\"", "{\"answers\":{},\"id\""), ProblemCode::BodyShape),
        (wrong("\"cancelled\"", "\"bored\""), ProblemCode::BodyShape),
        (wrong("\"elder\"", "\"kind\""), ProblemCode::BodyShape),
        (wrong("\"wave\":\"counter\"", "\"wave\":\"w9\""), ProblemCode::WaveUnknown),
        (wrong("\"point\":\"p1\"", "\"point\":\"p9\""), ProblemCode::PointUnknown),
        (wrong("\"version\":1", "\"version\":2"), ProblemCode::InstrumentUnknown),
        (wrong("\"id\":\"counter\"", "\"id\":\"ward\""), ProblemCode::InstrumentUnknown),
        (
            wrong("\"last_item\":\"access_overall\"", "\"last_item\":\"x\""),
            ProblemCode::NodeUnknown,
        ),
        (wrong("counter", &"x".repeat(70_000)), ProblemCode::BodyTooLarge),
        (" ".repeat(3 * 1024 * 1024), ProblemCode::BodyTooLarge),
    ] {
        let reply = app.post(BREAK_OFFS, "application/json", body.clone()).await;
        let start: String = body.chars().take(300).collect();
        assert_eq!(reply.problem().code, code, "{start}");
    }
    let reply = app.post(BREAK_OFFS, "text/plain", good).await;
    assert_eq!(reply.problem().code, ProblemCode::ContentType);
    assert_eq!(app.get(SUMMARY).await.json::<Vec<BreakOffSummary>>(), []);
}

#[tokio::test]
async fn one_that_names_a_device_needs_its_proof() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let unproven = app.post_json(BREAK_OFFS, &of_device(1, kiosk.id)).await;
    assert_eq!(unproven.problem().code, ProblemCode::DeviceUnproven);
    let elsewhere = BreakOff { point: "p1".parse().unwrap(), ..of_device(1, kiosk.id) };
    let elsewhere = kiosk.post(&app, BREAK_OFFS, &elsewhere).await;
    assert_eq!(elsewhere.problem().code, ProblemCode::DeviceUnproven);
    let proven = kiosk.post(&app, BREAK_OFFS, &of_device(1, kiosk.id)).await;
    assert_eq!(proven.status, StatusCode::CREATED);
    kiosk.revoke(&app).await;
    let revoked = kiosk.post(&app, BREAK_OFFS, &of_device(2, kiosk.id)).await;
    assert_eq!(revoked.problem().code, ProblemCode::DeviceRevoked);
}

#[tokio::test]
async fn each_of_a_batch_has_its_own_result() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let nobody = DeviceId::new(uuid::Uuid::from_u128(99));
    let nowhere = BreakOff { wave: "w9".parse().unwrap(), ..break_off(3, None) };
    let batch = [
        of_device(1, kiosk.id),
        break_off(2, None),
        break_off(2, None),
        break_off(2, Some("access_overall")),
        nowhere,
        of_device(4, nobody),
    ];
    let reply = kiosk.post(&app, BREAK_OFFS, &batch).await;
    assert_eq!(reply.status, StatusCode::OK);
    let BreakOffBatchReceipt { results } = reply.json();
    let statuses: Vec<u16> = results.iter().map(|result| result.status).collect();
    assert_eq!(statuses, [201, 201, 200, 409, 404, 401]);
    let codes: Vec<_> = results.iter().filter_map(|r| r.problem.as_ref().map(|p| p.code)).collect();
    let expected =
        [ProblemCode::SubmissionConflict, ProblemCode::WaveUnknown, ProblemCode::DeviceUnproven];
    assert_eq!(codes, expected);
}

#[tokio::test]
async fn the_database_is_asked_for_a_point_once() {
    let app = TestApp::start().await;
    let wave = waves::wave("counter", Population::Transaction);
    let point = waves::point(&wave, "p9", Channel::WallQr);
    app.state.store.add_points(&[point], &waves::codes()).await.unwrap();
    let there = |number| BreakOff { point: "p9".parse().unwrap(), ..break_off(number, None) };
    assert_eq!(app.post_json(BREAK_OFFS, &there(1)).await.status, StatusCode::CREATED);
    // A database without this point shows whether it is asked again.
    let mut other = TestApp::start().await;
    let unknown = other.post_json(BREAK_OFFS, &there(1)).await;
    assert_eq!(unknown.problem().code, ProblemCode::PointUnknown);
    Arc::make_mut(&mut other.state.intake).catalogue.cache =
        Arc::clone(&app.state.intake.catalogue.cache);
    assert_eq!(other.post_json(BREAK_OFFS, &there(1)).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn the_summary_follows_the_questions() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let counter = instrument("counter");
    let asked: Vec<_> = counter.questions().take(3).collect();
    let at = |place: usize| Some(asked[place].id.as_str());
    let idle = |number, item| idle(break_off_of(kiosk.id, number, item));
    let batch = [
        idle(1, at(2)),
        break_off(2, at(2)),
        idle(3, at(0)),
        idle(4, None),
        idle(5, at(2)),
        break_off(6, at(1)),
    ];
    assert_eq!(kiosk.post(&app, BREAK_OFFS, &batch).await.status, StatusCode::OK);
    let row = |place: Option<usize>, idle, cancelled| BreakOffSummary {
        last_item: place.map(|place| asked[place].id.clone()),
        text: place.map(|place| asked[place].text.clone()),
        idle,
        cancelled,
    };
    let summary: Vec<BreakOffSummary> = app.get(SUMMARY).await.json();
    let expected = [row(None, 1, 0), row(Some(0), 1, 0), row(Some(1), 0, 1), row(Some(2), 2, 1)];
    assert_eq!(summary, expected);
    let unknown = app.get("/api/v1/waves/w9/break-offs").await;
    assert_eq!(unknown.problem().code, ProblemCode::WaveUnknown);
    let ward: Vec<BreakOffSummary> = app.get("/api/v1/waves/ward/break-offs").await.json();
    assert_eq!(ward, []);
}

#[tokio::test]
async fn a_wave_of_counts_takes_none() {
    let app = TestApp::start().await;
    let counts = "month,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
                  2026-01,1,2,3,4,5\n";
    app.take("single", Takes::LevelCounts).await;
    let imported = app.post("/api/v1/waves/single/imports", "text/csv", counts).await;
    assert_eq!(imported.status, StatusCode::CREATED, "{}", imported.body);
    let wave: WaveId = "single".parse().unwrap();
    let instrument = instrument("single").reference();
    let body = BreakOff { wave, instrument, ..break_off(1, None) };
    let refused = app.post_json(BREAK_OFFS, &body).await;
    assert_eq!(refused.problem().code, ProblemCode::WaveTakesOther);
}

#[tokio::test]
async fn only_a_device_notices_that_nobody_is_there() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let anonymous = app.post_json(BREAK_OFFS, &idle(break_off(1, None))).await;
    assert_eq!(anonymous.problem().code, ProblemCode::DeviceUnproven);
    let elsewhere = kiosk.post(&app, BREAK_OFFS, &idle(break_off(1, None))).await;
    assert_eq!(elsewhere.problem().code, ProblemCode::DeviceUnproven);
    let proven = kiosk.post(&app, BREAK_OFFS, &idle(of_device(1, kiosk.id))).await;
    assert_eq!(proven.status, StatusCode::CREATED);
    let at_the_kiosk = BreakOff { point: "kiosk".parse().unwrap(), ..break_off(2, None) };
    let anonymous = app.post_json(BREAK_OFFS, &at_the_kiosk).await;
    assert_eq!(anonymous.problem().code, ProblemCode::DeviceUnproven);
}

#[tokio::test]
async fn break_offs_obey_the_window_of_their_wave() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    let wave = app.state.store.wave(&"counter".parse().unwrap()).await.unwrap().unwrap();
    let at = |time: Timestamp, hours: i64| app.clock.set(time + SignedDuration::from_hours(hours));
    let not_open = Err(ProblemCode::WaveNotOpen);
    let post = async |number| {
        let reply = app.post_json(BREAK_OFFS, &break_off(number, None)).await;
        if reply.status == StatusCode::CREATED { Ok(()) } else { Err(reply.problem().code) }
    };
    let report = async |number| {
        let reply = kiosk.post(&app, BREAK_OFFS, &of_device(number, kiosk.id)).await;
        if reply.status == StatusCode::CREATED { Ok(()) } else { Err(reply.problem().code) }
    };
    at(wave.opens_at, -1);
    assert_eq!((post(1).await, report(2).await), (not_open, not_open));
    at(wave.opens_at, 0);
    assert_eq!((post(1).await, report(2).await), (Ok(()), Ok(())));
    at(wave.closes_at, 0);
    assert_eq!((post(3).await, report(4).await), (not_open, Ok(())));
    at(wave.closes_at, 30 * 24);
    assert_eq!((post(5).await, report(6).await), (not_open, not_open));
}
