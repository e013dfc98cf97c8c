use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use server::auth::staff::StaffAccess;
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;

const STAFF: [&str; 11] = [
    paths::CONSOLE_PAGE,
    "/",
    paths::WAVES,
    "/api/v1/waves/counter",
    "/api/v1/waves/counter/points",
    "/api/v1/scores?wave=counter&by=city",
    "/api/v1/comparison?wave=counter&by=ward",
    "/api/v1/quality?wave=counter",
    paths::DEVICES,
    "/api/v1/waves/counter/break-offs",
    "/api/v1/waves/counter/points/p1/poster",
];

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> tests::app::Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn staff_pages_answer_on_this_machine_only() {
    let mut app = TestApp::start().await;
    for path in STAFF {
        assert_ne!(get(&app, path, &[("host", "localhost:1")]).await.status, StatusCode::FORBIDDEN);
        let cases: [&[(&str, &str)]; 4] = [
            &[],
            &[("host", "survey.example")],
            &[("host", "localhost"), ("x-forwarded-for", "10.1.2.3")],
            &[("host", "localhost"), ("forwarded", "for=10.1.2.3")],
        ];
        for headers in cases {
            let problem = get(&app, path, headers).await.problem();
            assert_eq!(problem.code, ProblemCode::StaffOnly, "{path} {headers:?}");
        }
    }
    app.state.staff = StaffAccess::Closed;
    for path in STAFF {
        let problem = get(&app, path, &[("host", "localhost")]).await.problem();
        assert_eq!(problem.code, ProblemCode::StaffOnly, "{path}");
    }
    let import = app.post("/api/v1/waves/counter/imports", "text/csv", "unit\n1\n").await;
    assert_eq!(import.problem().code, ProblemCode::StaffOnly);
    let added = app.post_json(paths::DEVICES, &tests::devices::new()).await;
    assert_eq!(added.problem().code, ProblemCode::StaffOnly);
    let revocation = "/api/v1/devices/00000000-0000-0000-0000-000000000001/revocation";
    let revoked = app.post(revocation, "application/json", "").await;
    assert_eq!(revoked.problem().code, ProblemCode::StaffOnly);
    app.state.staff = StaffAccess::Demo;
    for path in STAFF {
        assert_ne!(get(&app, path, &[]).await.status, StatusCode::FORBIDDEN, "{path}");
    }
}

#[tokio::test]
async fn every_response_carries_a_request_id_and_security_headers() {
    let app = TestApp::start().await;
    for path in ["/healthz", "/readyz", "/nothing", "/s/counter/p1", paths::OPENAPI] {
        let reply = app.get(path).await;
        assert!(reply.headers.contains_key("x-request-id"), "{path}");
        assert_eq!(reply.headers[header::X_CONTENT_TYPE_OPTIONS], "nosniff", "{path}");
        assert_eq!(reply.headers[header::REFERRER_POLICY], "no-referrer", "{path}");
    }
}

#[tokio::test]
async fn pages_are_asked_for_anew_and_their_files_are_kept() {
    let app = TestApp::start().await;
    let page = app.get("/s/counter/p1").await;
    assert_eq!(page.status, StatusCode::OK, "build the app first: cargo xtask app");
    assert_eq!(page.headers[header::CACHE_CONTROL], "no-cache");
    let policy = page.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.starts_with("default-src 'none'"), "{policy}");
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
    let file = page.body.split('"').find(|part| part.contains(".css")).expect("a style sheet");
    for (accepted, encoding) in [("br, gzip", Some("br")), ("gzip", Some("gzip")), ("", None)] {
        let reply = get(&app, file, &[("accept-encoding", accepted)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{file}");
        let sent = reply.headers.get(header::CONTENT_ENCODING).map(|v| v.to_str().unwrap());
        assert_eq!(sent, encoding);
        assert!(reply.headers[header::CACHE_CONTROL].to_str().unwrap().contains("immutable"));
    }
}
