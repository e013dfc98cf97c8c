//! Walks through a form in one look, and looks at each screen in every window.

use std::fmt::Write as _;

use anyhow::{Context, Result, ensure};
use serde_json::json;
use survey_defs::api::paths;
use survey_defs::wave::{Channel, Population};
use tests::app::TestApp;
use tests::chrome::{Chrome, Media, Screen};
use tests::live::LiveServer;
use tests::waves;

use super::{Figures, InView, LANGUAGES, Look, Report, Rules, SIZES, SMALL};

/// Tells in the page what is wrong with it.
const GEOMETRY: &str = include_str!("geometry.js");

/// A voice for each language, as phones have: then each question has one button more.
const VOICES: &str = "const voice = (lang) => \
        Object.defineProperty(Object.create(SpeechSynthesisVoice.prototype), 'lang', { value: lang }); \
    const voices = ['vi-VN', 'en-US'].map(voice); \
    speechSynthesis.getVoices = () => voices;";

/// Answers each question that has no answer yet, such that follow-up questions appear.
const ANSWER: &str = "const type = (field, words) => { \
        field.value = words; \
        for (const kind of ['input', 'change']) \
            field.dispatchEvent(new Event(kind, { bubbles: true })); \
    }; \
    for (const question of document.querySelectorAll('.question')) { \
        if (!question.querySelector(':checked')) question.querySelector('.level-2, .option')?.click(); \
        for (const field of question.querySelectorAll('.short')) type(field, '3'); \
        for (const field of question.querySelectorAll('.text')) type(field, 'Cán bộ tận tình.\\nCảm ơn.'); \
    }";

/// Chooses a language, wherever its button is, and waits until it is spoken.
const SPEAK: &str = "const [language, done] = arguments; \
    const root = document.documentElement; \
    if (root.lang !== language) document.querySelector(`[data-testid=lang-${language}]`).click(); \
    const look = () => root.lang === language ? done(null) : requestAnimationFrame(look); \
    look();";

const STEP: &str = "[data-testid='step']";
const WAVE: &str = "counter-2";

/// Whether axe-core looks, too. It takes longer than everything else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Axe {
    Looks,
    Rests,
}

/// A walk, with what is wrong with its screens: one run tells everything.
struct Walk {
    // The browser goes before the server.
    chrome: Chrome,
    _server: LiveServer,
    _app: TestApp,
    look: Look,
    findings: String,
    /// Of the elder mode's questions on a small phone.
    tallest: Option<(String, Figures)>,
    looks: u32,
}

impl Walk {
    async fn start(look: Look) -> Result<Self> {
        let app = TestApp::start().await;
        let wave = waves::wave_of_version("counter", 2, Population::Transaction);
        app.state.store.create_wave(&wave).await?;
        let telephone = "024 3733 3333".to_owned().try_into()?;
        let point = waves::point(&wave, "p1", Channel::WallQr).with_telephone(Some(telephone));
        app.state.store.add_points(&[point], &waves::codes()).await?;
        let server = LiveServer::start(&app).await?;
        let chrome = Chrome::start(SMALL).await?;
        // A screen that is still fading in has no colours of its own yet.
        chrome.media(Media::ReducedMotion).await?;
        chrome.before_each_page(VOICES).await?;
        let page = paths::fill(paths::FORM_PAGE, &[WAVE, "p1"]);
        chrome.open(&format!("{}{page}", server.origin)).await?;
        chrome.test_id("start").await?;
        Ok(Self {
            chrome,
            _server: server,
            _app: app,
            look,
            findings: String::new(),
            tallest: None,
            looks: 0,
        })
    }

    /// Looks at the open screen in every window, in both languages. It was opened on a small phone.
    async fn look(&mut self, what: &str, in_view: InView, axe: Axe) -> Result<()> {
        self.chrome.settled().await?;
        if in_view.is_arrival() {
            let rules = Rules { is_arrival: true, ..self.look.rules(SMALL, in_view) };
            let report = self.report(SMALL, LANGUAGES[0], rules).await?;
            for finding in report.findings {
                write!(self.findings, "\n{what}, a moment after it was opened: {finding}")?;
            }
        }
        for screen in SIZES {
            self.chrome.resize(screen).await?;
            for language in LANGUAGES {
                let name = format!("{what}, {}x{}, {language}", screen.width, screen.height);
                let rules = self.look.rules(screen, in_view);
                let report = self.report(screen, language, rules).await.context(name.clone())?;
                for finding in report.findings {
                    write!(self.findings, "\n{name}: {finding}")?;
                }
                let is_taller = self
                    .tallest
                    .as_ref()
                    .is_none_or(|(_, tallest)| tallest.question < report.figures.question);
                if screen.width == SMALL.width && is_taller {
                    self.tallest = Some((name.clone(), report.figures));
                }
                if axe == Axe::Looks
                    && let Err(found) = self.chrome.check_accessibility().await
                {
                    write!(self.findings, "\n\n{name}: {found:#}")?;
                }
                self.looks += 1;
            }
        }
        self.chrome.check_page().await.with_context(|| what.to_owned())?;
        self.chrome.resize(SMALL).await?;
        self.chrome.run_async(SPEAK, vec![json!(LANGUAGES[0])]).await
    }

