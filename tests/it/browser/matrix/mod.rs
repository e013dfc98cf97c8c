//! Tests the geometry of every screen of a phone's form, in every size of window, look and language.

mod walk;

use anyhow::{Result, ensure};
use serde::{Deserialize, Serialize};
use tests::chrome::{Preference, Screen};

use self::walk::walk;

const SMALLEST: Screen = Screen { width: 320, height: 568 };
const SMALL: Screen = Screen { width: 360, height: 640 };

/// From the smallest phone to a large monitor.
const SIZES: [Screen; 7] = [
    SMALLEST,
    SMALL,
    Screen { width: 412, height: 915 },
    Screen { width: 820, height: 1180 },
    Screen { width: 1280, height: 800 },
    Screen { width: 1080, height: 1920 },
    Screen { width: 1920, height: 1080 },
];

const LANGUAGES: [&str; 2] = ["vi", "en"];

/// How somebody wants the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Look {
    Ordinary,
    Elder,
    LargeType,
    HighContrast,
}

/// What must be in view on arriving.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum InView {
    /// The heading.
    Heading,
    /// The same, of a screen that was there before.
    Top,
    /// The heading, where the page shows one, and the whole first question; in the elder mode its first
    /// answer, too.
    Question,
    /// The heading, where the page shows one, of a page that was filled in.
    Filled,
    /// What is missing, and the question that it is missing from.
    Violation,
    /// The first choice of the panel.
    Panel,
    /// The heading, and what became of the form.
    Outcome,
    /// Whatever is there.
    Anything,
}

/// What the script in the page holds a screen against. Lengths are in CSS pixels.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Rules {
    /// Selectors, and how much of what they find must be in view on arriving.
    in_view: Vec<(&'static str, f64)>,
    /// Whether the program has come to the screen a moment ago: where it has left somebody counts, too.
    is_arrival: bool,
    /// The height of the bar, of the window's.
    bar: Option<f64>,
    /// The least side of a target.
    target: f64,
    /// The same of answers and of the buttons of the bar.
    answer: f64,
    /// The height of a question, of the window's.
    question: Option<f64>,
}

impl InView {
    /// Whether the program has just come to the screen.
    fn is_arrival(self) -> bool {
        match self {
            Self::Heading | Self::Question | Self::Violation | Self::Outcome => true,
            Self::Top | Self::Filled | Self::Panel | Self::Anything => false,
        }
    }
}

impl Look {
    fn preference(self) -> Option<Preference> {
        match self {
            Self::Ordinary => None,
            Self::Elder => Some(Preference::ElderMode),
            Self::LargeType => Some(Preference::LargeType),
            Self::HighContrast => Some(Preference::HighContrast),
        }
    }

    /// Whether a page with questions shows its heading. Where there is little room, it is for ears only.
    fn shows_heading(self, screen: Screen) -> bool {
        match self {
            Self::Ordinary | Self::HighContrast => true,
            Self::Elder => false,
            Self::LargeType => screen.width > 412,
        }
    }

    /// How much of a statement is in view. Of type of 36 px, seven lines do not fit on a small phone.
    fn statement(self, screen: Screen, in_view: InView) -> f64 {
        match (self, screen.width) {
            (Self::LargeType, 320) => 0.4,
            (Self::LargeType, _) if in_view == InView::Violation => 0.4,
            (Self::LargeType, 360) => 0.85,
            _ => 1.0,
        }
    }

    fn rules(self, screen: Screen, in_view: InView) -> Rules {
        let statement = (".question-text", self.statement(screen, in_view));
        let heading = ("h1", 1.0);
        let answer = (".question label, .question .short, .question .text", 1.0);
        let in_view = match (in_view, self) {
            (InView::Panel, _) => vec![(".preferences legend", 1.0)],
            (InView::Filled, _) if self.shows_heading(screen) => vec![heading],
            (InView::Filled | InView::Anything, _) => vec![],
            (InView::Question, Self::Elder) => vec![statement, answer],
            (InView::Question, _) if self.shows_heading(screen) => vec![heading, statement],
            (InView::Question, _) => vec![statement],
            (InView::Violation, _) => vec![(".error", 1.0), statement],
            // Twice as large, the words before it fill the screen.
            (InView::Heading | InView::Top, _) | (InView::Outcome, Self::LargeType) => {
                vec![heading]
            }
            (InView::Outcome, _) => vec![heading, (".outbox-status", 1.0)],
        };
        let is_large = matches!(self, Self::Elder | Self::LargeType);
        let is_elder = self == Self::Elder;
        Rules {
            in_view,
            is_arrival: false,
            bar: is_large.then_some(0.2),
            // 44 px is what a finger needs; 10 mm are 54 px, and the small buttons two lines.
            target: if is_elder { 48.0 } else { 44.0 },
            answer: if is_elder { 54.0 } else { 44.0 },
            question: (is_elder && screen.width >= SMALL.width).then_some(1.5),
        }
    }
}

