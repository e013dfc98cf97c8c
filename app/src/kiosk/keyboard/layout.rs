//! Lays out the keys.

use super::compose::Tone;

/// A key.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Key {
    /// A letter, digit or sign.
    Letter(char),
    Tone(Tone),
    Shift,
    Delete,
    /// How letters and digits are read: Telex, VNI, or as they are.
    Method,
    Space,
    /// A new line, in fields that have several.
    Enter,
    /// Leaves the field.
    Done,
}

/// A set of keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) enum Layout {
    /// Words of one line.
    Line,
    /// Words of several lines.
    Lines,
    /// Whole numbers.
    Digits,
    /// Numbers with a fraction.
    Decimals,
    /// Enrolment codes.
    Code,
}

impl Layout {
    /// The name that style sheets know it by.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Line | Self::Lines => "text",
            Self::Digits | Self::Decimals => "digits",
            Self::Code => "code",
        }
    }

    /// The rows from top to bottom.
    pub(super) fn rows(self) -> Vec<Vec<Key>> {
        match self {
            Self::Line => words(&[]),
            Self::Lines => words(&[Key::Enter]),
            Self::Digits => digits(&[Key::Letter('0'), Key::Delete]),
            Self::Decimals => digits(&[Key::Letter(','), Key::Letter('0'), Key::Delete]),
            Self::Code => vec![
                letters("01234567"),
                letters("89ABCDEF"),
                letters("GHJKMNPQ"),
                letters("RSTVWXYZ"),
                vec![Key::Delete],
            ],
        }
    }
}

fn digits(last: &[Key]) -> Vec<Vec<Key>> {
    vec![letters("123"), letters("456"), letters("789"), last.to_vec(), vec![Key::Done]]
}

fn words(last: &[Key]) -> Vec<Vec<Key>> {
    let marks = letters("ăâêôơư").into_iter().chain(Tone::ALL.map(Key::Tone)).collect();
    let third = [Key::Shift].into_iter().chain(letters("zxcvbnm")).chain([Key::Delete]).collect();
    let fourth = [Key::Method, Key::Letter(','), Key::Letter('.'), Key::Space]
        .into_iter()
        .chain([Key::Letter('?'), Key::Letter('!')])
        .chain(last.iter().copied())
        .chain([Key::Done])
        .collect();
    vec![letters("1234567890"), marks, letters("qwertyuiop"), letters("asdfghjklđ"), third, fourth]
}

fn letters(letters: &str) -> Vec<Key> {
    letters.chars().map(Key::Letter).collect()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use survey_defs::device::EnrolmentCode;

    use super::*;

    fn letters_of(layout: Layout) -> BTreeSet<char> {
        let letter = |key: &Key| match key {
            Key::Letter(letter) => Some(*letter),
            Key::Tone(_)
            | Key::Shift
            | Key::Delete
            | Key::Method
            | Key::Space
            | Key::Enter
            | Key::Done => None,
        };
        layout.rows().iter().flatten().filter_map(letter).collect()
    }

    #[test]
    fn every_letter_of_the_language_has_a_key() {
        for layout in [Layout::Line, Layout::Lines] {
            let letters = letters_of(layout);
            for letter in "aăâbcdđeêghiklmnoôơpqrstuưvxy0123456789".chars() {
                assert!(letters.contains(&letter), "{layout:?} {letter}");
            }
        }
        assert!(letters_of(Layout::Digits).is_superset(&('0'..='9').collect()));
    }

    #[test]
    fn every_code_can_be_typed() {
        let letters = letters_of(Layout::Code);
        assert_eq!(letters.len(), 32);
        for letter in letters {
            let code = EnrolmentCode::try_from(letter.to_string().repeat(EnrolmentCode::LENGTH));
            assert!(code.is_ok(), "{letter}");
        }
    }
}
