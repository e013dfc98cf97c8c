//! Defines text in Vietnamese and English.

use std::borrow::Cow;

use icu_normalizer::ComposingNormalizerBorrowed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// A language of the form and of every message.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Language {
    /// Vietnamese, the first language everywhere.
    #[default]
    Vi,
    /// English, complete beside it.
    En,
}

impl Language {
    /// The BCP 47 tag, as `lang` attributes and the wire want it.
    pub fn tag(self) -> &'static str {
        match self {
            Self::Vi => "vi",
            Self::En => "en",
        }
    }
}

/// The same text in both languages.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Text {
    /// Vietnamese, in Unicode NFC.
    pub vi: String,
    /// English.
    pub en: String,
}

impl Text {
    /// The text in one language.
    pub fn get(&self, language: Language) -> &str {
        match language {
            Language::Vi => &self.vi,
            Language::En => &self.en,
        }
    }
}

/// A text in Unicode NFC, the form in which every text is stored. Browsers normalise as well, so
/// that a text has one content hash wherever it was typed.
pub fn nfc(text: &str) -> Cow<'_, str> {
    ComposingNormalizerBorrowed::new_nfc().normalize(text)
}

/// A line that a person writes and others read: in NFC, without spaces around it, of 1 to `max_chars`
/// characters, none of them hidden. None if the text is something else.
pub fn line(text: &str, max_chars: usize) -> Option<String> {
    let text = nfc(text.trim()).into_owned();
    let fits = (1..=max_chars).contains(&text.chars().count());
    (fits && !has_hidden_characters(&text)).then_some(text)
}

/// Whether a text has characters that a reader does not see, or that change how the rest is shown:
/// control characters with line breaks, marks of direction, and spaces without a width. Soft hyphens
/// count as well.
fn has_hidden_characters(text: &str) -> bool {
    text.chars().any(|c| {
        c.is_control()
            || matches!(c,
                '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
                | '\u{2060}'..='\u{206f}' | '\u{feff}')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_characters_are_seen() {
        for hidden in ["\n", "\u{1b}[2K", "\u{200b}", "Lan\u{202e}", "\u{2028}", "\u{feff}", "\r"] {
            assert!(has_hidden_characters(hidden), "{hidden:?}");
        }
        for plain in ["", "Nguyễn Thị Lan", "“ngoài đợt” {\"deed\":1} – 100% ✓", "Hoa\u{300}"]
        {
            assert!(!has_hidden_characters(plain), "{plain:?}");
        }
    }

    #[test]
    fn decomposed_vietnamese_is_composed() {
        assert_eq!(nfc("Hoa\u{300} Bi\u{300}nh"), "Hoà Bình");
        assert!(matches!(nfc("Hòa Bình"), Cow::Borrowed(_)));
    }
}
