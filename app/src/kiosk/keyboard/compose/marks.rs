//! Puts marks on the letters of a word: circumflex, horn, breve, stroke and tone.

use super::syllable::{base, is_vowel};
use super::with;
use super::word::{Tone, Word, in_case, small, without_tone};

/// What a key does to a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Tone(Tone),
    /// Takes the tone away.
    Level,
    /// On one of these vowels.
    Circumflex(&'static [char]),
    Horn,
    Breve,
    HornOrBreve,
    Stroke,
}

/// What has become of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Made,
    /// It was there and is gone.
    Undone,
    /// No syllable has it.
    Refused,
}

/// The word with a mark; where it has the mark already, without it and with what is on the key.
/// Nothing if the mark is refused.
pub(super) fn apply(mark: Mark, word: &str, key: char) -> Option<String> {
    let (word, outcome) = if mark == Mark::Stroke {
        stroke(word)
    } else {
        let mut read = Word::read(word)?;
        let outcome = read.mark(mark);
        (read.written(), outcome)
    };
    match outcome {
        Outcome::Made => Some(word),
        Outcome::Undone => Some(with(&word, key)),
        Outcome::Refused => None,
    }
}

/// “d” at the beginning of a syllable, also late, or at the end of an abbreviation such as “QĐ”.
fn stroke(word: &str) -> (String, Outcome) {
    let has_vowel = word.chars().any(|letter| is_vowel(small(without_tone(letter).0)));
    let place =
        if has_vowel { Word::read(word).map(|_| 0) } else { word.chars().count().checked_sub(1) };
    let mut outcome = Outcome::Refused;
    let change = |(at, letter): (usize, char)| {
        let (changed, result) = match small(letter) {
            'd' if place == Some(at) => ('đ', Outcome::Made),
            'đ' if place == Some(at) => ('d', Outcome::Undone),
            _ => return letter,
        };
        outcome = result;
        in_case(changed, letter.is_uppercase())
    };
    (word.chars().enumerate().map(change).collect(), outcome)
}

impl Word {
    /// Marks are put on late, too: on any vowel of the word, the last that can have it.
    fn mark(&mut self, mark: Mark) -> Outcome {
        match mark {
            Mark::Tone(tone) => self.mark_tone(tone),
            Mark::Level if self.tone.is_some() => {
                self.tone = None;
                Outcome::Made
            }
            Mark::Level | Mark::Stroke => Outcome::Refused,
            Mark::Circumflex(vowels) => self.circumflex(vowels),
            Mark::Horn => self.horn_or_breve(&['u', 'o']),
            Mark::Breve => self.horn_or_breve(&['a']),
            Mark::HornOrBreve => self.horn_or_breve(&['u', 'o', 'a']),
        }
    }

    fn mark_tone(&mut self, tone: Tone) -> Outcome {
        if self.nucleus().is_none() {
            return Outcome::Refused;
        }
        let before = self.tone;
        if before == Some(tone) {
            self.tone = None;
            return Outcome::Undone;
        }
        self.tone = Some(tone);
        if self.is_possible() {
            return Outcome::Made;
        }
        self.tone = before;
        Outcome::Refused
    }

    fn circumflex(&mut self, vowels: &[char]) -> Outcome {
        // “ươ” becomes “uô” as a whole.
        if let Some(place) = self.place_of_uo()
            && self.letters[place] == 'ư'
            && vowels.contains(&'o')
        {
            return if self.change(place, &['u', 'ô']) { Outcome::Made } else { Outcome::Refused };
        }
        self.reshape(vowels, |letter| match letter {
            'a' | 'ă' => Some('â'),
            'e' => Some('ê'),
            'o' | 'ơ' => Some('ô'),
            _ => None,
        })
    }

    fn horn_or_breve(&mut self, vowels: &[char]) -> Outcome {
        if let Some(place) = self.place_of_uo()
            && vowels.contains(&'o')
        {
            return self.horn_of_uo(place);
        }
        self.reshape(vowels, |letter| match letter {
            'u' => Some('ư'),
            'o' | 'ô' => Some('ơ'),
            'a' | 'â' => Some('ă'),
            _ => None,
        })
    }

    /// “thuở” and “huơ” have one horn, “người” and “được” two.
    fn horn_of_uo(&mut self, place: usize) -> Outcome {
        let is_last = place + 2 == self.letters.len();
        let (horned, outcome) = match self.letters[place..place + 2] {
            ['ư', 'ơ'] => (['u', 'o'], Outcome::Undone),
            ['u', 'o' | 'ô'] if is_last => (['u', 'ơ'], Outcome::Made),
            _ => (['ư', 'ơ'], Outcome::Made),
        };
        if self.change(place, &horned) { outcome } else { Outcome::Refused }
    }

    /// Where “uo” stands in the nucleus, with whatever marks.
    fn place_of_uo(&self) -> Option<usize> {
        let (start, end) = self.nucleus()?;
        let vowels = &self.letters[start..end];
        let is_uo = |pair: &[char]| base(pair[0]) == 'u' && base(pair[1]) == 'o';
        Some(start + vowels.windows(2).position(is_uo)?)
    }

    /// Marks the last of these vowels that can have the mark; one that has it loses it.
    fn reshape(&mut self, vowels: &[char], marked: fn(char) -> Option<char>) -> Outcome {
        let Some((start, end)) = self.nucleus() else { return Outcome::Refused };
        for place in (start..end).rev() {
            let letter = self.letters[place];
            if !vowels.contains(&base(letter)) {
                continue;
            }
            let Some(marked) = marked(letter) else {
                self.letters[place] = base(letter);
                return Outcome::Undone;
            };
            if self.change(place, &[marked]) {
                return Outcome::Made;
            }
        }
        Outcome::Refused
    }

    /// Puts letters in the place of others, if that can become a syllable.
    fn change(&mut self, place: usize, letters: &[char]) -> bool {
        let before = self.letters.clone();
        self.letters[place..place + letters.len()].copy_from_slice(letters);
        let is_possible = self.is_possible();
        if !is_possible {
            self.letters = before;
        }
        is_possible
    }
}
