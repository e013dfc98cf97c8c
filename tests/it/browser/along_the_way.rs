//! Tests what a citizen meets on a small phone between the first screen and the thanks.

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::json;
use survey_defs::answer::{Answer, Level};
use survey_defs::engine::Event;
use survey_defs::instrument::Marked;
use survey_defs::wave::Channel;
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::drafts::instrument_of_wave;
use tests::live::LiveServer;
use tests::waves;

use super::filling::{Filling, Which};
use super::outcome::{recorded, store_copies, waiting};

const WAVE: &str = "counter";
const PLACE: (&str, &str) = (WAVE, "p1");
const SMALL: Screen = Screen { width: 360, height: 640 };

/// Where things stand on the first screen, in CSS pixels from its top.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase")]
struct FirstScreen {
    consent_ends: f64,
    start_begins: f64,
    settings: usize,
}

const FIRST_SCREEN: &str = "const at = (css) => document.querySelector(css).getBoundingClientRect(); \
    return { consentEnds: at('.consent').bottom, startBegins: at('[data-testid=start]').top, \
        settings: document.querySelectorAll('.setting').length };";

#[tokio::test(flavor = "multi_thread")]
async fn nobody_begins_who_has_not_come_past_the_consent() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    for place in [PLACE, ("national", "p1"), ("ward", "p1")] {
        Filling::open(&chrome, &server, place).await?;
        for language in ["vi", "en"] {
            chrome.speak(language).await?;
            let seen: FirstScreen = chrome.run(FIRST_SCREEN, vec![]).await?;
            let context = format!("{place:?} {language}: {seen:?}");
            ensure!(seen.start_begins >= seen.consent_ends, "the button comes first: {context}");
            ensure!(seen.settings == 0, "settings before the promise: {context}");
            chrome.check_page().await.context(context)?;
        }
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_rarer_questions_are_marked_and_what_that_means_is_said_once() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    let definition = instrument_of_wave(WAVE);
    let mut said = 0;
    let mut marked = 0;
    while filling.section().is_some() {
        filling.answer(Which::Required).await?;
        let script = "return [...document.querySelectorAll('.question')] \
            .map((one) => [one.id.slice(2), !!one.querySelector('.obligation')]);";
        let questions: Vec<(String, bool)> = chrome.run(script, vec![]).await?;
        for (id, is_marked) in questions {
            let question = definition.question(&id.parse()?).context("an unknown question")?;
            let expected = match definition.marked() {
                Some(Marked::Required) => question.required,
                Some(Marked::Optional) => !question.required,
                None => false,
            };
            ensure!(is_marked == expected, "{id} is marked: {is_marked}");
            marked += usize::from(is_marked);
        }
        said += chrome
            .run::<usize>("return document.querySelectorAll('.marks').length;", vec![])
            .await?;
        filling.next().await?;
    }
    ensure!(said == 1, "said {said} times");
    ensure!(marked > 0, "nothing is marked");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_question_that_an_answer_brings_up_is_in_view() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    ensure!(!chrome.has("#q-problems").await?, "it is there before");
    chrome.press("#q-overall_satisfaction .level-1").await?;
    chrome.find("#q-problems").await?;
    let is_in_view = "const box = document.querySelector('#q-problems').getBoundingClientRect(); \
        const bar = document.querySelector('.actions').getBoundingClientRect(); \
        return box.top >= 0 && (box.bottom <= bar.top || box.top <= bar.top / 3);";
    chrome.wait_until("the question is in view", is_in_view).await?;
    chrome.screenshot("brought-into-view").await?;
    chrome.quit().await
}

/// Where the last question ends on the page, and how much of the page is seen at a time: the bar stays.
const PAGE: &str = "const last = [...document.querySelectorAll('.question, .part')].at(-1); \
    const bar = document.querySelector('.actions').getBoundingClientRect(); \
    const end = scrollY + (last ?? document.querySelector('.actions')).getBoundingClientRect().bottom; \
    const room = last ? innerHeight - bar.height : innerHeight; \
    return [end, room];";

