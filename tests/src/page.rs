//! Finds, presses, types and waits in a page, whichever browser shows it.

use std::path::PathBuf;
use std::sync::LazyLock;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::extensions::query::ElementQueryable;
use thirtyfour::{By, WebDriver, WebElement};

use crate::waves;

/// How long a page may take to show what a test waits for; generous, because two cores may be
/// compiling something else.
pub const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// From the time of this machine to that of the tests, in milliseconds: the same for all browsers,
/// so that none finds something from the future on its profile.
#[expect(clippy::disallowed_methods, reason = "the browser's own clock is the machine's")]
pub(crate) static CLOCK_SHIFT_MS: LazyLock<i64> =
    LazyLock::new(|| waves::now().as_millisecond() - Timestamp::now().as_millisecond());

/// Collects what goes wrong in a page, from before its first script.
pub(crate) const WATCH: &str = "window.__troubles = []; \
    const note = (text) => window.__troubles.push(String(text)); \
    addEventListener('error', (event) => note(event.message)); \
    addEventListener('unhandledrejection', (event) => note(event.reason)); \
    addEventListener('securitypolicyviolation', (event) => note(event.violatedDirective)); \
    const error = console.error; \
    console.error = (...words) => { note(words.join(' ')); error(...words); };";

/// Moves the clock that a page sees, when it runs before its first script.
pub(crate) fn clock_shift(milliseconds: i64) -> String {
    format!("{{ const now = Date.now.bind(Date); Date.now = () => now() + ({milliseconds}); }}")
}

/// The size of a screen in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

impl Screen {
    /// A common phone, upright.
    pub const PORTRAIT: Self = Self { width: 412, height: 915 };
    /// The same phone, lying.
    pub const LANDSCAPE: Self = Self { width: 915, height: 412 };
}

/// What a browser shows.
#[derive(Debug)]
pub struct Page {
    pub(crate) driver: WebDriver,
}

const TAP_TWICE: &str = "const [css, gap, done] = arguments; \
    const box = document.querySelector(css).getBoundingClientRect(); \
    const [x, y] = [box.left + box.width / 2, box.top + box.height / 2]; \
    const how = { bubbles: true, cancelable: true, composed: true, clientX: x, clientY: y, \
        detail: 1, pointerId: 1, pointerType: 'touch', isPrimary: true }; \
    const tap = () => { \
        const hit = document.elementFromPoint(x, y); \
        for (const kind of ['pointerdown', 'pointerup', 'click']) \
            hit?.dispatchEvent(new PointerEvent(kind, how)); \
    }; \
    tap(); \
    setTimeout(() => { tap(); done(null); }, gap);";