    async fn report(&self, screen: Screen, language: &str, rules: Rules) -> Result<Report> {
        let Screen { width, height } = screen;
        let window = json!({ "width": width, "height": height, "language": language });
        self.chrome.run_async(GEOMETRY, vec![window, json!(rules)]).await
    }

    /// Goes on with “next” from the end of the page, as people do who have read all of it.
    async fn next(&self) -> Result<()> {
        let end = "scrollTo(0, document.scrollingElement.scrollHeight);";
        self.chrome.run::<()>(end, vec![]).await?;
        self.chrome.press_id("next").await
    }

    /// The first screen, with the panel in which the look is chosen.
    async fn welcome(&mut self) -> Result<()> {
        self.chrome.press_id("preferences-open").await?;
        if let Some(preference) = self.look.preference() {
            self.chrome.prefer(preference).await?;
        }
        self.look("panel", InView::Panel, Axe::Looks).await?;
        self.chrome.press_id("preferences-open").await?;
        self.look("welcome", InView::Top, Axe::Looks).await
    }

    /// All pages with questions.
    async fn pages(&mut self) -> Result<()> {
        const NAME: &str = "const { section, question } = document.querySelector(arguments[0]).dataset; \
            return [section, question].filter(Boolean).join(' ');";
        let mut violations = 0;
        let mut is_first = true;
        while self.chrome.has(STEP).await? {
            let page: String = self.chrome.run(NAME, vec![json!(STEP)]).await?;
            self.look(&page, InView::Question, Axe::Looks).await?;
            if is_first {
                self.chrome.press_id("preferences-open").await?;
                self.look(&format!("{page} with the panel"), InView::Panel, Axe::Rests).await?;
                self.chrome.press_id("preferences-open").await?;
                is_first = false;
            }
            // With an introduction above it, and without.
            if violations < 2 && self.chrome.has("[aria-required]").await? {
                self.next().await?;
                self.chrome.find(".error").await?;
                self.look(&format!("{page} with violations"), InView::Violation, Axe::Looks)
                    .await?;
                violations += 1;
            }
            // An answer brings up a question, which is answered as well.
            for _ in 0..2 {
                self.chrome.run::<()>(ANSWER, vec![]).await?;
                self.chrome.settled().await?;
            }
            self.look(&format!("{page} filled in"), InView::Filled, Axe::Rests).await?;
            self.next().await?;
            let next = format!("[data-testid='review'], {STEP}");
            self.chrome.find(&next).await?;
        }
        ensure!(violations == 2, "{violations} pages had something missing");
        Ok(())
    }

    async fn end(&mut self) -> Result<()> {
        self.look("review", InView::Heading, Axe::Looks).await?;
        let unfold = "for (const one of document.querySelectorAll('details')) one.open = true;";
        self.chrome.run::<()>(unfold, vec![]).await?;
        self.look("unfolded review", InView::Top, Axe::Rests).await?;
        self.chrome.press_id("cancel").await?;
        self.chrome.test_id("cancel-dialog").await?;
        self.look("dialog", InView::Anything, Axe::Looks).await?;
        self.chrome.press_id("cancel-stay").await?;
        self.chrome.press_id("send").await?;
        self.chrome.find("[data-testid='outbox-status'][data-pending='0']").await?;
        self.look("thanks", InView::Outcome, Axe::Looks).await
    }
}

/// From the first screen to the thanks.
#[expect(clippy::print_stderr, reason = "the log of a run says how tall the questions are")]
pub(super) async fn walk(look: Look) -> Result<()> {
    let mut walk = Walk::start(look).await?;
    let since = tokio::time::Instant::now();
    walk.welcome().await?;
    walk.chrome.press_id("start").await?;
    walk.chrome.find(STEP).await?;
    walk.pages().await?;
    walk.end().await?;
    let Walk { chrome, findings, tallest, looks, .. } = walk;
    eprintln!("{look:?}: {looks} looks in {:?}", since.elapsed());
    if let (Look::Elder, Some((name, figures))) = (look, tallest) {
        let Figures { page, question, bar, answers_in_view } = figures;
        eprintln!(
            "the tallest question: {name}: {question:.2} windows (the page {page:.2}, the bar {bar:.2}), \
             {answers_in_view} answers in view"
        );
    }
    ensure!(findings.is_empty(), "{look:?}:{findings}");
    chrome.quit().await
}

/// What the script finds on the first screen, after each of these scripts has spoilt it.
pub(super) async fn spoilt(scripts: &[&str]) -> Result<Vec<Vec<String>>> {
    let walk = Walk::start(Look::LargeType).await?;
    let mut found = Vec::new();
    for script in scripts {
        walk.chrome.reload().await?;
        walk.chrome.test_id("start").await?;
        let heading = "document.querySelector('h1').focus({ preventScroll: true });";
        walk.chrome.run::<()>(&[heading, script].concat(), vec![]).await?;
        let rules = Rules { is_arrival: true, ..walk.look.rules(SMALL, InView::Heading) };
        found.push(walk.report(SMALL, LANGUAGES[0], rules).await?.findings);
    }
    walk.chrome.quit().await?;
    Ok(found)
}
