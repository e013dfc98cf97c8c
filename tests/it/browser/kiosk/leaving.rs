//! Tests that a person who leaves leaves nothing behind, for the next person or anybody else.

use anyhow::{Context, Result, ensure};
use survey_defs::device::DeviceSettings;
use tests::chrome::{Chrome, Network};

use super::super::filling::{COMMENT, Filling, Which};
use super::Kiosk;

/// Everything up to the review, with the comment on the screen.
async fn fill_in(filling: &mut Filling<'_>) -> Result<()> {
    filling.start().await?;
    filling.review(Which::All).await
}

fn needle() -> &'static str {
    COMMENT.lines().next().unwrap_or(COMMENT)
}

/// The bodies that wait in the outbox.
async fn outbox(chrome: &Chrome) -> Result<String> {
    let script = "const [done] = arguments; \
        const request = indexedDB.open('thuocdo'); \
        request.onsuccess = () => { \
            const all = request.result.transaction('outbox').objectStore('outbox').getAll(); \
            all.onsuccess = () => { request.result.close(); done(JSON.stringify(all.result)); }; \
        };";
    chrome.run_async(script, vec![]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_walks_away_is_counted_out() -> Result<()> {
    let settings =
        DeviceSettings { idle_seconds: 10, countdown_seconds: 5, ..DeviceSettings::default() };
    let kiosk = Kiosk::start(settings).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    fill_in(&mut filling).await?;
    chrome.network(Network::Offline).await?;
    // By the device's own timers.
    chrome.test_id("countdown").await?;
    ensure!(chrome.has(".stage[inert]").await?, "the form below the countdown can be used");
    chrome.screenshot("kiosk-countdown").await?;
    chrome.press_id("countdown-stay").await?;
    chrome.test_id("review").await?;
    chrome.test_id("countdown").await?;
    kiosk.waits().await?;
    let waiting = outbox(chrome).await?;
    ensure!(waiting.contains("idle"), "no report waits: {waiting}");
    ensure!(!waiting.contains("\"answers"), "the report has answers: {waiting}");
    kiosk.has_nothing_of(&[needle()]).await.context("while the report waits")?;

    chrome.network(Network::Full).await?;
    let ended = kiosk.break_offs().await?;
    let idle: u64 = ended.iter().map(|row| row.idle).sum();
    ensure!(idle == 1, "reported: {ended:?}");
    kiosk.has_nothing_of(&[needle()]).await.context("after the report")?;
    ensure!(kiosk.app.submissions(super::WAVE).await == 0, "the form was sent");
    chrome.check_page().await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_touch_beside_the_buttons_of_the_countdown_begins_anew() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    fill_in(&mut filling).await?;
    kiosk.let_pass(46).await?;
    chrome.test_id("countdown").await?;
    // No answer can be seen, whatever lies below.
    let is_covered = "const cover = document.querySelector('.countdown-backdrop'); \
        const colour = getComputedStyle(cover).backgroundColor; \
        const places = [0.01, 0.25, 0.5, 0.75, 0.99]; \
        const hides = (x, y) => cover.contains(document.elementFromPoint( \
            x * innerWidth, y * innerHeight)); \
        return /^rgb\\(/.test(colour) && getComputedStyle(cover).opacity === '1' \
            && places.every((x) => places.every((y) => hides(x, y)));";
    ensure!(chrome.run::<bool>(is_covered, vec![]).await?, "the answers can be seen");
    chrome.press("#countdown-title").await?;
    kiosk.waits().await?;
    let ended = kiosk.break_offs().await?;
    ensure!(ended.iter().map(|row| row.idle).sum::<u64>() == 1, "reported: {ended:?}");
    kiosk.has_nothing_of(&[needle()]).await?;
    ensure!(kiosk.app.submissions(super::WAVE).await == 0, "the form was sent");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn who_gives_up_leaves_nothing() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    fill_in(&mut filling).await?;
    chrome.press_id("cancel").await?;
    chrome.press_id("cancel-confirm").await?;
    kiosk.waits().await?;
    let ended = kiosk.break_offs().await?;
    let cancelled: u64 = ended.iter().map(|row| row.cancelled).sum();
    ensure!(cancelled == 1, "reported: {ended:?}");
    kiosk.has_nothing_of(&[needle()]).await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_is_set_forward_costs_nobody_a_form() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    fill_in(&mut filling).await?;
    // No sign of a sleep: the page was in front all the time.
    chrome.run::<()>("window.__passed += 7 * 3_600_000;", vec![]).await?;
    chrome.press("h1").await?;
    // Whoever is there is asked, and goes on.
    chrome.press_id("countdown-stay").await?;
    chrome.test_id("review").await?;
    filling.send().await?;
    kiosk.waits().await?;
    super::super::outcome::drained(chrome).await?;
    let records = kiosk.app.state.store.submissions_after(&super::WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    assert_eq!(records[0].draft.answers, filling.answers());
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_slept_never_shows_the_old_form() -> Result<()> {
    let settings = DeviceSettings { keyboard: true, ..DeviceSettings::default() };
    let kiosk = Kiosk::start(settings).await?;
    let chrome = &kiosk.chrome;
    kiosk.at_the_comment().await?;
    // In the middle of a word, with the keyboard open.
    chrome.type_into("textarea", COMMENT).await?;
    chrome.test_id("keyboard").await?;
    kiosk.let_pass(46).await?;
    chrome.test_id("countdown").await?;
    kiosk.let_pass(3_600).await?;
    kiosk.waits().await?;
    ensure!(!chrome.has("[data-testid='step']").await?, "the form is still there");
    let is_gone = "return !document.querySelector('.keyboard');";
    chrome.wait_until("the keyboard goes", is_gone).await?;
    let ended = kiosk.break_offs().await?;
    ensure!(ended.iter().map(|row| row.idle).sum::<u64>() == 1, "reported: {ended:?}");
    kiosk.has_nothing_of(&[needle()]).await?;
    kiosk.chrome.quit().await
}
