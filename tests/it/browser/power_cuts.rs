//! Power cuts. The browser is killed with `kill -9` at a moment between the first tap and the
//! acknowledgement, started again on the same profile, and the page opened. A form that was
//! durable is in the database exactly once then, any other not at all.

use anyhow::{Context, Result, ensure};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Barrier, Chrome, Network, Profile, Screen};
use tests::faults::{Fault, Gate, When};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

const WAVE: &str = "counter";
const PLACE: (&str, &str) = (WAVE, "p1");

/// When the power fails.
#[derive(Debug, Clone, Copy)]
enum Moment {
    Welcome,
    At(Barrier),
    /// A section is open, nothing in it is answered.
    Section(usize),
    /// The first question of a section is answered.
    Answered(usize),
    /// The last section is filled in, with text.
    Written,
    Review,
    /// At once after “send” was pressed, wherever the program is then.
    Pressed,
    /// The server knows nothing of the request yet.
    Posting,
    /// The server has the form; its answer is on the way.
    Answering,
    /// The server has the form; its answer was lost.
    AnswerLost,
    /// The server was busy.
    Busy,
    /// There was no server.
    ServerDown,
    /// There was no network.
    Offline,
    /// The thanks say that the server has the form.
    Acknowledged,
}

/// How often the form is in the database in the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Never,
    Once,
    AtMostOnce,
}

/// Moments before anything was promised.
const BEFORE: [(Moment, Outcome); 13] = [
    (Moment::Welcome, Outcome::Never),
    (Moment::At(Barrier::BeforeBegin), Outcome::Never),
    (Moment::At(Barrier::AfterBegin), Outcome::Never),
    (Moment::Section(0), Outcome::Never),
    (Moment::Answered(0), Outcome::Never),
    (Moment::Section(1), Outcome::Never),
    (Moment::Answered(1), Outcome::Never),
    (Moment::Section(3), Outcome::Never),
    (Moment::Written, Outcome::Never),
    (Moment::Review, Outcome::Never),
    (Moment::Pressed, Outcome::AtMostOnce),
    (Moment::At(Barrier::BeforeSeal), Outcome::Never),
    (Moment::At(Barrier::InSeal), Outcome::Never),
];

/// Moments from the durable transaction on; the first may show thanks, all others have.
const AFTER: [(Moment, Outcome); 11] = [
    (Moment::At(Barrier::AfterSeal), Outcome::Once),
    (Moment::At(Barrier::BeforePost), Outcome::Once),
    (Moment::Posting, Outcome::Once),
    (Moment::Answering, Outcome::Once),
    (Moment::AnswerLost, Outcome::Once),
    (Moment::Busy, Outcome::Once),
    (Moment::ServerDown, Outcome::Once),
    (Moment::Offline, Outcome::Once),
    (Moment::At(Barrier::BeforeRemoval), Outcome::Once),
    (Moment::At(Barrier::AfterRemoval), Outcome::Once),
    (Moment::Acknowledged, Outcome::Once),
];

async fn survive(moments: &[(Moment, Outcome)]) -> Result<()> {
    let app = TestApp::start().await;
    let mut server = LiveServer::start(&app).await?;
    for (moment, outcome) in moments {
        let before = recorded(&app, WAVE).await?.len();
        let profile = cut(&mut server, *moment).await.with_context(|| format!("{moment:?}"))?;
        server.faults.heal();
        server.restart().await?;
        let after_restart = reopen(&server, profile).await;
        after_restart.with_context(|| format!("after {moment:?}"))?;
        let more = recorded(&app, WAVE).await?.len() - before;
        let is_right = match outcome {
            Outcome::Never => more == 0,
            Outcome::Once => more == 1,
            Outcome::AtMostOnce => more <= 1,
        };
        ensure!(is_right, "killed at {moment:?}: {more} rows instead of {outcome:?}");
    }
    Ok(())
}

