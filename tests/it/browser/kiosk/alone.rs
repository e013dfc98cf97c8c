//! Without a server, without room, and without a finger.

use anyhow::{Result, ensure};
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

/// Once the app is kept, server and device lose their power, and the device starts alone.
async fn cut_power(mut kiosk: Kiosk) -> Result<Kiosk> {
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(100));
    let deadline = tokio::time::Instant::now() + tests::chrome::PATIENCE;
    while !kiosk.chrome.run_async::<bool>(IS_KEPT, vec![]).await? {
        ensure!(tokio::time::Instant::now() < deadline, "the app is never kept");
        ticks.tick().await;
        // A page that was there before the worker is the worker's after it was opened again.
        kiosk.open().await?;
        kiosk.waits().await?;
    }
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
    // A browser that is killed may lose what it was given in the last seconds, the app with it; then
    // the device needs its server once more.
    for _ in 0..2 {
        if kiosk.waits().await.is_ok() {
            break;
        }
        kiosk.server.restart().await?;
        kiosk.open().await?;
        kiosk.waits().await?;
        kiosk = cut_power(kiosk).await?;
    }
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
    chrome.key(Key::Tab).await?;
    ensure!(chrome.run::<bool>(has_focus, vec![]).await?, "Tab leaves the countdown");
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
