//! Tests the pages for people who come without the address of a form.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::SignedDuration;
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use survey_defs::text::Text;
use survey_defs::wave::{Channel, PointFields, Population, ServicePoint};
use tests::app::{Reply, TestApp};
use tests::waves;

async fn browse(app: &TestApp, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT, "text/html,application/xhtml+xml");
    app.send(request.body(Body::empty()).unwrap()).await
}

/// A service point of Phường Ba Đình that is opened by a link, with a telephone. The short address of
/// its form.
async fn add_link(app: &TestApp, wave: &str, telephone: &str) -> String {
    let wave = app.state.store.wave(&wave.parse().unwrap()).await.unwrap().unwrap();
    let point = ServicePoint::try_from(PointFields {
        telephone: Some(telephone.to_owned().try_into().unwrap()),
        name: Text { vi: "Liên kết".into(), en: "Link".into() },
        ..waves::point(&wave, "by-link", Channel::Link).into_fields()
    });
    app.state.store.add_points(&[point.unwrap()], &waves::codes()).await.unwrap();
    let codes = app.state.store.short_codes(&wave.id).await.unwrap();
    format!("href=\"/p/{}\"", codes[&"by-link".parse().unwrap()])
}

/// What every page says of simulated data.
const SIMULATED: &str = "Dữ liệu mô phỏng";

#[tokio::test]
async fn the_front_page_finds_an_office_without_a_script() {
    let app = TestApp::start().await;
    let form = add_link(&app, "counter", "024 3733 3333").await;
    let home = browse(&app, "/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("<form action=\"/#found\"") && !home.body.contains("<script"));
    let policy = home.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self'") && !policy.contains("script-src"), "{policy}");
    // Without accents, as people type.
    let found = browse(&app, "/?q=ba+dinh").await;
    assert!(found.body.contains("Phường Ba Đình"), "{}", found.body);
    assert!(found.body.contains(&form), "{}", found.body);
    assert!(found.body.contains("href=\"tel:02437333333\""), "{}", found.body);
    assert!(found.body.contains("id=\"found\""), "where the form leads to");
    // The code of a poster, too.
    let code = form.trim_start_matches("href=\"/p/").trim_end_matches('"').to_lowercase();
    let led = browse(&app, &format!("/?q={code}")).await;
    assert_eq!(led.status, StatusCode::SEE_OTHER, "{code}");
    assert!(led.headers[header::LOCATION].to_str().unwrap().starts_with("/s/counter/"));
    // Codes on the wall and devices are counted apart from links.
    assert_eq!(found.body.matches("href=\"/p/").count(), 1, "{}", found.body);
    for nothing in ["/?q=qqqq", "/?q=", "/?q=%3Cscript%3E", "/?other=1", "/?q=%FF"] {
        let reply = browse(&app, nothing).await;
        assert_eq!(reply.status, StatusCode::OK, "{nothing}");
        assert!(!reply.body.contains("/p/") && !reply.body.contains("<script"), "{nothing}");
    }
}

#[tokio::test]
async fn a_trial_speaks_for_no_office_that_is_really_asked() {
    let app = TestApp::start().await;
    let counter = waves::wave("counter", Population::Transaction);
    // Its id comes first, and it opened last.
    let trial = waves::changed(counter.clone(), |wave| {
        wave.id = "a-trial".parse().unwrap();
        wave.opens_at = "2026-03-01T00:00:00Z".parse().unwrap();
        wave.simulated = true;
    });
    app.add(&trial).await;
    let of_the_trial = add_link(&app, "a-trial", "024 3711 1111").await;
    let real = add_link(&app, "counter", "024 3722 2222").await;
    let found = browse(&app, "/?q=ba+dinh").await.body;
    assert!(found.contains(&real) && found.contains("024 3722 2222"), "{found}");
    assert!(!found.contains(&of_the_trial) && !found.contains("024 3711 1111"), "{found}");
    assert!(!found.contains(SIMULATED), "{found}");
    // Of two real waves the one that opened last speaks for it.
    let later = waves::changed(counter, |wave| {
        wave.id = "z-later".parse().unwrap();
        wave.opens_at = "2026-02-01T00:00:00Z".parse().unwrap();
    });
    app.add(&later).await;
    assert_eq!(add_link(&app, "z-later", "024 3744 4444").await, real, "a copy keeps its code");
    app.clock.set(waves::now() + SignedDuration::from_mins(2));
    let found = browse(&app, "/?q=ba+dinh").await.body;
    assert!(found.contains(&real) && found.contains("024 3744 4444"), "{found}");
}

#[tokio::test]
async fn a_trial_says_so_before_anything_is_searched() {
    let app = TestApp::start().await;
    assert!(!browse(&app, "/").await.body.contains(SIMULATED));
    let trial = waves::changed(waves::wave("counter", Population::Transaction), |wave| {
        wave.id = "trial".parse().unwrap();
        wave.closes_at = "2028-01-01T00:00:00Z".parse().unwrap();
        wave.simulated = true;
    });
    app.add(&trial).await;
    let form = add_link(&app, "trial", "024 3711 1111").await;
    // The other waves have ended.
    app.clock.set("2027-06-01T00:00:00Z".parse().unwrap());
    for page in ["/", "/?q=ba+dinh", "/?q=nowhere"] {
        let body = browse(&app, page).await.body;
        assert_eq!(body.matches(SIMULATED).count(), 1, "{page}: {body}");
    }
    assert!(browse(&app, "/?q=ba+dinh").await.body.contains(&form));
}

