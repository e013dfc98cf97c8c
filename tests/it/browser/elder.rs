//! Tests that the elder mode helps: on a small phone each question is in view with its answers.

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use tests::app::TestApp;
use tests::chrome::{Chrome, Preference, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::drained;

const PLACE: (&str, &str) = ("counter-2", "p1");
const SMALL: Screen = Screen { width: 360, height: 640 };

/// What a person sees of a question without scrolling, in CSS pixels.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    question: String,
    height: f64,
    is_statement_in_view: bool,
    has_intro: bool,
    levels: usize,
    /// The levels of which all is in view.
    levels_in_view: usize,
    bar: f64,
    /// What lies over what, of the things around the question.
    overlaps: Vec<String>,
}

const SEEN: &str = "const at = (css) => document.querySelector(css)?.getBoundingClientRect(); \
    const bar = at('.actions'); \
    const isInView = (box) => box.top >= 0 && box.bottom <= bar.top + 0.5; \
    const levels = [...document.querySelectorAll('.level')].map((one) => one.getBoundingClientRect()); \
    const around = ['.preferences-open', '.progress-text', '.progress-parts', '.question-text'] \
        .map((css) => [css, at(css)]).filter(([, box]) => box?.height); \
    const overlaps = around.flatMap(([one, a], index) => around.slice(index + 1) \
        .filter(([, b]) => a.left < b.right && b.left < a.right && a.top < b.bottom && b.top < a.bottom) \
        .map(([other]) => `${one} and ${other}`)); \
    return { question: document.querySelector('[data-question]').dataset.question, \
        height: at('.question').height, isStatementInView: isInView(at('.question-text')), \
        hasIntro: !!at('.intro, .marks')?.height, levels: levels.length, \
        levelsInView: levels.filter(isInView).length, bar: bar.height, overlaps };";

/// Looks at each question of the form.
async fn questions(
    (chrome, server): (&Chrome, &LiveServer),
    language: &str,
    preferences: &[Preference],
) -> Result<Vec<Seen>> {
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    for preference in preferences {
        chrome.prefer(*preference).await?;
    }
    chrome.press_id(&format!("lang-{language}")).await?;
    filling.start().await?;
    let mut questions = Vec::new();
    while chrome.has("[data-question]").await? {
        chrome.settled().await?;
        chrome.check_page().await?;
        let seen: Seen = chrome.run(SEEN, vec![]).await?;
        let answer = format!("[data-question='{}'] label", seen.question);
        if chrome.has(&answer).await? {
            chrome.press(&answer).await?;
        }
        questions.push(seen);
        chrome.press_id("next").await?;
        chrome.find("[data-testid='step'], [data-testid='review']").await?;
    }
    // Or the next opening would ask whether to go on.
    chrome.run::<()>("sessionStorage.clear();", vec![]).await?;
    Ok(questions)
}

#[tokio::test(flavor = "multi_thread")]
async fn each_question_is_in_view_with_its_answers_on_a_small_phone() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    for language in ["vi", "en"] {
        let preferences = [Preference::ElderMode];
        let questions = questions((&chrome, &server), language, &preferences).await?;
        ensure!(questions.len() >= 12, "{} questions", questions.len());
        let statements = questions.iter().filter(|seen| seen.levels == 5).count();
        ensure!(statements == 6, "{statements} statements with five levels");
        for seen in questions {
            let context = || format!("{language}: {seen:?}");
            ensure!(seen.overlaps.is_empty(), "something is covered: {}", context());
            ensure!(seen.is_statement_in_view, "the statement is cut: {}", context());
            ensure!(seen.height <= 1.5 * 640.0, "too tall: {}", context());
            ensure!(seen.bar <= 640.0 / 5.0, "too tall a bar: {}", context());
            // The page that explains the section or the marks has less room.
            let least = if seen.has_intro { 3 } else { 5 };
            ensure!(
                seen.levels == 0 || seen.levels_in_view >= least,
                "{least} levels are not in view: {}",
                context()
            );
        }
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_bar_takes_a_fifth_at_most_however_large_the_type_is() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let preferences = [Preference::ElderMode, Preference::LargeType];
    for seen in questions((&chrome, &server), "vi", &preferences).await? {
        ensure!(seen.bar <= 640.0 / 5.0, "too tall a bar: {seen:?}");
        ensure!(seen.overlaps.is_empty(), "something is covered: {seen:?}");
    }
    let back = "const box = document.querySelector('[data-testid=back] .icon').getBoundingClientRect(); \
                return box.width > 0 && box.height > 0;";
    let has_sign: bool = chrome.run(back, vec![]).await.context("the way back")?;
    ensure!(has_sign, "the button that leads back shows nothing");
    chrome.quit().await
}

/// Counts what a finger does, and no script.
const COUNT: &str = "window.taps = 0; addEventListener('pointerdown', ({ isTrusted }) => { \
    window.taps += isTrusted; \
}, { capture: true });";

#[tokio::test(flavor = "multi_thread")]
async fn the_elder_mode_costs_one_tap_per_question_at_most() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut taps = Vec::new();
    let mut asked = 0;
    for mode in [Preference::StandardMode, Preference::ElderMode] {
        for which in [Which::Required, Which::All] {
            let mut filling = Filling::open(&chrome, &server, PLACE).await?;
            chrome.prefer(mode).await?;
            chrome.run::<()>(COUNT, vec![]).await?;
            filling.start().await?;
            filling.review(which).await?;
            filling.send().await?;
            taps.push(chrome.run::<usize>("return window.taps;", vec![]).await?);
            asked = filling.asked();
            drained(&chrome).await?;
        }
    }
    let [required, all, elder_required, elder_all] = taps[..] else { bail!("{taps:?}") };
    // Start, the statements, the pages, send.
    ensure!(required == 1 + 6 + 3 + 1, "the taps are not counted: {required}");
    for (ordinary, elder) in [(required, elder_required), (all, elder_all)] {
        ensure!(elder > ordinary, "the elder mode has no pages of its own: {elder}");
        ensure!(elder <= ordinary + asked, "{elder} taps, not {ordinary} and {asked} questions");
    }
    chrome.quit().await
}
