//! Who may call what: every operation has a decision, and the server keeps to it.

use std::collections::BTreeMap;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use serde_json::{Value, json};
use server::auth::staff::Guests;
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tests::app::{Reply, TestApp};
use tests::staff::bearer;

/// An operation of staff: method and path as they are described, a path to call, a body, the right
/// that it needs, and the status for whoever has the right.
type StaffOperation =
    (&'static str, &'static str, &'static str, Option<Sent>, &'static str, StatusCode);

/// A body and its media type.
type Sent = (&'static str, &'static str);

const JSON: &str = "application/json";
const NO_DEVICE: &str = "/api/v1/devices/00000000-0000-0000-0000-000000000001/revocation";

/// Written by hand: what the document says must be what somebody has decided.
const STAFF: [StaffOperation; 15] = [
    ("get", paths::WAVES, paths::WAVES, None, "read_waves", StatusCode::OK),
    ("get", paths::WAVE, "/api/v1/waves/counter", None, "read_waves", StatusCode::OK),
    ("get", paths::POINTS, "/api/v1/waves/counter/points", None, "read_waves", StatusCode::OK),
    (
        "get",
        paths::WAVE_BREAK_OFFS,
        "/api/v1/waves/counter/break-offs",
        None,
        "read_break_offs",
        StatusCode::OK,
    ),
    (
        "get",
        paths::POSTER,
        "/api/v1/waves/counter/points/p1/poster",
        None,
        "print_posters",
        // A wave that is not simulated needs --public-url.
        StatusCode::BAD_REQUEST,
    ),
    (
        "get",
        paths::SCORES,
        "/api/v1/scores?wave=counter&by=city",
        None,
        "read_results",
        StatusCode::OK,
    ),
    (
        "get",
        paths::COMPARISON,
        "/api/v1/comparison?wave=counter&by=ward",
        None,
        "read_results",
        StatusCode::OK,
    ),
    ("get", paths::QUALITY, "/api/v1/quality?wave=counter", None, "read_results", StatusCode::OK),
    (
        "get",
        paths::SERIES,
        "/api/v1/series?waves=counter&by=city",
        None,
        "read_results",
        StatusCode::OK,
    ),
    ("get", paths::DEVICES, paths::DEVICES, None, "read_devices", StatusCode::OK),
    (
        "post",
        paths::DEVICES,
        paths::DEVICES,
        Some((JSON, "{}")),
        "manage_devices",
        StatusCode::BAD_REQUEST,
    ),
    (
        "post",
        paths::REVOCATION,
        NO_DEVICE,
        Some((JSON, "")),
        "manage_devices",
        StatusCode::NOT_FOUND,
    ),
    (
        "post",
        paths::IMPORTS,
        "/api/v1/waves/counter/imports",
        Some(("text/csv", "unit\n1\n")),
        "import_files",
        StatusCode::UNPROCESSABLE_ENTITY,
    ),
    ("get", paths::SESSION, paths::SESSION, None, "open_console", StatusCode::OK),
    ("get", paths::METRICS, paths::METRICS, None, "read_metrics", StatusCode::OK),
];

/// What everybody may call, written by hand as well: an operation that nobody listed fails.
const PUBLIC: [(&str, &str); 12] = [
    ("post", paths::SUBMISSIONS),
    ("post", paths::BREAK_OFFS),
    ("post", paths::ENROLMENTS),
    ("post", paths::SESSION),
    ("delete", paths::SESSION),
    ("get", paths::INSTRUMENTS),
    ("get", paths::INSTRUMENT),
    ("get", paths::METHODS),
    ("get", paths::UNITS),
    ("get", paths::FORM),
    ("get", paths::HEALTH),
    ("get", paths::READY),
];

/// Pages are not described as operations.
const PAGES: [(&str, StatusCode); 1] = [(paths::CONSOLE_PAGE, StatusCode::OK)];

async fn call(
    app: &TestApp,
    (method, path): (&str, &str),
    sent: Option<Sent>,
    headers: &[(&str, &str)],
) -> Reply {
    let mut request = Request::builder().method(method.to_uppercase().as_str()).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let (media_type, body) = sent.unwrap_or_default();
    if sent.is_some() {
        request = request.header(header::CONTENT_TYPE, media_type);
    }
    app.send(request.body(Body::from(body)).unwrap()).await
}

/// Every operation of the document with its `x-access`.
async fn described(app: &TestApp) -> BTreeMap<(String, String), Value> {
    let document: Value = app.get(paths::OPENAPI).await.json();
    let mut described = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            described.insert((method.clone(), path.clone()), operation["x-access"].clone());
        }
    }
    described
}

