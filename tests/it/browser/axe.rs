//! Tests every screen with axe-core, in every mode, language and orientation.

use std::fmt::Write as _;

use anyhow::{Context, Result, bail, ensure};
use survey_defs::api::paths;
use tests::app::TestApp;
use tests::chrome::{Chrome, Media, Network, Preference, Screen};
use tests::faults::Fault;
use tests::live::LiveServer;

use super::filling::{Filling, Which};
use super::troubles::{LITTLE_ROOM, newer};

const PLACE: (&str, &str) = ("counter-2", "p1");

/// How the respondent wants the form to look.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mode {
    Standard,
    Dark,
    ForcedColours,
    Elder,
    HighContrast,
    LargeType,
}

const SCREENS: [Screen; 2] = [Screen::PORTRAIT, Screen::LANDSCAPE];
const LANGUAGES: [&str; 2] = ["vi", "en"];

impl Mode {
    /// What the respondent has set in the system.
    fn media(self) -> Media {
        match self {
            Self::Standard | Self::Elder | Self::HighContrast | Self::LargeType => Media::Standard,
            Self::Dark => Media::Dark,
            Self::ForcedColours => Media::ForcedColours,
        }
    }
}

/// Chooses on the first screen what can be chosen there.
async fn choose(chrome: &Chrome, mode: Mode) -> Result<()> {
    match mode {
        Mode::Elder => chrome.prefer(Preference::ElderMode).await,
        Mode::HighContrast => chrome.prefer(Preference::HighContrast).await,
        Mode::LargeType => chrome.prefer(Preference::LargeType).await,
        Mode::Standard | Mode::Dark | Mode::ForcedColours => Ok(()),
    }
}

