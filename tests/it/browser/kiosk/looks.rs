//! Tests every screen of the kiosk with axe-core, and the size of touch targets.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use survey_defs::device::DeviceSettings;
use tests::chrome::{Media, Preference, Screen};

use super::super::filling::Which;
use super::{Kiosk, LANDSCAPE, PORTRAIT};

/// A finger of an old hand.
const TARGET_MM: f64 = 16.0;

/// Everything that can be pressed, in the millimetres that the device was told its screen has.
const TARGETS: &str = "\
    const mm = parseFloat(getComputedStyle(document.documentElement).getPropertyValue('--mm')); \
    const seen = (element) => element.matches('input[type=radio], input[type=checkbox]') \
        ? element.closest('label') ?? element : element; \
    const targets = [...document.querySelectorAll('button, input, textarea, summary, a[href]')] \
        .filter((element) => !element.closest('[inert]')).map(seen) \
        .filter((element) => element.checkVisibility()); \
    return [...new Set(targets)].map((element) => { \
        const box = element.getBoundingClientRect(); \
        return { what: element.outerHTML.slice(0, 160), width: box.width / mm, height: box.height / mm }; \
    });";

/// Counts the frames in which the page is narrower than its window, because a scroll bar is there.
const WATCH: &str = "window.__narrow = 0; window.__frames = 0; const frame = () => { \
        window.__frames += 1; \
        if (innerWidth > document.documentElement.clientWidth) window.__narrow += 1; \
        requestAnimationFrame(frame); \
    }; requestAnimationFrame(frame); return true;";

#[derive(Debug, Deserialize)]
struct Target {
    what: String,
    width: f64,
    height: f64,
}

/// How somebody wants the form.
#[derive(Debug, Clone, Copy)]
struct Look {
    screen: Screen,
    language: &'static str,
    preferences: &'static [Preference],
}

const LOOKS: [Look; 6] = [
    Look { screen: PORTRAIT, language: "vi", preferences: &[] },
    Look { screen: LANDSCAPE, language: "en", preferences: &[] },
    Look { screen: PORTRAIT, language: "en", preferences: &[Preference::ElderMode] },
    Look { screen: LANDSCAPE, language: "vi", preferences: &[Preference::ElderMode] },
    Look {
        screen: PORTRAIT,
        language: "vi",
        preferences: &[Preference::ElderMode, Preference::HighContrast],
    },
    Look { screen: LANDSCAPE, language: "en", preferences: &[Preference::HighContrast] },
];

/// Looks at screens and collects what is wrong with them, so that one run tells everything.
struct Inspection<'a> {
    kiosk: &'a Kiosk,
    findings: String,
    smallest: f64,
}

