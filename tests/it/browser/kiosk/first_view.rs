//! Tests that a device at a counter shows a question with all its answers at once, whatever its size.

use std::cell::RefCell;
use std::fmt::Write as _;

use anyhow::{Result, ensure};
use serde_json::json;
use survey_defs::device::DeviceSettings;
use tests::chrome::{Preference, Screen};
use tests::drafts::instrument_of_wave;

use super::super::filling::{Filling, Which};
use super::{Kiosk, LANDSCAPE, PORTRAIT, WAVE};

/// A tablet of ten inches.
const TABLET: Screen = Screen { width: 1280, height: 800 };

/// Screens with the pixels of their millimetre.
const DEVICES: [(Screen, f64); 9] = [
    (TABLET, 3.0),
    (TABLET, 5.9),
    (TABLET, 8.0),
    (LANDSCAPE, 3.78),
    (LANDSCAPE, 8.0),
    (LANDSCAPE, 12.0),
    (PORTRAIT, 3.78),
    (PORTRAIT, 8.0),
    (PORTRAIT, 12.0),
];

/// What of the first question of a page cannot be seen on arriving: its statement from its beginning,
/// and all its answers.
const UNSEEN: &str = "const [[more]] = arguments; const found = []; \
    const sideways = document.scrollingElement.scrollWidth - innerWidth; \
    if (sideways > 0.5) found.push(`${sideways.toFixed(0)} px sideways`); \
    const bar = document.querySelector('.actions').getBoundingClientRect().top; \
    const question = document.querySelector('.question'); \
    const see = (element, what, end = bar) => { \
        const { left, right, top, bottom } = element.getBoundingClientRect(); \
        if (top < -0.5) found.push(`${what} begins ${-top.toFixed(0)} px above`); \
        else if (bottom > end + 0.5) found.push(`${what} ends ${(bottom - end).toFixed(0)} px below`); \
        else if (bottom <= bar) for (const x of [left + 4, (left + right) / 2, right - 4]) { \
            const over = document.elementFromPoint(x, (top + bottom) / 2); \
            const row = element.closest('label') ?? element; \
            if (!over || !row.contains(over) && !over.contains(row) && over.closest('label') !== row) \
                return found.push(`${what} is covered by ${over?.className}`); \
        } \
    }; \
    if (scrollY) found.push(`the page is at ${scrollY} px`); \
    see(question.querySelector('.question-text'), 'the statement'); \
    const answers = [...question.querySelectorAll('.choice, .short, .text')]; \
    if (!answers.length) found.push('no answers'); \
    answers.forEach((one, index) => see(one, `answer ${index + 1} of ${answers.length}`, \
        more && index > 1 ? bar + innerHeight / 2 : bar)); \
    return found;";

/// What of the first screen cannot be seen, or stands below the faces: each of these texts, the choice
/// of a language, the faces.
const FIRST_SCREEN: &str = "const [words] = arguments; const found = []; \
    if (document.scrollingElement.scrollWidth > innerWidth) found.push('sideways'); \
    const faces = [...document.querySelectorAll('.attract-face')]; \
    if (faces.length !== 5) found.push(`${faces.length} faces`); \
    const top = Math.min(...faces.map((one) => one.getBoundingClientRect().top)); \
    const see = (range, what, end) => { \
        for (const box of range.getClientRects()) { \
            if (box.top < -0.5 || box.left < -0.5 || box.right > innerWidth + 0.5 || box.bottom > end + 0.5) \
                found.push(`“${what}” from ${box.top.toFixed(0)} to ${box.bottom.toFixed(0)} px of ${end.toFixed(0)}`); \
            const over = document.elementFromPoint((box.left + box.right) / 2, (box.top + box.bottom) / 2); \
            const own = range.commonAncestorContainer ?? range; \
            if (!over || !over.contains(own) && !own.contains(over)) found.push(`“${what}” is covered`); \
        } \
    }; \
    const walker = document.createTreeWalker(document.querySelector('.attract'), NodeFilter.SHOW_TEXT); \
    const texts = []; \
    while (walker.nextNode()) texts.push(walker.currentNode); \
    for (const word of words) { \
        const node = texts.find(({ data }) => data.toLowerCase().includes(word)); \
        if (!node) { found.push(`“${word}” is not said`); continue; } \
        const range = document.createRange(); \
        const start = node.data.toLowerCase().indexOf(word); \
        range.setStart(node, start); \
        range.setEnd(node, start + word.length); \
        see(range, word, top); \
        const { fontSize } = getComputedStyle(node.parentElement); \
        if (parseFloat(fontSize) < 16) found.push(`“${word}” in type of ${fontSize}`); \
    } \
    for (const one of document.querySelectorAll('[data-testid^=lang-]')) see(one, one.dataset.testid, top); \
    for (const one of [...faces, document.querySelector('#attract-start')]) see(one, one.dataset.testid, innerHeight); \
    return found;";

