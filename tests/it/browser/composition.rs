//! Tests a word that the phone's own keyboard still composes when the respondent goes on: it is part
//! of what is sent.

use anyhow::{Result, ensure};
use survey_defs::answer::Answer;
use survey_defs::engine::Event;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::drafts::question;
use tests::live::LiveServer;
use tests::page::Page;

use super::filling::{Filling, Which};
use super::outcome::drained;

const WAVE: &str = "counter";
const PLACE: (&str, &str) = (WAVE, "p1");
/// The section with the comment, the last before the review.
const CLOSING: &str = "closing";
const TYPED: &str = "Cán bộ ";
pub(super) const COMPOSED: &str = "tận tình";

/// Who presses the button.
#[derive(Debug, Clone, Copy)]
pub(super) enum Press {
    /// A finger, which takes the focus out of the field.
    Finger,
    /// Assistive technology, and the finger on some phones: the focus stays in the field.
    FocusStays,
}

const PRESSES: [Press; 2] = [Press::Finger, Press::FocusStays];

const NOTE_COMPOSITION: &str = "window.__composing = false; \
    addEventListener('compositionstart', () => { window.__composing = true; }, true); \
    addEventListener('compositionend', () => { window.__composing = false; }, true);";

/// Fills in a form until the comment has the focus and its first words.
pub(super) async fn begun<'a>(page: &'a Page, server: &LiveServer) -> Result<Filling<'a>> {
    let mut filling = Filling::open(page, server, PLACE).await?;
    page.run::<()>(NOTE_COMPOSITION, vec![]).await?;
    filling.start().await?;
    while filling.section().is_some_and(|section| section != CLOSING) {
        filling.answer(Which::Required).await?;
        filling.next().await?;
    }
    filling.answer(Which::Required).await?;
    page.type_into("[name='comment']", TYPED).await?;
    Ok(filling)
}

/// Goes on while a word is being composed, and sends. The record is the last of so many.
pub(super) async fn sent(
    (page, app): (&Page, &TestApp),
    mut filling: Filling<'_>,
    (press, records): (Press, usize),
) -> Result<()> {
    let is_composing = "return window.__composing;";
    page.wait_until("the word is being composed", is_composing).await?;
    let whole = [TYPED, COMPOSED].concat();
    let field = "return document.querySelector('[name=comment]').value;";
    let written: String = page.run(field, vec![]).await?;
    ensure!(written == whole, "the field has: {written}");
    filling.apply(Event::Answer(question("comment"), Answer::Text(whole)));
    match press {
        Press::Finger => filling.next().await?,
        Press::FocusStays => {
            page.settled().await?;
            let press = "document.querySelector('[data-testid=next]').click();";
            page.run::<()>(press, vec![]).await?;
            filling.apply(Event::Next);
            page.find(&filling.screen()).await?;
        }
    }
    filling.send().await?;
    drained(page).await?;
    page.check_page().await?;
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(rows.len() == records, "{} rows instead of {records}", rows.len());
    assert_eq!(rows[records - 1].draft.answers, filling.answers(), "{press:?}");
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_word_that_is_still_composed_is_sent() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    for (earlier, press) in PRESSES.into_iter().enumerate() {
        let filling = begun(&chrome, &server).await?;
        chrome.compose(COMPOSED).await?;
        sent((&chrome, &app), filling, (press, earlier + 1)).await?;
    }
    chrome.quit().await
}
