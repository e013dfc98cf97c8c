//! Tests the app in a real Chromium: journeys, faults, residues, accessibility; and the form in a real
//! Firefox.

mod axe;
mod spoken;
mod keyboard;
mod modes;
mod elder;
mod matrix;
mod along_the_way;
mod taps;
mod resume;
mod short_code;
mod troubles;
mod offline;
mod power_cuts;
mod outages;
mod verdicts;
mod silent_storage;
mod in_app;
mod backlog;
mod residue;
mod kiosk;
mod composition;
mod console;

mod firefox;
mod filling;
mod outcome;

use anyhow::{Result, bail, ensure};
use survey_defs::analysis::ScoreTable;
use survey_defs::api::paths;
use survey_defs::ids::QuestionId;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::drafts::{complete, instrument_of_wave};
use tests::live::LiveServer;

use self::filling::{Filling, Which};

/// A citizen fills in the form of a wave at one screen size, with an English interlude; the
/// answers in the database are exactly those given.
async fn journey(name: &str, wave: &str, point: &str, screen: Screen) -> Result<()> {
    let is_there = !wave.contains('-');
    let app = if is_there { TestApp::start().await } else { TestApp::with_wave(wave).await };
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(screen).await?;
    let mut filling = Filling::open(&chrome, &server, (wave, point)).await?;

    chrome.press_id("lang-en").await?;
    chrome.wait_for_text("[data-testid='start']", |text| text.contains("Start")).await?;
    chrome.press_id("lang-vi").await?;
    chrome.check_page().await?;
    chrome.screenshot(&format!("{name}-welcome")).await?;
    if let Some(head) = &instrument_of_wave(wave).definition().head {
        let read = "return document.querySelector('[data-testid=welcome]').innerText;";
        let drawn: String = chrome.run(read, vec![]).await?;
        for line in [&head.form, &head.plan, &head.instruction] {
            ensure!(drawn.contains(&line.vi), "no “{}” on the first screen", line.vi);
        }
    }
    filling.start().await?;
    let mut number = 0;
    while let Some(section) = filling.section() {
        filling.answer(Which::All).await?;
        chrome.check_page().await?;
        chrome.screenshot(&format!("{name}-{number:02}-{section}")).await?;
        filling.next().await?;
        number += 1;
    }
    chrome.check_page().await?;
    chrome.screenshot(&format!("{name}-review")).await?;
    filling.send().await?;
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    chrome.screenshot(&format!("{name}-thanks")).await?;

    let records = app.state.store.submissions_after(&wave.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows instead of one", records.len());
    assert_eq!(records[0].draft.answers, filling.answers());
    assert_eq!(records[0].draft.id.uuid().get_version_num(), 7);
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_test_has_one_browser_at_a_time() -> Result<()> {
    let first = Chrome::start(Screen::PORTRAIT).await?;
    let Err(refused) = Chrome::start(Screen::PORTRAIT).await else { bail!("it has two") };
    ensure!(refused.to_string().contains("one browser at a time"), "{refused}");
    first.quit().await?;
    Chrome::start(Screen::PORTRAIT).await?.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_counter_form_on_a_small_phone() -> Result<()> {
    journey("counter-phone", "counter", "p1", Screen { width: 360, height: 640 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_counter_form_on_a_large_screen() -> Result<()> {
    journey("counter-large", "counter", "p1", Screen { width: 1080, height: 1920 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_the_national_form_on_a_phone() -> Result<()> {
    journey("national-phone", "national", "p1", Screen::PORTRAIT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn nobody_needs_to_say_whether_staff_helps() -> Result<()> {
    let app = TestApp::with_wave("counter-2").await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen { width: 360, height: 640 }).await?;
    let mut filling = Filling::open(&chrome, &server, ("counter-2", "p1")).await?;
    filling.start().await?;
    while filling.section().is_some() {
        filling.answer(Which::Required).await?;
        filling.next().await?;
    }
    filling.send().await?;
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    let records = app.state.store.submissions_after(&"counter-2".parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows instead of one", records.len());
    let answered: Vec<&str> = records[0].draft.answers.keys().map(QuestionId::as_str).collect();
    ensure!(answered.len() == 6 && !answered.contains(&"staff_helped"), "{answered:?}");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_version_2_of_the_counter_form_on_a_phone() -> Result<()> {
    journey("counter-2-phone", "counter-2", "p1", Screen { width: 360, height: 640 }).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_completes_version_2_of_the_ward_form_on_a_phone() -> Result<()> {
    journey("ward-2-phone", "ward-2", "p1", Screen::PORTRAIT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_tells_a_mistake_in_the_language_of_its_page() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen { width: 1440, height: 900 }).await?;
    chrome.open(&app.console(&server.origin, "?wave=counter&method=nope").await).await?;
    let notice = ".notice-error";
    let told =
        chrome.wait_for_text(notice, |text| text.contains("Không có phương pháp tính này")).await?;
    ensure!(!told.contains("is not one of"), "English on a Vietnamese page: {told}");
    chrome.press("header [lang=en]").await?;
    chrome.wait_for_text(notice, |text| text.contains("is not one of")).await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_console_shows_a_new_answer_after_the_next_refresh() -> Result<()> {
    let app = TestApp::start().await;
    for number in 1..=30 {
        app.post_json(paths::SUBMISSIONS, &complete("counter", number, 5)).await;
    }
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen { width: 1440, height: 900 }).await?;
    chrome.open(&app.console(&server.origin, "").await).await?;
    chrome.choose("[data-testid='wave']", "counter").await?;
    chrome.choose("[data-testid='by']", "ward").await?;
    let cell = "[data-testid='overall-00004@2025-07-01']";
    chrome.wait_for_text(cell, |text| text.contains("100")).await?;
    chrome.screenshot("console-before").await?;

    app.post_json(paths::SUBMISSIONS, &complete("counter", 31, 1)).await;
    let table: ScoreTable = app.get("/api/v1/scores?wave=counter&by=ward").await.json();
    assert_eq!(table.groups[0].cells[0].score, Some(96.77));
    chrome.press_id("refresh").await?;
    chrome.wait_for_text(cell, |text| text.contains("96,77")).await?;
    chrome.press("[data-testid='row-00004@2025-07-01'] button").await?;
    chrome.test_id("bars").await?;
    chrome.screenshot("console-after").await?;
    chrome.quit().await
}
