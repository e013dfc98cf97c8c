//! Draws the panel in which the respondent chooses how the form looks and sounds.

use leptos::prelude::*;
use survey_defs::paradata::Mode;

use crate::form::preferences::{Chosen, Panel, preferences};
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
#[component]
pub(super) fn Opener() -> impl IntoView {
    let preferences = preferences();
    let press = move |_| {
        let is_open = untrack(|| preferences.panel()) == Panel::Open;
        preferences.set_panel(if is_open { Panel::Closed } else { Panel::Open });
    };
    view! {
        <button
            type="button"
            class="preferences-open"
            data-testid="preferences-open"
            aria-controls=PANEL
            aria-expanded=move || (preferences.panel() == Panel::Open).to_string()
            on:click=press
        >
            <span class="preferences-sign" aria-hidden="true">"Aa"</span>
            <span class="preferences-words">{say(texts::PREFERENCES)}</span>
        </button>
    }
}

/// All choices.
#[component]
pub(super) fn PreferencePanel() -> impl IntoView {
    let preferences = preferences();
    let language = language();
    let has_voice = move || preferences.speech.has_voice(language.get());
    view! {
        <div
            class="preferences"
            id=PANEL
            data-testid="preferences"
            role="group"
            aria-label=say(texts::PREFERENCES)
        >
            <Group
                legend=texts::MODE
                class="preference preference-mode"
                choices=&[Choice::Standard, Choice::Elder]
            />
            <Group
                legend=texts::TYPE_SIZE
                class="preference"
                choices=&[Choice::NormalType, Choice::LargeType]
            />
            <Group
                legend=texts::CONTRAST
                class="preference"
                choices=&[Choice::NormalContrast, Choice::HighContrast]
            />
            {move || has_voice().then(|| view! {
                <Group
                    legend=texts::VOICE
                    class="preference preference-voice"
                    choices=&[Choice::Aloud]
                />
            })}
        </div>
    }
}

#[component]
fn Group(legend: Phrase, class: &'static str, choices: &'static [Choice]) -> impl IntoView {
    let choices = choices.iter().map(|choice| view! { <Setting choice=*choice/> });
    view! {
        <fieldset class=class>
            <legend>{say(legend)}</legend>
            <div class="settings">{choices.collect_view()}</div>
        </fieldset>
    }
}

#[component]
fn Setting(choice: Choice) -> impl IntoView {
    let preferences = preferences();
    let language = language();
    let press = move |_| {
        let chosen = choice.choose(preferences.now());
        preferences.choose(chosen);
        preferences.speech.stop();
        if choice == Choice::Aloud && chosen.aloud {
            // At once, so that the respondent hears how it sounds, or that the sound is off.
            let language = language.get_untracked();
            let text = texts::ALOUD_ON.get(language).to_owned();
            let parts = vec![Part { text, recording: None }];
            preferences.speech.read(PANEL.to_owned(), parts, language);
        }
    };
    view! {
        <button
            type="button"
            class="setting"
            data-testid=choice.test_id()
            aria-pressed=move || choice.is_chosen(preferences.chosen()).to_string()
            on:click=press
        >
            {say(choice.label())}
        </button>
    }
}
