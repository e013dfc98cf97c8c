//! Tests the form inside a chat program, whose browser has no service worker and forgets what pages
//! have stored.

use anyhow::{Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

const WAVE: &str = "counter";

/// No worker, and nothing that an earlier page has stored: requests to a database are answered in the
/// order in which they were made.
const FORGETFUL: &str = "delete Navigator.prototype.serviceWorker; \
    localStorage.clear(); sessionStorage.clear(); indexedDB.deleteDatabase('thuocdo');";

#[tokio::test(flavor = "multi_thread")]
async fn a_chat_whose_browser_forgets_everything_loses_and_doubles_nothing() -> Result<()> {
    let app = TestApp::start().await;
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
