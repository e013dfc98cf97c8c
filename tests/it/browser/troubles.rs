//! Tests what cannot work: it is said, loses nothing, and goes on once it can.

use anyhow::{Context, Result, ensure};
use survey_defs::api::{FORM_GENERATION, paths};
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

const WAVE: &str = "single";
const PLACE: (&str, &str) = (WAVE, "p1");

/// A device whose storage is nearly used up while `__full` is set.
pub(super) const LITTLE_ROOM: &str = "{ const estimate = navigator.storage.estimate.bind(navigator.storage); \
    navigator.storage.estimate = async () => \
        window.__full ? { quota: 1e9, usage: 1e9 - 1e5 } : estimate(); }";

/// A device on which nothing can be added to a database while `__full` is set.
const NO_ROOM: &str = "for (const method of ['add', 'put']) { \
        const original = IDBObjectStore.prototype[method]; \
        IDBObjectStore.prototype[method] = function (...values) { \
            if (window.__full) throw new DOMException('no room', 'QuotaExceededError'); \
            return original.apply(this, values); \
        }; \
    }";

async fn set_full(chrome: &Chrome, is_full: bool) -> Result<()> {
    chrome.run(&format!("window.__full = {is_full};"), vec![]).await
}

/// An answer of a server that is newer than the program.
pub(super) fn newer() -> Fault {
    let generation = |number| format!("\"generation\":{number}");
    Fault::Rewritten { from: generation(FORM_GENERATION), to: generation(FORM_GENERATION + 1) }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_room_begins_no_form() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.before_each_page(LITTLE_ROOM).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    set_full(&chrome, true).await?;
    // With a network it could post what it cannot store.
    chrome.network(Network::Offline).await?;
    chrome.press_id("start").await?;
    chrome.find("[data-testid='trouble'][data-trouble='full']").await?;
    set_full(&chrome, false).await?;
    chrome.network(Network::Full).await?;
    chrome.press_id("retry").await?;
    let mut filling = Filling::here(&chrome, WAVE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1);
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_without_room_that_has_a_network_sends() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.before_each_page(&[LITTLE_ROOM, NO_ROOM].concat()).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    set_full(&chrome, true).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "the form did not arrive");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_finds_no_room_stays_on_the_screen() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.before_each_page(NO_ROOM).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    set_full(&chrome, true).await?;
    server.faults.always(paths::SUBMISSIONS, Fault::Lost);
    chrome.press_id("send").await?;
    let said = chrome.wait_for_text(".summary[role='alert']", |text| !text.is_empty()).await?;
    ensure!(said.contains("đã đầy"), "it says: {said}");
    ensure!(chrome.has("[data-testid='review'] .given").await?, "the answers are gone");
    ensure!(recorded(&app, WAVE).await?.is_empty());
    // The way past the storage of the device.
    server.faults.heal();
    filling.send().await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "the form did not arrive");
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    assert_eq!(rows[0].draft.answers, filling.answers());
    set_full(&chrome, false).await?;
    chrome.reload().await?;
    let mut next = Filling::here(&chrome, WAVE).await?;
    next.start().await?;
    next.review(Which::All).await?;
    next.send().await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 2, "the next form did not arrive");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_is_too_old_renews_itself_once() -> Result<()> {
    const MARK: &str = "window.__mark = true;";
    const IS_FRESH: &str = "return !window.__mark && document.readyState === 'complete';";
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let form = paths::fill(paths::FORM, &[WAVE, "p1"]);
    let page = paths::fill(paths::FORM_PAGE, &[WAVE, "p1"]);
    server.faults.always(&form, newer());
    chrome.open(&format!("{}{page}", server.origin)).await?;
    let outdated = "[data-testid='trouble'][data-trouble='outdated']";
    chrome.find(outdated).await?;
    chrome.run::<()>(MARK, vec![]).await?;
    chrome.press_id("retry").await?;
    chrome.wait_until("the page is loaded anew", IS_FRESH).await?;
    chrome.find(outdated).await?;
    // A second time it would only go on loading itself: it asks for the form and no more.
    chrome.run::<()>(MARK, vec![]).await?;
    server.faults.heal();
    chrome.press_id("retry").await?;
    chrome.test_id("welcome").await.context("after the server is as old as the program again")?;
    ensure!(!chrome.run::<bool>(IS_FRESH, vec![]).await?, "the page was loaded anew");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_clock_is_said_and_stops_nothing() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    ensure!(!chrome.has("[data-testid='clock-notice']").await?, "the clock is right");
    chrome.shift_clock(3 * 24 * 60 * 60 * 1_000).await?;
    chrome.reload().await?;
    chrome.test_id("clock-notice").await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1);
    chrome.quit().await
}