#[tokio::test(flavor = "multi_thread")]
async fn the_counter_form_takes_six_swipes_and_eleven_taps_on_a_small_phone() -> Result<()> {
    let app = TestApp::with_wave("counter-2").await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut filling = Filling::open(&chrome, &server, ("counter-2", "p1")).await?;
    let mut pages = vec![chrome.run::<(f64, f64)>(PAGE, vec![]).await?];
    // Start and send.
    let mut taps = 2;
    filling.start().await?;
    while filling.section().is_some() {
        pages.push(chrome.run(PAGE, vec![]).await?);
        filling.answer(Which::Required).await?;
        taps += 1 + chrome.run::<u32>(CHOSEN, vec![]).await?;
        filling.next().await?;
    }
    pages.push(chrome.run(PAGE, vec![]).await?);
    // Each swipe moves a page by what is seen of it.
    let swipes: f64 = pages.iter().map(|(end, room)| (end / room).ceil() - 1.0).sum();
    ensure!(swipes <= 6.0, "{swipes} swipes: {pages:?}");
    ensure!(taps <= 11, "{taps} taps");
    filling.send().await?;
    chrome.quit().await
}

/// Adds up what moves without a press just before: the layout shift as browsers report it.
const SHIFTS: &str = "globalThis.shifts = []; \
    new PerformanceObserver((list) => { \
        for (const one of list.getEntries()) if (!one.hadRecentInput) { \
            const what = one.sources.map(({ node }) => node?.className ?? node?.nodeName).join(); \
            globalThis.shifts.push(`${one.value.toFixed(4)} ${what}`); \
        } \
    }).observe({ type: 'layout-shift', buffered: true });";

#[tokio::test(flavor = "multi_thread")]
async fn nothing_moves_by_itself_from_the_first_screen_to_the_thanks() -> Result<()> {
    let app = TestApp::with_wave("counter-2").await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    chrome.before_each_page(SHIFTS).await?;
    let mut filling = Filling::open(&chrome, &server, ("counter-2", "p1")).await?;
    let mut screens = vec![("first screen".to_owned(), shifts(&chrome).await?)];
    filling.start().await?;
    while let Some(section) = filling.section() {
        filling.answer(Which::All).await?;
        screens.push((section, shifts(&chrome).await?));
        filling.next().await?;
    }
    screens.push(("review".to_owned(), shifts(&chrome).await?));
    filling.send().await?;
    chrome.wait_for_text("[data-testid='outbox-status']", |text| text == "Đã gửi").await?;
    screens.push(("thanks".to_owned(), shifts(&chrome).await?));
    screens.retain(|(_, shifts)| !shifts.is_empty());
    ensure!(screens.is_empty(), "what moved: {screens:?}");
    // A shift is noticed: something that grows without a press.
    chrome.run::<()>("document.body.firstElementChild.style.paddingTop = '200px';", vec![]).await?;
    chrome.wait_until("the shift is told", "return globalThis.shifts.length > 0;").await?;
    chrome.quit().await
}

/// What has moved by itself in this page so far, once the browser has drawn it.
async fn shifts(chrome: &Chrome) -> Result<Vec<String>> {
    chrome.settled().await?;
    chrome.run("return globalThis.shifts;", vec![]).await
}

const CHOSEN: &str = "return document.querySelectorAll(':checked').length;";

