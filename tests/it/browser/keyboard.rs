//! Tests the form by keyboard alone: Tab, Shift+Tab, arrows, Space and Enter.

use anyhow::{Context, Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Key, Media, Preference, Screen, Stop};
use tests::live::LiveServer;

use super::filling::Filling;
use super::outcome::{drained, recorded};

/// More stops than any screen has: who has not come round by then is trapped.
const MOST_STOPS: usize = 100;

/// Tabs once round the screen and returns its stops.
async fn round(chrome: &Chrome, key: Key) -> Result<Vec<Stop>> {
    let mut stops: Vec<Stop> = Vec::new();
    for _ in 0..MOST_STOPS {
        chrome.key(key).await?;
        match chrome.focused().await? {
            // The browser's own controls come between the last stop and the first.
            None => {}
            Some(stop) if stops.first().is_some_and(|first| first.index == stop.index) => {
                return Ok(stops);
            }
            Some(stop) => {
                check(&stop)?;
                stops.push(stop);
            }
        }
    }
    anyhow::bail!("the focus is trapped: {:?}", stops.last())
}

fn check(stop: &Stop) -> Result<()> {
    ensure!(stop.is_on_screen, "not all on the screen: {stop:?}");
    ensure!(stop.covered_by.is_empty(), "covered: {stop:?}");
    ensure!(stop.is_marked, "without a mark of the focus: {stop:?}");
    Ok(())
}

/// Forwards in the order of the document, and backwards the same stops.
async fn check_order(chrome: &Chrome) -> Result<()> {
    let there = round(chrome, Key::Tab).await?;
    let places = |stops: &[Stop]| stops.iter().map(|stop| stop.index).collect::<Vec<_>>();
    let forward = places(&there);
    let mut turned = forward.clone();
    let lowest = forward.iter().enumerate().min_by_key(|(_, place)| **place);
    turned.rotate_left(lowest.map_or(0, |(at, _)| at));
    ensure!(turned.is_sorted(), "the order is not that of the document: {there:?}");
    let mut back = places(&round(chrome, Key::BackTab).await?);
    back.sort_unstable();
    ensure!(back == turned, "backwards it stops at {back:?}, forwards at {turned:?}");
    Ok(())
}

/// Goes on with Tab to what a test accepts.
async fn to(chrome: &Chrome, what: &str, accept: impl Fn(&Stop) -> bool) -> Result<Stop> {
    for _ in 0..MOST_STOPS {
        if let Some(stop) = chrome.focused().await?
            && accept(&stop)
        {
            return Ok(stop);
        }
        chrome.key(Key::Tab).await?;
    }
    anyhow::bail!("Tab never comes to {what}")
}

/// Answers everything on a screen in one pass, and presses “next”.
async fn answer_all(chrome: &Chrome) -> Result<()> {
    let mut arrows_left = 1;
    let mut before = String::new();
    for _ in 0..MOST_STOPS {
        chrome.key(Key::Tab).await?;
        let Some(stop) = chrome.focused().await? else { continue };
        check(&stop)?;
        match stop.kind.as_str() {
            "radio" if !stop.is_given && arrows_left > 0 => {
                chrome.key(Key::Space).await?;
                chrome.key(Key::Down).await?;
                arrows_left -= 1;
                let moved = chrome.focused().await?.context("an arrow loses the focus")?;
                ensure!(moved.is_given && moved.index > stop.index, "the arrow chose {moved:?}");
                check(&moved)?;
            }
            "radio" | "checkbox" if !stop.is_given && stop.name != before => {
                chrome.key(Key::Space).await?;
                let now = chrome.focused().await?.context("Space loses the focus")?;
                ensure!(now.is_given && now.index == stop.index, "Space chose {now:?}");
            }
            "number" if !stop.is_given => chrome.write("3").await?,
            "textarea" | "text" if !stop.is_given => chrome.write("Cảm ơn").await?,
            _ if stop.test_id == "next" => return chrome.key(Key::Enter).await,
            _ => {}
        }
        before.clone_from(&stop.name);
    }
    anyhow::bail!("Tab never comes to “next”")
}

async fn journey(screen: Screen) -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(screen).await?;
    // What moves is not yet where it will be when it is looked at.
    chrome.media(Media::ReducedMotion).await?;
    Filling::open(&chrome, &server, ("counter", "p1")).await?;
    chrome.remember_looks().await?;
    check_order(&chrome).await.context("welcome")?;
    to(&chrome, "start", |stop| stop.test_id == "start").await?;
    chrome.key(Key::Enter).await?;
    for section in ["overall", "services", "visit", "closing"] {
        chrome.find(&format!("[data-testid='step'][data-section='{section}']")).await?;
        chrome.wait_until("the heading has the focus", HEADING).await?;
        chrome.remember_looks().await?;
        check_order(&chrome).await.context(section)?;
        chrome.run::<()>("document.getElementById('heading').focus();", vec![]).await?;
        answer_all(&chrome).await.context(section)?;
    }
    chrome.test_id("review").await?;
    chrome.wait_until("the heading has the focus", HEADING).await?;
    chrome.remember_looks().await?;
    check_order(&chrome).await.context("review")?;
    to(&chrome, "send", |stop| stop.test_id == "send").await?;
    chrome.key(Key::Space).await?;
    chrome.test_id("thanks").await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, "counter").await?.len() == 1, "the form did not arrive");
    chrome.quit().await
}

/// One question after the other.
async fn elder_journey() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.media(Media::ReducedMotion).await?;
    Filling::open(&chrome, &server, ("counter", "p1")).await?;
    chrome.prefer(Preference::ElderMode).await?;
    chrome.remember_looks().await?;
    check_order(&chrome).await.context("welcome")?;
    to(&chrome, "start", |stop| stop.test_id == "start").await?;
    chrome.key(Key::Enter).await?;
    let mut asked = Vec::new();
    loop {
        let next = format!(
            "const step = document.querySelector('[data-testid=step]'); \
             return step ? step.dataset.question !== '{}' : !!document.querySelector('[data-testid=review]');",
            asked.last().map_or("", String::as_str)
        );
        chrome.wait_until("the next question is open", &next).await?;
        chrome.wait_until("the heading has the focus", HEADING).await?;
        let open = "return document.querySelector('[data-testid=step]')?.dataset.question ?? null;";
        let Some(question) = chrome.run::<Option<String>>(open, vec![]).await? else { break };
        chrome.remember_looks().await?;
        answer_all(&chrome).await.with_context(|| question.clone())?;
        asked.push(question);
    }
    ensure!(asked.len() >= 12, "only these questions were asked: {asked:?}");
    to(&chrome, "send", |stop| stop.test_id == "send").await?;
    chrome.key(Key::Space).await?;
    chrome.test_id("thanks").await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, "counter").await?.len() == 1, "the form did not arrive");
    chrome.quit().await
}

const HEADING: &str = "return document.activeElement?.id === 'heading';";

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_filled_in_by_keyboard_alone() -> Result<()> {
    journey(Screen::PORTRAIT).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_filled_in_by_keyboard_alone_on_a_lying_phone() -> Result<()> {
    journey(Screen::LANDSCAPE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_form_is_filled_in_by_keyboard_alone_in_the_elder_mode() -> Result<()> {
    elder_journey().await
}
