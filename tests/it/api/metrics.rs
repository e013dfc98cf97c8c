//! Tests counters and gauges.

use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use http_body_util::BodyExt;
use jiff::SignedDuration;
use server::http::router::metrics_router;
use survey_defs::api::paths::{HEALTH, METRICS, READY, SUBMISSIONS};
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;
use tests::devices::{Device, Secret, heartbeat};
use tests::drafts::{complete, draft, from_device};
use tests::waves;
use tower::ServiceExt;

/// An application to which something of everything has happened.
async fn lived_in() -> (TestApp, Device) {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::Token([1; 32])).await;
    kiosk.beat(&app, &heartbeat(1)).await;
    let records = [complete("counter", 1, 4), complete("counter", 1, 4), draft("counter", 2)];
    app.post_json(SUBMISSIONS, &records).await;
    app.post_json(SUBMISSIONS, &from_device(3, kiosk.id)).await;
    app.get("/nothing").await;
    app.clock.set(waves::now() + SignedDuration::from_mins(20));
    (app, kiosk)
}

fn assert_lines(text: &str, lines: &[&str]) {
    for line in lines {
        assert!(text.lines().any(|one| one == *line), "no line {line} in\n{text}");
    }
}

#[tokio::test]
async fn what_has_happened_is_counted() {
    let (app, _) = lived_in().await;
    let reply = app.get(METRICS).await;
    assert_eq!(reply.status, StatusCode::OK);
    let media_type = reply.headers[header::CONTENT_TYPE].to_str().unwrap();
    assert!(media_type.starts_with("application/openmetrics-text"), "{media_type}");
    assert_lines(
        &reply.body,
        &[
            r#"thuocdo_records_total{outcome="created",reason=""} 1"#,
            r#"thuocdo_records_total{outcome="repeated",reason=""} 1"#,
            r#"thuocdo_records_total{outcome="quarantined",reason="device_unproven"} 1"#,
            r#"thuocdo_records_total{outcome="refused",reason="submission_invalid"} 1"#,
            "thuocdo_batch_records_count 2",
            "thuocdo_batch_records_sum 4.0",
            r#"thuocdo_http_requests_total{route="/api/v1/submissions",method="POST",status="2xx"} 2"#,
            r#"thuocdo_http_requests_total{route="other",method="GET",status="4xx"} 1"#,
            r#"thuocdo_http_request_seconds_count{route="/api/v1/submissions"} 2"#,
            r#"thuocdo_problems_total{code="not_found"} 1"#,
            r#"thuocdo_log_records{wave="counter"} 1"#,
            r#"thuocdo_mirror_lag_records{wave="counter"} 1"#,
            r#"thuocdo_quarantine_records{wave="counter",reason="device_unproven"} 1"#,
            r#"thuocdo_devices{state="enrolled"} 1"#,
            "thuocdo_devices_silent 1",
            "thuocdo_device_longest_silence_seconds 1200",
            "thuocdo_outbox_records 2",
            "thuocdo_store_up 1",
            "thuocdo_store_commits_total 1",
            "thuocdo_store_rows_total 2",
            "thuocdo_store_waiting_rows 0",
            "thuocdo_mirror_last_success_age_seconds -1",
            r#"thuocdo_build_info{version="0.1.0"} 1"#,
        ],
    );
}

#[tokio::test]
async fn no_device_or_point_is_a_label() {
    let (app, kiosk) = lived_in().await;
    let text = app.get(METRICS).await.body;
    for secret in [&kiosk.id.to_string(), "kiosk", "Máy", "127.0.0.1"] {
        assert!(!text.contains(secret), "{secret}");
    }
}

#[tokio::test]
async fn only_staff_and_the_scraper_s_address_see_it() {
    let (app, _) = lived_in().await;
    let stranger = app.get_as_stranger(METRICS).await;
    assert_eq!(stranger.problem().code, ProblemCode::LoginRequired);
    for (path, status) in [
        (METRICS, StatusCode::OK),
        (HEALTH, StatusCode::OK),
        (READY, StatusCode::OK),
        ("/api/v1/waves", StatusCode::NOT_FOUND),
        (SUBMISSIONS, StatusCode::NOT_FOUND),
        ("/console", StatusCode::NOT_FOUND),
    ] {
        let request = Request::get(path).body(Body::empty()).unwrap();
        let reply = metrics_router(app.state.clone()).oneshot(request).await.unwrap();
        assert_eq!(reply.status(), status, "{path}");
    }
}

#[tokio::test]
async fn every_metric_is_described_for_the_operator() {
    let (app, _) = lived_in().await;
    let request = Request::get(METRICS).body(Body::empty()).unwrap();
    let reply = metrics_router(app.state.clone()).oneshot(request).await.unwrap();
    let body = reply.into_body().collect().await.unwrap().to_bytes();
    let text = std::str::from_utf8(&body).unwrap();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap();
    let document = std::fs::read_to_string(root.join("docs/OPERATIONS.md")).unwrap();
    let types = text.lines().filter_map(|line| line.strip_prefix("# TYPE "));
    let names: Vec<&str> = types.filter_map(|line| line.split(' ').next()).collect();
    assert!(names.len() > 20, "{names:?}");
    for name in names {
        assert!(document.contains(name), "{name} is not in the document");
    }
}
