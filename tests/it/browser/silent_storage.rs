//! Tests storage that fails, hangs or answers late: nobody is stopped, nothing is lost or doubled.

use anyhow::{Context, Result, ensure};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen, StorageCall, StorageFault};
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

/// One question is enough for what happens at “start” and at “send”.
const WAVE: &str = "single-2";
const PLACE: (&str, &str) = (WAVE, "p1");
/// Longer than any deadline.
const LATE_MS: u32 = 6_000;
/// Shorter than any.
const SLOW_MS: u32 = 500;

/// When a call begins to fail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Since {
    /// Before the page is opened.
    Opening,
    /// Before “start” is pressed.
    Start,
    /// Before “send” is pressed.
    Send,
}

/// From when on a call can fail on a phone, such that it is asked after that.
fn moments(call: StorageCall) -> &'static [Since] {
    match call {
        StorageCall::Open
        | StorageCall::Read
        | StorageCall::Write
        | StorageCall::Complete
        | StorageCall::Persist
        | StorageCall::Lock => &[Since::Opening, Since::Start, Since::Send],
        // Room is asked for at the start.
        StorageCall::Estimate => &[Since::Opening, Since::Start],
        // Only devices at a counter tell their staff whether the storage is kept.
        StorageCall::Persisted => &[],
    }
}

/// A form is filled in and sent while one call of the storage fails.
async fn endure(
    (chrome, server): (&Chrome, &LiveServer),
    (call, fault): (StorageCall, StorageFault),
    since: Since,
) -> Result<()> {
    if since == Since::Opening {
        chrome.storage_fault_at_opening(call, fault).await?;
    }
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    if since == Since::Start {
        chrome.storage_fault(call, fault).await?;
    }
    filling.start().await.context("start")?;
    filling.review(Which::All).await?;
    if since == Since::Send {
        chrome.storage_fault(call, fault).await?;
    }
    if call == StorageCall::Persist {
        // The browser is asked to keep what waits only where something does.
        let busy = Fault::Status { status: 503, retry_after_s: 1 };
        server.faults.once(paths::SUBMISSIONS, busy);
    }
    filling.send().await.context("send")?;
    chrome.wait_until("the fault is met", "return window.__hits > 0;").await?;
    chrome.storage_heals().await?;
    chrome.check_page().await?;
    // What the browser has stored after all is sent, too, and is the same form.
    chrome.reload().await?;
    Filling::here(chrome, WAVE).await?;
    drained(chrome).await
}

async fn endure_all(fault: StorageFault) -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.with_storage_faults().await?;
    chrome.open(&format!("{}/healthz", server.origin)).await?;
    let mut forms = 0;
    for call in StorageCall::ALL {
        for since in moments(call).iter().copied() {
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
    let app = TestApp::with_wave(WAVE).await;
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
async fn a_worker_whose_cache_is_silent_lets_the_network_answer() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut forms = 0;
    // It never answers, it fails, it answers when nobody waits any more, or while somebody does.
    for fault in [
        "new Promise(() => {})".to_owned(),
        "Promise.reject(new Error('a fault'))".to_owned(),
        late(LATE_MS),
        late(SLOW_MS),
    ] {
        // From the first page that it is asked for. Each call is counted where the page can ask.
        let from = "addEventListener(\"fetch\",";
        let to = format!(
            "addEventListener(\"message\", ({{ ports }}) => ports[0]?.postMessage(self.asked)), \
             {from} () => {{ \
                 self.asked ??= 0; \
                 self.look ??= CacheStorage.prototype.match; \
                 CacheStorage.prototype.match = function (...which) {{ \
                     self.asked += 1; \
                     return {fault}; \
                 }}; \
             }}), {from}"
        );
        server.faults.always("/sw.js", Fault::Rewritten { from: from.into(), to });
        Filling::open(&chrome, &server, PLACE).await?;
        let is_controlled = "return !!navigator.serviceWorker.controller;";
        let controls = chrome.wait_until("the worker controls the page", is_controlled);
        controls.await.with_context(|| fault.clone())?;
        chrome.reload().await?;
        let mut filling = Filling::here(&chrome, WAVE).await.with_context(|| fault.clone())?;
        let asked: u32 = chrome.run_async(ASKED, vec![]).await?;
        ensure!(asked > 0, "the cache was never asked: {fault}");
        filling.start().await?;
        filling.review(Which::All).await?;
        filling.send().await?;
        drained(&chrome).await?;
        forms += 1;
        chrome.drop_workers().await?;
        server.faults.heal();
    }
    ensure!(recorded(&app, WAVE).await?.len() == forms);
    chrome.quit().await
}

/// The answer of the cache after so many milliseconds.
fn late(milliseconds: u32) -> String {
    format!(
        "new Promise((resolve) => setTimeout(resolve, {milliseconds})) \
         .then(() => self.look.apply(this, which))"
    )
}

/// How often the worker of this page has asked its cache.
const ASKED: &str = "const [done] = arguments; const { port1, port2 } = new MessageChannel(); \
    port1.onmessage = ({ data }) => done(data); \
    navigator.serviceWorker.controller.postMessage('asked', [port2]);";