/// Walks through a form and collects what axe-core finds, so that one run tells everything.
async fn every_screen(mode: Mode) -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    let mut findings = String::new();
    for screen in SCREENS {
        chrome.resize(screen).await?;
        for language in LANGUAGES {
            let name = |what: &str| format!("{what}, {mode:?}, {language}, {screen:?}");
            let mut look = async |what: &str| -> Result<()> {
                if let Err(found) = chrome.check_accessibility().await {
                    write!(findings, "\n\n{}: {found:#}", name(what))?;
                }
                chrome.check_page().await.with_context(|| name(what))
            };
            let mut filling = Filling::open(&chrome, &server, PLACE).await?;
            chrome.media(mode.media()).await?;
            chrome.press_id(&format!("lang-{language}")).await?;
            choose(&chrome, mode).await?;
            look("welcome").await?;
            filling.start().await?;
            while let Some(section) = filling.section() {
                look(&section).await?;
                if chrome.has("[aria-required]").await? {
                    chrome.press_id("next").await?;
                    chrome.find(".error").await?;
                    look(&format!("{section} with violations")).await?;
                }
                filling.answer(Which::All).await?;
                look(&format!("{section} filled in")).await?;
                filling.next().await?;
            }
            look("review").await?;
            filling.send().await?;
            chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
            look("thanks").await?;
        }
    }
    if !findings.is_empty() {
        bail!("axe-core:{findings}");
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_standard_mode() -> Result<()> {
    every_screen(Mode::Standard).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_dark_colours() -> Result<()> {
    every_screen(Mode::Dark).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_forced_colours() -> Result<()> {
    every_screen(Mode::ForcedColours).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_elder_mode() -> Result<()> {
    every_screen(Mode::Elder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_high_contrast() -> Result<()> {
    every_screen(Mode::HighContrast).await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_large_type() -> Result<()> {
    every_screen(Mode::LargeType).await
}

/// The other forms that new waves ask, on a small phone from the first screen to the thanks.
#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_the_other_forms() -> Result<()> {
    let chrome = Chrome::start(Screen { width: 360, height: 640 }).await?;
    let mut findings = String::new();
    for wave in ["single-2", "ward-2", "national-2"] {
        let app = TestApp::with_wave(wave).await;
        let server = LiveServer::start(&app).await?;
        let mut look = async |what: &str| -> Result<()> {
            if let Err(found) = chrome.check_accessibility().await {
                write!(findings, "\n\n{wave}, {what}: {found:#}")?;
            }
            chrome.check_page().await.with_context(|| format!("{wave}, {what}"))
        };
        let mut filling = Filling::open(&chrome, &server, (wave, "p1")).await?;
        look("welcome").await?;
        filling.start().await?;
        while let Some(section) = filling.section() {
            look(&section).await?;
            filling.answer(Which::All).await?;
            look(&format!("{section} filled in")).await?;
            filling.next().await?;
        }
        look("review").await?;
        filling.send().await?;
        chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
        look("thanks").await?;
        let records = app.state.store.submissions_after(&wave.parse()?, 0, 10).await?;
        ensure!(records.len() == 1, "{wave}: {} rows instead of one", records.len());
        ensure!(records[0].draft.answers == filling.answers(), "{wave}: other answers");
    }
    if !findings.is_empty() {
        bail!("axe-core:{findings}");
    }
    chrome.quit().await
}

/// What is not on the way through a form: an unfinished one, the question whether to stop, the end
/// without sending, the panel, the notice about the clock.
#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_beside_the_way() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.shift_clock(3 * 24 * 60 * 60 * 1_000).await?;
    let mut findings = String::new();
    for (screen, language, mode) in looks() {
        chrome.resize(screen).await?;
        let mut look = async |what: &str| -> Result<()> {
            let name = format!("{what}, {mode:?}, {language}, {screen:?}");
            if let Err(found) = chrome.check_accessibility().await {
                write!(findings, "\n\n{name}: {found:#}")?;
            }
            chrome.check_page().await.context(name)
        };
        let mut filling = Filling::open(&chrome, &server, PLACE).await?;
        chrome.test_id("clock-notice").await?;
        chrome.press_id(&format!("lang-{language}")).await?;
        choose(&chrome, mode).await?;
        look("clock notice").await?;
        filling.start().await?;
        chrome.press_id("preferences-open").await?;
        chrome.test_id("preferences").await?;
        look("preferences").await?;
        chrome.press_id("preferences-open").await?;
        filling.answer_first().await?;
        chrome.reload().await?;
        chrome.test_id("resume").await?;
        look("resume").await?;
        chrome.press_id("resume-continue").await?;
        chrome.press_id("cancel").await?;
        chrome.test_id("cancel-dialog").await?;
        look("cancel dialog").await?;
        chrome.press_id("cancel-confirm").await?;
        chrome.test_id("stopped").await?;
        look("stopped").await?;
    }
    if !findings.is_empty() {
        bail!("axe-core:{findings}");
    }
    chrome.quit().await
}

/// Every language, in both orientations, in the looks that have styles of their own.
fn looks() -> impl Iterator<Item = (Screen, &'static str, Mode)> {
    let modes = [Mode::Standard, Mode::Elder, Mode::HighContrast];
    SCREENS.into_iter().flat_map(move |screen| {
        LANGUAGES
            .into_iter()
            .flat_map(move |language| modes.into_iter().map(move |mode| (screen, language, mode)))
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_nothing_in_any_trouble() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    chrome.bypass_worker(true).await?;
    chrome.before_each_page(LITTLE_ROOM).await?;
    let form = paths::fill(paths::FORM, &[PLACE.0, PLACE.1]);
    let busy = Fault::Status { status: 500, retry_after_s: 1 };
    let mut findings = String::new();
    // An address of no form shows the program only where its worker knows no better.
    let gone = Fault::Status { status: 404, retry_after_s: 1 };
    for (trouble, fault) in [
        ("unreachable", Fault::Lost),
        ("broken", busy),
        ("unknown", gone),
        ("outdated", newer()),
        ("full", Fault::None),
        ("closed", Fault::None),
    ] {
        server.faults.heal();
        server.faults.always(&form, fault);
        if trouble == "closed" {
            app.clock.set("2027-06-01T03:00:00Z".parse()?);
        }
        let page = paths::fill(paths::FORM_PAGE, &[PLACE.0, PLACE.1]);
        for (screen, language, mode) in looks() {
            chrome.resize(screen).await?;
            chrome.open(&format!("{}{page}", server.origin)).await?;
            if trouble == "full" {
                chrome.run::<()>("window.__full = true;", vec![]).await?;
                // With a network it would post what it cannot store.
                chrome.network(Network::Offline).await?;
                chrome.press_id("start").await?;
            }
            chrome.find(&format!("[data-trouble='{trouble}']")).await?;
            chrome.network(Network::Full).await?;
            chrome.press_id(&format!("lang-{language}")).await?;
            // Here nobody can choose: the program is asked to look as if somebody had.
            let script = match mode {
                Mode::Elder => "document.documentElement.dataset.mode = 'elder';",
                Mode::HighContrast => "document.documentElement.dataset.contrast = 'high';",
                Mode::Standard | Mode::Dark | Mode::ForcedColours | Mode::LargeType => "",
            };
            chrome.run::<()>(script, vec![]).await?;
            let name = format!("{trouble}, {mode:?}, {language}, {screen:?}");
            if let Err(found) = chrome.check_accessibility().await {
                write!(findings, "\n\n{name}: {found:#}")?;
            }
            let script = "return document.documentElement.scrollWidth - window.innerWidth;";
            let overflow: i64 = chrome.run(script, vec![]).await?;
            ensure!(overflow <= 0, "{overflow} pixels too wide: {name}");
        }
    }
    if !findings.is_empty() {
        bail!("axe-core:{findings}");
    }
    chrome.quit().await
}

#[tokio::test(flavor = "multi_thread")]
async fn axe_finds_what_is_wrong() -> Result<()> {
    let app = TestApp::with_wave(PLACE.0).await;
    let server = LiveServer::start(&app).await?;
    let chrome = Chrome::start(Screen::PORTRAIT).await?;
    Filling::open(&chrome, &server, PLACE).await?;
    chrome.check_accessibility().await?;
    // One of WCAG 2.0 A, one of 2.0 AA, one of 2.2 AA.
    let wrong = "document.querySelector('main').insertAdjacentHTML('beforeend', \
        '<input><p id=pale>pale words</p><button id=a>a</button><button id=b>b</button>'); \
        pale.style.cssText = 'color: #eee; background: #fff'; \
        for (const button of [a, b]) button.style.cssText = \
            'all: revert; width: 9px; height: 9px; padding: 0; border: 0; margin: 0';";
    chrome.run::<()>(wrong, vec![]).await?;
    let found = match chrome.check_accessibility().await {
        Ok(()) => bail!("axe-core finds nothing"),
        Err(found) => found.to_string(),
    };
    for rule in ["label:", "color-contrast:", "target-size:"] {
        ensure!(found.contains(rule), "axe-core does not find {rule} {found}");
    }
    chrome.quit().await
}
