//! Tests an unfinished form on a phone: it survives a reload of its tab, and nothing else.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use survey_defs::api::{BreakOffSummary, paths};
use tests::app::TestApp;
use tests::chrome::{Chrome, Preference, Screen};
use tests::faults::{Fault, When};
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

/// Empties the store of sessions, as a browser does that makes room, or that did not answer when the
/// form began.
const FORGET_SESSIONS: &str = "const [done] = arguments; \
    const request = indexedDB.open('thuocdo'); \
    request.onsuccess = () => { \
        const change = request.result.transaction('sessions', 'readwrite'); \
        change.objectStore('sessions').clear(); \
        change.oncomplete = () => { request.result.close(); done(null); }; \
    };";

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_taken_up_although_its_session_is_gone() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.answer(Which::All).await?;
    chrome.run_async::<()>(FORGET_SESSIONS, vec![]).await?;
    chrome.reload().await?;
    chrome.press_id("resume-continue").await?;
    chrome.find(&filling.screen()).await?;
    // The same address in a second tab, where somebody else begins.
    let path = paths::fill(paths::FORM_PAGE, &[PLACE.0, PLACE.1]);
    chrome.open_second_tab(&format!("{}{path}", server.origin)).await?;
    let mut other = Filling::here(&chrome, WAVE).await?;
    other.start().await?;
    chrome.to_first_tab().await?;
    chrome.reload().await?;
    chrome.press_id("resume-continue").await?;
    chrome.find(&filling.screen()).await?;
    filling.next().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    drained(&chrome).await?;
    chrome.to_second_tab().await?;
    other.review(Which::Required).await?;
    other.send().await?;
    drained(&chrome).await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    let answers: Vec<_> = records.iter().map(|record| record.draft.answers.clone()).collect();
    assert_eq!(answers, [filling.answers(), other.answers()]);
    chrome.quit().await
}

/// A browser that keeps no database, so that forms are posted at once.
const NO_DATABASE: &str = "indexedDB.open = () => { throw new Error('none'); };";

/// A form that only has to be sent.
async fn at_the_review<'a>(chrome: &'a Chrome, server: &LiveServer) -> Result<Filling<'a>> {
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    Ok(filling)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_record_whose_receipt_was_lost_is_the_same_after_a_reload() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.before_each_page(NO_DATABASE).await?;
    let mut filling = at_the_review(&chrome, &server).await?;
    server.faults.always(paths::SUBMISSIONS, Fault::AnswerLost);
    chrome.press_id("send").await?;
    chrome.wait_for_text(".summary[role='alert']", |text| !text.is_empty()).await?;
    server.faults.heal();
    chrome.reload().await?;
    chrome.press_id("resume-continue").await?;
    chrome.test_id("review").await?;
    filling.send().await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_leads_away_while_a_form_is_being_sent() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.before_each_page(NO_DATABASE).await?;
    at_the_review(&chrome, &server).await?;
    let gate = server.faults.hold(paths::SUBMISSIONS, When::Before);
    chrome.press_id("send").await?;
    gate.reached().await?;
    for id in ["cancel", "back", "edit-overall"] {
        chrome.press_id(id).await?;
        ensure!(chrome.has("[data-testid='review']").await?, "{id} leads away");
        ensure!(!chrome.has("dialog[open]").await?, "{id} asks whether to stop");
    }
    chrome.run::<()>("history.back();", vec![]).await?;
    gate.open();
    chrome.test_id("thanks").await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn back_from_a_correction_leads_to_the_review() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    at_the_review(&chrome, &server).await?;
    chrome.press_id("edit-overall").await?;
    chrome.find("[data-testid='step'][data-section='overall']").await?;
    chrome.press_id("back").await?;
    chrome.test_id("review").await?;
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
