//! Finds, presses, types and waits in a page.

use std::path::PathBuf;

use anyhow::{Context, Result, ensure};
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::extensions::query::ElementQueryable;
use thirtyfour::{By, WebElement};

use super::{Chrome, PATIENCE, POLL};

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

impl Chrome {
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
        let tabs = self.driver.windows().await?;
        let first = tabs.first().context("no tab is open")?;
        Ok(self.driver.switch_to_window(first.clone()).await?)
    }

    /// Closes the second tab and goes to the first one.
    pub async fn close_second_tab(&self) -> Result<()> {
        let tabs = self.driver.windows().await?;
        let second = tabs.get(1).context("there is no second tab")?;
        self.driver.switch_to_window(second.clone()).await?;
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
