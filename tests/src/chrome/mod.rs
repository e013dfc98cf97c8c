//! Drives a real Chromium through WebDriver.

mod process;
mod emulation;
mod keyboard;
mod preferences;
mod tree;
mod axe;
mod barriers;
mod storage;
mod residue;

use std::ops::Deref;

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::{CapabilitiesHelper as _, DesiredCapabilities, PageLoadStrategy, WebDriver};

pub use self::barriers::Barrier;
pub use self::emulation::{Media, Network};
pub use self::keyboard::{Key, Stop};
pub use self::preferences::Preference;
pub use self::process::Profile;
pub use self::residue::{Place, Residue};
pub use self::storage::{StorageCall, StorageFault};
pub use self::tree::Node;
use crate::driver::Driver;
use crate::page::{CLOCK_SHIFT_MS, WATCH};
pub use crate::page::{PATIENCE, Page, Screen};
use crate::slot::Slot;

/// One browser on a profile.
#[derive(Debug)]
pub struct Chrome {
    // Fields are dropped in this order: after the processes, nothing answers the driver.
    process: Driver,
    page: Page,
    profile: Profile,
    _slot: Slot,
}

impl Chrome {
    /// A name under which a page finds this machine, and which the browser holds to be another one.
    pub const ELSEWHERE: &str = "elsewhere.test";

    /// Starts a browser on a fresh profile with a screen of exactly this size, when fewer browsers
    /// run than may. A test has one at a time.
    pub async fn start(screen: Screen) -> Result<Self> {
        Self::start_on(Profile::fresh()?, screen).await
    }

    /// As [`Chrome::start`], with a driver that waits for no page to load: where a page loads itself anew
    /// while the driver waits for its first load, the driver may wait for a minute for what has long ended.
    pub async fn start_without_waiting_for_pages(screen: Screen) -> Result<Self> {
        Self::start_in(Slot::take().await?, Profile::fresh()?, (screen, PageLoadStrategy::None))
            .await
    }

    /// Starts a browser on what an earlier one has left.
    pub async fn start_on(profile: Profile, screen: Screen) -> Result<Self> {
        Self::start_in(Slot::take().await?, profile, (screen, PageLoadStrategy::Normal)).await
    }

    async fn start_in(
        slot: Slot,
        profile: Profile,
        (screen, waiting): (Screen, PageLoadStrategy),
    ) -> Result<Self> {
        let process = process::start().await?;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--hide-crash-restore-bubble",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=vi",
            &format!("--host-resolver-rules=MAP {} 127.0.0.1", Self::ELSEWHERE),
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            capabilities.add_arg(argument)?;
        }
        capabilities.set_page_load_strategy(waiting)?;
        let driver = WebDriver::new(process.address.clone(), capabilities).await?;
        let chrome = Self { process, page: Page { driver }, profile, _slot: slot };
        chrome.resize(screen).await?;
        chrome.before_each_page(WATCH).await?;
        chrome.shift_clock(*CLOCK_SHIFT_MS).await?;
        Ok(chrome)
    }

    /// Runs a script in every page that is opened from now on, before its own scripts.
    pub async fn before_each_page(&self, script: &str) -> Result<()> {
        self.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": script })).await?;
        Ok(())
    }

    /// Sends a command of the DevTools protocol.
    async fn cdp(&self, method: &str, parameters: Value) -> Result<Value> {
        Ok(self.driver.cdp().send_raw(method, parameters).await?)
    }

    /// Runs an expression in the page, past its content security policy, and returns its value
    /// when it is there.
    async fn evaluate(&self, expression: &str) -> Result<Value> {
        let parameters =
            json!({ "expression": expression, "awaitPromise": true, "returnByValue": true });
        let answer = self.cdp("Runtime.evaluate", parameters).await?;
        if let Some(exception) = answer.get("exceptionDetails") {
            anyhow::bail!("a script of the harness failed: {exception}");
        }
        Ok(answer["result"]["value"].clone())
    }

    /// Kills every process of the browser at once, as a power cut does; what it has on disk is
    /// left.
    pub async fn kill(self) -> Result<Profile> {
        // There will be nobody to say good-bye to.
        let _ = self.page.driver.leak();
        self.process.kill().await?;
        self.profile.unlock();
        Ok(self.profile)
    }

    /// Closes the browser.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Deref for Chrome {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}
