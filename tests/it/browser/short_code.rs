//! Tests that a phone comes from the short address on paper to the form.

use anyhow::{Result, ensure};
use survey_defs::wave::Channel;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::drained;

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_types_the_code_and_sends_the_form() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let codes = app.state.store.short_codes(&"counter".parse()?).await?;
    let code = codes[&"p1".parse()?].as_str().to_lowercase();
    let chrome = Chrome::start(Screen { width: 360, height: 640 }).await?;
    chrome.open(&format!("{}/p/{code}", server.origin)).await?;
    let mut filling = Filling::here(&chrome, "counter").await?;
    let path: String = chrome.run("return location.pathname;", vec![]).await?;
    ensure!(path == "/s/counter/p1", "it is at {path}");
    chrome.check_page().await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    drained(&chrome).await?;
    let records = app.state.store.submissions_after(&"counter".parse()?, 0, 10).await?;
    ensure!(records.len() == 1 && records[0].channel == Channel::WallQr, "{records:?}");

    // The worker of the form, which is there now, leaves the address to the server.
    app.clock.set("2027-06-01T00:00:00Z".parse()?);
    chrome.open(&format!("{}/p/{code}", server.origin)).await?;
    chrome.wait_for_text("h1", |text| text.contains("Hiện chưa có đợt khảo sát")).await?;
    chrome.screenshot("short-code-closed").await?;
    chrome.open(&format!("{}/p/22222", server.origin)).await?;
    chrome.wait_for_text("h1", |text| text.contains("Không có mã này")).await?;
    chrome.screenshot("short-code-unknown").await?;
    chrome.quit().await
}
