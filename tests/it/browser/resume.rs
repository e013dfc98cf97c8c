//! Tests an unfinished form on a phone: it survives a reload of its tab, and nothing else.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use survey_defs::api::BreakOffSummary;
use tests::app::TestApp;
use tests::chrome::{Chrome, Preference, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::drained;

const WAVE: &str = "counter";
const PLACE: (&str, &str) = (WAVE, "p1");
const DRAFT: &str = "return sessionStorage.getItem('thuocdo-draft');";

async fn draft(chrome: &Chrome) -> Result<Option<String>> {
    chrome.run(DRAFT, vec![]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_costs_nothing() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    for preference in [Preference::HighContrast, Preference::LargeType] {
        chrome.prefer(preference).await?;
    }
    chrome.press_id("lang-en").await?;
    filling.start().await?;
    while let Some(section) = filling.section() {
        filling.answer(Which::All).await?;
        chrome.reload().await?;
        chrome.test_id("resume").await?;
        chrome.find("html[lang='en'][data-contrast='high'][data-type='large']").await?;
        ensure!(!chrome.has("[data-testid='start']").await?, "two ways to begin");
        chrome.press_id("resume-continue").await?;
        chrome.find(&format!("[data-testid='step'][data-section='{section}']")).await?;
        chrome.find("html[lang='en'][data-contrast='high'][data-type='large']").await?;
        filling.next().await?;
    }
    chrome.reload().await?;
    chrome.press_id("resume-continue").await?;
    chrome.test_id("review").await.context("the review screen is a place, too")?;
    filling.send().await?;
    ensure!(draft(&chrome).await?.is_none(), "the draft outlives its form");
    drained(&chrome).await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    assert_eq!(records[0].draft.answers, filling.answers());
    let resumed = records[0].draft.paradata.as_ref().map(|seen| seen.resumed);
    ensure!(resumed == Some(5), "taken up {resumed:?} times");
    chrome.reload().await?;
    chrome.test_id("start").await.context("after a form was sent")?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn beginning_anew_forgets_the_unfinished_form() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.answer(Which::All).await?;
    chrome.reload().await?;
    chrome.press_id("resume-restart").await?;
    ensure!(draft(&chrome).await?.is_none(), "the draft is still there");
    let mut filling = Filling::here(&chrome, WAVE).await?;
    filling.start().await?;
    ensure!(!chrome.has("input:checked").await?, "an answer is still there");
    filling.review(Which::Required).await?;
    filling.send().await?;
    drained(&chrome).await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    assert_eq!(records[0].draft.answers, filling.answers());
    chrome.quit().await
}

/// Changes the draft as if it were another one.
const CHANGE: &str = "const [change] = arguments; \
    const draft = JSON.parse(sessionStorage.getItem('thuocdo-draft')); \
    const changes = { \
        old: () => { draft.saved_at -= 3 * 60 * 60 * 1000; return JSON.stringify(draft); }, \
        address: () => { draft.address = draft.address.replace('p1', 'kiosk'); return JSON.stringify(draft); }, \
        instrument: () => { draft.instrument += '1'; return JSON.stringify(draft); }, \
        foreign: () => '{\"id\":7}', \
        garbage: () => 'not JSON', \
    }; \
    const before = sessionStorage.getItem('thuocdo-draft'); \
    const after = changes[change](); \
    sessionStorage.setItem('thuocdo-draft', after); \
    return before !== after;";

#[tokio::test(flavor = "multi_thread")]
async fn an_old_or_foreign_draft_is_forgotten() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    for change in ["old", "address", "instrument", "foreign", "garbage"] {
        let mut filling = Filling::open(&chrome, &server, PLACE).await?;
        filling.start().await?;
        filling.answer(Which::All).await?;
        let is_changed: bool = chrome.run(CHANGE, vec![json!(change)]).await?;
        ensure!(is_changed, "{change} changes nothing");
        chrome.reload().await?;
        chrome.test_id("start").await.with_context(|| change)?;
        ensure!(!chrome.has("[data-testid='resume']").await?, "{change} is offered");
        ensure!(draft(&chrome).await?.is_none(), "{change} is kept");
        chrome.check_page().await?;
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn cancelling_asks_and_then_sends_a_report_without_answers() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.answer(Which::All).await?;
    chrome.press_id("cancel").await?;
    chrome.test_id("cancel-dialog").await?;
    chrome.press_id("cancel-stay").await?;
    chrome
        .wait_until("the dialog is closed", "return !document.querySelector('dialog[open]');")
        .await?;
    let focused = chrome.focused().await?.context("the focus is lost")?;
    ensure!(focused.test_id == "cancel", "the focus is on {focused:?}");
    ensure!(chrome.has("input:checked").await?, "the answers are gone");
    chrome.press_id("cancel").await?;
    chrome.press_id("cancel-confirm").await?;
    chrome.test_id("stopped").await?;
    ensure!(draft(&chrome).await?.is_none(), "the draft is kept");
    drained(&chrome).await?;
    ensure!(app.submissions(WAVE).await == 0, "a cancelled form was sent");
    let ends: Vec<BreakOffSummary> = app.get("/api/v1/waves/counter/break-offs").await.json();
    ensure!(ends.len() == 1 && ends[0].cancelled == 1, "reported: {ends:?}");
    chrome.back().await?;
    ensure!(!chrome.has("input:checked").await?, "the back button brings the answers back");
    chrome.quit().await
}
