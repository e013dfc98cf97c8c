//! A real Chromium, driven through WebDriver, and the application on a real socket.

use std::path::PathBuf;
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use tempfile::TempDir;
use thirtyfour::common::capabilities::chromium::ChromiumLikeCapabilities;
use thirtyfour::extensions::query::ElementQueryable;
use thirtyfour::{By, DesiredCapabilities, WebDriver, WebElement};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::net::TcpListener;
use tokio::process::{Child, Command};
use tokio::task::JoinHandle;

use crate::app::TestApp;

/// How long a page may take to show what a test waits for; generous, because two cores may be
/// compiling something else.
const PATIENCE: Duration = Duration::from_secs(30);
const POLL: Duration = Duration::from_millis(50);

/// Collects what goes wrong in a page, from before its first script.
const WATCH: &str = "window.__troubles = []; \
    const note = (text) => window.__troubles.push(String(text)); \
    addEventListener('error', (event) => note(event.message)); \
    addEventListener('unhandledrejection', (event) => note(event.reason)); \
    addEventListener('securitypolicyviolation', (event) => note(event.violatedDirective)); \
    const error = console.error; \
    console.error = (...words) => { note(words.join(' ')); error(...words); };";

/// The application on a socket of this machine, until it is dropped.
#[derive(Debug)]
pub struct LiveServer {
    /// `http://127.0.0.1:…`
    pub origin: String,
    task: JoinHandle<()>,
}

impl LiveServer {
    /// Serves an application.
    pub async fn start(app: &TestApp) -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let origin = format!("http://{}", listener.local_addr()?);
        let router = app.router();
        let task = tokio::spawn(async move {
            axum::serve(listener, router).await.expect("the listener stays open");
        });
        Ok(Self { origin, task })
    }
}

impl Drop for LiveServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// The size of a screen in CSS pixels.
#[derive(Debug, Clone, Copy)]
pub struct Screen {
    /// Width.
    pub width: u32,
    /// Height.
    pub height: u32,
}

/// One browser with a profile of its own.
#[derive(Debug)]
pub struct Chrome {
    driver: WebDriver,
    _chromedriver: Child,
    _profile: TempDir,
}

impl Chrome {
    /// Starts a browser with a screen of exactly this size.
    pub async fn start(screen: Screen) -> Result<Self> {
        let mut chromedriver = Command::new("chromedriver")
            .arg("--port=0")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .context("chromedriver is missing: apt-get install chromium chromium-driver")?;
        let port = port(&mut chromedriver).await?;
        let profile = tempfile::tempdir()?;
        let mut capabilities = DesiredCapabilities::chrome();
        for argument in [
            "--headless=new",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--disable-dev-shm-usage",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--lang=vi",
            &format!("--user-data-dir={}", profile.path().display()),
        ] {
            capabilities.add_arg(argument)?;
        }
        let address = format!("http://127.0.0.1:{port}");
        let driver = WebDriver::new(address, capabilities).await?;
        let metrics = json!({
            "width": screen.width,
            "height": screen.height,
            "deviceScaleFactor": 1,
            "mobile": screen.width < 1000,
        });
        driver.cdp().send_raw("Emulation.setDeviceMetricsOverride", metrics).await?;
        let watch = json!({ "source": WATCH });
        driver.cdp().send_raw("Page.addScriptToEvaluateOnNewDocument", watch).await?;
        Ok(Self { driver, _chromedriver: chromedriver, _profile: profile })
    }

    /// Opens an address.
    pub async fn open(&self, address: &str) -> Result<()> {
        Ok(self.driver.goto(address).await?)
    }

    /// The element that a selector finds once it is displayed.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        let query = self.driver.query(By::Css(css)).wait(PATIENCE, POLL).and_displayed();
        query.first().await.with_context(|| format!("{css} is not displayed"))
    }

    /// The element with a test id once it is displayed.
    pub async fn test_id(&self, id: &str) -> Result<WebElement> {
        self.find(&format!("[data-testid='{id}']")).await
    }

    /// Presses what a selector finds, as a finger does.
    pub async fn press(&self, css: &str) -> Result<()> {
        let element = self.find(css).await?;
        element.scroll_into_view().await?;
        Ok(element.click().await?)
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

    /// Fails if the page scrolls sideways, logged an error, or broke the content security policy.
    pub async fn check_page(&self) -> Result<()> {
        let script = "return document.documentElement.scrollWidth - window.innerWidth;";
        let overflow: i64 = self.driver.execute(script, vec![]).await?.convert()?;
        ensure!(overflow <= 0, "the page is {overflow} pixels wider than the screen");
        let script = "return window.__troubles;";
        let troubles: Vec<String> = self.driver.execute(script, vec![]).await?.convert()?;
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

    /// Closes the browser.
    pub async fn quit(self) -> Result<()> {
        Ok(self.driver.quit().await?)
    }
}

/// The port that chromedriver chose, from what it prints.
async fn port(chromedriver: &mut Child) -> Result<u16> {
    let stdout = chromedriver.stdout.take().context("stdout is piped")?;
    let mut lines = BufReader::new(stdout).lines();
    while let Some(line) = lines.next_line().await? {
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            return Ok(port.trim_end_matches('.').parse()?);
        }
    }
    anyhow::bail!("chromedriver stopped before it said its port")
}
