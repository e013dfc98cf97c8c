//! Telex: letters that put marks on the letters before them.

use super::marks::{Mark, apply};
use super::syllable::base;
use super::word::{Tone, Word, in_case, small};
use super::{joined, with};

/// More than any syllable has: “nghieengs” has nine.
const MAX_KEYS: usize = 12;

/// The word after a key, unless that is a sign, or a letter after which the word is as it was.
pub(super) fn press(word: &str, key: char) -> Option<String> {
    if !key.is_alphabetic() {
        return None;
    }
    let changed = marked(word, key).or_else(|| joined(word, key));
    changed.or_else(|| Some(with(&keys_of(word, key)?, key)))
}

/// What is left of a word without its last letter, if that letter had turned the word into keys.
pub(super) fn without_slip(word: &str, left: &str) -> Option<String> {
    if left.len() > MAX_KEYS || !left.is_ascii() || Word::read(word).is_some() {
        return None;
    }
    let before = replay(left);
    Word::read(&before)?;
    Some(before)
}

fn replay(keys: &str) -> String {
    let after = |word: String, key| press(&word, key).unwrap_or_else(|| with(&word, key));
    keys.chars().fold(String::new(), after)
}

fn mark_of(key: char) -> Option<Mark> {
    Some(match small(key) {
        'f' => Mark::Tone(Tone::Grave),
        'r' => Mark::Tone(Tone::Hook),
        'x' => Mark::Tone(Tone::Tilde),
        's' => Mark::Tone(Tone::Acute),
        'j' => Mark::Tone(Tone::Dot),
        'z' => Mark::Level,
        'a' => Mark::Circumflex(&['a']),
        'e' => Mark::Circumflex(&['e']),
        'o' => Mark::Circumflex(&['o']),
        'd' => Mark::Stroke,
        'w' => Mark::HornOrBreve,
        _ => return None,
    })
}

fn key_of(tone: Tone) -> char {
    match tone {
        Tone::Grave => 'f',
        Tone::Hook => 'r',
        Tone::Tilde => 'x',
        Tone::Acute => 's',
        Tone::Dot => 'j',
    }
}

/// The word if the key is for a mark. “w” is also “ư” by itself.
fn marked(word: &str, key: char) -> Option<String> {
    let mark = mark_of(key)?;
    if mark != Mark::HornOrBreve {
        return apply(mark, word, key);
    }
    without_horned_u(word)
        .or_else(|| apply(mark, word, key))
        .or_else(|| joined(word, in_case('ư', key.is_uppercase())))
}

/// The second “w” takes back the whole letter: so “TW” and “www” can be typed, and nobody misses
/// “uw”.
fn without_horned_u(word: &str) -> Option<String> {
    let mut read = Word::read(word)?;
    let last = read.letters.len().checked_sub(1)?;
    let is_alone = read.nucleus() == Some((last, last + 1)) && read.tone.is_none();
    if !is_alone || read.letters[last] != 'ư' {
        return None;
    }
    let is_capital = read.pop().is_some_and(char::is_uppercase);
    Some(with(&read.written(), in_case('w', is_capital)))
}

/// The keys that have probably made a word with marks, where the next one shows that they were
/// letters. Whatever they are, they make this word again, so that nothing is lost by a slip.
fn keys_of(word: &str, next: char) -> Option<String> {
    let read = Word::read(word).filter(|_| !word.is_ascii())?;
    let (_, end) = read.nucleus()?;
    let last = read.letters.len() - 1;
    // Other languages have “-ns” and “-nf”, but not “-nr”.
    let is_nasal = matches!(read.letters[end..], ['m' | 'n', ..]);
    let place_of_tone = if is_nasal && read.tone != Some(Tone::Hook) { last } else { end - 1 };
    // The keys of marks, and the place of the letter before each.
    let mut marks: Vec<(usize, char)> = Vec::new();
    for (place, letter) in read.letters.iter().enumerate() {
        match letter {
            // “manager” and “photocopy” rather than “maanger” and “phootcopy”.
            'â' | 'ô' => marks.push((end.min(last), base(*letter))),
            'ê' | 'đ' => marks.push((place, base(*letter))),
            'ă' | 'ơ' => marks.push((place, 'w')),
            _ => {}
        }
    }
    marks.extend(read.tone.map(|tone| (place_of_tone, key_of(tone))));
    let mut keys = String::new();
    for (place, letter) in read.letters.iter().enumerate() {
        let is_capital = read.is_capital(place);
        keys.push(in_case(if *letter == 'ư' { 'w' } else { base(*letter) }, is_capital));
        let after = marks.iter().filter(|(before, _)| *before == place);
        keys.extend(after.map(|(_, key)| in_case(*key, is_capital && next.is_uppercase())));
    }
    (replay(&keys) == word).then_some(keys)
}
