//! Tests that whoever taps twice at a device moves one screen.

use anyhow::{Context, Result, ensure};
use survey_defs::device::DeviceSettings;
use tests::app::TestApp;

use super::super::filling::{Filling, Which};
use super::super::taps::{ACCIDENTS_MS, GAPS_MS, is_open};
use super::staff::{KEEP_FILES, open_panel, with_a_form};
use super::{Kiosk, WAVE, add, new, type_in};

/// How many answers can be seen to be chosen.
const CHOSEN: &str = "return document.querySelectorAll(':checked').length;";

impl Kiosk {
    /// Taps twice at a button that is on the screen.
    async fn tap_twice(&self, id: &str, gap_ms: u32) -> Result<()> {
        let context = || format!("{id}, {gap_ms} ms");
        self.chrome.tap_twice(&format!("[data-testid='{id}']"), gap_ms).await.with_context(context)
    }

    /// The same of a button that leads to the first screen. Nobody begins there.
    async fn tap_twice_to_the_first_screen(&self, css: &str, gap_ms: u32) -> Result<()> {
        let context = || format!("{css}, {gap_ms} ms");
        self.chrome.tap_twice(css, gap_ms).await.with_context(context)?;
        self.waits().await.with_context(context)?;
        self.chrome.settled().await?;
        let begun = "[data-testid='welcome'], [data-testid='step']";
        ensure!(!self.chrome.has(begun).await?, "begun unseen: {}", context());
        Ok(())
    }

