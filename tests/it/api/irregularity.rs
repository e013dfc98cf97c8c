//! Tests what shows that a service point was stuffed: bursts, near-copies, odd times, more forms than
//! dossiers. Findings F1 and F2 of the security review: 10,000 forms of one address had no flag, and
//! 36,446 % of the dossiers were told to nobody.

use std::path::Path;

use axum::http::StatusCode;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use server::intake::annulment::{self, Act};
use server::operations::watch::{Watch, Watched};
use survey_defs::analysis::{QualityReport, ScoreTable};
use survey_defs::answer::Answer;
use survey_defs::api::paths::{METRICS, QUALITY};
use survey_defs::case::{AnnulmentCause, Devices, Origin, RuleFields};
use survey_defs::submission::Draft;
use tests::app::TestApp;
use tests::callers::operator_named;
use tests::drafts::{complete, level};
use tests::process::command;
use tests::waves;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

/// A form of the national instrument whose levels, all but the lowest, follow from a seed.
fn seeded(number: u128, seed: u64) -> Draft {
    let mut draft = complete("national", number, 5);
    let mut state = seed;
    for answer in draft.answers.values_mut().filter(|one| matches!(one, Answer::Level(_))) {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *answer = level(u8::try_from((state >> 33) % 4 + 2).unwrap());
    }
    draft
}

/// 60 forms of one pattern: 55 end when they begin, before that, or after two days.
fn stuffed() -> Vec<Draft> {
    let draft = |number: u128| {
        let draft = seeded(1_000 + number, 7);
        let seconds = match number {
            0..20 => 0,
            20..40 => -60,
            40..55 => 2 * 24 * 60 * 60,
            _ => 300,
        };
        Draft { started_at: draft.finished_at - SignedDuration::from_secs(seconds), ..draft }
    };
    (0..60).map(draft).collect()
}

/// Four careful forms in each of ten hours of Sunday, then the stuffing on Monday from ten on.
async fn stuffed_app() -> TestApp {
    let app = TestApp::start().await;
    for hour in 0..10_u128 {
        let at = waves::now() - SignedDuration::from_hours(24 - i64::try_from(hour).unwrap());
        app.clock.set(at);
        let careful = (0..4).map(|number| 4 * hour + number);
        let careful = careful.map(|number| seeded(number, u64::try_from(100 + number).unwrap()));
        app.post_forms(&careful.collect::<Vec<_>>()).await;
    }
    app.clock.set(waves::now());
    app.post_forms(&stuffed()).await;
    app
}

#[tokio::test]
async fn a_stuffed_point_shows() {
    let app = stuffed_app().await;
    let reply = app.get(&format!("{QUALITY}?wave=national")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    let json: Value = reply.json();
    let burst = &json["bursts"][0];
    assert_eq!(burst["point"], "p1");
    assert_eq!(burst["hour"], "2026-03-02T10:00:00");
    assert_eq!((&burst["forms"], &burst["usual"]), (&60.into(), &4.0.into()));
    let keys: Vec<&str> = burst.as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(keys, ["point", "hour", "forms", "usual"], "no score and no answer");
    let report: QualityReport = reply.json();
    assert_eq!((report.burst_hours, report.over_dossiers), (1, None));
    let counts = report.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.timed), (100, 45));
    assert_eq!((counts.no_time, counts.speeding, counts.flagged), (55, 0, 55));
    assert_eq!((counts.compared, counts.near_copies), (100, 59));

    // Flagged forms are left out of the score beside it; bursts and near-copies are not.
    let whole = &report.scores[0];
    assert_eq!((whole.with.n, whole.without.n), (Some(100), Some(45)));
    let scores: ScoreTable = app.get("/api/v1/scores?wave=national&by=city").await.json();
    assert_eq!(scores.groups[0].cells[0], whole.with);

    let sunday = app.get(&format!("{QUALITY}?wave=national&period=2026-03-01..2026-03-01")).await;
    assert_eq!(sunday.json::<QualityReport>().bursts, []);
}

#[tokio::test]
async fn what_is_annulled_makes_no_burst_and_is_no_near_copy() {
    let app = stuffed_app().await;
    let (one, two) = (operator_named("Lan"), operator_named("Minh"));
    let by =
        |caller| Act { caller, reason: "Sáu mươi phiếu trong một giờ.".parse().unwrap() };
    let (intake, wave) = (&app.state.intake, "national".parse().unwrap());
    let (from, until) = (waves::now(), waves::now() + SignedDuration::from_hours(1));
    let origin = Origin::Point { point: "p1".parse().unwrap() };
    let rule = RuleFields { origin, from, until, devices: Devices::Any }.try_into().unwrap();
    let number = annulment::open(intake, &wave, &rule, by(&one)).await.unwrap();
    let case = (&wave, number);
    annulment::examine(intake, case, by(&one)).await.unwrap();
    annulment::conclude(intake, case, by(&one)).await.unwrap();
    annulment::annul(intake, case, AnnulmentCause::Stuffed, by(&one)).await.unwrap();
    annulment::confirm(intake, case, by(&two)).await.unwrap();

    let report: QualityReport = app.get(&format!("{QUALITY}?wave=national")).await.json();
    assert_eq!((report.burst_hours, report.bursts), (0, Vec::new()));
    let counts = report.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.no_time), (40, 0));
    assert_eq!((counts.compared, counts.near_copies), (40, 0));
}

