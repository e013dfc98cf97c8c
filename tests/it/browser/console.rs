//! Tests how staff get into the console and out of it, in a real Chromium.

use anyhow::{Result, ensure};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::drafts::complete;
use tests::live::LiveServer;

const DESK: Screen = Screen { width: 1440, height: 900 };
const FIELD: &str = "[data-testid='login-field']";
const PROBLEM: &str = "[data-testid='login-problem']";
const ENTER: &str = "\u{e007}";

async fn address(chrome: &Chrome) -> Result<String> {
    chrome.run("return location.href;", vec![]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_opens_the_console_once_and_leaves_no_trace_in_the_page() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(DESK).await?;
    let link = app.console(&server.origin, "?lang=en").await;
    chrome.open(&link).await?;
    chrome.test_id("wave").await?;
    let seen = address(&chrome).await?;
    ensure!(seen.starts_with(&format!("{}/console?lang=en", server.origin)), "{seen}");
    ensure!(!seen.contains('#') && !seen.contains("login"), "{seen}");
    let readable: String = chrome.run("return document.cookie;", vec![]).await?;
    ensure!(readable.is_empty(), "scripts read the cookie: {readable}");
    chrome.wait_for_text(".staff-note", |text| text.contains("Logged in until")).await?;
    chrome.reload().await?;
    chrome.test_id("wave").await?;

    chrome.press_id("log-out").await?;
    chrome.test_id("login").await?;
    ensure!(!chrome.has("[data-testid='wave']").await?);
    chrome.check_page().await?;
    // The link was used.
    chrome.open("about:blank").await?;
    chrome.open(&link).await?;
    chrome.wait_for_text(PROBLEM, |text| text.contains("đã dùng rồi")).await?;
    ensure!(!address(&chrome).await?.contains('#'));
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn whoever_has_no_session_is_told_how_to_get_in() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    for screen in [Screen::PORTRAIT, DESK] {
        let chrome = Chrome::start(screen).await?;
        chrome.open(&format!("{}{}", server.origin, paths::CONSOLE_PAGE)).await?;
        let told = chrome.wait_for_text("[data-testid='login']", |text| !text.is_empty()).await?;
        for text in ["Đăng nhập", "Log in", "thuocdo login-link", "dán vào ô", "paste it into"]
        {
            ensure!(told.contains(text), "no “{text}” in {told}");
        }
        chrome.check_page().await?;
        chrome.check_accessibility().await?;
        chrome.screenshot(&format!("console-login-{}", screen.width)).await?;

        chrome.type_into(FIELD, ENTER).await?;
        chrome.wait_for_text(PROBLEM, |text| text.contains("Ô còn trống")).await?;
        chrome.type_into(FIELD, &format!("wrong{ENTER}")).await?;
        let refused = chrome.wait_for_text(PROBLEM, |text| text.contains("không đúng")).await?;
        ensure!(refused.contains("The login link is wrong"), "{refused}");
        chrome.check_accessibility().await?;
        let described = "const field = document.querySelector(arguments[0]); \
            const problem = document.getElementById(field.getAttribute('aria-describedby')); \
            return field.getAttribute('aria-invalid') === 'true' && !!problem.innerText;";
        ensure!(chrome.run::<bool>(described, vec![FIELD.into()]).await?);

        chrome.find(FIELD).await?.clear().await?;
        let link = app.console(&server.origin, "").await;
        chrome.type_into(FIELD, &format!("{link}{ENTER}")).await?;
        chrome.test_id("wave").await?;
        chrome.quit().await?;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_session_that_ends_leaves_on_the_screen_what_was_there() -> Result<()> {
    let app = TestApp::start().await;
    for number in 1..=30 {
        app.post_json(paths::SUBMISSIONS, &complete("counter", number, 5)).await;
    }
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(DESK).await?;
    chrome.open(&app.console(&server.origin, "?wave=counter&by=ward").await).await?;
    let cell = "[data-testid='overall-00004@2025-07-01']";
    chrome.wait_for_text(cell, |text| text.contains("100")).await?;

    app.state.store.end_all_sessions(app.state.clock.now()).await?;
    chrome.press_id("refresh").await?;
    let ended = "[data-testid='session-ended']";
    let told = chrome.wait_for_text(ended, |text| text.contains("Phiên làm việc")).await?;
    ensure!(told.contains("The session has ended"), "{told}");
    chrome.wait_for_text(cell, |text| text.contains("100")).await?;
    ensure!(!chrome.has("[data-testid='log-out']").await?);
    chrome.check_page().await?;
    chrome.screenshot("console-session-ended").await?;

    app.post_json(paths::SUBMISSIONS, &complete("counter", 31, 1)).await;
    let token = app.login_token().await;
    chrome.type_into(FIELD, &format!("{token}{ENTER}")).await?;
    chrome.wait_for_text(cell, |text| text.contains("96,77")).await?;
    let gone = format!("return !document.querySelector(\"{ended}\");");
    chrome.wait_until("the notice goes", &gone).await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn flags_bursts_and_forms_over_dossiers_stand_beside_the_scores() -> Result<()> {
    let app = TestApp::start().await;
    for number in 1..=120 {
        app.post_json(paths::SUBMISSIONS, &complete("counter", number, 5)).await;
    }
    let csv = "unit,dossiers\n00004,40\n";
    app.post("/api/v1/waves/counter/imports", "text/csv", csv).await;
    let server = LiveServer::start(&app).await?;
    let quality = "[data-testid='quality']";
    for (screen, language) in [(DESK, ""), (Screen::PORTRAIT, "&lang=en")] {
        let chrome = Chrome::start(screen).await?;
        let page = format!("?wave=counter&by=ward{language}");
        chrome.open(&app.console(&server.origin, &page).await).await?;
        chrome.press_id("quality-toggle").await?;
        let expected: &[&str] = if language.is_empty() {
            &[
                "thời gian không hợp lý",
                "10:00 2/3/2026",
                "tỷ lệ phiếu trên hồ sơ",
                "300,0%",
                "Phường Ba Đình",
            ]
        } else {
            &["no time", "10:00 2026-03-02", "forms per dossier", "300.0%", "Ba Đình"]
        };
        let told = chrome.wait_for_text(quality, |text| text.contains(expected[1])).await?;
        for text in expected {
            ensure!(told.contains(text), "no “{text}” in {told}");
        }
        chrome.check_page().await?;
        chrome.check_accessibility().await?;
        chrome.screenshot(&format!("console-quality-{}", screen.width)).await?;
        chrome.press_id("quality-toggle").await?;
        let closed = format!("return !document.querySelector(\"{quality} table\");");
        chrome.wait_until("the report is closed", &closed).await?;
        chrome.quit().await?;
    }
    Ok(())
}

/// A browser drops the cookie there: the page says so, and does not use up the link.
#[tokio::test(flavor = "multi_thread")]
async fn over_plain_http_from_elsewhere_the_page_says_why_nobody_logs_in() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(DESK).await?;
    let link = app.console(&server.origin, "").await;
    chrome.open(&link.replace("127.0.0.1", Chrome::ELSEWHERE)).await?;
    let insecure = "[data-testid='login-insecure']";
    let told = chrome.wait_for_text(insecure, |text| !text.is_empty()).await?;
    for text in ["không có mã hoá", "without encryption", "https", "127.0.0.1"] {
        ensure!(told.contains(text), "no “{text}” in {told}");
    }
    ensure!(!chrome.has(FIELD).await?);
    chrome.check_page().await?;
    chrome.screenshot("console-insecure").await?;
    chrome.open(&link).await?;
    chrome.test_id("wave").await?;
    chrome.quit().await
}

/// The language switch stood on a line of its own beside nothing.
#[tokio::test(flavor = "multi_thread")]
async fn the_head_of_the_page_is_one_line_where_there_is_room() -> Result<()> {
    const HEIGHTS: &str = "const middle = (selector) => { \
            const box = document.querySelector(selector).getBoundingClientRect(); \
            return box.top + box.height / 2; }; \
        return ['.mark', '[data-testid=page-scores]', '[data-testid=log-out]', '.languages'].map(middle);";
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(DESK).await?;
    for language in ["vi", "en"] {
        chrome.open("about:blank").await?;
        chrome.open(&app.console(&server.origin, &format!("?lang={language}")).await).await?;
        chrome.test_id("log-out").await?;
        for width in [1440, 1280, 1024] {
            chrome.resize(Screen { width, height: 800 }).await?;
            let middles: Vec<f64> = chrome.run(HEIGHTS, vec![]).await?;
            let is_line = middles.iter().all(|middle| (middle - middles[0]).abs() < 12.0);
            ensure!(is_line, "{language} at {width}: {middles:?}");
            chrome.check_page().await?;
        }
    }
    chrome.quit().await
}
