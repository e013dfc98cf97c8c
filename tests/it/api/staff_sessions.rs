//! Links, sessions and tokens of staff over HTTP.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use server::auth::secret::Secret;
use server::auth::sessions;
use server::auth::staff::Guests;
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{Login, SessionView, paths};
use survey_defs::caller::Door;
use tests::app::{Reply, TestApp};

const SCORES: &str = "/api/v1/scores?wave=counter&by=city";

async fn ask(app: &TestApp, method: &str, path: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request = Request::builder().method(method).uri(path);
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    app.send(request.body(Body::empty()).unwrap()).await
}

async fn log_in(app: &TestApp, token: &str, headers: &[(&str, &str)]) -> Reply {
    let mut request =
        Request::post(paths::SESSION).header(header::CONTENT_TYPE, "application/json");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    let login = serde_json::to_string(&Login { token: token.to_owned() }).unwrap();
    app.send(request.body(Body::from(login)).unwrap()).await
}

/// What a browser sends back of the cookie in an answer.
fn cookie_of(reply: &Reply) -> String {
    let set = reply.headers[header::SET_COOKIE].to_str().unwrap();
    set.split(';').next().unwrap().to_owned()
}

async fn status_with(app: &TestApp, cookie: &str) -> StatusCode {
    ask(app, "GET", SCORES, &[("cookie", cookie)]).await.status
}

fn is_refused(reply: &Reply, code: ProblemCode) {
    assert_eq!(reply.problem().code, code, "{}", reply.body);
    assert!(!reply.headers.contains_key(header::SET_COOKIE));
}

#[tokio::test]
async fn a_link_is_exchanged_once_for_a_session() {
    let app = TestApp::start().await;
    let token = app.login_token().await;
    let begun = log_in(&app, &token, &[]).await;
    assert_eq!(begun.status, StatusCode::CREATED, "{}", begun.body);
    let twelve_hours = app.state.clock.now() + SignedDuration::from_hours(12);
    let view = SessionView { door: Door::Session, expires_at: Some(twelve_hours) };
    assert_eq!(begun.json::<SessionView>(), view);
    let set = begun.headers[header::SET_COOKIE].to_str().unwrap();
    let (cookie, attributes) = set.split_once("; ").unwrap();
    assert_eq!(attributes, "Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=43200");
    assert!(cookie.starts_with("__Host-thuocdo=") && !cookie.contains(&token), "{cookie}");
    assert!(!begun.body.contains(&cookie_of(&begun)[15..]), "scripts do not see it");
    assert_eq!(begun.headers[header::CACHE_CONTROL], "no-store");

    for path in [SCORES, paths::WAVES, paths::DEVICES, paths::METRICS, paths::CONSOLE_PAGE] {
        let reply = ask(&app, "GET", path, &[("cookie", cookie)]).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
    }
    let shown = ask(&app, "GET", paths::SESSION, &[("cookie", cookie)]).await;
    assert_eq!(shown.json::<SessionView>(), view);

    is_refused(&log_in(&app, &token, &[]).await, ProblemCode::LoginRefused);
    assert_eq!(status_with(&app, cookie).await, StatusCode::OK, "whoever tries again ends nothing");
}