/// Starts a browser, fills the form in up to a moment, and kills the browser there.
async fn cut(server: &mut LiveServer, moment: Moment) -> Result<Profile> {
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.with_barriers().await?;
    let mut filling = Filling::open(&chrome, server, PLACE).await?;
    match moment {
        Moment::Welcome => {}
        Moment::At(barrier @ (Barrier::BeforeBegin | Barrier::AfterBegin)) => {
            let gate = server.faults.hold(&barrier.path(), When::Before);
            press_until(&chrome, "start", &gate).await?;
        }
        Moment::Section(section) => to_section(&mut filling, section).await?,
        Moment::Answered(section) => {
            to_section(&mut filling, section).await?;
            filling.answer_first().await?;
        }
        Moment::Written => {
            to_section(&mut filling, 3).await?;
            filling.answer(Which::All).await?;
        }
        Moment::Review
        | Moment::At(_)
        | Moment::Pressed
        | Moment::Posting
        | Moment::Answering
        | Moment::AnswerLost
        | Moment::Busy
        | Moment::ServerDown
        | Moment::Offline
        | Moment::Acknowledged => {
            filling.start().await?;
            filling.review(Which::Required).await?;
            send(&chrome, server, moment).await?;
        }
    }
    chrome.kill().await
}

async fn to_section(filling: &mut Filling<'_>, section: usize) -> Result<()> {
    filling.start().await?;
    for _ in 0..section {
        filling.answer(Which::Required).await?;
        filling.next().await?;
    }
    Ok(())
}

/// Presses “send” on the review screen and waits for the moment.
async fn send(chrome: &Chrome, server: &mut LiveServer, moment: Moment) -> Result<()> {
    match moment {
        Moment::At(barrier) => {
            let gate = server.faults.hold(&barrier.path(), When::Before);
            press_until(chrome, "send", &gate).await
        }
        Moment::Pressed => chrome.press_id("send").await,
        Moment::Posting | Moment::Answering => {
            let when = match moment {
                Moment::Answering => When::After,
                _ => When::Before,
            };
            let gate = server.faults.hold(paths::SUBMISSIONS, when);
            thanked(chrome).await?;
            gate.reached().await
        }
        Moment::AnswerLost => {
            server.faults.always(paths::SUBMISSIONS, Fault::AnswerLost);
            waits(chrome).await
        }
        Moment::Busy => {
            let busy = Fault::Status { status: 503, retry_after_s: 1 };
            server.faults.always(paths::SUBMISSIONS, busy);
            waits(chrome).await
        }
        Moment::ServerDown => {
            server.kill().await;
            waits(chrome).await
        }
        Moment::Offline => {
            chrome.network(Network::Offline).await?;
            waits(chrome).await
        }
        Moment::Acknowledged => {
            thanked(chrome).await?;
            chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
            Ok(())
        }
        Moment::Welcome
        | Moment::Section(_)
        | Moment::Answered(_)
        | Moment::Written
        | Moment::Review => Ok(()),
    }
}

async fn thanked(chrome: &Chrome) -> Result<()> {
    chrome.press_id("send").await?;
    chrome.test_id("thanks").await?;
    Ok(())
}

/// Thanks are shown, and the form waits in the outbox.
async fn waits(chrome: &Chrome) -> Result<()> {
    thanked(chrome).await?;
    chrome.find("[data-testid='outbox-status'][data-pending='1']").await?;
    Ok(())
}

/// Presses a button that leads to a barrier, where the whole page stands still.
async fn press_until(chrome: &Chrome, button: &str, gate: &Gate) -> Result<()> {
    let press = async {
        chrome.press_id(button).await?;
        // The program may come to the barrier a little later than the press returns.
        std::future::pending::<Result<()>>().await
    };
    tokio::select! {
        reached = gate.reached() => reached,
        failed = press => failed,
    }
}

/// Opens the page in a new browser on the same profile, and waits until nothing waits any more.
async fn reopen(server: &LiveServer, profile: Profile) -> Result<()> {
    let chrome = Chrome::start_on(profile, Screen::PORTRAIT).await?;
    Filling::open(&chrome, server, PLACE).await?;
    drained(&chrome).await?;
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_before_the_form_is_stored_leaves_nothing() -> Result<()> {
    survive(&BEFORE).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_power_cut_after_the_form_is_stored_loses_and_doubles_nothing() -> Result<()> {
    survive(&AFTER).await
}