#[tokio::test]
async fn households_are_visited_and_not_searched_for() {
    let app = TestApp::start().await;
    // The wave of households opened last.
    let households = waves::changed(waves::wave("national", Population::Household), |wave| {
        wave.id = "households".parse().unwrap();
        wave.opens_at = "2026-03-01T00:00:00Z".parse().unwrap();
    });
    app.add(&households).await;
    let visited = add_link(&app, "households", "024 3711 1111").await;
    let found = browse(&app, "/?q=ba+dinh").await.body;
    assert!(found.contains("Phường Ba Đình"), "{found}");
    assert!(!found.contains(&visited) && !found.contains("024 3711 1111"), "{found}");
}

#[tokio::test]
async fn a_stranger_to_the_staffs_pages_is_told_where_to_go() {
    let app = TestApp::start().await;
    for path in [paths::CONSOLE_PAGE, paths::METRICS] {
        let page = browse(&app, path).await;
        assert_eq!(page.status, StatusCode::UNAUTHORIZED, "{path}");
        assert_eq!(page.headers[header::CONTENT_TYPE], "text/html; charset=utf-8", "{path}");
        let problem = app.get_as_stranger(path).await.problem();
        assert_eq!(problem.code, ProblemCode::LoginRequired, "{path}");
    }
    let console = browse(&app, paths::CONSOLE_PAGE).await;
    assert!(console.body.contains("id=\"boot\""), "it asks for a link: {}", console.body);
    let metrics = browse(&app, paths::METRICS).await;
    for text in
        ["Trang này dành cho cán bộ", "This page is for staff", "href=\"/\"", "href=\"/console\""]
    {
        assert!(metrics.body.contains(text), "{}", metrics.body);
    }
    let interface = browse(&app, paths::WAVES).await;
    assert_eq!(interface.problem().code, ProblemCode::LoginRequired);
}

#[tokio::test]
async fn a_mistyped_address_of_a_form_gives_a_way_out_and_a_closed_wave_its_own_screen() {
    let app = TestApp::start().await;
    for path in ["/s/counter/p2", "/s/countre/p1", "/s/c%20x/%3Cb%3E", "/s/-/-"] {
        let page = browse(&app, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}: {}", page.body);
        for text in ["Không có trang này", "There is no such page", "href=\"/\"", "role=\"search\""]
        {
            assert!(page.body.contains(text), "{path}: {}", page.body);
        }
        // The worker keeps the page of the form under such an address.
        let kept = app.get(path).await;
        assert_eq!(kept.status, StatusCode::OK, "build the app first: cargo xtask app");
        assert!(kept.body.contains("id=\"app\""), "{path}: {}", kept.body);
    }
    app.clock.set("2027-06-01T00:00:00Z".parse().unwrap());
    let closed = browse(&app, "/s/counter/p1").await;
    assert_eq!(closed.status, StatusCode::OK);
    assert!(closed.body.contains("id=\"app\""), "{}", closed.body);
}

#[tokio::test]
async fn a_mistyped_address_gives_people_a_way_out_and_programs_a_problem() {
    let app = TestApp::start().await;
    for path in ["/s/counter", "/giao-dich", "/s", "/console/x", "/assets/none.js"] {
        let page = browse(&app, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Không có trang này"), "{path}: {}", page.body);
        assert!(page.body.contains("There is no such page"), "{path}");
        assert!(page.body.contains("href=\"/\""), "{path}");
        let problem = app.get(path).await;
        assert_eq!(problem.status, StatusCode::NOT_FOUND, "{path}");
        assert!(problem.body.contains("\"code\":\"not_found\""), "{path}: {}", problem.body);
    }
    let interface = browse(&app, "/api/v1/nothing").await;
    assert!(interface.body.contains("\"code\":\"not_found\""), "{}", interface.body);
}

#[tokio::test]
async fn a_link_to_a_form_shows_whose_form_it_is() {
    let app = TestApp::start().await;
    let form = app.get(&paths::fill(paths::FORM_PAGE, &["counter", "p1"])).await;
    assert_eq!(form.status, StatusCode::OK, "build the app first: cargo xtask app");
    let title = "<meta property=\"og:title\" content=\"Phường Ba Đình: phiếu khảo sát";
    assert!(form.body.contains(title), "{}", form.body);
    assert!(form.body.contains("og:description"), "{}", form.body);
    // Without a public address nobody could fetch a picture.
    assert!(!form.body.contains("og:image"), "{}", form.body);
    let unknown = app.get(&paths::fill(paths::FORM_PAGE, &["counter", "none"])).await;
    assert!(!unknown.body.contains("og:"), "{}", unknown.body);
}
