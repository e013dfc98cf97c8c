//! Tests names, roles and announcements in the accessibility tree of the browser.

use anyhow::{Context, Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Node, Screen};
use tests::drafts::instrument;
use tests::live::LiveServer;

use super::filling::{Filling, Which};

const PLACE: (&str, &str) = ("counter", "p1");

fn of_role<'a>(tree: &'a [Node], role: &str) -> Vec<&'a Node> {
    tree.iter().filter(|node| node.role == role).collect()
}

/// What every screen owes to those who cannot see it.
fn check_screen(tree: &[Node]) -> Result<()> {
    for role in ["button", "radiogroup", "radio", "checkbox", "textbox", "spinbutton", "heading"] {
        for node in of_role(tree, role) {
            ensure!(!node.name.trim().is_empty(), "a {role} without a name: {node:?}");
        }
    }
    for group in of_role(tree, "radiogroup") {
        let options: Vec<_> = group.within.iter().filter(|(role, _)| role == "radio").collect();
        ensure!(options.len() >= 2, "{} has {} options", group.name, options.len());
        let mut words: Vec<&str> = options.iter().map(|(_, name)| name.as_str()).collect();
        words.sort_unstable();
        words.dedup();
        ensure!(words.len() == options.len(), "two options of {} sound the same", group.name);
    }
    let headings = of_role(tree, "heading");
    let first = headings.iter().filter(|node| node.property("level") == "1").count();
    ensure!(first == 1, "{first} headings of level 1");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn every_control_says_what_it_is() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    check_screen(&chrome.tree().await?).context("welcome")?;
    filling.start().await?;
    let definition = instrument("counter");
    while let Some(id) = filling.section() {
        filling.answer(Which::All).await?;
        let tree = chrome.tree().await?;
        check_screen(&tree).with_context(|| id.clone())?;
        let progress = of_role(&tree, "progressbar");
        ensure!(progress.len() == 1, "{} progress bars", progress.len());
        ensure!(!progress[0].name.is_empty(), "the progress bar has no name");
        // Chromium's tree leaves the words for the value out.
        chrome.find("[role='progressbar'][aria-valuetext*='Bước']").await?;
        let section = definition.sections().iter().find(|one| one.id.as_str() == id);
        for question in &section.context("the section is in the instrument")?.questions {
            let is_named = |node: &Node| node.name.contains(question.text.vi.trim());
            ensure!(tree.iter().any(is_named), "nothing is named by {}", question.id);
        }
        filling.next().await?;
    }
    check_screen(&chrome.tree().await?).context("review")?;
    filling.send().await?;
    check_screen(&chrome.tree().await?).context("thanks")?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_missing_is_announced_and_has_the_focus() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    let before = chrome.tree().await?;
    let silent = of_role(&before, "status");
    ensure!(
        silent.iter().any(|node| node.property("live") == "polite" && node.within.is_empty()),
        "no empty live region waits for an announcement: {silent:?}"
    );
    chrome.press_id("next").await?;
    chrome.find(".error").await?;
    let tree = chrome.tree().await?;
    let announced = of_role(&tree, "status").iter().any(|node| !node.within.is_empty());
    ensure!(announced, "nothing is announced");
    let group = tree.iter().find(|node| node.role == "radiogroup").context("a radio group")?;
    ensure!(group.property("invalid") == "true", "the group does not say that it is invalid");
    ensure!(group.property("required") == "true", "the group does not say that it is required");
    let error = chrome.wait_for_text(".error", |text| !text.is_empty()).await?;
    ensure!(group.description.contains(error.trim()), "the group is not described by its error");
    let focused = chrome.focused().await?.context("something has the focus")?;
    ensure!(focused.name == "overall_satisfaction", "the focus is on {focused:?}");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_says_its_language_after_each_switch() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    ensure!(chrome.language().await? == "vi");
    for screen in ["welcome", "step"] {
        chrome.test_id(screen).await?;
        for language in ["en", "vi"] {
            chrome.press_id(&format!("lang-{language}")).await?;
            ensure!(chrome.language().await? == language);
            let tree = chrome.tree().await?;
            let pressed: Vec<&Node> =
                tree.iter().filter(|node| node.property("pressed") == "true").collect();
            let is_named = |name| pressed.iter().any(|node| node.name == name);
            ensure!(is_named(if language == "vi" { "Tiếng Việt" } else { "English" }));
        }
        if screen == "welcome" {
            filling.start().await?;
        }
    }
    chrome.quit().await
}