impl Page {
    /// Opens an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        Ok(self.driver.goto(address).await?)
    }

    /// Opens the same address again, as the reload button does.
    pub async fn reload(&self) -> Result<()> {
        Ok(self.driver.refresh().await?)
    }

    /// Opens an address in a second tab and goes there.
    pub async fn open_second_tab(&self, address: &str) -> Result<()> {
        let tab = self.driver.new_tab().await?;
        self.driver.switch_to_window(tab).await?;
        Ok(self.driver.goto(address).await?)
    }

    /// Goes to the first tab; the second one stays open.
    pub async fn to_first_tab(&self) -> Result<()> {
        self.to_tab(0).await
    }

    /// Goes to the second tab; the first one stays open.
    pub async fn to_second_tab(&self) -> Result<()> {
        self.to_tab(1).await
    }

    async fn to_tab(&self, index: usize) -> Result<()> {
        let tabs = self.driver.windows().await?;
        let tab = tabs.get(index).with_context(|| format!("{} tabs are open", tabs.len()))?;
        Ok(self.driver.switch_to_window(tab.clone()).await?)
    }

    /// Closes the second tab and goes to the first one.
    pub async fn close_second_tab(&self) -> Result<()> {
        self.to_second_tab().await?;
        self.driver.close_window().await?;
        self.to_first_tab().await
    }

    /// One step back in the history, as the back button does.
    pub async fn back(&self) -> Result<()> {
        Ok(self.driver.back().await?)
    }

    /// The element that a selector finds once it is displayed.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        let query = self.driver.query(By::Css(css)).wait(PATIENCE, POLL).and_displayed();
        query.first().await.with_context(|| format!("{css} is not displayed"))
    }

    /// The element with a test id once it is displayed.
    pub async fn test_id(&self, id: &str) -> Result<WebElement> {
        self.find(&test_id(id)).await
    }

    /// Whether something is in the page now.
    pub async fn has(&self, css: &str) -> Result<bool> {
        self.run("return !!document.querySelector(arguments[0]);", vec![json!(css)]).await
    }

    /// Presses what a selector finds, as a finger does.
    pub async fn press(&self, css: &str) -> Result<()> {
        let element = self.find(css).await?;
        element.scroll_into_view().await?;
        self.settled().await?;
        Ok(element.click().await?)
    }

    /// Waits until a new screen was visible for as long as a person needs to see it: before that,
    /// presses do not count.
    pub async fn settled(&self) -> Result<()> {
        let script = "return !document.documentElement.hasAttribute('data-settling');";
        self.wait_until("presses count", script).await
    }

    /// Taps twice at the place of what a selector finds, whatever lies there at the second time,
    /// and waits until presses count again. One script does it, so that the gap is exact.
    pub async fn tap_twice(&self, css: &str, gap_ms: u32) -> Result<()> {
        self.find(css).await?.scroll_into_view().await?;
        self.settled().await?;
        self.run_async::<()>(TAP_TWICE, vec![json!(css), json!(gap_ms)]).await?;
        self.settled().await
    }

    /// Presses the element with a test id.
    pub async fn press_id(&self, id: &str) -> Result<()> {
        self.press(&test_id(id)).await
    }

    /// Types into a field.
    pub async fn type_into(&self, css: &str, text: &str) -> Result<()> {
        let element = self.find(css).await?;
        Ok(element.send_keys(text).await?)
    }

    /// Chooses a value in a field that has a picker of its own (a date, a list).
    pub async fn choose(&self, css: &str, value: &str) -> Result<()> {
        self.find(css).await?;
        let script = "const field = document.querySelector(arguments[0]); \
                      field.value = arguments[1]; \
                      field.dispatchEvent(new Event('input', { bubbles: true })); \
                      field.dispatchEvent(new Event('change', { bubbles: true }));";
        self.driver.execute(script, vec![json!(css), json!(value)]).await?;
        Ok(())
    }

    /// Runs a script in the page and reads what it returns.
    pub async fn run<T: DeserializeOwned>(&self, script: &str, with: Vec<Value>) -> Result<T> {
        Ok(self.driver.execute(script, with).await?.convert()?)
    }

    /// Runs a script that gets, as its last argument, a function for its result.
    pub async fn run_async<T: DeserializeOwned>(
        &self,
        script: &str,
        with: Vec<Value>,
    ) -> Result<T> {
        Ok(self.driver.execute_async(script, with).await?.convert()?)
    }

    /// Waits until the text of an element satisfies a condition, and returns it.
    pub async fn wait_for_text(&self, css: &str, accept: impl Fn(&str) -> bool) -> Result<String> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut ticks = tokio::time::interval(POLL);
        loop {
            let found = self.driver.query(By::Css(css)).nowait().first_opt().await?;
            if let Some(element) = found
                && let Ok(text) = element.text().await
                && accept(&text)
            {
                return Ok(text);
            }
            ensure!(tokio::time::Instant::now() < deadline, "{css} never had the expected text");
            ticks.tick().await;
        }
    }

    /// Waits until a script, which returns a value without waiting, returns true.
    pub async fn wait_until(&self, what: &str, script: &str) -> Result<()> {
        let deadline = tokio::time::Instant::now() + PATIENCE;
        let mut ticks = tokio::time::interval(POLL);
        while !self.run::<bool>(script, vec![]).await? {
            ensure!(tokio::time::Instant::now() < deadline, "it never came to this: {what}");
            ticks.tick().await;
        }
        Ok(())
    }

    /// The language that the page says it is in.
    pub async fn language(&self) -> Result<String> {
        self.run("return document.documentElement.lang;", vec![]).await
    }

    /// Fails if the page scrolls sideways, logged an error, or broke the content security policy.
    pub async fn check_page(&self) -> Result<()> {
        let script = "return document.documentElement.scrollWidth - window.innerWidth;";
        let overflow: i64 = self.run(script, vec![]).await?;
        ensure!(overflow <= 0, "the page is {overflow} pixels wider than the screen");
        let troubles: Vec<String> = self.run("return window.__troubles;", vec![]).await?;
        ensure!(troubles.is_empty(), "the page is in trouble: {troubles:?}");
        Ok(())
    }

    /// Saves what is on the screen when `THUOCDO_SCREENSHOTS` names a folder.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        if let Some(folder) = std::env::var_os("THUOCDO_SCREENSHOTS") {
            let folder = PathBuf::from(folder);
            std::fs::create_dir_all(&folder)?;
            self.driver.screenshot(&folder.join(format!("{name}.png"))).await?;
        }
        Ok(())
    }
}

fn test_id(id: &str) -> String {
    format!("[data-testid='{id}']")
}
