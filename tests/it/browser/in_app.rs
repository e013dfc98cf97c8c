//! Tests the form inside a chat program, whose browser has no service worker and forgets what pages
//! have stored.

use anyhow::{Context, Result, ensure};
use axum::http::{StatusCode, header};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

const WAVE: &str = "counter-2";

/// No worker, and nothing that an earlier page has stored: requests to a database are answered in the
/// order in which they were made.
const FORGETFUL: &str = "delete Navigator.prototype.serviceWorker; \
    localStorage.clear(); sessionStorage.clear(); indexedDB.deleteDatabase('thuocdo');";

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_whose_browser_forgets_everything_loses_and_doubles_nothing() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen { width: 360, height: 640 }).await?;
    // What is on its way when a page is opened has no storage yet.
    chrome
        .before_each_page(&format!("if (location.protocol === 'http:') {{ {FORGETFUL} }}"))
        .await?;
    // Chats add parameters of their own to a link.
    chrome.open(&format!("{}/s/{WAVE}/p1?utm_source=zalo&zarsrc=30", server.origin)).await?;
    ensure!(chrome.run::<bool>("return !navigator.serviceWorker;", vec![]).await?);
    let mut filling = Filling::here(&chrome, WAVE).await?;
    filling.start().await?;
    filling.answer(Which::Required).await?;
    // The chat has thrown the page away: what was begun is gone, and said to be gone.
    chrome.reload().await?;
    let mut filling = Filling::here(&chrome, WAVE).await?;
    ensure!(!chrome.has("[data-testid='resume']").await?, "it offers what it does not have");
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    drained(&chrome).await?;
    chrome.check_page().await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "the form did not arrive");

    // Without a network for a moment, while the page stays open.
    chrome.reload().await?;
    let mut next = Filling::here(&chrome, WAVE).await?;
    next.start().await?;
    next.review(Which::All).await?;
    chrome.network(Network::Offline).await?;
    next.send().await?;
    chrome.find("[data-testid='outbox-status'][data-pending='1']").await?;
    chrome.network(Network::Full).await?;
    drained(&chrome).await?;
    chrome.reload().await?;
    Filling::here(&chrome, WAVE).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 2, "the next form did not arrive once");
    chrome.quit().await
}

/// Chats show a card for a link, with a picture that they fetch themselves.
#[tokio::test]
async fn the_picture_of_a_link_can_be_fetched() -> Result<()> {
    let mut app = TestApp::with_wave(WAVE).await;
    let address = "https://khaosat.example.vn";
    app.state.public_url = Some(address.parse()?);
    let page = app.get(&paths::fill(paths::FORM_PAGE, &[WAVE, "p1"])).await.body;
    let after = page.split_once("property=\"og:image\" content=\"").context("no picture")?.1;
    let picture = after.split_once('"').context("an attribute ends")?.0;
    let path = picture.strip_prefix(address).with_context(|| picture.to_owned())?;
    let reply = app.get(path).await;
    ensure!(reply.status == StatusCode::OK, "{path}: {}", reply.status);
    let kind = reply.headers[header::CONTENT_TYPE].to_str()?;
    ensure!(kind.starts_with("image/"), "{path} is {kind}");
    Ok(())
}