#[tokio::test]
async fn more_forms_than_dossiers_are_told() {
    let app = TestApp::start().await;
    let forms: Vec<Draft> = (1..=40).map(|number| complete("counter", number, 4)).collect();
    app.post_forms(&forms).await;
    let import = async |dossiers: u64| {
        let csv = format!("unit,dossiers\n00004,{dossiers}\n");
        let reply = app.post("/api/v1/waves/counter/imports", "text/csv", csv).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
        app.get(&format!("{QUALITY}?wave=counter")).await
    };
    let enough: QualityReport = import(40).await.json();
    assert_eq!(enough.over_dossiers, Some(Vec::new()));
    let reply = import(32).await;
    let json: Value = reply.json();
    let over = &json["over_dossiers"][0];
    assert_eq!(over["group"]["key"], "00004@2025-07-01");
    assert_eq!(over["forms_per_dossier"]["ratio"], 1.25);
    let scores = app.get("/api/v1/scores?wave=counter&by=ward").await;
    assert_eq!(scores.json::<Value>()["groups"][0]["forms_per_dossier"]["ratio"], 1.25);
    for text in [&reply.body, &scores.body] {
        assert!(!text.contains("response"), "{text}");
    }
}

fn watch(app: &TestApp) -> Watch {
    Watch::new(Watched {
        store: app.state.store.clone(),
        definitions: app.state.catalogue.definitions.clone(),
        analysis: app.state.analysis.clone(),
        compute: app.state.limits.compute.clone(),
        metrics: app.state.metrics.clone(),
    })
}

#[tokio::test]
async fn bursts_and_forms_over_dossiers_are_gauges() {
    let app = stuffed_app().await;
    let forms: Vec<Draft> = (1..=40).map(|number| complete("counter", number, 4)).collect();
    app.post_forms(&forms).await;
    let csv = "unit,dossiers\n00004,30\n";
    app.post("/api/v1/waves/counter/imports", "text/csv", csv).await;
    let mut watch = watch(&app);
    let mut look = async |at: Timestamp| {
        app.clock.set(at);
        watch.look(at).await.unwrap();
        app.get(METRICS).await.body
    };
    let expect = |text: &str, points: u64| {
        for line in [
            format!(r#"thuocdo_points_with_burst{{wave="national"}} {points}"#),
            r#"thuocdo_points_with_burst{wave="counter"} 0"#.to_owned(),
            r#"thuocdo_units_over_dossiers{wave="counter"} 1"#.to_owned(),
            r#"thuocdo_units_over_dossiers{wave="national"} 0"#.to_owned(),
        ] {
            assert!(text.lines().any(|one| one == line), "no {line} in\n{text}");
        }
    };
    let hour = SignedDuration::from_hours(1);
    let mins = SignedDuration::from_mins(59);
    expect(&look(waves::now() + mins).await, 0);
    expect(&look(waves::now() + hour).await, 1);
    expect(&look(waves::now() + hour + mins).await, 1);
    expect(&look(waves::now() + hour + hour).await, 0);

    // Long after the close nobody looks, and nothing alarms.
    let text = look("2027-01-02T00:00:00Z".parse().unwrap()).await;
    assert!(text.contains(r#"thuocdo_units_over_dossiers{wave="counter"} 0"#), "{text}");
}

#[tokio::test]
async fn a_wave_that_cannot_be_looked_at_has_no_gauges() {
    let app = TestApp::start().await;
    // A later release has added it.
    app.state.store.create_wave(&waves::wave_of_id("counter-99")).await.unwrap();
    // It could be looked at before.
    app.state.metrics.irregular("counter-99", (3, 2));
    let mut watch = watch(&app);
    watch.look(waves::now()).await.unwrap();
    let text = app.get(METRICS).await.body;
    for gauge in ["points_with_burst", "units_over_dossiers"] {
        let of_wave = format!(r#"thuocdo_{gauge}{{wave="counter-99"}}"#);
        assert!(!text.contains(&of_wave), "{text}");
    }
    assert!(text.contains(r#"thuocdo_points_with_burst{wave="counter"} 0"#), "{text}");
}

fn prints(data: &Path, arguments: &[&str]) -> String {
    let output = command(BINARY, arguments, data).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

#[tokio::test]
async fn the_command_prints_them_in_all_its_formats() {
    let app = stuffed_app().await;
    let data = tempfile::tempdir().unwrap();
    app.state.store.close().await;
    std::fs::copy(app.database(), data.path().join("thuocdo.sqlite")).unwrap();
    let quality =
        |more: &[&str]| prints(data.path(), &[&["quality", "--wave", "national"], more].concat());
    let table = quality(&[]);
    for expected in
        ["point with a burst", "10:00 2026-03-02", "near-copies", "no time", "5 × the median"]
    {
        assert!(table.contains(expected), "no {expected} in\n{table}");
    }
    let csv = quality(&["--format", "csv"]);
    for expected in [
        "burst,all,hours,1",
        "burst,p1 2026-03-02T10:00:00,forms,60",
        "burst,p1 2026-03-02T10:00:00,usual,4",
        "forms,all,near_copies,59",
        "forms,all,no_time,55",
    ] {
        assert!(csv.contains(expected), "no {expected} in\n{csv}");
    }
    let json: Value = serde_json::from_str(&quality(&["--format", "json"])).unwrap();
    assert_eq!(json["bursts"][0]["forms"], 60);
    let listed = quality(&["--responses", "--format", "csv"]);
    let last = listed.lines().last().unwrap();
    assert!(last.ends_with(",99"), "form 100 nearly equals form 99: {last}");
    assert!(listed.lines().nth(1).unwrap().ends_with(','), "{listed}");
}
