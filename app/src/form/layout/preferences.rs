//! Draws the panel in which the respondent chooses how the form looks and sounds.

use crate::reactive::prelude::*;
use survey_defs::paradata::Mode;

use crate::form::markup::{Element, el};
use crate::form::preferences::{Chosen, Panel, Preferences, preferences};
use crate::form::texts::{self, Phrase, language, say};
use crate::platform::speech::Part;

/// The id of the panel, for the button that opens it.
const PANEL: &str = "preferences";

/// One thing that can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Choice {
    Standard,
    Elder,
    NormalContrast,
    HighContrast,
    NormalType,
    LargeType,
    Aloud,
}

impl Choice {
    fn test_id(self) -> &'static str {
        match self {
            Self::Standard => "mode-standard",
            Self::Elder => "mode-elder",
            Self::NormalContrast => "contrast-normal",
            Self::HighContrast => "contrast-high",
            Self::NormalType => "type-normal",
            Self::LargeType => "type-large",
            Self::Aloud => "speak-auto",
        }
    }

    fn label(self) -> Phrase {
        match self {
            Self::Standard => texts::STANDARD_MODE,
            Self::Elder => texts::ELDER_MODE,
            Self::NormalContrast => texts::NORMAL_CONTRAST,
            Self::HighContrast => texts::HIGH_CONTRAST,
            Self::NormalType => texts::NORMAL_TYPE,
            Self::LargeType => texts::LARGE_TYPE,
            Self::Aloud => texts::ALOUD,
        }
    }

    fn is_chosen(self, chosen: Chosen) -> bool {
        match self {
            Self::Standard => chosen.mode == Mode::Standard,
            Self::Elder => chosen.mode == Mode::Elder,
            Self::NormalContrast => !chosen.high_contrast,
            Self::HighContrast => chosen.high_contrast,
            Self::NormalType => !chosen.large_type,
            Self::LargeType => chosen.large_type,
            Self::Aloud => chosen.aloud,
        }
    }

    fn choose(self, chosen: Chosen) -> Chosen {
        match self {
            Self::Standard => Chosen { mode: Mode::Standard, ..chosen },
            Self::Elder => Chosen { mode: Mode::Elder, ..chosen },
            Self::NormalContrast => Chosen { high_contrast: false, ..chosen },
            Self::HighContrast => Chosen { high_contrast: true, ..chosen },
            Self::NormalType => Chosen { large_type: false, ..chosen },
            Self::LargeType => Chosen { large_type: true, ..chosen },
            Self::Aloud => Chosen { aloud: !chosen.aloud, ..chosen },
        }
    }
}

/// The button in the header, where the choices do not stand on the screen itself.
pub(super) fn opener() -> Element {
    let preferences = preferences();
    let language = language();
    let press = move |_| {
        let is_open = untrack(|| preferences.panel()) == Panel::Open;
        preferences.set_panel(if is_open { Panel::Closed } else { Panel::Open });
    };
    let is_open = move || Some((preferences.panel() == Panel::Open).to_string());
    let words = move || texts::PREFERENCES.get(language.get()).to_owned();
    el("button")
        .attr("type", "button")
        .class("preferences-open")
        .test_id("preferences-open")
        .attr("aria-controls", PANEL)
        .live_attr("aria-expanded", is_open)
        .on("click", press)
        .child(el("span").class("preferences-sign").attr("aria-hidden", "true").text("Aa"))
        .child(el("span").class("preferences-words").live_text(words))
}

/// All choices.
pub fn panel() -> Element {
    let preferences = preferences();
    let contrast = [Choice::NormalContrast, Choice::HighContrast];
    let sizes = [Choice::NormalType, Choice::LargeType];
    let language = language();
    let aloud = move || {
        let has_voice = preferences.speech.has_voice(language.get_untracked());
        has_voice.then(|| group(texts::VOICE, "preference preference-voice", &[Choice::Aloud]))
    };
    let modes = [Choice::Standard, Choice::Elder];
    el("div")
        .class("preferences")
        .attr("id", PANEL)
        .test_id("preferences")
        .attr("role", "group")
        .attr("aria-label", say(texts::PREFERENCES))
        .child(group(texts::MODE, "preference preference-mode", &modes))
        .child(group(texts::TYPE_SIZE, "preference", &sizes))
        .child(group(texts::CONTRAST, "preference", &contrast))
        .slot(aloud)
}

fn group(legend: Phrase, class: &'static str, choices: &[Choice]) -> Element {
    let choices = choices.iter().map(|one| choice(preferences(), *one));
    el("fieldset")
        .class(class)
        .child(el("legend").text(say(legend)))
        .child(el("div").class("settings").children(choices))
}

fn choice(preferences: Preferences, one: Choice) -> Element {
    let language = language();
    let press = move |_| {
        let chosen = one.choose(preferences.now());
        preferences.choose(chosen);
        preferences.speech.stop();
        if one == Choice::Aloud && chosen.aloud {
            // At once, so that the respondent hears how it sounds, or that the sound is off.
            let language = language.get_untracked();
            let text = texts::ALOUD_ON.get(language).to_owned();
            let parts = vec![Part { text, recording: None }];
            preferences.speech.read(PANEL.to_owned(), parts, language);
        }
    };
    let is_chosen = move || Some(one.is_chosen(preferences.chosen()).to_string());
    el("button")
        .attr("type", "button")
        .class("setting")
        .test_id(one.test_id())
        .live_attr("aria-pressed", is_chosen)
        .on("click", press)
        .text(say(one.label()))
}
