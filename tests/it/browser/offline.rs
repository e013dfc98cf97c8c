//! Tests the form without a network: the service worker opens it, and a new release waits until the
//! form is done.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::faults::{Fault, When};
use tests::live::LiveServer;
use tests::page::{PATIENCE, Page};

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded, store_copies, waiting};

const WAVE: &str = "single";
const PLACE: (&str, &str) = (WAVE, "p1");
const QUEUED: u16 = 200;

/// Whether the worker has everything that a form takes.
pub(super) const IS_KEPT: &str = "const done = arguments[0]; (async () => \
    !!navigator.serviceWorker.controller \
        && !!(await caches.match('/s/-/-')) \
        && !!(await caches.match('/api/v1/waves/single/points/p1/form')))().then(done);";
const IS_WAITING: &str = "const done = arguments[0]; navigator.serviceWorker.getRegistration('/') \
    .then((found) => done(!!found?.waiting));";

pub(super) async fn wait(page: &Page, what: &str, script: &str) -> Result<()> {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
    let deadline = tokio::time::Instant::now() + PATIENCE;
    while !page.run_async::<bool>(script, vec![]).await? {
        ensure!(tokio::time::Instant::now() < deadline, "it never came to this: {what}");
        ticks.tick().await;
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_was_opened_once_opens_without_a_network() -> Result<()> {
    let app = TestApp::start().await;
    let mut server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    wait(&chrome, "the worker keeps the form", IS_KEPT).await?;
    server.kill().await;
    chrome.reload().await?;
    let mut filling = Filling::here(&chrome, WAVE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    chrome.find("[data-testid='outbox-status'][data-pending='1']").await?;
    chrome.check_page().await?;
    // Nor does closing the page lose anything.
    chrome.reload().await?;
    Filling::here(&chrome, WAVE).await?;
    ensure!(waiting(&chrome).await? == 1, "the form does not wait any more");
    ensure!(recorded(&app, WAVE).await?.is_empty());
    server.restart().await?;
    chrome.run::<()>("dispatchEvent(new Event('online'));", vec![]).await?;
    drained(&chrome).await?;
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(rows.len() == 1, "{} rows", rows.len());
    assert_eq!(rows[0].draft.answers, filling.answers());
    chrome.quit().await
}

/// From now on the server has another release: another worker, and a page that says so.
fn deploy(server: &LiveServer) {
    let rewritten = |from: &str, to: &str| Fault::Rewritten { from: from.into(), to: to.into() };
    server.faults.always("/sw.js", rewritten("thuocdo-shell-\"", "thuocdo-shell-next-\""));
    for page in ["/s/-/-", "/s/single/p1"] {
        server.faults.always(page, rewritten("<body>", "<body data-release=\"next\">"));
    }
}

/// Opens the page again, as people do, until it is that of the new release. The browser changes the
/// worker when the old one has nothing left to do, which may be after the page was read from it;
/// then the next opening shows the new one.
async fn open_again_until_new(chrome: &Chrome) -> Result<()> {
    const IS_NEW: &str = "return document.body?.dataset.release === 'next';";
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
    for _ in 0..3 {
        chrome.reload().await?;
        let deadline = tokio::time::Instant::now() + PATIENCE / 3;
        while tokio::time::Instant::now() < deadline {
            // Between two pages nothing answers.
            if matches!(chrome.run(IS_NEW, vec![]).await, Ok(true)) {
                return Ok(());
            }
            ticks.tick().await;
        }
    }
    anyhow::bail!("the new release never came into use")
}

/// Somebody else behind the same address may have asked too often.
#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_is_kept_opens_although_the_server_takes_no_more_requests() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    wait(&chrome, "the worker keeps the form", IS_KEPT).await?;
    let package = format!("/api/v1/waves/{WAVE}/points/{}/form", PLACE.1);
    server.faults.always(&package, Fault::Problem(ProblemCode::RateLimited));
    chrome.reload().await?;
    let mut filling = Filling::here(&chrome, WAVE).await.context("the kept form opens")?;
    filling.start().await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_worker_that_waits_for_a_silent_server_lets_the_page_open() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let package = format!("/api/v1/waves/{WAVE}/points/{}/form", PLACE.1);
    server.faults.once(&package, Fault::None);
    let of_worker = server.faults.hold(&package, When::Before);
    Filling::open(&chrome, &server, PLACE).await?;
    of_worker.reached().await?;
    chrome.reload().await?;
    Filling::here(&chrome, WAVE).await.context("the form opens while the worker waits")?;
    of_worker.open();
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_update_disturbs_nobody_and_loses_nothing() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start_without_waiting_for_pages(Screen::PORTRAIT).await?;
    let busy = Fault::Status { status: 503, retry_after_s: 600 };
    server.faults.always(paths::SUBMISSIONS, busy);
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    wait(&chrome, "the worker keeps the form", IS_KEPT).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    let ids: BTreeSet<String> = store_copies(&chrome, QUEUED - 1).await?;
    ensure!(waiting(&chrome).await? == i64::from(QUEUED), "not all records wait");

    chrome.reload().await?;
    let mut filling = Filling::here(&chrome, WAVE).await?;
    filling.start().await?;
    filling.answer(Which::All).await?;
    chrome.run::<()>("window.__mark = true;", vec![]).await?;
    deploy(&server);
    chrome.run::<()>("window.thuocdo.look();", vec![]).await?;
    wait(&chrome, "the new release is here", IS_WAITING).await?;
    let is_undisturbed = "return window.__mark === true && !document.body.dataset.release;";
    ensure!(chrome.run::<bool>(is_undisturbed, vec![]).await?, "the session was disturbed");
    filling.next().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    ensure!(chrome.run::<bool>(is_undisturbed, vec![]).await?, "the session was disturbed");
    ensure!(waiting(&chrome).await? == i64::from(QUEUED) + 1, "not all records wait");

    open_again_until_new(&chrome).await?;
    Filling::here(&chrome, WAVE).await.context("the new release opens")?;
    ensure!(waiting(&chrome).await? == i64::from(QUEUED) + 1, "the update has lost records");
    server.faults.heal();
    chrome.run::<()>("dispatchEvent(new Event('online'));", vec![]).await?;
    drained(&chrome).await?;
    let recorded = recorded(&app, WAVE).await?;
    ensure!(recorded.len() == usize::from(QUEUED) + 1, "{} rows", recorded.len());
    ensure!(ids.is_subset(&recorded), "other forms than those that waited");
    chrome.quit().await
}

/// The worker has a page for every form's address: a phone that had opened one got a form at the address of
/// a kiosk, and what it sent there did not count.
#[tokio::test(flavor = "multi_thread")]
async fn a_phone_that_knows_the_form_is_led_away_from_the_address_of_a_kiosk() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    wait(&chrome, "the worker keeps the form", IS_KEPT).await?;
    for _ in 0..2 {
        chrome.open(&format!("{}/s/{}/kiosk", server.origin, PLACE.0)).await?;
        chrome.wait_for_text("h1", |text| text.contains("máy tính bảng")).await?;
        ensure!(!chrome.has("[data-testid='welcome']").await?, "there is a form");
    }
    // Another place of the wave was not opened before, and has a form.
    chrome.open(&format!("{}/s/{}/{}", server.origin, PLACE.0, PLACE.1)).await?;
    chrome.test_id("welcome").await?;
    chrome.quit().await
}
