//! Tests that no state of a server makes a phone give up a form: what is wrong today may be right
//! tomorrow (ADR 0026).

use anyhow::{Context, Result, ensure};
use jiff::SignedDuration;
use serde_json::{Value, json};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use survey_defs::generation::WIRE_GENERATION;
use survey_defs::submission::Draft;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::drafts::complete;
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::offline::wait;
use super::outcome::{drained, recorded, store_copies, waiting};

const WAVE: &str = "single";
const PLACE: (&str, &str) = (WAVE, "p1");
/// With the first one more than a batch.
const COPIES: u16 = 10;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// Does something to the stores of the outbox, and tells when it is on disk. What it does is in the
/// place of `DO`, with the records of both stores.
const CHANGE: &str = "const done = arguments[0]; \
    const request = indexedDB.open('thuocdo'); \
    request.onsuccess = () => { \
        const database = request.result; \
        const transaction = database.transaction(['outbox', 'refused'], 'readwrite'); \
        const outbox = transaction.objectStore('outbox'); \
        const refused = transaction.objectStore('refused'); \
        let result = null; \
        outbox.getAll().onsuccess = ({ target: { result: waiting } }) => { \
            refused.getAll().onsuccess = ({ target: { result: aside } }) => { DO }; \
        }; \
        transaction.oncomplete = () => { database.close(); done(result); }; \
        transaction.onabort = () => done(String(transaction.error)); \
    };";

async fn change(chrome: &Chrome, what: &str) -> Result<Value> {
    chrome.run_async(&CHANGE.replace("DO", what), vec![]).await
}

/// Waits until the one record was answered once more and still waits.
async fn tried(chrome: &Chrome, earlier: i64) -> Result<i64> {
    let is_so = CHANGE
        .replace("DO", &format!("result = waiting.length === 1 && waiting[0].tries > {earlier};"));
    wait(chrome, "the server answers and does not take it", &is_so).await?;
    let tries = change(chrome, "result = waiting[0].tries;").await?;
    ensure!(change(chrome, "result = aside.length;").await? == json!(0), "it was given up");
    tries.as_i64().context("a number of tries")
}

/// The time goes on and the page is opened again.
async fn open_after(chrome: &Chrome, milliseconds: i64) -> Result<()> {
    chrome.shift_clock(milliseconds).await?;
    chrome.reload().await
}

/// Fills in the form up to the button that sends it.
async fn filled<'a>(chrome: &'a Chrome, server: &LiveServer) -> Result<Filling<'a>> {
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    Ok(filling)
}

