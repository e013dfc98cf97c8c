//! Tests which headers every response carries.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use survey_defs::api::paths;
use tests::app::TestApp;

async fn get(app: &TestApp, path: &str, headers: &[(&str, &str)]) -> tests::app::Reply {
    let mut request = Request::get(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
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