#[tokio::test]
async fn every_operation_says_who_may_call_it() {
    let app = TestApp::start().await;
    let described = described(&app).await;
    for ((method, path), access) in &described {
        let listed = STAFF.iter().find(|one| (one.0, one.1) == (method, path));
        let decided = match listed {
            Some(one) => json!({ "staff": one.4 }),
            None if path == paths::HEARTBEATS => json!("device"),
            None if PUBLIC.contains(&(method.as_str(), path.as_str())) => json!("public"),
            None => panic!("nobody has decided who may call {method} {path}"),
        };
        assert_eq!(access, &decided, "{method} {path}");
    }
    for (method, path) in STAFF.map(|one| (one.0, one.1)).into_iter().chain(PUBLIC) {
        assert!(described.contains_key(&(method.to_owned(), path.to_owned())), "{method} {path}");
    }
}

/// A page of another site that somebody at the machine looks at.
#[tokio::test]
async fn pages_of_other_sites_change_nothing() {
    let app = TestApp::start().await;
    let host = ("host", "localhost:1");
    let cookie = app.session_cookie().await;
    let session = ("cookie", cookie.as_str());
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "http://localhost:2"),
        ("origin", "null"),
    ] {
        for (method, _, path, sent, _, status) in STAFF {
            let reply = call(&app, (method, path), sent, &[host, session, foreign]).await;
            if method == "get" {
                assert_eq!(reply.status, status, "{path} {foreign:?}");
            } else {
                assert_eq!(reply.problem().code, ProblemCode::OtherSite, "{path} {foreign:?}");
            }
        }
    }
    for own in [("sec-fetch-site", "same-origin"), ("origin", "http://localhost:1")] {
        for (method, _, path, sent, _, status) in STAFF {
            let reply = call(&app, (method, path), sent, &[host, session, own]).await;
            assert_eq!(reply.status, status, "{method} {path} {own:?}: {}", reply.body);
        }
    }
}

/// F5: nothing that a request says of where it comes from opens the staff's side: not through nginx with
/// nothing but `proxy_pass`, nor through socat or `ssh -R`, which pass on whatever host the caller names.
#[tokio::test]
async fn operations_of_staff_answer_those_who_have_logged_in() {
    let mut app = TestApp::start().await;
    let cookie = app.session_cookie().await;
    let bearer = bearer();
    let strangers: [&[(&str, &str)]; 9] = [
        &[],
        &[("host", "localhost")],
        &[("host", "127.0.0.1:8080")],
        &[("host", "127.0.0.1:8080"), ("connection", "close")],
        &[("host", "[::1]:8080")],
        &[("host", "survey.example")],
        &[("host", "localhost"), ("x-forwarded-for", "127.0.0.1"), ("x-real-ip", "127.0.0.1")],
        &[("host", "localhost"), ("forwarded", "for=127.0.0.1"), ("via", "1.1 proxy")],
        &[("host", "localhost"), ("cookie", "__Host-thuocdo="), ("authorization", "Basic YTpi")],
    ];
    let staff: [&[(&str, &str)]; 3] = [
        &[("host", "survey.example"), ("cookie", &cookie)],
        &[("host", "survey.example"), ("cookie", &cookie), ("x-forwarded-for", "10.1.2.3")],
        &[("host", "survey.example"), ("authorization", &bearer)],
    ];
    let pages = PAGES.map(|(path, status)| ("get", path, path, None, "open_console", status));
    for (method, _, path, sent, right, status) in STAFF.into_iter().chain(pages) {
        app.state.guests = Guests::Nobody;
        for headers in strangers {
            let reply = call(&app, (method, path), sent, headers).await;
            assert_eq!(reply.headers[header::WWW_AUTHENTICATE], "Bearer");
            let problem = reply.problem();
            assert_eq!(problem.code, ProblemCode::LoginRequired, "{method} {path} {headers:?}");
        }
        for headers in staff {
            let reply = call(&app, (method, path), sent, headers).await;
            assert_eq!(reply.status, status, "{method} {path}: {}", reply.body);
        }
        for guests in [Guests::MayRead, Guests::MayDoAll] {
            app.state.guests = guests;
            let reply = call(&app, (method, path), sent, &[]).await;
            let may =
                guests == Guests::MayDoAll || !["manage_devices", "import_files"].contains(&right);
            let expected = if may { status } else { StatusCode::UNAUTHORIZED };
            assert_eq!(reply.status, expected, "{method} {path} {guests:?}: {}", reply.body);
        }
    }
}
