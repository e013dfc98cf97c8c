//! Tests failures of the server and the network. Nothing that was thanked for is lost or doubled;
//! the page stays open and sends by itself.

use anyhow::{Context, Result, ensure};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::faults::{Fault, When};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded};

/// One question is enough for what happens after “send”.
const WAVE: &str = "single";
const PLACE: (&str, &str) = (WAVE, "p1");
const FOREIGN: Fault = Fault::Status { status: 404, retry_after_s: 0 };

/// What goes wrong.
#[derive(Debug, Clone, Copy)]
enum Outage {
    /// The server is killed while a section is open, and is back after the thanks.
    WhileFilling,
    /// The server is killed before it knows of the request.
    BeforePost,
    /// The server is killed when it has the form, before its answer.
    BeforeAnswer,
    /// The answer is lost twice.
    AnswersLost,
    /// The request is lost on its way.
    RequestLost,
    /// The server is busy and says when to come back.
    Busy,
    /// Something else answers, such as the login page of a wireless network.
    Foreign,
    /// There is no network when “send” is pressed.
    Offline,
    /// The network is slow and so is the phone.
    Slow,
}

const OUTAGES: [Outage; 9] = [
    Outage::WhileFilling,
    Outage::BeforePost,
    Outage::BeforeAnswer,
    Outage::AnswersLost,
    Outage::RequestLost,
    Outage::Busy,
    Outage::Foreign,
    Outage::Offline,
    Outage::Slow,
];

async fn endure(chrome: &Chrome, server: &mut LiveServer, outage: Outage) -> Result<()> {
    if matches!(outage, Outage::Slow) {
        chrome.network(Network::Slow4G).await?;
        chrome.slow_processor(4).await?;
    }
    let mut filling = Filling::open(chrome, server, PLACE).await?;
    filling.start().await?;
    if matches!(outage, Outage::WhileFilling) {
        server.kill().await;
    }
    filling.review(Which::All).await?;
    let post = paths::SUBMISSIONS;
    match outage {
        Outage::WhileFilling => {
            filling.send().await?;
            server.restart().await?;
        }
        Outage::BeforePost | Outage::BeforeAnswer => {
            let is_before = matches!(outage, Outage::BeforePost);
            let when = if is_before { When::Before } else { When::After };
            let gate = server.faults.hold(post, when);
            filling.send().await?;
            gate.reached().await?;
            server.restart().await?;
        }
        Outage::AnswersLost => {
            server.faults.once(post, Fault::AnswerLost);
            server.faults.once(post, Fault::AnswerLost);
            filling.send().await?;
        }
        Outage::RequestLost => {
            server.faults.once(post, Fault::Lost);
            filling.send().await?;
        }
        Outage::Busy => {
            server.faults.once(post, Fault::Status { status: 503, retry_after_s: 1 });
            filling.send().await?;
        }
        Outage::Foreign => {
            server.faults.once(post, FOREIGN);
            filling.send().await?;
        }
        Outage::Offline => {
            chrome.network(Network::Offline).await?;
            filling.send().await?;
            chrome.find("[data-testid='outbox-status'][data-pending='1']").await?;
            chrome.network(Network::Full).await?;
        }
        Outage::Slow => {
            filling.send().await?;
            chrome.network(Network::Full).await?;
            chrome.slow_processor(1).await?;
        }
    }
    drained(chrome).await?;
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    server.faults.heal();
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn outages_lose_and_double_nothing() -> Result<()> {
    let app = TestApp::start().await;
    let mut server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    for (earlier, outage) in OUTAGES.into_iter().enumerate() {
        endure(&chrome, &mut server, outage).await.with_context(|| format!("{outage:?}"))?;
        let rows = recorded(&app, WAVE).await?.len();
        ensure!(rows == earlier + 1, "{rows} rows after {} forms: {outage:?}", earlier + 1);
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_form_that_cannot_be_loaded_is_loaded_at_the_next_try() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    // A form that was opened once opens without a network: that is the service worker's.
    chrome.bypass_worker(true).await?;
    let form = paths::fill(paths::FORM, &["single", "p1"]);
    for (fault, trouble) in [
        (Fault::Lost, "unreachable"),
        (Fault::AnswerLost, "unreachable"),
        (Fault::Status { status: 503, retry_after_s: 1 }, "unreachable"),
        (Fault::Status { status: 500, retry_after_s: 1 }, "broken"),
        (Fault::Status { status: 200, retry_after_s: 1 }, "broken"),
        (FOREIGN, "unknown"),
    ] {
        server.faults.always(&form, fault.clone());
        let page = paths::fill(paths::FORM_PAGE, &["single", "p1"]);
        chrome.open(&format!("{}{page}", server.origin)).await?;
        let shown = format!("[data-testid='trouble'][data-trouble='{trouble}']");
        chrome.find(&shown).await.with_context(|| format!("{fault:?}"))?;
        server.faults.heal();
        chrome.press_id("retry").await?;
        chrome.test_id("welcome").await?;
    }
    chrome.quit().await
}
