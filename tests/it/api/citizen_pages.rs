//! Tests the pages for people who come without the address of a form.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use survey_defs::api::paths;
use survey_defs::text::Text;
use survey_defs::wave::{Channel, PointFields, ServicePoint};
use tests::app::{Reply, TestApp};
use tests::waves;

async fn browse(app: &TestApp, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT, "text/html,application/xhtml+xml");
    app.send(request.body(Body::empty()).unwrap()).await
}

/// A service point of Phường Ba Đình that is opened by a link, with a telephone.
async fn add_link(app: &TestApp) {
    let wave = app.state.store.wave(&"counter".parse().unwrap()).await.unwrap().unwrap();
    let point = ServicePoint::try_from(PointFields {
        telephone: Some("024 3733 3333".to_owned().try_into().unwrap()),
        name: Text { vi: "Liên kết".into(), en: "Link".into() },
        ..waves::point(&wave, "by-link", Channel::Link).into_fields()
    });
    app.state.store.add_points(&[point.unwrap()], &waves::codes()).await.unwrap();
}

#[tokio::test]
async fn the_front_page_finds_an_office_without_a_script() {
    let app = TestApp::start().await;
    add_link(&app).await;
    let home = browse(&app, "/").await;
    assert_eq!(home.status, StatusCode::OK);
    assert!(home.body.contains("<form action=\"/\"") && !home.body.contains("<script"));
    let policy = home.headers[header::CONTENT_SECURITY_POLICY].to_str().unwrap();
    assert!(policy.contains("form-action 'self'") && !policy.contains("script-src"), "{policy}");
    // Without accents, as people type.
    let found = browse(&app, "/?q=ba+dinh").await;
    assert!(found.body.contains("Phường Ba Đình"), "{}", found.body);
    let codes = app.state.store.short_codes(&"counter".parse().unwrap()).await.unwrap();
    let code = codes[&"by-link".parse().unwrap()];
    assert!(found.body.contains(&format!("href=\"/p/{code}\"")), "{}", found.body);
    assert!(found.body.contains("href=\"tel:02437333333\""), "{}", found.body);
    // Codes on the wall and devices are counted apart from links.
    assert_eq!(found.body.matches("href=\"/p/").count(), 1, "{}", found.body);
    for nothing in ["/?q=qqqq", "/?q=", "/?q=%3Cscript%3E", "/?other=1", "/?q=%FF"] {
        let reply = browse(&app, nothing).await;
        assert_eq!(reply.status, StatusCode::OK, "{nothing}");
        assert!(!reply.body.contains("/p/") && !reply.body.contains("<script"), "{nothing}");
    }
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
