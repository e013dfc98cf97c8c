//! Text in the language of the respondent.

use crate::reactive::prelude::*;
use survey_defs::text::{Language, Text};

/// A text of the form itself, in both languages.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Label {
    pub vi: &'static str,
    pub en: &'static str,
}

impl Label {
    pub const fn get(self, language: Language) -> &'static str {
        match language {
            Language::Vi => self.vi,
            Language::En => self.en,
        }
    }
}

/// The language of the respondent. Every screen is drawn anew when it changes, so texts need no
/// closures of their own. Known while drawing; listeners take it along.
pub fn language() -> RwSignal<Language> {
    expect_context()
}

/// A text of the form itself, now.
pub fn say(label: Label) -> &'static str {
    label.get(language().get_untracked())
}

/// A text of the instrument, now.
pub fn words(text: &Text) -> &str {
    text.get(language().get_untracked())
}
