//! Tests that preferences change how the form looks and never what is recorded.

use anyhow::{Context, Result, ensure};
use survey_defs::paradata::Mode;
use tests::app::TestApp;
use tests::chrome::{Chrome, Preference, Screen};
use tests::live::LiveServer;

use super::filling::{COMMENT, Filling, Which};
use super::outcome::drained;

const WAVE: &str = "counter";
const PLACE: (&str, &str) = (WAVE, "p1");

#[tokio::test(flavor = "multi_thread")]
async fn both_modes_record_the_same_answers() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    for mode in [Preference::StandardMode, Preference::ElderMode] {
        let mut filling = Filling::open(&chrome, &server, PLACE).await?;
        chrome.prefer(mode).await?;
        filling.start().await?;
        let is_one_by_one = chrome.has("[data-testid='step'][data-question]").await?;
        ensure!(is_one_by_one == (mode == Preference::ElderMode), "{mode:?} is not what it says");
        filling.review(Which::All).await?;
        filling.send().await?;
        drained(&chrome).await?;
    }
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 2, "{} rows", records.len());
    ensure!(records[0].draft.answers == records[1].draft.answers, "the modes differ");
    let modes = records.iter().map(|one| one.draft.paradata.as_ref().map(|seen| seen.mode));
    ensure!(modes.eq([Some(Mode::Standard), Some(Mode::Elder)]), "the mode is not recorded");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_of_mode_keeps_the_answers_and_the_place() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    while let Some(section) = filling.section() {
        filling.answer(Which::All).await?;
        let step = format!("[data-testid='step'][data-section='{section}']");
        for preference in [
            Preference::ElderMode,
            Preference::HighContrast,
            Preference::LargeType,
            Preference::StandardMode,
            Preference::NormalContrast,
            Preference::NormalType,
        ] {
            chrome.prefer(preference).await?;
            chrome.find(&step).await.with_context(|| format!("{preference:?}"))?;
            for language in ["en", "vi"] {
                chrome.speak(language).await?;
                ensure!(chrome.language().await? == language);
                chrome.find(&step).await.context("after a change of the language")?;
            }
        }
        if section == "closing" {
            let script = "return document.querySelector('textarea').value;";
            let typed: String = chrome.run(script, vec![]).await?;
            ensure!(typed == COMMENT, "of the text is left: {typed}");
        }
        chrome.check_page().await?;
        filling.next().await?;
    }
    filling.send().await?;
    drained(&chrome).await?;
    let records = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows", records.len());
    assert_eq!(records[0].draft.answers, filling.answers());
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_next_person_finds_everything_as_usual() -> Result<()> {
    const USUAL: &str = "html[lang='vi'][data-mode='standard'][data-contrast='normal']\
                         [data-type='normal']";
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, ("single", "p1")).await?;
    chrome.find(USUAL).await?;
    for is_sent in [true, false] {
        for preference in [Preference::ElderMode, Preference::HighContrast, Preference::LargeType] {
            chrome.prefer(preference).await?;
        }
        chrome.press_id("lang-en").await?;
        ensure!(!chrome.has(USUAL).await?, "nothing was changed");
        filling.start().await?;
        if is_sent {
            filling.review(Which::All).await?;
            filling.send().await?;
            chrome.reload().await?;
        } else {
            chrome.press_id("cancel").await?;
            chrome.press_id("cancel-confirm").await?;
            chrome.test_id("stopped").await?;
            chrome.press_id("new").await?;
        }
        filling = Filling::here(&chrome, "single").await?;
        chrome.find(USUAL).await.with_context(|| format!("sent: {is_sent}"))?;
        chrome.press_id("preferences-open").await?;
        chrome.find("[data-testid='mode-standard'][aria-pressed='true']").await?;
        chrome.press_id("preferences-open").await?;
        chrome.find("[data-testid='lang-vi'][aria-pressed='true']").await?;
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_back_button_leads_one_step_back() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.answer(Which::All).await?;
    filling.next().await?;
    chrome.find("[data-testid='step'][data-section='services']").await?;
    chrome.back().await?;
    chrome.find("[data-testid='step'][data-section='overall']").await?;
    let given = chrome.has("[name='overall_satisfaction']:checked").await?;
    ensure!(given, "the answer is gone");
    chrome.back().await?;
    chrome.test_id("welcome").await?;
    chrome.quit().await
}