/// Who asks what, who may answer, that nobody must or is named, what a touch means.
const WORDS: [(&str, &[&str]); 2] = [
    (
        "vi",
        &[
            "ba đình",
            "hài lòng ở mức nào",
            "từ 18 tuổi",
            "tự nguyện",
            "không ghi tên",
            "chạm vào một khuôn mặt",
            "bắt đầu",
            "đồng ý trả lời",
        ],
    ),
    (
        "en",
        &[
            "ba đình",
            "how satisfied",
            "18 and over",
            "voluntary",
            "no name",
            "touching a face",
            "begin",
            "agree to answer",
        ],
    ),
];

const SET_MM: &str = "document.documentElement.style.setProperty('--mm', `${arguments[0]}px`);";

/// A device that asks version 2 of the counter form, and what was found on it.
struct Inspection {
    kiosk: Kiosk,
    findings: RefCell<String>,
}

impl Inspection {
    async fn start() -> Result<Self> {
        let settings = DeviceSettings { thanks_seconds: 30, ..DeviceSettings::default() };
        Ok(Self { kiosk: Kiosk::start(settings).await?, findings: RefCell::default() })
    }

    /// Looks at what is on the screen of each device.
    async fn look(&self, what: &str, script: &str, words: &[&str]) -> Result<()> {
        let chrome = &self.kiosk.chrome;
        for (screen, mm) in DEVICES {
            chrome.resize(screen).await?;
            chrome.run::<()>(SET_MM, vec![json!(mm)]).await?;
            let found: Vec<String> = chrome.run(script, vec![json!(words)]).await?;
            if !found.is_empty() {
                let Screen { width, height } = screen;
                let mut findings = self.findings.borrow_mut();
                write!(findings, "\n{what}, {width}x{height} at {mm} px/mm: {found:?}")?;
            }
        }
        Ok(())
    }

    async fn begin(&self, language: &str) -> Result<Filling<'_>> {
        self.kiosk.chrome.press_id(&format!("lang-{language}")).await?;
        self.kiosk.begin().await
    }

    async fn leave(&self) -> Result<()> {
        self.kiosk.chrome.press_id("new").await?;
        self.kiosk.waits().await
    }

    async fn end(self) -> Result<()> {
        let findings = self.findings.into_inner();
        ensure!(findings.is_empty(), "unseen:{findings}");
        self.kiosk.chrome.quit().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_screen_says_above_its_faces_who_asks_and_what_a_touch_means() -> Result<()> {
    let inspection = Inspection::start().await?;
    for (language, words) in WORDS {
        inspection.kiosk.chrome.press_id(&format!("lang-{language}")).await?;
        inspection.look(&format!("first screen, {language}"), FIRST_SCREEN, words).await?;
    }
    inspection.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_device_shows_the_first_question_of_each_page_with_all_its_answers() -> Result<()> {
    let inspection = Inspection::start().await?;
    for language in ["vi", "en"] {
        let mut filling = inspection.begin(language).await?;
        filling.start().await?;
        while let Some(section) = filling.section() {
            let what = format!("{section}, {language}");
            inspection.look(&what, UNSEEN, &[]).await?;
            filling.answer(Which::Required).await?;
            filling.next().await?;
        }
        filling.send().await?;
        inspection.leave().await?;
    }
    inspection.end().await
}

#[tokio::test(flavor = "multi_thread")]
async fn each_device_shows_each_question_of_the_elder_mode_with_all_its_answers() -> Result<()> {
    const OPEN: &str = "return document.querySelector('[data-question]')?.dataset.question ?? '';";
    let inspection = Inspection::start().await?;
    for language in ["vi", "en"] {
        let mut filling = inspection.begin(language).await?;
        inspection.kiosk.chrome.prefer(Preference::ElderMode).await?;
        filling.start().await?;
        let mut asked = 0;
        loop {
            let question: String = inspection.kiosk.chrome.run(OPEN, vec![]).await?;
            if question.is_empty() {
                break;
            }
            // Eight answers for an old hand are taller than a tablet: half a screen more, at most.
            let more: &[&str] = if question == "problems" { &["more"] } else { &[] };
            inspection.look(&format!("{question}, {language}"), UNSEEN, more).await?;
            let chrome = &inspection.kiosk.chrome;
            // The lowest level, so that every question is asked.
            let answer = format!("[data-question='{question}'] label");
            if chrome.has(&answer).await? {
                chrome.press(&answer).await?;
            }
            chrome.press_id("next").await?;
            let next = format!("[data-question]:not([data-question='{question}']), {REVIEW}");
            chrome.find(&next).await?;
            chrome.settled().await?;
            asked += 1;
        }
        let all = instrument_of_wave(WAVE).questions().count();
        ensure!(asked == all, "{asked} of {all} questions");
        inspection.kiosk.chrome.press_id("send").await?;
        inspection.kiosk.chrome.test_id("thanks").await?;
        inspection.leave().await?;
    }
    inspection.end().await
}

const REVIEW: &str = "[data-testid='review']";