#[tokio::test(flavor = "multi_thread")]
async fn three_days_with_a_wrong_server_lose_nothing() -> Result<()> {
    let (app, wrong) = (TestApp::start().await, TestApp::empty().await);
    let mut server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = filled(&chrome, &server).await?;
    server.replace(&wrong).await?;
    filling.send().await?;
    let mut tries = tried(&chrome, 0).await?;
    chrome.find("[data-testid='outbox-status'][data-fate='waiting']").await?;
    for _ in 0..3 {
        open_after(&chrome, DAY_MS).await?;
        tries = tried(&chrome, tries).await?;
    }
    server.replace(&app).await?;
    open_after(&chrome, DAY_MS).await?;
    drained(&chrome).await?;
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(rows.len() == 1, "{} rows", rows.len());
    assert_eq!(rows[0].draft.answers, filling.answers());
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_is_older_than_the_wave_loses_nothing() -> Result<()> {
    let (app, restored) = (TestApp::start().await, TestApp::empty().await);
    let mut server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = filled(&chrome, &server).await?;
    server.replace(&restored).await?;
    filling.send().await?;
    tried(&chrome, 0).await?;
    restored.add(&tests::waves::wave(WAVE, survey_defs::wave::Population::Transaction)).await;
    // The page stays open.
    drained(&chrome).await?;
    ensure!(recorded(&restored, WAVE).await?.len() == 1, "it was not recorded");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_rolling_upgrade_loses_nothing_in_either_direction() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    // First, servers of the release before: what they say of a form is no last word.
    for code in [
        ProblemCode::BodyShape,
        ProblemCode::SubmissionInvalid,
        ProblemCode::SubmissionConflict,
        ProblemCode::BodyTooLarge,
        ProblemCode::WaveTakesOther,
        ProblemCode::ContentType,
    ] {
        let earlier = recorded(&app, WAVE).await?.len();
        server.faults.always(paths::SUBMISSIONS, Fault::Problem(code));
        let mut filling = filled(&chrome, &server).await?;
        filling.send().await?;
        tried(&chrome, 0).await.with_context(|| format!("{code:?}"))?;
        // It was written by a form that is newer than the server of today.
        let newer = format!(
            "const one = waiting[0]; one.body = one.body.replace('{{', \
             '{{\"generation\":{},\"hue\":1,'); outbox.put(one); result = 0;",
            WIRE_GENERATION + 1
        );
        ensure!(change(&chrome, &newer).await? == json!(0), "the record was not changed");
        server.faults.heal();
        drained(&chrome).await?;
        ensure!(recorded(&app, WAVE).await?.len() == earlier + 1, "{code:?}");
    }
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 1).await?;
    assert_eq!(serde_json::to_value(&rows[0].draft)?["extra"], json!({ "hue": 1 }));
    // Then a newer server: it takes the form, and its last word is one.
    server.faults.always(paths::SUBMISSIONS, Fault::Generation(WIRE_GENERATION + 1));
    let mut filling = filled(&chrome, &server).await?;
    filling.send().await?;
    drained(&chrome).await?;
    let mut filling = filled(&chrome, &server).await?;
    server.faults.once(paths::SUBMISSIONS, Fault::Problem(ProblemCode::BodyShape));
    filling.send().await?;
    tried(&chrome, 0).await?;
    let spoilt = "const one = waiting[0]; one.body = one.body.replace(/\"answers\":{.*?}}/, \
                  '\"answers\":{}'); outbox.put(one); result = 0;";
    change(&chrome, spoilt).await?;
    let is_aside = CHANGE.replace(
        "DO",
        "result = waiting.length === 0 && aside.length === 1 && aside[0].status === 422;",
    );
    wait(&chrome, "the newer server refuses it for good", &is_aside).await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn what_an_earlier_release_gave_up_is_taken_up_once() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = filled(&chrome, &server).await?;
    server.faults.always(paths::SUBMISSIONS, Fault::Problem(ProblemCode::WaveUnknown));
    filling.send().await?;
    tried(&chrome, 0).await?;
    let as_before = "const { id, kind, body } = waiting[0]; outbox.delete(id); \
        refused.add({ id, kind, body, status: 404 }); \
        refused.add({ id: 'another', kind, body: '{}', status: 422 }); result = 0;";
    ensure!(change(&chrome, as_before).await? == json!(0), "the stores were not changed");
    server.faults.heal();
    chrome.reload().await?;
    let is_sent = CHANGE.replace("DO", "result = waiting.length === 0 && aside.length === 1;");
    wait(&chrome, "one is sent and one stays", &is_sent).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "it was not recorded");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_version_tries_at_once_what_rests() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = filled(&chrome, &server).await?;
    server.faults.always(paths::SUBMISSIONS, Fault::Problem(ProblemCode::WaveUnknown));
    filling.send().await?;
    tried(&chrome, 0).await?;
    let rests = "const one = waiting[0]; one.again = Date.now() + 80_000_000; one.tries = 1; \
                 outbox.put(one); result = 0;";
    change(&chrome, rests).await?;
    server.faults.heal();
    chrome.reload().await?;
    Filling::here(&chrome, WAVE).await?;
    chrome.run::<()>("dispatchEvent(new Event('online'));", vec![]).await?;
    ensure!(waiting(&chrome).await? == 1, "it does not rest");
    let other = "const one = waiting[0]; one.version = '0.0.9'; outbox.put(one); result = 0;";
    change(&chrome, other).await?;
    chrome.reload().await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "it was not recorded");
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn forms_that_find_no_room_aside_hold_up_no_other_form() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    // More than one batch of forms that can only be kept aside, and no room left there for this sender.
    let mut filling = filled(&chrome, &server).await?;
    server.faults.always(paths::SUBMISSIONS, Fault::Status { status: 503, retry_after_s: 1 });
    filling.send().await?;
    let nowhere = "const one = waiting[0]; outbox.put({ ...one, \
                   body: one.body.replace('\"p1\"', '\"p9\"') }); result = 0;";
    change(&chrome, nowhere).await?;
    store_copies(&chrome, COPIES).await?;
    let strangers = (1_001..1_201)
        .map(|id| Ok(Draft { point: "p9".parse()?, ..complete(WAVE, id, 4) }))
        .collect::<Result<Vec<_>>>()?;
    app.post_forms(&strangers).await;
    let mut filling = filled(&chrome, &server).await?;
    filling.send().await?;
    server.faults.heal();
    // Each of them waits for as long as the server asks, which is more than the two seconds of a first try.
    let are_resting = format!(
        "result = waiting.length === {} && waiting.every((one) => one.tries === 1 && \
         one.again - Date.now() > 300_000);",
        COPIES + 1
    );
    wait(&chrome, "the good form is sent", &CHANGE.replace("DO", &are_resting)).await?;
    let rows = app.state.store.submissions_after(&WAVE.parse()?, 0, 10).await?;
    ensure!(rows.len() == 1, "{} rows", rows.len());
    assert_eq!(rows[0].draft.answers, filling.answers());
    chrome.quit().await
}

