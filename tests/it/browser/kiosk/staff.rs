//! Tests what staff see of a kiosk: enrolment and their panel on every screen, sending, exporting.

use std::collections::BTreeSet;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};
use server::intake::outbox_file;
use survey_defs::api::{OutboxKind, SEALED_OUTBOX_VERSION, paths};
use survey_defs::device::{DeviceSettings, EnrolmentCode};
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::faults::Fault;

use super::super::filling::Which;
use super::super::outcome::waiting;
use super::{Kiosk, PORTRAIT, WAVE, add, enter, new};

const SCREENS: [Screen; 3] = [
    Screen { width: 1280, height: 800 },
    Screen { width: 1080, height: 1920 },
    Screen { width: 360, height: 640 },
];

/// What does not fit: the page scrolls, or something that is read or pressed is cut, covered, or small.
const FIT: &str = "
    const found = [];
    const root = document.documentElement;
    if (root.scrollHeight > innerHeight) found.push(`${root.scrollHeight} high`);
    if (root.scrollWidth > innerWidth) found.push(`${root.scrollWidth} wide`);
    for (const element of document.querySelectorAll('main :is(h1, p, dt, dd, label, input, button)')) {
        if (!element.checkVisibility() || !element.textContent && element.localName !== 'input') continue;
        const box = element.getBoundingClientRect();
        const what = `${element.localName} “${element.textContent.slice(0, 40)}”`;
        if (box.top < 0 || box.bottom > innerHeight + 0.5) found.push(`${what} at ${box.top}`);
        if (element.scrollWidth > element.clientWidth + 1 && getComputedStyle(element).display !== 'inline')
            found.push(`${what} is cut`);
        const least = element.matches('.key') ? 24 : 44;
        if (element.localName === 'button' && Math.min(box.width, box.height) < least - 0.1)
            found.push(`${what} is ${box.width} × ${box.height}`);
    }
    return found;";

/// Keeps the text of what the page gives out as a file.
pub(super) const KEEP_FILES: &str = "window.__files = []; \
    const original = URL.createObjectURL; \
    URL.createObjectURL = (blob) => { \
        blob.text().then((text) => window.__files.push(text)); \
        return original.call(URL, blob); \
    };";

/// Gives the identity a code, as programs before December 2026 did.
const STORE_CODE: &str = "
    const done = arguments[arguments.length - 1];
    const request = indexedDB.open('thuocdo');
    request.onsuccess = () => {
        const transaction = request.result.transaction('device', 'readwrite');
        const devices = transaction.objectStore('device');
        devices.get('identity').onsuccess = (event) => {
            devices.put({ ...event.target.result, code: ['K7QM', '2XR9'].join('') }, 'identity');
        };
        transaction.oncomplete = () => { request.result.close(); done(true); };
    };";

#[derive(Debug, Deserialize)]
struct Field {
    value: String,
    caret: usize,
}

async fn fits(chrome: &Chrome, what: &str) -> Result<()> {
    for screen in SCREENS {
        chrome.resize(screen).await?;
        let Screen { width, height } = screen;
        let found: Vec<String> = chrome.run(FIT, vec![]).await?;
        chrome.screenshot(&format!("kiosk-{what}-{width}x{height}")).await?;
        ensure!(found.is_empty(), "{what} on {width}×{height}: {found:#?}");
        chrome.check_page().await?;
    }
    chrome.resize(PORTRAIT).await
}

pub(super) async fn open_panel(chrome: &Chrome) -> Result<()> {
    let keys = "dispatchEvent(new KeyboardEvent('keydown', \
                { key: 's', ctrlKey: true, altKey: true, bubbles: true })); return true;";
    chrome.run::<bool>(keys, vec![]).await?;
    chrome.test_id("staff").await?;
    Ok(())
}

/// Presses a button of the panel and waits for what it says.
async fn says(chrome: &Chrome, button: &str, accept: impl Fn(&str) -> bool) -> Result<String> {
    chrome.press_id(button).await?;
    chrome.wait_for_text("[data-testid='staff-said']", accept).await
}

