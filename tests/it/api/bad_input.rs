//! Tests requests that are wrong in themselves.

use axum::http::StatusCode;
use survey_defs::answer::Answer;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;
use tests::drafts::{complete, question};

#[tokio::test]
async fn each_bad_body_has_its_own_problem_and_writes_nothing() {
    let app = TestApp::start().await;
    let good = serde_json::to_string(&complete("counter", 1, 4)).unwrap();
    let wrong = |from: &str, to: &str| {
        assert!(good.contains(from), "the case changes nothing: {from}");
        good.replacen(from, to, 1)
    };
    let mut long = complete("counter", 1, 4);
    long.answers.insert(question("comment"), Answer::Text("ế".repeat(301)));
    let cases: Vec<(&str, Vec<u8>, ProblemCode)> = vec![
        ("empty", Vec::new(), ProblemCode::BodyMalformed),
        ("broken off", good.as_bytes()[..40].to_vec(), ProblemCode::BodyMalformed),
        ("two documents", format!("{good}{good}").into(), ProblemCode::BodyMalformed),
        ("not UTF-8", vec![b'{', b'"', 0xff, b'"', b'}'], ProblemCode::BodyMalformed),
        ("nested too deep", "[".repeat(50_000).into(), ProblemCode::BodyMalformed),
        ("a number", b"7".to_vec(), ProblemCode::BodyShape),
        ("null", b"null".to_vec(), ProblemCode::BodyShape),
        (
            "unknown field",
            wrong("{\"id\"", "{\"name\":\"An\",\"id\"").into(),
            ProblemCode::BodyShape,
        ),
        ("missing field", wrong("\"point\":\"p1\",", "").into(), ProblemCode::BodyShape),
        ("wrong type", wrong("\"version\":1", "\"version\":\"1\"").into(), ProblemCode::BodyShape),
        (
            "negative version",
            wrong("\"version\":1", "\"version\":-1").into(),
            ProblemCode::BodyShape,
        ),
        ("no uuid", wrong("00000000-", "x").into(), ProblemCode::BodyShape),
        ("no level", wrong("{\"level\":4}", "{\"level\":6}").into(), ProblemCode::BodyShape),
        ("unknown answer", wrong("{\"level\":4}", "{\"stars\":4}").into(), ProblemCode::BodyShape),
        ("no time", wrong("2026-03-02T03:00:00Z", "yesterday").into(), ProblemCode::BodyShape),
        ("no id", wrong("\"point\":\"p1\"", "\"point\":\"../p\"").into(), ProblemCode::BodyShape),
        (
            "unknown wave",
            wrong("\"wave\":\"counter\"", "\"wave\":\"w9\"").into(),
            ProblemCode::WaveUnknown,
        ),
        ("long text", serde_json::to_vec(&long).unwrap(), ProblemCode::SubmissionInvalid),
        ("large record", wrong("counter", &"x".repeat(70_000)).into(), ProblemCode::BodyTooLarge),
        ("no record", b"[]".to_vec(), ProblemCode::BatchSize),
        ("201 records", format!("[{}]", vec!["1"; 201].join(",")).into(), ProblemCode::BatchSize),
        ("10 MB", vec![b' '; 10 * 1024 * 1024], ProblemCode::BodyTooLarge),
    ];
    for (name, body, code) in cases {
        let reply = app.post(SUBMISSIONS, "application/json", body).await;
        assert_eq!(reply.problem().code, code, "{name}: {}", reply.body);
        assert!(reply.status.is_client_error(), "{name}");
    }
    assert_eq!(app.submissions("counter").await, 0);
    assert_eq!(app.state.store.quarantined(&"counter".parse().unwrap()).await.unwrap().len(), 0);
}

#[tokio::test]
async fn a_body_must_be_declared_as_json() {
    let app = TestApp::start().await;
    let good = serde_json::to_string(&complete("counter", 1, 4)).unwrap();
    for content_type in ["text/plain", "application/x-www-form-urlencoded", "text/json"] {
        let reply = app.post(SUBMISSIONS, content_type, good.clone()).await;
        assert_eq!(reply.problem().code, ProblemCode::ContentType, "{content_type}");
    }
    let reply = app.post(SUBMISSIONS, "application/json; charset=utf-8", good).await;
    assert_eq!(reply.status, StatusCode::CREATED);
}

#[tokio::test]
async fn each_bad_address_or_query_has_its_own_problem() {
    let app = TestApp::start().await;
    for (path, code) in [
        ("/api/v1/nothing", ProblemCode::NotFound),
        ("/assets/nothing.js", ProblemCode::NotFound),
        ("/form.html", ProblemCode::NotFound),
        ("/.stamp", ProblemCode::NotFound),
        ("/api/v1/submissions", ProblemCode::MethodNotAllowed),
        ("/api/v1/instruments/counter/9", ProblemCode::InstrumentUnknown),
        ("/api/v1/instruments/counter/x", ProblemCode::NotFound),
        ("/api/v1/waves/w9", ProblemCode::WaveUnknown),
        ("/api/v1/waves/w9/points/p1/form", ProblemCode::WaveUnknown),
        ("/api/v1/waves/counter/points/p9/form", ProblemCode::PointUnknown),
        ("/api/v1/waves/a%20b/points/p1/form", ProblemCode::NotFound),
        ("/api/v1/units", ProblemCode::QueryInvalid),
        ("/api/v1/units?level=planet", ProblemCode::QueryInvalid),
        ("/api/v1/scores", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=street", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&colour=red", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&plain=true", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&weights=some", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&channel=tv", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&group=x", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&design_effects=1", ProblemCode::QueryInvalid),
        (
            "/api/v1/scores?wave=counter&by=city&channel=kiosk&channel=link",
            ProblemCode::QueryInvalid,
        ),
        ("/api/v1/comparison?wave=counter&by=ward&node=access", ProblemCode::QueryInvalid),
        ("/api/v1/series?waves=counter,,old&by=ward", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=w9&by=city", ProblemCode::WaveUnknown),
        ("/api/v1/scores?wave=counter&by=city&method=best", ProblemCode::MethodUnknown),
        ("/api/v1/scores?wave=counter&by=city&method=t2b-weighted", ProblemCode::MethodDoesNotFit),
        ("/api/v1/scores?wave=counter&by=city&period=soon", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=counter&by=city&period=2026-q9", ProblemCode::PeriodUnknown),
    ] {
        assert_eq!(app.get(path).await.problem().code, code, "{path}");
    }
}