/// The server refuses what it gets, and its clock shows so many days later.
fn refuse(server: &LiveServer, app: &TestApp, days: i64) {
    let at = app.state.clock.now() + SignedDuration::from_millis(days * DAY_MS);
    server.faults.heal();
    server.faults.always(paths::SUBMISSIONS, Fault::Refused(ProblemCode::WaveUnknown, at));
}

/// Sends a form that the server refuses; returns how often it was tried.
async fn refused_once(chrome: &Chrome, (server, app): (&LiveServer, &TestApp)) -> Result<i64> {
    let mut filling = filled(chrome, server).await?;
    refuse(server, app, 0);
    filling.send().await?;
    tried(chrome, 0).await
}

#[tokio::test(flavor = "multi_thread")]
async fn after_180_days_a_form_is_deleted_and_the_person_is_told_once() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut tries = refused_once(&chrome, (&server, &app)).await?;
    for (days, in_all) in [(170, 170), (1, 171)] {
        refuse(&server, &app, in_all);
        open_after(&chrome, days * DAY_MS).await?;
        tries = tried(&chrome, tries).await?;
    }
    ensure!(!chrome.has("[data-testid='expired']").await?, "told too early");
    refuse(&server, &app, 181);
    open_after(&chrome, 10 * DAY_MS).await?;
    drained(&chrome).await?;
    ensure!(!chrome.has("[data-testid='expired']").await?, "told by the page that gave it up");
    chrome.reload().await?;
    chrome.test_id("expired").await?;
    chrome.check_page().await?;
    chrome.reload().await?;
    Filling::here(&chrome, WAVE).await?;
    ensure!(!chrome.has("[data-testid='expired']").await?, "told twice");
    ensure!(recorded(&app, WAVE).await?.is_empty());
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_phone_whose_clock_jumps_by_years_deletes_no_form() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut tries = refused_once(&chrome, (&server, &app)).await?;
    for (days, of_server) in [(3_650, 1), (1, 2), (1, 3)] {
        refuse(&server, &app, of_server);
        open_after(&chrome, days * DAY_MS).await?;
        tries = tried(&chrome, tries).await?;
    }
    server.faults.heal();
    open_after(&chrome, DAY_MS).await?;
    drained(&chrome).await?;
    ensure!(recorded(&app, WAVE).await?.len() == 1, "it was not recorded");
    chrome.quit().await
}
