//! Holds how this respondent wants the form: language, mode, contrast, size of type, reading aloud.

use leptos::prelude::*;
use serde::{Deserialize, Serialize};
use survey_defs::paradata::Mode;
use survey_defs::text::Language;

use crate::platform::speech::Speech;
use crate::platform::{appearance, page, taps};

/// The preferences of this page; a handle that stands in the context.
#[derive(Debug, Clone, Copy)]
pub struct Preferences {
    language: RwSignal<Language>,
    chosen: RwSignal<Chosen>,
    panel: RwSignal<Panel>,
    /// Reads what the respondent wants to hear.
    pub speech: Speech,
}

/// What is chosen besides the language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Chosen {
    pub mode: Mode,
    pub high_contrast: bool,
    pub large_type: bool,
    /// Whether every question is read when it appears.
    pub aloud: bool,
}

/// Where the choices stand.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Panel {
    /// Nowhere, because nothing is being filled in.
    Absent,
    /// Behind the button of the header.
    Closed,
    /// Below the header.
    Open,
}

impl Preferences {
    /// Puts the preferences of a new page, and the language by itself, into the context.
    pub fn provide() -> Self {
        let preferences = Self {
            language: RwSignal::new(Language::default()),
            chosen: RwSignal::new(Chosen::default()),
            panel: RwSignal::new(Panel::Absent),
            speech: Speech::start(),
        };
        provide_context(preferences);
        provide_context(preferences.language);
        preferences.reset();
        preferences
    }

    /// Everything as the next person must find it.
    pub fn reset(self) {
        self.leave();
        self.choose(Chosen::default());
        self.speak(Language::default());
    }

    /// The language of everything.
    pub fn language(self) -> RwSignal<Language> {
        self.language
    }

    /// Changes the language of everything.
    pub fn speak(self, language: Language) {
        // What is being read is in the other language.
        self.speech.stop();
        page::set_language(language);
        self.language.set(language);
    }

    /// What is chosen; followed.
    pub fn chosen(self) -> Chosen {
        self.chosen.get()
    }

    /// What is chosen now.
    pub fn now(self) -> Chosen {
        self.chosen.get_untracked()
    }

    /// Chooses anew.
    pub fn choose(self, chosen: Chosen) {
        appearance::set("data-mode", chosen.mode.as_str());
        appearance::set("data-contrast", if chosen.high_contrast { "high" } else { "normal" });
        appearance::set("data-type", if chosen.large_type { "large" } else { "normal" });
        self.chosen.set(chosen);
    }

    /// Where the choices stand; followed.
    pub fn panel(self) -> Panel {
        self.panel.get()
    }

    /// Puts the choices elsewhere.
    pub fn set_panel(self, panel: Panel) {
        taps::screen_changed();
        self.panel.set(panel);
    }

    /// A form is on the screen: the choices are behind the button of the header.
    pub fn enter(self) {
        self.panel.set(Panel::Closed);
    }

    /// Nothing is being filled in any more, or not yet.
    pub fn leave(self) {
        self.speech.stop();
        self.panel.set(Panel::Absent);
    }
}

/// The preferences of this page.
pub fn preferences() -> Preferences {
    expect_context()
}
