//! Tests a device at a counter, in a real Chromium.

mod enrolment;
mod staff;
mod journey;
mod leaving;
mod taps;
mod faces;
mod first_view;
mod silent_storage;
mod alone;
mod looks;

use anyhow::{Context, Result, ensure};
use jiff::Timestamp;
use serde_json::json;
use survey_defs::api::{AddedDevice, BreakOffSummary, DeviceView, NewDevice, paths};
use survey_defs::device::{DeviceSettings, EnrolmentCode};
use survey_defs::ids::DeviceId;
use tests::app::TestApp;
use tests::chrome::{Chrome, Screen};
use tests::live::LiveServer;
use tests::{devices, waves};

use super::filling::{Filling, Which};

/// New waves ask version 2; that version 1 is filled in on a screen of this size, others test.
const WAVE: &str = "counter-2";
const PORTRAIT: Screen = Screen { width: 1080, height: 1920 };
const LANDSCAPE: Screen = Screen { width: 1920, height: 1080 };

/// The device's clock is the server's, and a test can let time pass: to the program that is a
/// device which slept.
const CLOCK: &str = "window.__passed = 0; \
    (() => { \
        const now = Date.now.bind(Date); \
        const ahead = SERVER - now(); \
        Date.now = () => now() + ahead + window.__passed; \
    })();";

/// A device and the server that it belongs to.
struct Kiosk {
    app: TestApp,
    server: LiveServer,
    chrome: Chrome,
    device: DeviceId,
}

impl Kiosk {
    /// An enrolled device that waits for somebody.
    async fn start(settings: DeviceSettings) -> Result<Self> {
        Self::of(TestApp::with_wave(WAVE).await, new(settings)).await
    }

    /// The same of a device that staff add so.
    async fn of(app: TestApp, device: NewDevice) -> Result<Self> {
        let (kiosk, code) = Self::waiting(app, device).await?;
        enter(&kiosk.chrome, code.as_str()).await?;
        kiosk.waits().await?;
        Ok(kiosk)
    }

    /// A device that waits for its code, and the code.
    async fn waiting(app: TestApp, device: NewDevice) -> Result<(Self, EnrolmentCode)> {
        let server = LiveServer::start(&app).await?;
        let chrome = Chrome::start(PORTRAIT).await?;
        chrome.keep_memory().await?;
        set_clock(&chrome, waves::now()).await?;
        let added: AddedDevice = app.post_json(paths::DEVICES, &device).await.json();
        let kiosk = Self { app, server, chrome, device: added.device.id };
        kiosk.open().await?;
        Ok((kiosk, added.code))
    }

    /// Opens the page, as a device does that is switched on.
    async fn open(&self) -> Result<()> {
        self.chrome.open(&format!("{}{}", self.server.origin, paths::KIOSK_PAGE)).await
    }

    /// Nobody is there, and the next person can begin.
    async fn waits(&self) -> Result<()> {
        self.chrome.test_id("attract").await?;
        let has_focus = "return document.activeElement.dataset.testid === 'attract-start';";
        self.chrome.wait_until("the button that starts has the focus", has_focus).await
    }

    /// Somebody touches the screen and sees the form.
    async fn begin(&self) -> Result<Filling<'_>> {
        self.chrome.press_id("attract-start").await?;
        Filling::here(&self.chrome, WAVE).await
    }

    /// Somebody has come as far as the question for a comment.
    async fn at_the_comment(&self) -> Result<Filling<'_>> {
        let mut filling = self.begin().await?;
        filling.start().await?;
        while !self.chrome.has("textarea").await? {
            filling.answer(Which::Required).await?;
            filling.next().await?;
        }
        Ok(filling)
    }

    /// Time passes without a touch.
    async fn let_pass(&self, seconds: u32) -> Result<()> {
        let script = "window.__passed += arguments[0] * 1000; \
                      document.dispatchEvent(new Event('visibilitychange')); return true;";
        self.chrome.run::<bool>(script, vec![json!(seconds)]).await?;
        Ok(())
    }

    /// How staff see it.
    async fn seen_by_staff(&self) -> Result<DeviceView> {
        let devices: Vec<DeviceView> = self.app.get(paths::DEVICES).await.json();
        devices.into_iter().find(|one| one.id == self.device).context("the device is listed")
    }

    async fn revoke(&self) {
        let path = paths::fill(paths::REVOCATION, &[&self.device.to_string()]);
        self.app.post(&path, "application/json", "").await;
    }

    /// Where people stopped, once the server knows of one who did.
    async fn break_offs(&self) -> Result<Vec<BreakOffSummary>> {
        super::outcome::drained(&self.chrome).await?;
        let path = paths::fill(paths::WAVE_BREAK_OFFS, &[WAVE]);
        Ok(self.app.get(&path).await.json())
    }

    /// Fails if something of a person is left anywhere on the device.
    async fn has_nothing_of(&self, needles: &[&str]) -> Result<()> {
        let found = self.chrome.residue(needles).await?;
        let list: String = found.iter().map(|one| ["\n", &one.to_string()].concat()).collect();
        ensure!(found.is_empty(), "left for the next person:{list}");
        Ok(())
    }
}

/// A device to be added, with these settings.
fn new(settings: DeviceSettings) -> NewDevice {
    let wave = WAVE.parse().expect("an id");
    NewDevice { settings, wave, ..devices::new() }
}

/// A device that waits for its code.
async fn add(app: &TestApp, settings: DeviceSettings) -> AddedDevice {
    app.post_json(paths::DEVICES, &new(settings)).await.json()
}

/// Types a code on the screen.
async fn type_in(chrome: &Chrome, code: &str) -> Result<()> {
    chrome.test_id("enrol").await?;
    for letter in code.chars() {
        chrome.press_id(&format!("key-{letter}")).await?;
    }
    Ok(())
}

/// The same, and sends it.
async fn enter(chrome: &Chrome, code: &str) -> Result<()> {
    type_in(chrome, code).await?;
    chrome.press_id("enrol-send").await
}

async fn set_clock(chrome: &Chrome, now: Timestamp) -> Result<()> {
    let script = CLOCK.replace("SERVER", &now.as_millisecond().to_string());
    chrome.before_each_page(&script).await
}
