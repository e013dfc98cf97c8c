//! Tests that nothing of a respondent is left for the next one on the same device.

use anyhow::{Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Place, Residue, Screen};
use tests::live::LiveServer;

use super::filling::{COMMENT, Filling, Which};
use super::outcome::drained;

const PLACE: (&str, &str) = ("counter", "p1");

/// What is searched for: what only this respondent can have written.
fn needle() -> &'static str {
    COMMENT.lines().next().unwrap_or(COMMENT)
}

fn list(found: &[Residue]) -> String {
    found.iter().map(|one| ["\n", &one.to_string()].concat()).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sent_form_leaves_nothing_behind() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.keep_memory().await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    // What the search can find, or its silence later would mean nothing.
    let during = chrome.residue(&[needle()]).await?;
    let document = Place::Kept("document".into());
    ensure!(during.iter().any(|one| one.place == document), "the review shows no answer");
    ensure!(during.iter().any(|one| one.place == Place::Memory), "the memory is not searched");

    chrome.network(Network::Offline).await?;
    filling.send().await?;
    let waiting = chrome.residue(&[needle()]).await?;
    let outbox = Place::Kept("database thuocdo outbox".into());
    ensure!(waiting.iter().any(|one| one.place == outbox), "the outbox has no answer");
    // The browser may still hold what it was given to store and to post, and the program what it
    // posts.
    let own = [outbox, Place::Heap, Place::Memory];
    let elsewhere: Vec<Residue> =
        waiting.into_iter().filter(|one| !own.contains(&one.place)).collect();
    ensure!(elsewhere.is_empty(), "while the form waits, left:{}", list(&elsewhere));

    chrome.network(Network::Full).await?;
    drained(&chrome).await?;
    let sent = chrome.residue(&[needle()]).await?;
    eprintln!("after the form was sent:{}", list(&sent));
    ensure!(sent.is_empty(), "after the form was sent, left:{}", list(&sent));

    chrome.reload().await?;
    chrome.test_id("welcome").await?;
    let next = chrome.residue(&[needle()]).await?;
    eprintln!("on the next welcome screen:{}", list(&next));
    ensure!(next.is_empty(), "the next respondent finds something");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_form_leaves_nothing_behind() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.keep_memory().await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    let during = chrome.residue(&[needle()]).await?;
    let draft = Place::Kept("session storage".into());
    ensure!(during.iter().any(|one| one.place == draft), "there is no draft: {}", list(&during));
    chrome.press_id("cancel").await?;
    chrome.press_id("cancel-confirm").await?;
    chrome.test_id("stopped").await?;
    drained(&chrome).await?;
    let found = chrome.residue(&[needle()]).await?;
    ensure!(found.is_empty(), "after the form was cancelled, left:{}", list(&found));
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_resumed_form_leaves_nothing_behind() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.keep_memory().await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    chrome.reload().await?;
    chrome.press_id("resume-continue").await?;
    chrome.test_id("review").await?;
    filling.send().await?;
    drained(&chrome).await?;
    let found = chrome.residue(&[needle()]).await?;
    ensure!(found.is_empty(), "after a resumed form was sent, left:{}", list(&found));
    chrome.quit().await
}

/// The draft of an unfinished form is in the storage of its tab, which this browser has on disk
/// until it starts again without that tab.
#[tokio::test(flavor = "multi_thread")]
async fn an_abandoned_form_leaves_no_more_than_its_draft() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    let profile = chrome.kill().await?;
    let mut found = Chrome::profile_residue(&profile, &[needle()])?;
    found
        .retain(|one| !matches!(&one.place, Place::Kept(file) if file.contains("Session Storage")));
    ensure!(found.is_empty(), "on disk after the browser was killed:{}", list(&found));
    let chrome = Chrome::start_on(profile, Screen::PORTRAIT).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    let found = chrome.residue(&[needle()]).await?;
    ensure!(found.is_empty(), "left in the restarted browser:{}", list(&found));
    chrome.quit().await
}