/// A kiosk on which a form waits, because the server does not take it for a minute.
pub(super) async fn with_a_form() -> Result<Kiosk> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    let busy = Fault::Status { status: 503, retry_after_s: 600 };
    kiosk.server.faults.always(paths::SUBMISSIONS, busy);
    let mut filling = kiosk.begin().await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    filling.send().await?;
    ensure!(waiting(&kiosk.chrome).await? == 1, "the form does not wait");
    kiosk.let_pass(60).await?;
    kiosk.waits().await?;
    Ok(kiosk)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_code_is_typed_in_groups_and_refusals_say_what_to_do() -> Result<()> {
    let (kiosk, code) =
        Kiosk::waiting(TestApp::with_wave(WAVE).await, new(DeviceSettings::default())).await?;
    let chrome = &kiosk.chrome;
    chrome.test_id("enrol").await?;
    fits(chrome, "enrol").await?;

    let error = "[data-testid='enrol-error']";
    enter(chrome, "K7QM2").await?;
    chrome.wait_for_text(error, |text| text.contains("15 chữ và số")).await?;
    fits(chrome, "enrol-short").await?;
    // By a keyboard, with a correction in the middle.
    let field = "const field = document.getElementById('enrol-code'); ";
    let read = [field, "return { value: field.value, caret: field.selectionStart };"].concat();
    let Field { value, .. } = chrome.run(&read, vec![]).await?;
    ensure!(value == "K7QM-2", "shown as {value}");
    let type_in = [
        field,
        "field.focus(); field.setSelectionRange(2, 2); \
         document.execCommand('insertText', false, 'o'); return true;",
    ];
    chrome.run::<bool>(&type_in.concat(), vec![]).await?;
    let Field { value, caret } = chrome.run(&read, vec![]).await?;
    ensure!((value.as_str(), caret) == ("K70Q-M2", 3), "shown as {value}, caret at {caret}");

    // Wrong, five times.
    let right = code.as_str();
    let last = if right.ends_with('0') { '1' } else { '0' };
    let wrong = format!("{}{last}", &right[..EnrolmentCode::LENGTH - 1]);
    empty(chrome).await?;
    for n in 0..5 {
        if n == 0 {
            enter(chrome, &wrong).await?;
        } else {
            chrome.press_id("enrol-send").await?;
        }
        chrome.wait_for_text(error, |text| text.contains("không đúng")).await?;
        if n == 0 {
            fits(chrome, "enrol-wrong").await?;
        }
        // What is typed anew takes the refusal away.
        chrome.press_id("key-delete").await?;
        ensure!(!chrome.has(&[error, " .error"].concat()).await?, "the refusal stays");
        chrome.press_id(&format!("key-{last}")).await?;
    }
    chrome.press_id("key-delete").await?;
    chrome.press_id(&format!("key-{}", &right[right.len() - 1..])).await?;
    chrome.press_id("enrol-send").await?;
    chrome.wait_for_text(error, |text| text.contains("nhập sai năm lần nên")).await?;
    fits(chrome, "enrol-ended").await?;

    kiosk.server.faults.always(paths::ENROLMENTS, Fault::Lost);
    chrome.press_id("enrol-send").await?;
    chrome.wait_for_text(error, |text| text.contains("kết nối")).await?;
    fits(chrome, "enrol-unreachable").await?;
    kiosk.server.faults.heal();
    let fresh = add(&kiosk.app, DeviceSettings::default()).await;
    empty(chrome).await?;
    enter(chrome, fresh.code.as_str()).await?;
    kiosk.waits().await?;

    // The code is kept nowhere, and one that an older program kept is gone.
    kiosk.open().await?;
    kiosk.waits().await?;
    let grouped = String::from(fresh.code.clone());
    kiosk.has_nothing_of(&[fresh.code.as_str(), &grouped]).await?;
    let _: bool = chrome.run_async(STORE_CODE, vec![]).await?;
    kiosk.open().await?;
    kiosk.waits().await?;
    kiosk.has_nothing_of(&["K7QM2XR9"]).await?;
    kiosk.chrome.quit().await
}

async fn empty(chrome: &Chrome) -> Result<()> {
    let script = "const field = document.getElementById('enrol-code'); field.value = ''; \
                  field.dispatchEvent(new Event('input', { bubbles: true })); return true;";
    chrome.run::<bool>(script, vec![]).await?;
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_are_told_what_was_sent() -> Result<()> {
    let kiosk = with_a_form().await?;
    let chrome = &kiosk.chrome;
    open_panel(chrome).await?;
    fits(chrome, "staff").await?;
    let said = says(chrome, "staff-send", |text| text.contains("Chưa kết nối")).await?;
    ensure!(said.contains("1 phiếu còn chờ") && said.contains("cannot be reached"), "{said}");
    fits(chrome, "staff-unsent").await?;
    kiosk.server.faults.heal();
    says(chrome, "staff-send", |text| text.contains("Đã gửi 1 phiếu")).await?;
    chrome.wait_for_text("[data-testid='staff-queued']", |text| text == "0").await?;
    says(chrome, "staff-send", |text| text.contains("Không có phiếu nào chờ gửi")).await?;
    says(chrome, "staff-export", |text| text.contains("Không có phiếu nào để xuất")).await?;
    chrome.press_id("staff-close").await?;
    kiosk.waits().await?;
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_export_is_read_by_the_server_only() -> Result<()> {
    let kiosk = with_a_form().await?;
    let chrome = &kiosk.chrome;
    chrome.run::<bool>(&[KEEP_FILES, "return true;"].concat(), vec![]).await?;
    open_panel(chrome).await?;
    says(chrome, "staff-export", |text| text.contains("Đã xuất 1 phiếu")).await?;
    fits(chrome, "staff-exported").await?;
    chrome.wait_until("the file is written", "return window.__files.length === 1;").await?;
    let text: String = chrome.run("return window.__files[0];", vec![]).await?;
    let file: Value = serde_json::from_str(&text)?;
    ensure!(file["format"] == "thuocdo-sealed-outbox" && file["version"] == SEALED_OUTBOX_VERSION);
    let fields: BTreeSet<_> = file.as_object().context("an object")?.keys().collect();
    ensure!(fields.into_iter().eq(["format", "key", "sealed", "version"]), "{file}");
    ensure!(file["sealed"].as_str().is_some_and(|sealed| sealed.len() > 500), "{file}");
    let opened = outbox_file::open(&kiosk.app.state.intake, &text).await?;
    ensure!(opened.records.len() == 1 && opened.records[0].kind == OutboxKind::Submission);
    let body: Value = serde_json::from_str(&opened.records[0].body)?;
    ensure!(body["point"] == json!("kiosk"), "{body}");
    kiosk.chrome.quit().await
}
