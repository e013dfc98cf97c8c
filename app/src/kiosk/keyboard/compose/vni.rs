//! VNI: digits that put marks on the letters before them. Letters are letters, in any language.

use super::joined;
use super::marks::{Mark, apply};
use super::word::Tone;

/// The word after a key, unless that is a sign or a digit that is no mark here.
pub(super) fn press(word: &str, key: char) -> Option<String> {
    match mark_of(key) {
        Some(mark) => apply(mark, word, key),
        None => joined(word, key),
    }
}

fn mark_of(key: char) -> Option<Mark> {
    Some(match key {
        '0' => Mark::Level,
        '1' => Mark::Tone(Tone::Acute),
        '2' => Mark::Tone(Tone::Grave),
        '3' => Mark::Tone(Tone::Hook),
        '4' => Mark::Tone(Tone::Tilde),
        '5' => Mark::Tone(Tone::Dot),
        '6' => Mark::Circumflex(&['a', 'e', 'o']),
        '7' => Mark::Horn,
        '8' => Mark::Breve,
        '9' => Mark::Stroke,
        _ => return None,
    })
}
