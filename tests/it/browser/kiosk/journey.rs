//! Tests a session from the invitation to the thanks and back to the invitation.

use anyhow::{Context, Result, ensure};
use serde_json::json;
use survey_defs::answer::Answer;
use survey_defs::device::DeviceSettings;
use survey_defs::ids::QuestionId;
use survey_defs::paradata::Mode;
use tests::chrome::{Chrome, Place, Preference};

use super::super::filling::{COMMENT, Which};
use super::super::outcome::drained;
use super::{Kiosk, WAVE};

/// What is left of the comment would be found by its first line.
fn needle() -> &'static str {
    COMMENT.lines().next().unwrap_or(COMMENT)
}

#[tokio::test(flavor = "multi_thread")]
async fn one_person_follows_the_other() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    chrome.prefer(Preference::ElderMode).await?;
    chrome.press_id("lang-en").await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    // What the search can find, or its silence later would mean nothing.
    let during = chrome.residue(&[needle()]).await?;
    let is_in = |place| during.iter().any(|one| one.place == place);
    ensure!(is_in(Place::Memory), "the memory is not searched: {during:?}");
    ensure!(is_in(Place::Kept("document".into())), "the review shows no answer: {during:?}");
    filling.send().await?;
    let given = filling.answers();
    // The thanks go by themselves.
    kiosk.waits().await?;
    drained(chrome).await?;
    kiosk.has_nothing_of(&[needle()]).await.context("after the thanks")?;

    let records = kiosk.app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(records.len() == 1, "{} rows instead of one", records.len());
    ensure!(records[0].draft.answers == given, "other answers were recorded");
    let paradata = records[0].draft.paradata.as_ref().context("how it was filled in")?;
    ensure!(paradata.device == Some(kiosk.device), "not this device's: {:?}", paradata.device);
    ensure!(paradata.sequence == Some(1), "number {:?}", paradata.sequence);
    ensure!(paradata.mode == Mode::Elder, "the mode is not recorded");
    let aside = kiosk.app.state.store.quarantined(&WAVE.parse()?).await?;
    ensure!(aside.is_empty(), "kept aside: {aside:?}");

    // The next person finds nothing of how this one wanted it.
    chrome.find("html[data-mode='standard'][data-contrast='normal'][lang='vi']").await?;
    let mut filling = kiosk.begin().await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    drained(chrome).await?;
    let records = kiosk.app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    let last = records.last().and_then(|one| one.draft.paradata.as_ref()).context("a second")?;
    ensure!((last.sequence, last.mode) == (Some(2), Mode::Standard), "{last:?}");
    chrome.check_page().await?;
    let seen = kiosk.seen_by_staff().await?.last.context("no heartbeat")?;
    ensure!(seen.heartbeat.sequence >= 1, "staff do not hear of the session: {seen:?}");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_types_vietnamese() -> Result<()> {
    let kiosk = with_keyboard().await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.at_the_comment().await?;
    chrome.press("textarea").await?;
    chrome.test_id("keyboard").await?;
    // Telex, a capital, a letter with a key of its own, a tone by its key, and a wrong letter.
    press_keys(chrome, "shift c a a n s space b o o j space t ô t tone-sac m delete").await?;
    chrome.screenshot("kiosk-keyboard").await?;
    let text = comment(chrome).await?;
    ensure!(text == "Cấn bộ tốt", "typed: {text}");
    let id: String = chrome.run("return document.querySelector('textarea').name;", vec![]).await?;
    chrome.press_id("key-done").await?;
    chrome.wait_until("the keyboard goes", "return !document.querySelector('.keyboard');").await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    drained(chrome).await?;
    let records = kiosk.app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    let answer = records[0].draft.answers.get(&id.parse::<QuestionId>()?);
    ensure!(answer == Some(&Answer::Text("Cấn bộ tốt".into())), "recorded: {answer:?}");
    kiosk.waits().await?;
    // Every key has made a text of its own.
    kiosk.has_nothing_of(&["Cấn", "Cân bộ", "Cấn b", "bộ tôt", "bộ tốt", "bộ tost"]).await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_screen_types_a_sentence_by_each_method() -> Result<()> {
    let kiosk = with_keyboard().await?;
    let chrome = &kiosk.chrome;
    kiosk.at_the_comment().await?;
    chrome.press("textarea").await?;
    chrome.test_id("keyboard").await?;
    for (method, keys, expected) in [
        ("Telex", "h a i f space l o n g f ,", "hài lòng,"),
        ("VNI", "space c a 3 m space o 7 n !", "hài lòng, cảm ơn!"),
        ("Tắt dấu", "space t e s t space", "hài lòng, cảm ơn! test "),
    ] {
        let name = format!("[data-testid='key-telex'][aria-label='Kiểu gõ: {method}']");
        ensure!(chrome.has(&name).await?, "the key does not say {method}");
        press_keys(chrome, keys).await?;
        let text = comment(chrome).await?;
        ensure!(text == expected, "typed by {method}: {text}");
        chrome.press_id("key-telex").await?;
    }
    kiosk.chrome.quit().await
}

/// Two thumbs: each comes down before the other is up, so that browsers make no click of them.
const THUMBS: &str = "const keys = arguments[0].map((key) => document.querySelector(`[data-testid='key-${key}']`)); \
    const tell = (key, kind, id) => key.dispatchEvent(new PointerEvent(kind, { bubbles: true, \
        cancelable: true, pointerId: id, pointerType: 'touch', isPrimary: id === 1 })); \
    keys.forEach((key, at) => { \
        tell(key, 'pointerdown', 1 + at % 2); \
        if (at > 0) tell(keys[at - 1], 'pointerup', 1 + (at - 1) % 2); \
    }); \
    tell(keys.at(-1), 'pointerup', 1);";

#[tokio::test(flavor = "multi_thread")]
async fn two_thumbs_lose_no_letter_and_a_held_key_deletes_on() -> Result<()> {
    let kiosk = with_keyboard().await?;
    let chrome = &kiosk.chrome;
    kiosk.at_the_comment().await?;
    chrome.press("textarea").await?;
    chrome.test_id("keyboard").await?;
    let is_in_view = "const field = document.activeElement.getBoundingClientRect(); \
        const keys = document.querySelector('.keyboard').getBoundingClientRect(); \
        return field.top >= 0 && field.bottom <= keys.top;";
    chrome.wait_until("the keyboard covers nothing of its field", is_in_view).await?;
    chrome.run::<()>(THUMBS, vec![json!(["h", "a", "i", "f"])]).await?;
    let text = comment(chrome).await?;
    ensure!(text == "hài", "typed: {text}");
    // A tone belongs to what is selected, and takes nothing away.
    chrome.run::<()>("document.querySelector('textarea').setSelectionRange(1, 3);", vec![]).await?;
    press_keys(chrome, "tone-nang").await?;
    let text = comment(chrome).await?;
    ensure!(text == "hại", "marked: {text}");
    let hold = "document.querySelector(\"[data-testid='key-delete']\") \
        .dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));";
    chrome.run::<()>(hold, vec![]).await?;
    let is_empty = "return document.querySelector('textarea').value.length === 0;";
    chrome.wait_until("the key deletes all", is_empty).await?;
    kiosk.chrome.quit().await
}

/// A device whose screen has a keyboard.
async fn with_keyboard() -> Result<Kiosk> {
    Kiosk::start(DeviceSettings { keyboard: true, ..DeviceSettings::default() }).await
}

/// Presses keys of the keyboard on the screen, whose names stand between spaces.
async fn press_keys(chrome: &Chrome, keys: &str) -> Result<()> {
    for key in keys.split(' ') {
        chrome.press_id(&format!("key-{key}")).await?;
    }
    Ok(())
}

/// The comment, asked for as numbers: the browser would keep the text itself for whoever has asked.
async fn comment(chrome: &Chrome) -> Result<String> {
    let script =
        "return [...document.querySelector('textarea').value].map((one) => one.codePointAt());";
    let codes: Vec<u32> = chrome.run(script, vec![]).await?;
    Ok(codes.into_iter().filter_map(char::from_u32).collect())
}

/// What the review says of a question.
async fn said_of(chrome: &Chrome, question: &str) -> Result<String> {
    let script = "return document.getElementById(`asked-${arguments[0]}`).nextSibling.innerText;";
    chrome.run(script, vec![json!(question)]).await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_review_at_a_counter_does_not_show_what_bystanders_must_not_see() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let chrome = &kiosk.chrome;
    let mut filling = kiosk.begin().await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    let open = "for (const part of document.querySelectorAll('details')) part.open = true; \
        return true;";
    chrome.run::<bool>(open, vec![]).await?;
    for question in ["extra_payment_hinted", "staff_helped"] {
        let said = said_of(chrome, question).await?;
        ensure!(said == "Đã trả lời", "{question}: {said}");
    }
    let said = said_of(chrome, "overall_satisfaction").await?;
    ensure!(!said.is_empty() && said != "Đã trả lời", "{said}");
    chrome.screenshot("kiosk-review-open").await?;
    filling.send().await?;
    kiosk.waits().await?;
    drained(chrome).await?;
    let records = kiosk.app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    let answers = &records.first().context("nothing is recorded")?.draft.answers;
    ensure!(answers.contains_key(&"staff_helped".parse()?), "what is hidden is not sent");
    kiosk.chrome.quit().await
}
