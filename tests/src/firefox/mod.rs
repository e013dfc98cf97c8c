//! Drives a real Firefox through WebDriver, and through WebDriver BiDi where that has what is
//! missing: a screen as narrow as a phone's, scripts before those of a page, the reload button.

mod composition;
mod process;

use std::ops::Deref;

use anyhow::Result;
use tempfile::TempDir;
use thirtyfour::bidi::modules::browsing_context::{ReadinessState, Reload, Viewport};
use thirtyfour::bidi::{BiDi, BrowsingContextId};
use thirtyfour::common::capabilities::firefox::FirefoxPreferences;
use thirtyfour::{CapabilitiesHelper, DesiredCapabilities, WebDriver};

use crate::driver::Driver;
use crate::page::{CLOCK_SHIFT_MS, Page, Screen, WATCH, clock_shift};
use crate::slot::Slot;

/// One browser on a fresh profile.
#[derive(Debug)]
pub struct Firefox {
    // Fields are dropped in this order: after the processes, nothing answers the driver, and nobody
    // writes into the folder.
    _process: Driver,
    page: Page,
    bidi: BiDi,
    screen: Screen,
    _home: TempDir,
    _slot: Slot,
}

impl Firefox {
    /// Starts a browser in Vietnamese with a screen of exactly this size, when fewer browsers run
    /// than may. A test has one at a time.
    pub async fn start(screen: Screen) -> Result<Self> {
        let slot = Slot::take().await?;
        let home = tempfile::tempdir()?;
        let process = process::start(home.path()).await?;
        let mut preferences = FirefoxPreferences::new();
        preferences.set("intl.accept_languages", "vi")?;
        let mut capabilities = DesiredCapabilities::firefox();
        capabilities.enable_bidi()?;
        capabilities.set_headless()?;
        capabilities.set_preferences(preferences)?;
        capabilities.set_firefox_binary(process::browser()?)?;
        let driver = WebDriver::new(process.address.clone(), capabilities).await?;
        let bidi = driver.bidi().await?;
        let scripts = [WATCH.to_owned(), clock_shift(*CLOCK_SHIFT_MS)];
        for script in scripts {
            bidi.script().add_preload_script(format!("() => {{ {script} }}")).await?;
        }
        let page = Page { driver };
        let firefox = Self { _process: process, page, bidi, screen, _home: home, _slot: slot };
        firefox.fit().await?;
        Ok(firefox)
    }

    /// Opens the same address again, as the reload button does. The command of WebDriver itself goes
    /// past the service worker and all caches.
    pub async fn reload(&self) -> Result<()> {
        let wait = Some(ReadinessState::Complete);
        self.bidi.send(Reload { context: self.tab().await?, ignore_cache: None, wait }).await?;
        Ok(())
    }

    async fn tab(&self) -> Result<BrowsingContextId> {
        Ok(self.driver.window().await?.to_string().into())
    }

    /// Gives the open tab the size of the screen.
    async fn fit(&self) -> Result<()> {
        let Screen { width, height } = self.screen;
        let viewport = Some(Viewport { width, height });
        Ok(self.bidi.browsing_context().set_viewport(self.tab().await?, viewport).await?)
    }

    /// Opens an address in a second tab of the same size and goes there.
    pub async fn open_second_tab(&self, address: &str) -> Result<()> {
        self.page.open_second_tab("about:blank").await?;
        self.fit().await?;
        self.open(address).await
    }

    /// Closes the browser.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.clone().quit().await?)
    }
}

impl Deref for Firefox {
    type Target = Page;

    fn deref(&self) -> &Page {
        &self.page
    }
}
