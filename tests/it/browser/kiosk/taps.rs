//! Tests that whoever taps twice at a device moves one screen.

use anyhow::{Context, Result, ensure};
use survey_defs::device::DeviceSettings;

use super::super::filling::{Filling, Which};
use super::super::taps::GAPS_MS;
use super::{Kiosk, WAVE};

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
async fn a_tap_meant_for_the_form_does_not_hit_the_countdown() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    kiosk.begin().await?.start().await?;
    // In one script, so that the tap comes at once, however busy the machine is.
    let script = "const [done] = arguments; \
        window.__passed += 50_000; \
        window.dispatchEvent(new Event('focus')); \
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