#[tokio::test(flavor = "multi_thread")]
async fn the_review_folds_what_was_chosen_and_shows_gaps_and_words() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    let seen = "return [...document.querySelectorAll('.given')].filter((one) => one.checkVisibility()) \
        .map((one) => one.classList.contains('missing'));";
    let folded: Vec<bool> = chrome.run(seen, vec![]).await?;
    ensure!(!folded.is_empty() && folded.iter().all(|is_gap| *is_gap), "open: {folded:?}");
    let height: f64 = chrome.run("return document.scrollingElement.scrollHeight;", vec![]).await?;
    eprintln!("the review of the counter form is {height} px tall at 360 × 640");
    chrome.screenshot("review-folded").await?;
    chrome
        .run::<()>(
            "document.querySelectorAll('details').forEach((one) => { one.open = true; });",
            vec![],
        )
        .await?;
    let unfolded: Vec<bool> = chrome.run(seen, vec![]).await?;
    let answers = filling.answers().len();
    let given = unfolded.iter().filter(|is_gap| !**is_gap).count();
    ensure!(given == answers, "{given} of {answers} answers can be seen");
    chrome.check_page().await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thanks_speak_of_this_form_and_invite_to_no_second_vote() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let mut filling = Filling::open(&chrome, &server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::Required).await?;
    chrome.network(Network::Offline).await?;
    filling.send().await?;
    // Another record that waits on this device is one that the server will never take.
    store_copies(&chrome, 1).await?;
    chrome.run_async::<bool>(SPOIL, vec![json!("00000000-0000-0000-0000-000000000001")]).await?;
    ensure!(waiting(&chrome).await? == 2);
    chrome.network(Network::Full).await?;
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    let said =
        chrome.wait_for_text("[data-testid='outbox-status']", |text| !text.is_empty()).await?;
    ensure!(said == "Đã gửi", "it says: {said}");
    ensure!(recorded(&app, WAVE).await?.len() == 1, "the form did not arrive");
    ensure!(!chrome.has("[data-testid='new']").await?, "it offers another form");
    chrome.check_page().await?;
    chrome.screenshot("thanks-phone").await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn the_thanks_ask_only_those_who_complained_what_is_to_be_settled() -> Result<()> {
    let app = TestApp::start().await;
    let wave = app.state.store.wave(&"single".parse()?).await?.context("the wave is there")?;
    let number = "024 3733 3333".to_owned().try_into()?;
    let point = waves::point(&wave, "office", Channel::WallQr).with_telephone(Some(number));
    app.state.store.add_points(&[point], &waves::codes()).await?;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(SMALL).await?;
    let asked = instrument_of_wave("single").sections()[0].questions[0].id.clone();
    for (point, calls) in [("office", true), ("p1", false)] {
        let mut filling = Filling::open(&chrome, &server, ("single", point)).await?;
        for level in Level::ALL {
            filling.start().await?;
            chrome.press(&format!(".level-{}", level.index() + 1)).await?;
            filling.apply(Event::Answer(asked.clone(), Answer::Level(level)));
            filling.next().await?;
            filling.review(Which::Required).await?;
            filling.send().await?;
            let is_asked = chrome.has("[data-testid='thanks'] h2").await?;
            ensure!(is_asked == (level.index() < 2), "{level:?}: {is_asked}");
            // A number that was given is there to be called, above all for those who complain.
            ensure!(chrome.has(CALL).await? == calls, "{point}, {level:?}");
            if calls {
                let said = chrome.wait_for_text(CALL, |text| text.contains("024 3733 3333")).await;
                said.with_context(|| format!("{level:?}"))?;
            }
            chrome.check_page().await?;
            chrome.reload().await?;
            filling = Filling::here(&chrome, "single").await?;
        }
    }
    chrome.quit().await
}

const CALL: &str = "[data-testid='thanks'] a[href='tel:02437333333']";

/// Makes a record in the outbox one that no server takes.
const SPOIL: &str = "const [id, done] = arguments; \
    const request = indexedDB.open('thuocdo'); \
    request.onsuccess = () => { \
        const database = request.result; \
        const transaction = database.transaction('outbox', 'readwrite'); \
        const outbox = transaction.objectStore('outbox'); \
        outbox.get(id).onsuccess = ({ target: { result } }) => \
            outbox.put({ ...result, body: result.body.replace(/\"answers\":\\{.*?\\}\\}/, '\"answers\":{}') }); \
        transaction.oncomplete = () => { database.close(); done(true); }; \
        transaction.onabort = () => done(false); \
    };";
