//! Composes Vietnamese letters from keys: Telex, VNI, and keys that say what they do.
//!
//! Works on the text before the caret, not on a memory of keys, so it does the same after the caret
//! was moved or a letter deleted. A word is a run of letters: a space, digit or sign ends it and
//! leaves it as it is. Tones stand where the form's texts and the gazetteer put them: “hòa”, “thủy”,
//! but “hoàn”, “quý”, “giếng”, “thuở”.
//!
//! A key that would make something that no Vietnamese syllable begins with is a letter: “internet”,
//! “UBND”. Where a later letter shows it, the word turns back into keys: “ừi” and “i” are “wifi”.
//! What the text alone cannot tell: “test” looks Vietnamese and is “tét”, and in “pass” the second
//! “s” takes a tone away. Such a key is pressed once more, or the method is switched off. Why this
//! is not the crate `vi`: `docs/adr/0017-keyboard-composer.md`.

mod syllable;
mod word;
mod marks;
mod telex;
mod vni;
#[cfg(test)]
mod tests;

pub(crate) use self::word::Tone;
use self::word::{Word, with_tone, without_tone};

/// How keys are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    /// A letter is a letter.
    Off,
    Telex,
    Vni,
}

/// The text before the caret after a key for a letter, digit or sign.
pub(crate) fn press(before: &str, key: char, method: Method) -> String {
    let (text, word) = split(before);
    let changed = match method {
        Method::Off => joined(word, key),
        Method::Telex => telex::press(word, key),
        Method::Vni => vni::press(word, key),
    };
    changed.map_or_else(|| with(before, key), |word| [text, &word].concat())
}

/// The same after a key for a tone; a second press takes the tone away.
pub(crate) fn tone(before: &str, tone: Tone) -> String {
    let (text, word) = split(before);
    let word = match Word::read(word) {
        Some(mut word) => {
            word.tone = Some(tone).filter(|tone| word.tone != Some(*tone));
            word.written()
        }
        None => with_tone_on_last_vowel(word, tone),
    };
    [text, &word].concat()
}

/// The text without its last letter, which takes its tone along. A word that this letter had turned
/// into keys is itself again.
pub(crate) fn delete(before: &str, method: Method) -> String {
    let mut left = before.to_owned();
    if !left.pop().is_some_and(char::is_alphabetic) {
        return left;
    }
    let (_, word) = split(before);
    let (text, rest) = split(&left);
    let again = match method {
        Method::Off | Method::Vni => None,
        Method::Telex => telex::without_slip(word, rest),
    };
    let again = again.or_else(|| Some(Word::read(rest)?.written()));
    [text, again.as_deref().unwrap_or(rest)].concat()
}

/// The last word, and what is before it.
fn split(before: &str) -> (&str, &str) {
    let length: usize =
        before.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    before.split_at(before.len() - length)
}

fn with(text: &str, key: char) -> String {
    let mut text = text.to_owned();
    text.push(key);
    text
}

/// The word with a letter more and its tone where it now belongs, if that can become a syllable. A
/// space, digit or sign is no letter.
fn joined(word: &str, key: char) -> Option<String> {
    let mut word = Some(word).filter(|_| key.is_alphabetic()).and_then(Word::read)?;
    word.push(key);
    word.complete_horns();
    word.is_possible().then(|| word.written())
}

/// For words of other languages: “café”.
fn with_tone_on_last_vowel(word: &str, tone: Tone) -> String {
    let mut letters: Vec<char> = word.chars().collect();
    let toned = letters.iter_mut().rev().find_map(|letter| {
        let (plain, before) = without_tone(*letter);
        let toned = with_tone(plain, tone);
        let is_vowel = toned != plain;
        is_vowel.then_some((letter, if before == Some(tone) { plain } else { toned }))
    });
    if let Some((letter, toned)) = toned {
        *letter = toned;
    }
    letters.into_iter().collect()
}
