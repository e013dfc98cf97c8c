//! Tests a kiosk without a server, without storage, and without a person.

use anyhow::{Result, ensure};
use serde_json::json;
use survey_defs::device::DeviceSettings;
use tests::chrome::{Chrome, Key};
use tests::waves;

use super::super::filling::{Filling, Which};
use super::super::outcome::{drained, recorded, waiting};
use super::{Kiosk, PORTRAIT, WAVE, set_clock};

/// More stops than any screen has.
const MOST_STOPS: usize = 100;

const IS_KEPT: &str = "const [done] = arguments; \
    caches.match('/kiosk').then(async (page) => { \
        const packages = await caches.open('thuocdo-packages'); \
        done(!!page && !!navigator.serviceWorker.controller && (await packages.keys()).length > 0); \
    });";

/// Puts another server's time, or other words, into the kept form, and a mark on it.
const MARK: &str = "const [from, to, done] = arguments; (async () => { \
        const packages = await caches.open('thuocdo-packages'); \
        const [request] = await packages.keys(); \
        const text = await (await packages.match(request)).text(); \
        const headers = { 'content-type': 'application/json', 'x-mark': '1' }; \
        await packages.put(request, new Response(text.replace(from, to), { headers })); \
        done(text.includes(from)); \
    })();";
const IS_MARKED: &str = "const [done] = arguments; (async () => { \
        const packages = await caches.open('thuocdo-packages'); \
        const [request] = await packages.keys(); \
        done((await packages.match(request)).headers.has('x-mark')); \
    })();";

/// Opens the page until the app is kept.
async fn keep(kiosk: &Kiosk) -> Result<()> {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(100));
    let deadline = tokio::time::Instant::now() + tests::chrome::PATIENCE;
    while !kiosk.chrome.run_async::<bool>(IS_KEPT, vec![]).await? {
        ensure!(tokio::time::Instant::now() < deadline, "the app is never kept");
        ticks.tick().await;
        // A page that was there before the worker is the worker's after it was opened again.
        kiosk.open().await?;
        kiosk.waits().await?;
    }
    Ok(())
}

/// Once the app is kept, server and device lose their power, and the device starts alone.
async fn cut_power(mut kiosk: Kiosk) -> Result<Kiosk> {
    keep(&kiosk).await?;
    // An entry of the cache that Chromium has just written may be gone when it is killed within the
    // next moment (1 of 30 within 50 ms): without its form the device would have to wait for its
    // server. The next opening comes after that moment, and writes nothing.
    kiosk.open().await?;
    kiosk.waits().await?;
    kiosk.server.kill().await;
    let profile = kiosk.chrome.kill().await?;
    kiosk.chrome = Chrome::start_on(profile, PORTRAIT).await?;
    set_clock(&kiosk.chrome, waves::now()).await?;
    kiosk.open().await?;
    Ok(kiosk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_starts_and_works_without_a_server() -> Result<()> {
    let mut kiosk = Kiosk::start(DeviceSettings::default()).await?;
    kiosk = cut_power(kiosk).await?;
    kiosk.waits().await?;

    let mut filling = kiosk.begin().await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    kiosk.waits().await?;
    ensure!(waiting(&kiosk.chrome).await? == 1, "the form does not wait");
    kiosk.server.restart().await?;
    drained(&kiosk.chrome).await?;
    ensure!(recorded(&kiosk.app, WAVE).await?.len() == 1, "the form did not arrive");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_is_written_again_only_when_it_has_changed() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    keep(&kiosk).await?;
    let now = serde_json::to_string(&waves::now())?;
    let mark = async |from: &str, to: &str| -> Result<()> {
        let is_there: bool = kiosk.chrome.run_async(MARK, vec![json!(from), json!(to)]).await?;
        ensure!(is_there, "the kept form does not have {from}");
        Ok(())
    };
    mark(&now, "\"2020-01-01T00:00:00Z\"").await?;
    for _ in 0..3 {
        kiosk.open().await?;
        kiosk.waits().await?;
    }
    let is_marked: bool = kiosk.chrome.run_async(IS_MARKED, vec![]).await?;
    ensure!(is_marked, "the same form was written again");
    mark("\"open\":true", "\"open\":false").await?;
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(100));
    let deadline = tokio::time::Instant::now() + tests::chrome::PATIENCE;
    while kiosk.chrome.run_async::<bool>(IS_MARKED, vec![]).await? {
        ensure!(tokio::time::Instant::now() < deadline, "the changed form is not kept");
        ticks.tick().await;
        kiosk.open().await?;
        kiosk.waits().await?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_without_room_begins_no_form() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let full = "navigator.storage.estimate = async () => ({ quota: 1e9, usage: window.__used });";
    chrome.before_each_page(&["window.__used = 0; ", full].concat()).await?;
    kiosk.open().await?;
    kiosk.waits().await?;
    kiosk.begin().await?;
    chrome.run::<bool>("window.__used = 1e9; return true;", vec![]).await?;
    chrome.press_id("start").await?;
    chrome.find("[data-trouble='full']").await?;
    chrome.check_accessibility().await?;
    // Nobody was there long enough to give up.
    ensure!(waiting(chrome).await? == 0, "something was stored");
    kiosk.chrome.quit().await
}

/// Goes on with Tab to a control.
async fn to(chrome: &Chrome, test_id: &str) -> Result<()> {
    for _ in 0..MOST_STOPS {
        if chrome.focused().await?.is_some_and(|stop| stop.test_id == test_id) {
            return Ok(());
        }
        chrome.key(Key::Tab).await?;
    }
    anyhow::bail!("Tab never comes to {test_id}")
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_are_enough() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    chrome.key(Key::Enter).await?;
    Filling::here(chrome, WAVE).await?;
    to(chrome, "start").await?;
    chrome.key(Key::Enter).await?;
    chrome.test_id("step").await?;
    // The first answer by keys.
    for _ in 0..MOST_STOPS {
        chrome.key(Key::Tab).await?;
        if chrome.focused().await?.is_some_and(|stop| stop.kind == "radio") {
            break;
        }
    }
    chrome.key(Key::Space).await?;
    let chosen = chrome.focused().await?;
    ensure!(chosen.as_ref().is_some_and(|stop| stop.is_given), "Space chose nothing: {chosen:?}");

    kiosk.let_pass(46).await?;
    let has_focus = "return document.activeElement.dataset.testid === 'countdown-stay';";
    chrome.wait_until("the countdown has the focus", has_focus).await?;
    // Only the two buttons of the countdown can be reached.
    to(chrome, "countdown-anew").await?;
    to(chrome, "countdown-stay").await?;
    chrome.key(Key::Space).await?;
    chrome
        .wait_until("the countdown goes", "return !document.querySelector('.countdown');")
        .await?;
    // The focus is where it was, and the answer with it.
    let place = chosen.map(|stop| stop.name);
    let is_back = "return document.activeElement.matches('input:checked');";
    chrome.wait_until("the focus is back", is_back).await?;
    ensure!(chrome.focused().await?.map(|stop| stop.name) == place, "the focus is elsewhere");
    to(chrome, "cancel").await?;
    chrome.key(Key::Enter).await?;
    chrome.test_id("cancel-dialog").await?;
    to(chrome, "cancel-confirm").await?;
    chrome.key(Key::Enter).await?;
    kiosk.waits().await?;
    chrome.check_page().await?;
    kiosk.chrome.quit().await
}