/// What the script says of one screen.
#[derive(Debug, Deserialize)]
struct Report {
    findings: Vec<String>,
    figures: Figures,
}

/// Shares of the window's height, and answers.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "camelCase")]
struct Figures {
    /// Of the page.
    page: f64,
    /// Of the question of the elder mode.
    question: f64,
    /// Of the bar.
    bar: f64,
    answers_in_view: usize,
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_every_window_in_the_elder_mode() -> Result<()> {
    walk(Look::Elder).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_every_window() -> Result<()> {
    walk(Look::Ordinary).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_every_window_in_type_of_twice_the_size() -> Result<()> {
    walk(Look::LargeType).await
}

#[tokio::test(flavor = "multi_thread")]
async fn every_screen_fits_every_window_in_high_contrast() -> Result<()> {
    walk(Look::HighContrast).await
}

/// Scripts that spoil the first screen on a small phone, with what is to be found then.
const SPOILT: [(&str, &str); 13] = [
    ("document.querySelector('.consent').style.width = '500px';", "px sideways: p.consent"),
    (
        "document.querySelector('.intro').style.cssText = 'overflow: hidden; height: 1em';",
        "below: p.intro",
    ),
    (
        "document.querySelector('li').style.cssText = 'overflow: hidden; white-space: nowrap';",
        "px at the side: li.promise-unseen",
    ),
    (
        "document.querySelector('[data-testid=start]').style.cssText = 'flex: none; width: 44px';",
        "outside of button#start",
    ),
    (
        "document.querySelector('.main').insertAdjacentHTML('beforeend', '<i id=cover></i>'); \
         document.querySelector('#cover').style.cssText = \
             'position: absolute; inset: 80px 0 auto; height: 9rem; background: red';",
        "covered: h1#heading",
    ),
    (
        "document.querySelector('[data-testid=start]').style.cssText = 'height: 43px; min-height: 0';",
        "px, not 44: button#start",
    ),
    ("document.querySelector('.hero').style.paddingTop = '600px';", "on arriving: h1#heading"),
    (
        "document.querySelector('h1').outerHTML = '<p id=heading>no heading</p>';",
        "no h1 on arriving",
    ),
    ("scrollTo(0, 200);", "left at "),
    ("document.querySelector('[data-testid=start]').focus();", "has the focus on arriving: button"),
    ("document.querySelector('.actions').style.order = -1;", "above the consent: button#start"),
    (
        "document.querySelector('.actions').style.cssText = 'position: sticky; height: 200px';",
        "200 px of 640: div.actions",
    ),
    (
        "document.documentElement.style.scrollPadding = 0; \
         document.querySelector('.actions').style.cssText = 'position: sticky; height: 120px'; \
         document.querySelector('.welcome').insertAdjacentHTML('beforeend', \
             '<button class=button id=behind>behind the bar</button>'); \
         document.querySelector('#behind').style.cssText = 'position: absolute; top: 560px';",
        "has the focus from",
    ),
];

#[tokio::test(flavor = "multi_thread")]
async fn the_script_finds_what_is_wrong() -> Result<()> {
    let (scripts, kinds): (Vec<&str>, Vec<&str>) = [("", "")].into_iter().chain(SPOILT).unzip();
    let found = walk::spoilt(&scripts).await?;
    ensure!(found[0].is_empty(), "it finds something where nothing is wrong: {:?}", found[0]);
    for (kind, found) in kinds.into_iter().zip(found).skip(1) {
        ensure!(found.iter().any(|one| one.contains(kind)), "not found: {kind}: {found:#?}");
    }
    Ok(())
}