impl Inspection<'_> {
    async fn look(&mut self, what: &str) -> Result<()> {
        let chrome = &self.kiosk.chrome;
        if let Err(found) = chrome.check_accessibility().await {
            write!(self.findings, "\n\n{what}: {found:#}")?;
        }
        chrome.check_page().await.with_context(|| what.to_owned())?;
        chrome.screenshot(&format!("kiosk-{}", what.replace([' ', ',', '[', ']'], "-"))).await
    }

    /// In the elder mode everything that can be pressed is large.
    async fn measure(&mut self, what: &str) -> Result<()> {
        let targets: Vec<Target> = self.kiosk.chrome.run(TARGETS, vec![]).await?;
        ensure!(!targets.is_empty(), "{what}: nothing to press");
        for Target { what: target, width, height } in targets {
            let side = width.min(height);
            self.smallest = self.smallest.min(side);
            // Browsers round to 1/64 of a pixel.
            if side < TARGET_MM - 0.02 {
                write!(self.findings, "\n\n{what}: {width:.1} × {height:.1} mm: {target}")?;
            }
        }
        Ok(())
    }

    /// From the invitation to the thanks.
    async fn walk(&mut self, look: Look) -> Result<()> {
        let chrome = &self.kiosk.chrome;
        chrome.resize(look.screen).await?;
        let Look { screen: Screen { width, height }, language, preferences } = look;
        let name = |what: &str| format!("{what} {width}x{height} {language} {preferences:?}");
        let is_elder = look.preferences.contains(&Preference::ElderMode);
        self.look(&name("attract")).await?;
        let mut filling = self.kiosk.begin().await?;
        chrome.press_id(&format!("lang-{}", look.language)).await?;
        for preference in look.preferences {
            chrome.prefer(*preference).await?;
        }
        self.look(&name("welcome")).await?;
        if is_elder {
            self.measure(&name("welcome")).await?;
        }
        filling.start().await?;
        let mut is_first = true;
        while let Some(section) = filling.section() {
            if is_first {
                self.kiosk.let_pass(if is_elder { 91 } else { 46 }).await?;
                chrome.test_id("countdown").await?;
                self.look(&name("countdown")).await?;
                if is_elder {
                    self.measure(&name("countdown")).await?;
                }
                chrome.press_id("countdown-stay").await?;
                is_first = false;
            }
            self.look(&name(&section)).await?;
            if is_elder {
                self.measure(&name(&section)).await?;
            }
            filling.answer(Which::Required).await?;
            if chrome.has("textarea").await? {
                chrome.press("textarea").await?;
                chrome.test_id("keyboard").await?;
                self.look(&name("keyboard")).await?;
                if is_elder {
                    self.measure(&name("keyboard")).await?;
                }
                chrome.press_id("key-done").await?;
                let is_gone = "return !document.querySelector('.keyboard');";
                chrome.wait_until("the keyboard goes", is_gone).await?;
            }
            filling.next().await?;
        }
        self.look(&name("review")).await?;
        if is_elder {
            self.measure(&name("review")).await?;
        }
        filling.send().await?;
        chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
        self.look(&name("thanks")).await?;
        if is_elder {
            self.measure(&name("thanks")).await?;
        }
        self.kiosk.let_pass(61).await?;
        self.kiosk.waits().await
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_on_a_kiosk_and_fingers_find_everything() -> Result<()> {
    let since = tokio::time::Instant::now();
    // The keyboard opens by itself; the thanks stay until the test lets time pass.
    let settings =
        DeviceSettings { keyboard: true, thanks_seconds: 60, ..DeviceSettings::default() };
    let kiosk = Kiosk::start(settings).await?;
    // A screen that is still fading in has no colours of its own yet.
    kiosk.chrome.media(Media::ReducedMotion).await?;
    let mut inspection = Inspection { kiosk: &kiosk, findings: String::new(), smallest: f64::MAX };
    for look in LOOKS {
        inspection.walk(look).await.with_context(|| format!("{look:?}"))?;
    }
    let chrome = &kiosk.chrome;
    for screen in [PORTRAIT, LANDSCAPE] {
        chrome.resize(screen).await?;
        chrome
            .run::<bool>(
                "dispatchEvent(new KeyboardEvent('keydown', \
                { key: 's', ctrlKey: true, altKey: true, bubbles: true })); return true;",
                vec![],
            )
            .await?;
        chrome.test_id("staff").await?;
        inspection.look(&format!("staff {}", screen.width)).await?;
        chrome.press_id("staff-close").await?;
        kiosk.waits().await?;
    }
    kiosk.revoke().await;
    kiosk.open().await?;
    chrome.find("[data-trouble='revoked']").await?;
    for screen in [PORTRAIT, LANDSCAPE] {
        chrome.resize(screen).await?;
        inspection.look(&format!("revoked {}", screen.width)).await?;
    }
    chrome.press_id("enrol-again").await?;
    chrome.test_id("enrol").await?;
    for screen in [PORTRAIT, LANDSCAPE] {
        chrome.resize(screen).await?;
        inspection.look(&format!("enrol {}", screen.width)).await?;
    }
    let Inspection { findings, smallest, .. } = inspection;
    eprintln!("the smallest target of the elder mode is {smallest:.2} mm, {:?}", since.elapsed());
    ensure!(findings.is_empty(), "found:{findings}");
    kiosk.chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_screen_that_rises_does_not_jump() -> Result<()> {
    let kiosk = Kiosk::start(DeviceSettings::default()).await?;
    kiosk.chrome.run::<bool>(WATCH, vec![]).await?;
    kiosk.begin().await?;
    let is_still = "return window.__frames > 0 \
        && document.getAnimations().every((one) => one.playState !== 'running');";
    kiosk.chrome.wait_until("the screen has risen", is_still).await?;
    let narrow: u32 = kiosk.chrome.run("return window.__narrow;", vec![]).await?;
    ensure!(narrow == 0, "a scroll bar came and went, for {narrow} frames");
    kiosk.chrome.quit().await
}
