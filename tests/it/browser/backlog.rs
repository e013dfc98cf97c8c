//! Tests that a full outbox empties itself when the network comes back.

use anyhow::{Result, ensure};
use tests::app::TestApp;
use tests::chrome::{Chrome, Network, Screen};
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::outcome::{drained, recorded, store_copies, waiting};

const WAVE: &str = "single";
const RECORDS: u16 = 1_000;

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_forms_drain_by_themselves() -> Result<()> {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut filling = Filling::open(&chrome, &server, (WAVE, "p1")).await?;
    filling.start().await?;
    filling.review(Which::All).await?;
    chrome.network(Network::Offline).await?;
    filling.send().await?;
    let ids = store_copies(&chrome, RECORDS).await?;
    ensure!(waiting(&chrome).await? == i64::from(RECORDS) + 1, "not all records wait");
    ensure!(recorded(&app, WAVE).await?.is_empty(), "something was sent without a network");

    chrome.network(Network::Full).await?;
    let since = tokio::time::Instant::now();
    drained(&chrome).await?;
    eprintln!("{} forms drained in {:.1} s", RECORDS + 1, since.elapsed().as_secs_f64());
    let recorded = recorded(&app, WAVE).await?;
    ensure!(recorded.len() == usize::from(RECORDS) + 1, "{} rows", recorded.len());
    ensure!(ids.is_subset(&recorded), "other forms than those that waited");
    chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
    chrome.quit().await
}
