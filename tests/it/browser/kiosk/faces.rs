//! Tests that the face touched on the first screen is the first answer.

use anyhow::{Context, Result, ensure};
use survey_defs::answer::{Answer, Level};
use survey_defs::device::DeviceSettings;
use survey_defs::engine::Event;
use tests::drafts::instrument_of_wave;

use super::super::filling::{Filling, Which};
use super::super::outcome::drained;
use super::{Kiosk, WAVE};

#[tokio::test(flavor = "multi_thread")]
async fn a_face_begins_the_form_with_its_answer() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let first = instrument_of_wave(WAVE).opening_statement().context("no statement")?.id.clone();
    for (number, level) in Level::ALL.into_iter().enumerate() {
        chrome.press_id(&format!("face-{}", level.index() + 1)).await?;
        let chosen = format!("[name='{first}'][value='{}']:checked", level.index() + 1);
        let is_chosen = format!("return !!document.querySelector(\"{chosen}\");");
        chrome.wait_until(&format!("{level:?} is chosen"), &is_chosen).await?;
        ensure!(!chrome.has("[data-testid='welcome']").await?, "the welcome screen is still there");
        let mut filling = Filling::begun(chrome, WAVE);
        filling.apply(Event::Answer(first.clone(), Answer::Level(level)));
        // The only question of its section that must be answered is.
        filling.next().await?;
        filling.review(Which::Required).await?;
        filling.send().await?;
        kiosk.waits().await?;
        drained(chrome).await?;
        let records = kiosk.app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
        ensure!(records.len() == number + 1, "{} rows", records.len());
        let recorded = records.last().and_then(|one| one.draft.answers.get(&first));
        ensure!(recorded == Some(&Answer::Level(level)), "recorded: {recorded:?}");
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_taps_on_a_face_are_one() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    for gap_ms in super::super::taps::GAPS_MS {
        chrome.tap_twice("[data-testid='face-2']", gap_ms).await?;
        let is_chosen = "return !!document.querySelector('[data-testid=step] .level-2 :checked');";
        chrome.wait_until("the face is the answer", is_chosen).await?;
        let section = "return document.querySelector('[data-testid=step]').dataset.section;";
        let section: String = chrome.run(section, vec![]).await?;
        ensure!(
            section == instrument_of_wave(WAVE).sections()[0].id.as_str(),
            "{gap_ms} ms: {section}"
        );
        chrome.press_id("cancel").await?;
        chrome.press_id("cancel-confirm").await?;
        kiosk.waits().await?;
    }
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_language_chosen_before_the_first_answer_is_kept_for_it() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    chrome.press_id("lang-en").await?;
    chrome.wait_for_text("[data-testid='face-5']", |text| text.contains("Very satisfied")).await?;
    chrome.press_id("face-5").await?;
    chrome.find("html[lang='en'] [data-testid='step']").await?;
    chrome.press_id("cancel").await?;
    chrome.press_id("cancel-confirm").await?;
    kiosk.waits().await?;
    chrome.find("html[lang='vi']").await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_form_takes_ten_taps() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let count = "window.taps = 0; \
        addEventListener('pointerdown', () => { window.taps += 1; }, { capture: true });";
    chrome.run::<()>(count, vec![]).await?;
    chrome.press_id("face-4").await?;
    let first = instrument_of_wave(WAVE).opening_statement().context("no statement")?.id.clone();
    let mut filling = Filling::begun(chrome, WAVE);
    filling.apply(Event::Answer(first, Answer::Level(Level::ALL[3])));
    chrome.find(&filling.screen()).await?;
    filling.next().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    let taps: u32 = chrome.run("return window.taps;", vec![]).await?;
    // The face, three pages, five statements, send.
    ensure!(taps == 1 + 3 + 5 + 1, "{taps} taps");
    kiosk.chrome.quit().await
}