    async fn chosen(&self) -> Result<u32> {
        self.chrome.run(CHOSEN, vec![]).await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_at_a_device_move_one_screen() -> Result<()> {
    // The thanks must not go by themselves while the test looks at them.
    let settings = DeviceSettings { thanks_seconds: 30, ..DeviceSettings::default() };
    let kiosk = Kiosk::start(settings).await?;
    let chrome = &kiosk.chrome;
    for gap_ms in GAPS_MS {
        let context = || format!("{gap_ms} ms");
        chrome.tap_twice("[data-testid='attract-start']", gap_ms).await?;
        let mut filling = Filling::here(chrome, WAVE).await.with_context(context)?;
        ensure!(!chrome.has("[data-testid='step']").await?, "begun unseen: {gap_ms} ms");
        filling.tapped_again_after = Some(gap_ms);
        filling.start().await?;
        filling.review(Which::Required).await.with_context(context)?;
        filling.send().await.with_context(context)?;
        ensure!(chrome.has("[data-testid='thanks']").await?, "thanks left unseen: {gap_ms} ms");
        chrome.tap_twice("[data-testid='new']", gap_ms).await?;
        kiosk.waits().await.with_context(context)?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_on_the_ways_back_and_out_do_no_more_than_one() -> Result<()> {
    const STAY: &str = "countdown-stay";
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    for gap_ms in ACCIDENTS_MS {
        let context = || format!("{gap_ms} ms");
        let mut filling = kiosk.begin().await?;
        filling.start().await?;
        filling.answer(Which::Required).await?;
        let chosen = kiosk.chosen().await?;
        filling.next().await?;
        filling.tapped_again_after = Some(gap_ms);
        filling.back().await?;
        filling.tapped_again_after = None;
        is_open(chrome, &filling.screen()).await.with_context(context)?;
        ensure!(kiosk.chosen().await? == chosen, "another answer is given: {gap_ms} ms");

        kiosk.tap_twice("cancel", gap_ms).await?;
        ensure!(chrome.has("dialog[open]").await?, "the question is gone: {gap_ms} ms");
        kiosk.tap_twice("cancel-stay", gap_ms).await?;
        ensure!(!chrome.has("dialog[open]").await?, "the question is there again: {gap_ms} ms");
        is_open(chrome, &filling.screen()).await.with_context(context)?;

        kiosk.let_pass(46).await?;
        chrome.test_id("countdown").await?;
        kiosk.tap_twice(STAY, gap_ms).await?;
        ensure!(!chrome.has("[data-testid='countdown']").await?, "it counts again: {gap_ms} ms");
        is_open(chrome, &filling.screen()).await.with_context(context)?;
        ensure!(kiosk.chosen().await? == chosen, "an answer below was hit: {gap_ms} ms");

        filling.next().await?;
        filling.review(Which::Required).await?;
        kiosk.tap_twice("edit-services", gap_ms).await?;
        is_open(chrome, "[data-section='services']").await.with_context(context)?;
        kiosk.tap_twice("next", gap_ms).await?;
        is_open(chrome, "[data-testid='review']").await.with_context(context)?;

        chrome.press_id("cancel").await?;
        let confirm = "[data-testid='cancel-confirm']";
        kiosk.tap_twice_to_the_first_screen(confirm, gap_ms).await?;
        // By its button, and by a touch beside the buttons, near the middle and in a corner.
        for place in ["[data-testid='countdown-anew']", "#countdown-title", ".countdown-seconds"] {
            kiosk.begin().await?.start().await?;
            kiosk.let_pass(46).await?;
            chrome.test_id("countdown").await?;
            kiosk.tap_twice_to_the_first_screen(place, gap_ms).await?;
        }
    }
    ensure!(kiosk.app.submissions(WAVE).await == 0, "a form was sent");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_of_staff_do_no_more_than_one() -> Result<()> {
    let kiosk = with_a_form().await?;
    let chrome = &kiosk.chrome;
    chrome.run::<bool>(&[KEEP_FILES, "return true;"].concat(), vec![]).await?;
    for (number, gap_ms) in ACCIDENTS_MS.into_iter().enumerate() {
        open_panel(chrome).await?;
        for (button, says) in [
            ("staff-send", "1 phiếu còn chờ"),
            ("staff-export", "Đã xuất 1 phiếu"),
            ("staff-update", ""),
        ] {
            kiosk.tap_twice(button, gap_ms).await?;
            chrome.wait_for_text("[data-testid='staff-said']", |text| text.contains(says)).await?;
            ensure!(chrome.has("[data-testid='staff']").await?, "closed by {button}: {gap_ms} ms");
        }
        let files: usize = chrome.run("return window.__files.length;", vec![]).await?;
        ensure!(files == number + 1, "{files} files after {} exports: {gap_ms} ms", number + 1);
        let close = "[data-testid='staff-close']";
        kiosk.tap_twice_to_the_first_screen(close, gap_ms).await?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_on_the_way_to_an_enrolment_type_and_begin_nothing() -> Result<()> {
    let (mut kiosk, mut code) =
        Kiosk::waiting(TestApp::with_wave(WAVE).await, new(DeviceSettings::default())).await?;
    for gap_ms in ACCIDENTS_MS {
        let chrome = &kiosk.chrome;
        let typed = "return document.getElementById('enrol-code').value;";
        kiosk.tap_twice("enrol-send", gap_ms).await?;
        let error = "[data-testid='enrol-error']";
        chrome.wait_for_text(error, |text| text.contains("15 chữ và số")).await?;
        let value: String = chrome.run(typed, vec![]).await?;
        ensure!(value.is_empty(), "typed unseen: {value}, {gap_ms} ms");
        type_in(chrome, code.as_str()).await?;
        kiosk.tap_twice_to_the_first_screen("[data-testid='enrol-send']", gap_ms).await?;

        kiosk.revoke().await;
        kiosk.open().await?;
        chrome.find("[data-trouble='revoked']").await?;
        kiosk.tap_twice("enrol-again", gap_ms).await?;
        chrome.test_id("enrol").await?;
        let value: String = chrome.run(typed, vec![]).await?;
        ensure!(value.is_empty(), "typed unseen: {value}, {gap_ms} ms");
        let added = add(&kiosk.app, DeviceSettings::default()).await;
        (kiosk.device, code) = (added.device.id, added.code);
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tap_meant_for_the_form_does_not_hit_the_countdown() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    kiosk.begin().await?.start().await?;
    // In one script, so that the tap comes at once, however busy the machine is.
    let script = "const [done] = arguments; \
        window.__passed += 50_000; \
        document.dispatchEvent(new Event('visibilitychange')); \
        setTimeout(() => { \
            const stay = document.querySelector('[data-testid=countdown-stay]'); \
            stay?.click(); \
            done(!!stay); \
        });";
    let was_hit: bool = chrome.run_async(script, vec![]).await?;
    ensure!(was_hit, "the countdown did not come");
    ensure!(chrome.has("[data-testid='countdown']").await?, "a tap hit what came below it");
    chrome.press_id("countdown-stay").await?;
    let is_gone = "return !document.querySelector('[data-testid=countdown]');";
    chrome.wait_until("the countdown is gone", is_gone).await?;
    kiosk.chrome.quit().await
}
