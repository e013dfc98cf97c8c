//! A word taken apart, and put together with its tone where that belongs.

use super::syllable::{is_possible, is_vowel};

/// Each vowel without a tone and with the five tones, in the order of [`Tone`].
const VOWELS: [&str; 12] = [
    "aàảãáạ",
    "ăằẳẵắặ",
    "âầẩẫấậ",
    "eèẻẽéẹ",
    "êềểễếệ",
    "iìỉĩíị",
    "oòỏõóọ",
    "ôồổỗốộ",
    "ơờởỡớợ",
    "uùủũúụ",
    "ưừửữứự",
    "yỳỷỹýỵ",
];

/// A tone other than the level one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tone {
    /// *Huyền*.
    Grave = 1,
    /// *Hỏi*.
    Hook,
    /// *Ngã*.
    Tilde,
    /// *Sắc*.
    Acute,
    /// *Nặng*.
    Dot,
}

impl Tone {
    pub(crate) const ALL: [Self; 5] =
        [Self::Acute, Self::Grave, Self::Hook, Self::Tilde, Self::Dot];
}

/// Letters that are a syllable or can become one: small, without tones; which of them are
/// capitals; and the tone.
#[derive(Debug, Clone)]
pub(super) struct Word {
    pub(super) letters: Vec<char>,
    capitals: Vec<bool>,
    pub(super) tone: Option<Tone>,
}

impl Word {
    /// Nothing if the letters are of another language, an abbreviation, or a slip.
    pub(super) fn read(text: &str) -> Option<Self> {
        let mut word = Self { letters: Vec::new(), capitals: Vec::new(), tone: None };
        for letter in text.chars() {
            let (plain, tone) = without_tone(letter);
            if tone.is_some() && word.tone.is_some() {
                return None;
            }
            word.tone = word.tone.or(tone);
            word.push(plain);
        }
        word.is_possible().then_some(word)
    }

    pub(super) fn written(&self) -> String {
        let place = self.place_of_tone();
        let letters = self.letters.iter().zip(&self.capitals).enumerate();
        let written = letters.map(|(at, (letter, is_capital))| {
            let letter = match self.tone {
                Some(tone) if place == Some(at) => with_tone(*letter, tone),
                _ => *letter,
            };
            in_case(letter, *is_capital)
        });
        written.collect()
    }

    pub(super) fn is_possible(&self) -> bool {
        is_possible(&self.letters, self.tone)
    }

    pub(super) fn push(&mut self, letter: char) {
        self.letters.push(small(letter));
        self.capitals.push(letter.is_uppercase());
    }

    /// Takes the last letter off and returns it.
    pub(super) fn pop(&mut self) -> Option<char> {
        Some(in_case(self.letters.pop()?, self.capitals.pop()?))
    }

    pub(super) fn is_capital(&self, place: usize) -> bool {
        self.capitals.get(place).is_some_and(|is_capital| *is_capital)
    }

    /// The vowels that carry the syllable: not the “u” of “qu”, nor the “i” of “gi” before another.
    pub(super) fn nucleus(&self) -> Option<(usize, usize)> {
        let is_vowel = |place: usize| self.letters.get(place).is_some_and(|one| is_vowel(*one));
        let mut start = (0..self.letters.len()).find(|place| is_vowel(*place))?;
        if matches!(self.letters[..], ['q', 'u', ..] | ['g', 'i', ..]) && is_vowel(2) {
            start = 2;
        }
        let end = (start..self.letters.len()).find(|place| !is_vowel(*place));
        Some((start, end.unwrap_or(self.letters.len())))
    }

    fn place_of_tone(&self) -> Option<usize> {
        let (start, end) = self.nucleus()?;
        let is_marked =
            |place: &usize| matches!(self.letters[*place], 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư');
        let marked = (start..end).rev().find(is_marked);
        let is_open = end == self.letters.len();
        Some(marked.unwrap_or(match end - start {
            1 => start,
            2 if is_open => start,
            _ => start + 1,
        }))
    }

    /// “uơ” and “ưo” become “ươ” as soon as the syllable goes on.
    pub(super) fn complete_horns(&mut self) {
        let Some((start, end)) = self.nucleus() else { return };
        for place in start..end.saturating_sub(1) {
            let goes_on = place + 2 < self.letters.len();
            let pair = (self.letters[place], self.letters[place + 1]);
            if goes_on && matches!(pair, ('u', 'ơ') | ('ư', 'o')) {
                self.letters[place] = 'ư';
                self.letters[place + 1] = 'ơ';
            }
        }
    }
}

/// The small letter.
pub(super) fn small(letter: char) -> char {
    if letter.is_ascii() {
        return letter.to_ascii_lowercase();
    }
    letter.to_lowercase().next().unwrap_or(letter)
}

pub(super) fn in_case(letter: char, is_capital: bool) -> char {
    if is_capital { letter.to_uppercase().next().unwrap_or(letter) } else { letter }
}

/// The letter in its case, and its tone.
pub(super) fn without_tone(letter: char) -> (char, Option<Tone>) {
    if letter.is_ascii() {
        return (letter, None);
    }
    let small = small(letter);
    let found = VOWELS.iter().find_map(|row| {
        let tone = row.chars().position(|vowel| vowel == small)?;
        Some((row.chars().next()?, tone))
    });
    let Some((plain, tone)) = found else { return (letter, None) };
    let tone = Tone::ALL.into_iter().find(|one| *one as usize == tone);
    (in_case(plain, letter.is_uppercase()), tone)
}

/// The letter with a tone, if it is a vowel.
pub(super) fn with_tone(letter: char, tone: Tone) -> char {
    let small = small(letter);
    let row = VOWELS.iter().find(|row| row.starts_with(small));
    let toned = row.and_then(|row| row.chars().nth(tone as usize));
    toned.map_or(letter, |toned| in_case(toned, letter.is_uppercase()))
}
