//! Tests storage that fails, hangs or answers late: nobody is stopped, nothing is lost or doubled.

use anyhow::{Context, Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen, StorageCall, StorageFault};
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

/// One question is enough for what happens at “start” and at “send”.
const WAVE: &str = "single";
const PLACE: (&str, &str) = (WAVE, "p1");
/// Longer than any deadline.
const LATE_MS: u32 = 6_000;

/// When a call begins to fail.
#[derive(Debug, Clone, Copy)]
enum Since {
    /// Before the page is opened.
    Opening,
    /// Before “start” is pressed.
    Start,
    /// Before “send” is pressed.
    Send,
}

/// Whether a phone that can send asks this at all from then on. Room is asked for at the start; to
/// keep what waits is asked for only where something does.
fn is_asked(call: StorageCall, since: Since) -> bool {
    match call {
        StorageCall::Open
        | StorageCall::Read
        | StorageCall::Write
        | StorageCall::Complete
        | StorageCall::Lock => true,
        StorageCall::Estimate => !matches!(since, Since::Send),
        StorageCall::Persisted | StorageCall::Persist => false,
    }
}

/// A form is filled in and sent while one call of the storage fails.
async fn endure(
    (chrome, server): (&Chrome, &LiveServer),
    (call, fault): (StorageCall, StorageFault),
    since: Since,
) -> Result<()> {
    if matches!(since, Since::Opening) {
        chrome.storage_fault_at_opening(call, fault).await?;
    }
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    if matches!(since, Since::Start) {
        chrome.storage_fault(call, fault).await?;
    }
    filling.start().await.context("start")?;
    filling.review(Which::All).await?;
    if matches!(since, Since::Send) {
        chrome.storage_fault(call, fault).await?;
    }
    filling.send().await.context("send")?;
    ensure!(chrome.storage_hits().await? > 0 || !is_asked(call, since), "nothing has failed");
    chrome.storage_heals().await?;
    chrome.check_page().await?;
    // What the browser has stored after all is sent, too, and is the same form.
    chrome.reload().await?;
    Filling::here(chrome, WAVE).await?;
    drained(chrome).await
}

async fn endure_all(fault: StorageFault) -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.with_storage_faults().await?;
    chrome.open(&format!("{}/healthz", server.origin)).await?;
    let mut forms = 0;
    for call in StorageCall::ALL {
        for since in [Since::Opening, Since::Start, Since::Send] {
            let context = || format!("{call:?} {fault:?} from {since:?}");
            endure((&chrome, &server), (call, fault), since).await.with_context(context)?;
            forms += 1;
            let rows = recorded(&app, WAVE).await?.len();
            ensure!(rows == forms, "{rows} rows after {forms} forms: {}", context());
        }
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_throws_stops_nobody() -> Result<()> {
    endure_all(StorageFault::Throws).await
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_hangs_stops_nobody() -> Result<()> {
    endure_all(StorageFault::Hangs).await
}

#[tokio::test(flavor = "multi_thread")]
async fn storage_that_answers_late_stops_nobody() -> Result<()> {
    endure_all(StorageFault::Late(LATE_MS)).await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_tab_that_holds_the_database_stops_nobody() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.open_second_tab(&format!("{}/healthz", server.origin)).await?;
    // As the first release made it; the tab stays open and gives way to nobody.
    let hold = "const done = arguments[0]; const request = indexedDB.open('thuocdo', 1); \
        request.onupgradeneeded = () => { \
            request.result.createObjectStore('sessions', { keyPath: 'place' }); \
            request.result.createObjectStore('outbox', { keyPath: 'id' }) \
                .createIndex('order', 'order', { unique: true }); \
            request.result.createObjectStore('refused', { keyPath: 'id' }); \
        }; \
        request.onsuccess = () => { window.held = request.result; done(true); };";
    chrome.run_async::<bool>(hold, vec![]).await?;
    chrome.to_first_tab().await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "the form did not arrive");
    // When it is gone, the database becomes that of this release and is used.
    chrome.close_second_tab().await?;
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
async fn a_worker_whose_cache_hangs_or_fails_lets_the_network_answer() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    for fault in ["new Promise(() => {})", "Promise.reject(new Error('a fault'))"] {
        // From the first page that it is asked for.
        let from = "addEventListener(\"fetch\",";
        let to =
            format!("{from} () => {{ CacheStorage.prototype.match = () => {fault}; }}), {from}");
        server.faults.always("/sw.js", Fault::Rewritten { from: from.into(), to });
        Filling::open(&chrome, &server, PLACE).await?;
        let is_controlled = "return !!navigator.serviceWorker.controller;";
        chrome.wait_until("the worker controls the page", is_controlled).await?;
        chrome.reload().await?;
        let mut filling = Filling::here(&chrome, WAVE).await.context(fault)?;
        filling.start().await?;
        filling.review(Which::All).await?;
        filling.send().await?;
        drained(&chrome).await?;
        chrome.drop_workers().await?;
        server.faults.heal();
    }
    ensure!(recorded(&app, WAVE).await?.len() == 2);
    chrome.quit().await
}
