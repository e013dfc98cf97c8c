//! Tests that a tap means one thing: whoever taps twice moves one screen, and answers once.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Preference, Screen};
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

const WAVE: &str = "counter-2";
const PLACE: (&str, &str) = (WAVE, "p1");
const PHONE: Screen = Screen { width: 360, height: 640 };
pub(super) const GAPS_MS: [u32; 4] = [50, 150, 300, 500];
/// Of these, how fast a trembling hand mostly is.
pub(super) const ACCIDENTS_MS: [u32; 2] = [150, 300];

/// The screen that is open, and whether it marks something as wrong.
const OPEN: &str = "const found = document.querySelector(arguments[0]); \
    return !!found && !document.querySelector('.error') \
        && document.querySelectorAll('[data-testid=welcome], [data-testid=step], \
            [data-testid=review], [data-testid=thanks], [data-testid=stopped]').length === 1;";

/// Fails unless this is on the screen, alone, and marks nothing as wrong.
pub(super) async fn is_open(chrome: &Chrome, css: &str) -> Result<()> {
    let is_open = chrome.run::<bool>(OPEN, vec![json!(css)]).await?;
    ensure!(is_open, "{css} is not what is on the screen");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_on_any_button_of_the_form_move_one_screen() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(PHONE).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    for gap_ms in GAPS_MS {
        filling.tapped_again_after = Some(gap_ms);
        filling.start().await?;
        is_open(&chrome, "[data-section]").await.with_context(|| format!("start, {gap_ms} ms"))?;
        filling.back().await?;
    }
    filling.tapped_again_after = None;
    filling.start().await?;
    while let Some(section) = filling.section() {
        filling.answer(Which::Required).await?;
        for gap_ms in GAPS_MS {
            let context = || format!("{section}, {gap_ms} ms");
            filling.tapped_again_after = Some(gap_ms);
            filling.next().await.with_context(context)?;
            is_open(&chrome, &filling.screen()).await.with_context(context)?;
            filling.back().await.with_context(context)?;
            is_open(&chrome, &filling.screen()).await.with_context(context)?;
        }
        filling.tapped_again_after = None;
        filling.next().await?;
    }
    for gap_ms in GAPS_MS {
        let context = || format!("the review, {gap_ms} ms");
        chrome.tap_twice("[data-testid='edit-services']", gap_ms).await?;
        is_open(&chrome, "[data-section='services']").await.with_context(context)?;
        chrome.tap_twice("[data-testid='next']", gap_ms).await?;
        is_open(&chrome, "[data-testid='review']").await.with_context(context)?;
        chrome.tap_twice("[data-testid='cancel']", gap_ms).await?;
        chrome.find("dialog[open]").await.with_context(context)?;
        chrome.tap_twice("[data-testid='cancel-stay']", gap_ms).await?;
        is_open(&chrome, "[data-testid='review']").await.with_context(context)?;
        ensure!(!chrome.has("dialog[open]").await?, "the dialog is open again: {gap_ms} ms");
    }
    for (number, gap_ms) in GAPS_MS.into_iter().enumerate() {
        filling.tapped_again_after = Some(gap_ms);
        filling.send().await?;
        is_open(&chrome, "[data-testid='thanks']").await.with_context(|| format!("{gap_ms} ms"))?;
        drained(&chrome).await?;
        ensure!(recorded(&app, WAVE).await?.len() == number + 1, "sent twice: {gap_ms} ms");
        chrome.reload().await?;
        filling = Filling::here(&chrome, WAVE).await?;
        filling.start().await?;
        filling.review(Which::Required).await?;
    }
    chrome.tap_twice("[data-testid='cancel']", 150).await?;
    chrome.tap_twice("[data-testid='cancel-confirm']", 150).await?;
    is_open(&chrome, "[data-testid='stopped']").await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_beside_the_way_lead_one_screen_on() -> Result<()> {
    const WELCOME: &str = "[data-testid='welcome']:not(:has([data-testid='resume']))";
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(PHONE).await?;
    // A form that was opened once opens without a network: that is the service worker's.
    chrome.bypass_worker(true).await?;
    let package = paths::fill(paths::FORM, &[WAVE, "p1"]);
    let page = paths::fill(paths::FORM_PAGE, &[WAVE, "p1"]);
    let chosen = "return document.querySelectorAll(':checked').length;";
    for gap_ms in ACCIDENTS_MS {
        let context = || format!("{gap_ms} ms");
        server.faults.always(&package, Fault::Lost);
        chrome.open(&format!("{}{page}", server.origin)).await?;
        chrome.test_id("trouble").await?;
        chrome.tap_twice("[data-testid='retry']", gap_ms).await?;
        chrome.wait_until("it was tried", IS_TRIED).await.with_context(context)?;
        ensure!(chrome.has("[data-testid='trouble']").await?, "no trouble any more: {gap_ms} ms");
        server.faults.heal();
        chrome.tap_twice("[data-testid='retry']", gap_ms).await?;
        let mut filling = Filling::here(&chrome, WAVE).await.with_context(context)?;
        chrome.settled().await?;
        is_open(&chrome, WELCOME).await.with_context(context)?;

        filling.start().await?;
        filling.answer(Which::Required).await?;
        filling.next().await?;
        chrome.reload().await?;
        chrome.test_id("resume").await?;
        chrome.tap_twice("[data-testid='resume-continue']", gap_ms).await?;
        chrome.find(&filling.screen()).await.with_context(context)?;
        chrome.settled().await?;
        is_open(&chrome, &filling.screen()).await.with_context(context)?;
        let answers: u32 = chrome.run(chosen, vec![]).await?;
        ensure!(answers == 0, "{answers} answers are given unseen: {gap_ms} ms");

        chrome.reload().await?;
        chrome.test_id("resume").await?;
        chrome.tap_twice("[data-testid='resume-restart']", gap_ms).await?;
        is_open(&chrome, WELCOME).await.with_context(context)?;

        chrome.press_id("start").await?;
        chrome.press_id("cancel").await?;
        chrome.tap_twice("[data-testid='cancel-confirm']", gap_ms).await?;
        is_open(&chrome, "[data-testid='stopped']").await.with_context(context)?;
        chrome.tap_twice("[data-testid='new']", gap_ms).await?;
        is_open(&chrome, WELCOME).await.with_context(context)?;
    }
    chrome.quit().await
}

/// Nothing is being tried.
const IS_TRIED: &str =
    "return !document.querySelector('[data-testid=retry]')?.innerText.includes('…');";

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_lead_one_question_on_in_the_elder_mode() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(PHONE).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    chrome.prefer(Preference::ElderMode).await?;
    filling.start().await?;
    let open = "return document.querySelector('[data-question]')?.dataset.question ?? '';";
    let mut seen: Vec<String> = Vec::new();
    loop {
        let question: String = chrome.run(open, vec![]).await?;
        if question.is_empty() {
            break;
        }
        let answer = format!("[data-question='{question}'] label");
        if chrome.has(&answer).await? {
            chrome.press(&answer).await?;
        }
        let gap_ms = GAPS_MS[seen.len() % GAPS_MS.len()];
        chrome.tap_twice("[data-testid='next']", gap_ms).await?;
        chrome.tap_twice("[data-testid='back']", gap_ms).await?;
        let back: String = chrome.run(open, vec![]).await?;
        ensure!(back == question, "from {question} on and back to {back}: {gap_ms} ms");
        chrome.tap_twice("[data-testid='next']", gap_ms).await?;
        seen.push(question);
    }
    let form = tests::drafts::instrument_of_wave(WAVE);
    // The lowest level was given, so every question was asked.
    let all: Vec<&str> = form.questions().map(|question| question.id.as_str()).collect();
    ensure!(seen == all, "{seen:?}");
    is_open(&chrome, "[data-testid='review']").await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_give_one_answer() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(PHONE).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    let chosen = "return [...document.querySelectorAll(':checked')].map((one) => one.value);";
    // Nothing is answered yet: what is missing is marked, and vanishes when it is given.
    for gap_ms in [50, 150, 300] {
        chrome.press_id("next").await?;
        chrome.find(".error").await?;
        chrome.tap_twice("label.level-2", gap_ms).await?;
        let values: Vec<String> = chrome.run(chosen, vec![]).await?;
        ensure!(values == ["2"], "after two taps on the second level: {values:?}");
        // A box that is tapped twice by accident stays ticked.
        chrome.tap_twice("label:has([value='waiting'])", gap_ms).await?;
        let values: Vec<String> = chrome.run(chosen, vec![]).await?;
        ensure!(values == ["2", "waiting"], "after two taps on a box: {values:?}");
        chrome.reload().await?;
        chrome.press_id("resume-restart").await?;
        chrome.press_id("start").await?;
        chrome.test_id("step").await?;
    }
    // On purpose, it can be unticked.
    chrome.press("label.level-2").await?;
    chrome.tap_twice("label:has([value='waiting'])", 400).await?;
    let values: Vec<String> = chrome.run(chosen, vec![]).await?;
    ensure!(values == ["2"], "after two taps on purpose: {values:?}");
    chrome.quit().await
}
