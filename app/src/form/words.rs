//! Text in the language of the respondent.

use leptos::prelude::*;
use survey_defs::text::{Language, Text};

/// A text of the form itself, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Label {
    pub(crate) vi: &'static str,
    pub(crate) en: &'static str,
}

impl Label {
    pub(crate) const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

/// The language of the respondent. Every screen is drawn anew when it changes, so texts need no
/// closures of their own. Known while drawing; listeners take it along.
pub(crate) fn language() -> RwSignal<Language> {
    expect_context()
}

/// A text of the form itself, now.
pub(crate) fn say(label: Label) -> &'static str {
    label.get(language().get_untracked())
}

/// A text of the instrument, now.
pub(crate) fn words(text: &Text) -> &str {
    text.get(language().get_untracked())
}