#[tokio::test]
async fn what_is_no_link_is_refused() {
    let app = TestApp::start().await;
    let token = app.login_token().await;
    let session = app.session_cookie().await;
    let of_session = session.split_once('=').unwrap().1;
    let other = Secret::draw(&*app.state.intake.randomness).to_text();
    for wrong in ["", "x", &token[1..], &other, of_session, "ữ"] {
        is_refused(&log_in(&app, wrong, &[]).await, ProblemCode::LoginRefused);
    }
    let form = Request::post(paths::SESSION).header(header::CONTENT_TYPE, "text/plain");
    let form = app.send(form.body(Body::from(format!(r#"{{"token":"{token}"}}"#))).unwrap()).await;
    is_refused(&form, ProblemCode::ContentType);
    let large = log_in(&app, &"x".repeat(2_000), &[]).await;
    is_refused(&large, ProblemCode::BodyTooLarge);
    assert_eq!(log_in(&app, &token, &[]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn a_link_works_for_fifteen_minutes_and_a_session_for_twelve_hours() {
    let app = TestApp::start().await;
    let second = SignedDuration::from_secs(1);
    let [in_time, late] = [app.login_token().await, app.login_token().await];
    app.pass(sessions::LINK - second);
    let begun = log_in(&app, &in_time, &[]).await;
    assert_eq!(begun.status, StatusCode::CREATED);
    app.pass(second);
    is_refused(&log_in(&app, &late, &[]).await, ProblemCode::LoginRefused);

    let cookie = cookie_of(&begun);
    app.pass(sessions::SESSION - second - second);
    assert_eq!(status_with(&app, &cookie).await, StatusCode::OK);
    app.pass(second);
    let over = ask(&app, "GET", SCORES, &[("cookie", &cookie)]).await;
    is_refused(&over, ProblemCode::LoginRequired);
}

#[tokio::test]
async fn whoever_logs_out_is_out() {
    let app = TestApp::start().await;
    let [own, other] = [app.session_cookie().await, app.session_cookie().await];
    for _ in 0..2 {
        let ended = ask(&app, "DELETE", paths::SESSION, &[("cookie", &own)]).await;
        assert_eq!(ended.status, StatusCode::NO_CONTENT);
        let set = ended.headers[header::SET_COOKIE].to_str().unwrap();
        assert!(set.starts_with("__Host-thuocdo=; Path=/; Secure") && set.ends_with("Max-Age=0"));
        assert_eq!(status_with(&app, &own).await, StatusCode::UNAUTHORIZED);
    }
    assert_eq!(status_with(&app, &other).await, StatusCode::OK);
    let stranger = ask(&app, "DELETE", paths::SESSION, &[]).await;
    assert_eq!(stranger.status, StatusCode::NO_CONTENT);
    app.state.store.end_all_sessions(app.state.clock.now()).await.unwrap();
    assert_eq!(status_with(&app, &other).await, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn a_script_has_a_token_that_can_be_revoked() {
    let app = TestApp::start().await;
    let (now, randomness) = (app.state.clock.now(), &*app.state.intake.randomness);
    let month = ("prometheus", SignedDuration::from_hours(24 * 30));
    let token = sessions::new_token(&*app.state.store, randomness, now, month).await.unwrap();
    let bearer = format!("Bearer {token}");
    let with = async |headers: &[(&str, &str)]| ask(&app, "GET", paths::METRICS, headers).await;
    assert_eq!(with(&[("authorization", &bearer)]).await.status, StatusCode::OK);
    let shown = ask(&app, "GET", paths::SESSION, &[("authorization", &bearer)]).await;
    assert_eq!(shown.json::<SessionView>(), SessionView { door: Door::ApiKey, expires_at: None });

    // Neither is good in the place of the other, and a wrong token is not mended by a cookie.
    let cookie = app.session_cookie().await;
    let secret = |text: &str| text.split_once('=').unwrap().1.to_owned();
    let as_cookie = format!("__Host-thuocdo={}", &token[sessions::TOKEN_PREFIX.len()..]);
    let as_bearer = format!("Bearer {}{}", sessions::TOKEN_PREFIX, secret(&cookie));
    let wrong = format!("Bearer {}{}", sessions::TOKEN_PREFIX, Secret::draw(randomness).to_text());
    let of_link = format!("Bearer {}{}", sessions::TOKEN_PREFIX, app.login_token().await);
    for headers in [
        &[("cookie", as_cookie.as_str())][..],
        &[("authorization", &as_bearer)],
        &[("authorization", &of_link)],
        &[("authorization", &token)],
        &[("authorization", &wrong), ("cookie", &cookie)],
    ] {
        is_refused(&with(headers).await, ProblemCode::LoginRequired);
    }
    app.pass(SignedDuration::from_hours(24 * 30));
    is_refused(&with(&[("authorization", &bearer)]).await, ProblemCode::LoginRequired);
    app.clock.set(now);
    assert_eq!(with(&[("authorization", &bearer)]).await.status, StatusCode::OK);
    assert!(app.state.store.revoke_staff_token("prometheus", now).await.unwrap());
    is_refused(&with(&[("authorization", &bearer)]).await, ProblemCode::LoginRequired);
}

/// Browsers drop a cookie with `Secure` that comes over plain http, unless from this machine.
#[tokio::test]
async fn plain_http_from_elsewhere_logs_nobody_in_and_the_link_stays_good() {
    let app = TestApp::start().await;
    let token = app.login_token().await;
    for origin in ["http://192.168.1.7:8080", "http://survey.example"] {
        let host = origin.strip_prefix("http://").unwrap();
        let refused = log_in(&app, &token, &[("origin", origin), ("host", host)]).await;
        is_refused(&refused, ProblemCode::LoginInsecure);
    }
    let local = [("origin", "http://127.0.0.1:8080"), ("host", "127.0.0.1:8080")];
    assert_eq!(log_in(&app, &token, &local).await.status, StatusCode::CREATED);
    let behind_tls = [("origin", "https://survey.example"), ("host", "survey.example")];
    let token = app.login_token().await;
    assert_eq!(log_in(&app, &token, &behind_tls).await.status, StatusCode::CREATED);
}

/// Also for logging in and out: a page of another site shall log nobody in as somebody else.
#[tokio::test]
async fn a_page_of_another_site_neither_begins_nor_ends_nor_uses_a_session() {
    let app = TestApp::start().await;
    let token = app.login_token().await;
    let cookie = app.session_cookie().await;
    let host = ("host", "survey.example");
    for foreign in [
        ("sec-fetch-site", "cross-site"),
        ("sec-fetch-site", "same-site"),
        ("origin", "https://evil.example"),
        ("origin", "null"),
    ] {
        is_refused(&log_in(&app, &token, &[host, foreign]).await, ProblemCode::OtherSite);
        let headers = [host, ("cookie", cookie.as_str()), foreign];
        let ended = ask(&app, "DELETE", paths::SESSION, &headers).await;
        is_refused(&ended, ProblemCode::OtherSite);
        let device = paths::fill(paths::REVOCATION, &["00000000-0000-0000-0000-000000000001"]);
        let revoked = ask(&app, "POST", &device, &headers).await;
        is_refused(&revoked, ProblemCode::OtherSite);
    }
    assert_eq!(status_with(&app, &cookie).await, StatusCode::OK);
    assert_eq!(log_in(&app, &token, &[host]).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn guests_of_a_demo_on_the_network_look_and_change_nothing() {
    let mut app = TestApp::start().await;
    app.state.guests = Guests::MayRead;
    let shown = ask(&app, "GET", paths::SESSION, &[]).await;
    assert_eq!(shown.json::<SessionView>(), SessionView { door: Door::Loopback, expires_at: None });
    assert_eq!(ask(&app, "GET", SCORES, &[]).await.status, StatusCode::OK);
    let import = "/api/v1/waves/counter/imports";
    is_refused(&ask(&app, "POST", import, &[]).await, ProblemCode::LoginRequired);
    let cookie = app.session_cookie().await;
    let tried = ask(&app, "POST", import, &[("cookie", &cookie)]).await;
    assert_eq!(tried.problem().code, ProblemCode::ContentType, "it is looked at");
    // A cookie from before a restore is no worse than none.
    let stale = [("cookie", "__Host-thuocdo=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")];
    assert_eq!(ask(&app, "GET", SCORES, &stale).await.status, StatusCode::OK);
}

#[tokio::test]
async fn tries_with_wrong_links_are_counted_as_requests() {
    use server::http::limits::{Limits, Quotas, Settings};
    let mut app = TestApp::start().await;
    let quotas = Quotas { machine_records: 1, ..Quotas::NONE };
    app.state.limits = std::sync::Arc::new(Limits::new(Settings { quotas, ..Settings::default() }));
    let token = app.login_token().await;
    let mut refused = 0;
    while log_in(&app, "x", &[]).await.problem().code == ProblemCode::LoginRefused {
        refused += 1;
        assert!(refused < 1_000, "no limit");
    }
    is_refused(&log_in(&app, &token, &[]).await, ProblemCode::RateLimited);
}
