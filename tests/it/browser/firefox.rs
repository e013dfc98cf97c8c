//! Tests the form in a real Firefox, which has storage, workers and keyboards of its own. Words are
//! composed by the browser's own processor of text input.

use anyhow::{Result, ensure};
use survey_defs::api::paths;
use survey_defs::engine::Answers;
use tests::app::TestApp;
use tests::firefox::Firefox;
use tests::live::LiveServer;
use tests::page::Screen;

use super::composition::{self, COMPOSED, Press};
use super::filling::{Filling, Which};
use super::offline::{IS_KEPT, wait};
use super::outcome::{drained, recorded, waiting};

const WAVE: &str = "counter-2";
const PLACE: (&str, &str) = (WAVE, "p1");
/// Of one question.
const SHORT_WAVE: &str = "single";
const SHORT_PLACE: (&str, &str) = (SHORT_WAVE, "p1");

async fn answers(app: &TestApp, wave: &str) -> Result<Vec<Answers>> {
    ensure!(recorded(app, wave).await?.len() < 10, "more forms than anybody has sent");
    let records = app.state.store.submissions_after(&wave.parse()?, 0, 10).await?;
    Ok(records.into_iter().map(|record| record.draft.answers).collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_citizen_sends_the_form() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let firefox = Firefox::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&firefox, &server, PLACE).await?;
    let size: (u32, u32) = firefox.run("return [innerWidth, innerHeight];", vec![]).await?;
    ensure!(size == (412, 915), "the screen has {size:?}");
    let language = firefox.language().await?;
    ensure!(language == "vi", "the page is in {language}");
    firefox.check_page().await?;
    filling.start().await?;
    while let Some(section) = filling.section() {
        filling.answer(Which::All).await?;
        firefox.check_page().await?;
        firefox.screenshot(&format!("firefox-{section}")).await?;
        filling.next().await?;
    }
    firefox.check_page().await?;
    filling.send().await?;
    drained(&firefox).await?;
    firefox.find("[data-testid='outbox-status'][data-pending='0']").await?;
    firefox.check_page().await?;
    firefox.screenshot("firefox-thanks").await?;
    assert_eq!(answers(&app, WAVE).await?, [filling.answers()]);
    firefox.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_without_a_server_waits_and_arrives_once() -> Result<()> {
    let app = TestApp::start().await;
    let mut server = LiveServer::start(&app).await?;
    let firefox = Firefox::start(Screen::PORTRAIT).await?;
    Filling::open(&firefox, &server, SHORT_PLACE).await?;
    wait(&firefox, "the worker keeps the form", IS_KEPT).await?;
    server.kill().await;
    firefox.reload().await?;
    let mut filling = Filling::here(&firefox, SHORT_WAVE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    filling.send().await?;
    firefox.find("[data-testid='outbox-status'][data-pending='1']").await?;
    firefox.check_page().await?;
    // Nor does closing the page lose anything.
    firefox.reload().await?;
    Filling::here(&firefox, SHORT_WAVE).await?;
    ensure!(waiting(&firefox).await? == 1, "the form does not wait any more");
    ensure!(recorded(&app, SHORT_WAVE).await?.is_empty());
    server.restart().await?;
    drained(&firefox).await?;
    assert_eq!(answers(&app, SHORT_WAVE).await?, [filling.answers()]);
    firefox.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reload_in_the_middle_costs_nothing() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let server = LiveServer::start(&app).await?;
    let firefox = Firefox::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&firefox, &server, PLACE).await?;
    filling.start().await?;
    while filling.section().is_some() {
        filling.answer(Which::All).await?;
        taken_up(&firefox, &filling).await?;
        filling.next().await?;
    }
    taken_up(&firefox, &filling).await?;
    filling.send().await?;
    drained(&firefox).await?;
    assert_eq!(answers(&app, WAVE).await?, [filling.answers()]);
    firefox.reload().await?;
    firefox.test_id("start").await?;
    ensure!(!firefox.has("[data-testid='resume']").await?, "the draft outlives its form");
    firefox.quit().await
}

/// Reloads the page and goes on where it was.
async fn taken_up(firefox: &Firefox, filling: &Filling<'_>) -> Result<()> {
    firefox.reload().await?;
    firefox.test_id("resume").await?;
    ensure!(!firefox.has("[data-testid='start']").await?, "two ways to begin");
    firefox.press_id("resume-continue").await?;
    firefox.find(&filling.screen()).await?;
    firefox.check_page().await
}

#[tokio::test(flavor = "multi_thread")]
async fn two_tabs_with_the_same_form_send_two_forms() -> Result<()> {
    let app = TestApp::with_wave(WAVE).await;
    let mut server = LiveServer::start(&app).await?;
    let firefox = Firefox::start(Screen::PORTRAIT).await?;
    let mut first = Filling::open(&firefox, &server, PLACE).await?;
    first.start().await?;
    first.answer(Which::All).await?;
    first.next().await?;

    let path = paths::fill(paths::FORM_PAGE, &[PLACE.0, PLACE.1]);
    firefox.open_second_tab(&format!("{}{path}", server.origin)).await?;
    let mut second = Filling::here(&firefox, WAVE).await?;
    ensure!(!firefox.has("[data-testid='resume']").await?, "the first tab's form is offered");
    second.start().await?;
    ensure!(!firefox.has("input:checked").await?, "an answer of the first tab");
    second.answer(Which::Required).await?;

    firefox.to_first_tab().await?;
    first.review(Which::All).await?;
    server.kill().await;
    first.send().await?;
    firefox.find("[data-testid='outbox-status'][data-pending='1']").await?;

    firefox.to_second_tab().await?;
    second.next().await?;
    second.review(Which::Required).await?;
    second.send().await?;
    firefox.find("[data-testid='outbox-status'][data-pending='2']").await?;
    ensure!(waiting(&firefox).await? == 2, "not both forms wait");

    server.restart().await?;
    drained(&firefox).await?;
    firefox.find("[data-testid='outbox-status'][data-pending='0']").await?;
    firefox.check_page().await?;
    firefox.to_first_tab().await?;
    firefox.find("[data-testid='outbox-status'][data-pending='0']").await?;
    firefox.check_page().await?;
    let sent = answers(&app, WAVE).await?;
    ensure!(sent.len() == 2, "{} forms", sent.len());
    ensure!(first.answers() != second.answers(), "the forms are alike");
    ensure!(sent.contains(&first.answers()) && sent.contains(&second.answers()), "{sent:?}");
    firefox.quit().await
}

/// A browser composes once: on its next page, what it composes takes the place of what was typed before.
async fn compose(press: Press) -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let firefox = Firefox::start(Screen::PORTRAIT).await?;
    let filling = composition::begun(&firefox, &server).await?;
    firefox.compose(COMPOSED).await?;
    composition::sent((&firefox, &app), filling, (press, 1)).await?;
    firefox.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_still_composed_is_sent() -> Result<()> {
    compose(Press::Finger).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_still_composed_is_sent_without_leaving_its_field() -> Result<()> {
    compose(Press::FocusStays).await
}
