//! Tests enrolment codes, right and wrong, and a device that was revoked.

use anyhow::{Context, Result, ensure};
use survey_defs::api::paths;
use survey_defs::device::{DeviceSettings, DeviceState, EnrolmentCode};
use survey_defs::quarantine::QuarantineReason;
use tests::app::TestApp;
use tests::faults::Fault;

use super::super::filling::Which;
use super::super::outcome::waiting;
use super::{Kiosk, WAVE, add, enter, new, set_clock};

/// Gives the stored configuration the name that programs before December 2026 gave it.
const RENAME_CONFIG: &str = "
    const done = arguments[arguments.length - 1];
    const request = indexedDB.open('thuocdo');
    request.onsuccess = () => {
        const transaction = request.result.transaction('device', 'readwrite');
        const devices = transaction.objectStore('device');
        let renamed = false;
        devices.get('identity').onsuccess = (event) => {
            const { config, ...rest } = event.target.result;
            renamed = typeof config === 'string';
            devices.put({ ...rest, orders: config }, 'identity');
        };
        transaction.oncomplete = () => { request.result.close(); done(renamed); };
    };";

#[tokio::test(flavor = "multi_thread")]
async fn a_device_is_enrolled_with_its_code_and_no_other() -> Result<()> {
    let (kiosk, code) =
        Kiosk::waiting(TestApp::with_wave(WAVE).await, new(DeviceSettings::default())).await?;
    let chrome = &kiosk.chrome;

    enter(chrome, "K7QM").await?;
    let error = "[data-testid='enrol-error']";
    chrome.wait_for_text(error, |text| text.contains("15 chữ và số")).await?;
    enter(chrome, "2XR94TVB8HD").await?;
    chrome.wait_for_text(error, |text| text.contains("không đúng")).await?;
    chrome.screenshot("kiosk-enrol-error").await?;
    ensure!(kiosk.seen_by_staff().await?.state == DeviceState::Waiting, "a guess enrols");
    for _ in 0..EnrolmentCode::LENGTH {
        chrome.press_id("key-delete").await?;
    }
    enter(chrome, code.as_str()).await?;
    kiosk.waits().await?;
    ensure!(kiosk.seen_by_staff().await?.state == DeviceState::Enrolled, "the code has no effect");

    // It knows who it is when it is switched on again, also with what an older program stored.
    kiosk.open().await?;
    kiosk.waits().await?;
    let renamed: bool = chrome.run_async(RENAME_CONFIG, vec![]).await?;
    ensure!(renamed, "there is no stored configuration");
    kiosk.open().await?;
    kiosk.waits().await?;
    ensure!(!chrome.has("[data-testid='clock-notice']").await?, "a right clock is called wrong");
    set_clock(chrome, "2026-03-09T03:00:00Z".parse()?).await?;
    kiosk.open().await?;
    chrome.test_id("clock-notice").await?;
    chrome.check_page().await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_reach_their_panel_by_touch_and_may_paste_a_code() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    kiosk.revoke().await;
    kiosk.open().await?;
    chrome.find("[data-trouble='revoked']").await?;
    let hold = "document.querySelector('[data-testid=attract-sign]') \
        .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));";
    chrome.run::<()>(hold, vec![]).await?;
    chrome.test_id("staff").await?;
    chrome.press_id("staff-close").await?;
    chrome.press_id("enrol-again").await?;
    chrome.test_id("enrol").await?;
    // Nowhere else: it would be the words of somebody before.
    let is_let_through = "const paste = () => new ClipboardEvent('paste', { bubbles: true, cancelable: true }); \
        return ['#enrol-code', 'h1'].map((css) => document.querySelector(css).dispatchEvent(paste()));";
    let through: Vec<bool> = chrome.run(is_let_through, vec![]).await?;
    ensure!(through == [true, false], "pasting is let through: {through:?}");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_revoked_device_still_has_is_kept_aside() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    kiosk.server.faults.always(paths::SUBMISSIONS, Fault::Lost);
    let mut filling = kiosk.begin().await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    ensure!(waiting(chrome).await? == 1, "the form does not wait");

    kiosk.revoke().await;
    kiosk.server.faults.heal();
    kiosk.open().await?;
    chrome.find("[data-trouble='revoked']").await?;
    chrome.screenshot("kiosk-revoked").await?;
    let deadline = tokio::time::Instant::now() + tests::chrome::PATIENCE;
    let mut ticks = tokio::time::interval(std::time::Duration::from_millis(50));
    let wave = WAVE.parse()?;
    loop {
        let aside = kiosk.app.state.store.quarantined(&wave).await?;
        if aside == [(QuarantineReason::DeviceRevoked, 1)].into() {
            break;
        }
        ensure!(aside.is_empty(), "kept aside: {aside:?}");
        ensure!(tokio::time::Instant::now() < deadline, "the form never arrives");
        ticks.tick().await;
    }
    ensure!(kiosk.app.submissions(WAVE).await == 0, "the form of a revoked device counts");

    // Staff can enrol it anew, under another identity.
    let added = add(&kiosk.app, DeviceSettings::default()).await;
    chrome.press_id("enrol-again").await?;
    enter(chrome, added.code.as_str()).await?;
    kiosk.waits().await.context("after the new enrolment")?;
    kiosk.chrome.quit().await
}
