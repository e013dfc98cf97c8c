//! Turns a text into the keys that a person would press for it. It shares nothing with the composer.

use super::super::{Method, delete, press};

const PLAIN: &str = "aăâeêioôơuưy";

/// The letters of [`PLAIN`] with each tone.
const TONES: [&str; 5] =
    ["áắấéếíóốớúứý", "àằầèềìòồờùừỳ", "ảẳẩẻểỉỏổởủửỷ", "ãẵẫẽễĩõỗỡũữỹ", "ạặậẹệịọộợụựỵ"];

/// Letters with a mark, and without it.
const MARKS: [(char, char); 7] =
    [('ă', 'a'), ('â', 'a'), ('ê', 'e'), ('ô', 'o'), ('ơ', 'o'), ('ư', 'u'), ('đ', 'd')];

/// A way to type.
#[derive(Debug, Clone, Copy)]
pub(super) struct Typist {
    method: Method,
    /// In the order of [`TONES`].
    tones: &'static str,
    /// In the order of [`MARKS`].
    marks: &'static str,
    /// “oo” without a circumflex.
    double_o: &'static str,
    /// Words that look Vietnamese, and their keys.
    words: &'static [(&'static str, &'static str)],
}

pub(super) const TELEX: Typist = Typist {
    method: Method::Telex,
    tones: "sfrxj",
    marks: "waeowwd",
    double_o: "ooo",
    words: &[("photo", "photoo"), ("WC", "WWC")],
};

pub(super) const VNI: Typist =
    Typist { method: Method::Vni, tones: "12345", marks: "8666779", double_o: "oo", words: &[] };

pub(super) const TYPISTS: [Typist; 2] = [TELEX, VNI];

/// When the keys for marks are pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Order {
    /// “tuwowngf”.
    ToneLast,
    /// “tuwowfng”.
    ToneAtOnce,
    /// “tuongwf”.
    MarksLast,
    /// “tuongfw”.
    ToneThenMarks,
}

impl Order {
    pub(super) const ALL: [Self; 4] =
        [Self::ToneLast, Self::ToneAtOnce, Self::MarksLast, Self::ToneThenMarks];
}

/// A small letter without its tone, and which one that was.
pub(super) fn without_tone(letter: char) -> (char, Option<usize>) {
    // Every letter of a table is asked: the usual ones are answered at once.
    let tones = TONES.into_iter().enumerate().filter(|_| !letter.is_ascii());
    for (tone, toned) in tones {
        if let Some(place) = toned.chars().position(|one| one == letter) {
            return (PLAIN.chars().nth(place).unwrap(), Some(tone));
        }
    }
    (letter, None)
}

/// A small letter with a tone.
pub(super) fn with_tone(letter: char, tone: usize) -> char {
    PLAIN
        .chars()
        .position(|one| one == letter)
        .map_or(letter, |place| TONES[tone].chars().nth(place).unwrap())
}

impl Typist {
    /// The text after some keys, one at a time.
    pub(super) fn types_after(self, before: &str, keys: &str) -> String {
        keys.chars().fold(before.to_owned(), |text, key| press(&text, key, self.method))
    }

    pub(super) fn types(self, keys: &str) -> String {
        self.types_after("", keys)
    }

    pub(super) fn deletes(self, before: &str) -> String {
        delete(before, self.method)
    }

    /// Whether a digit, sign or space is a key for a mark.
    pub(super) fn marks_with(self, sign: char) -> bool {
        self.tones.contains(sign) || self.marks.contains(sign) || sign == '0'
    }

    pub(super) fn key_of_tone(self, tone: usize) -> char {
        self.tones.chars().nth(tone).unwrap()
    }

    /// A small letter without its mark, and the key of the mark.
    fn without_mark(self, letter: char) -> (char, Option<char>) {
        let place = MARKS.iter().position(|(marked, _)| *marked == letter);
        place.map_or((letter, None), |place| (MARKS[place].1, self.marks.chars().nth(place)))
    }

    /// The keys of a word, which is small, has a capital first, or consists of capitals.
    pub(super) fn keys(self, word: &str, order: Order) -> String {
        if let Some((_, keys)) = self.words.iter().find(|(one, _)| *one == word) {
            return (*keys).to_owned();
        }
        let capitals = word.chars().filter(|letter| letter.is_uppercase()).count();
        if capitals > 1 && word.is_ascii() && !has_double_o(word) {
            return word.to_owned();
        }
        let (mut keys, mut marks, mut last) = (String::new(), String::new(), None);
        for letter in word.to_lowercase().chars() {
            let (letter, tone) = without_tone(letter);
            let (plain, mark) = self.without_mark(letter);
            let tone = tone.map(|tone| self.key_of_tone(tone));
            keys.push(plain);
            match order {
                Order::ToneLast => keys.extend(mark),
                Order::ToneAtOnce => keys.extend(mark.into_iter().chain(tone)),
                Order::MarksLast | Order::ToneThenMarks => marks.extend(mark),
            }
            last = last.or(tone);
        }
        // One key for both letters of “ươ”.
        let marks = marks.replace("ww", "w").replace("77", "7");
        match order {
            Order::ToneLast => keys.extend(last),
            Order::ToneAtOnce => {}
            Order::MarksLast => keys.extend(marks.chars().chain(last)),
            Order::ToneThenMarks => keys.extend(last.into_iter().chain(marks.chars())),
        }
        if has_double_o(word) {
            keys = keys.replace("oo", self.double_o);
        }
        match capitals {
            0 => keys,
            1 => capitalized(&keys),
            _ => keys.to_uppercase(),
        }
    }

    /// The keys of a text; a sign or space is a key.
    pub(super) fn keys_of_text(self, text: &str) -> String {
        let (mut keys, mut word) = (String::new(), String::new());
        for letter in text.chars() {
            if letter.is_alphabetic() {
                word.push(letter);
            } else {
                keys.push_str(&self.keys(&std::mem::take(&mut word), Order::ToneLast));
                keys.push(letter);
            }
        }
        keys + &self.keys(&word, Order::ToneLast)
    }
}

/// “xoong” and “moóc”, not “Facebook”.
pub(super) fn has_double_o(word: &str) -> bool {
    let letters = word.to_lowercase();
    let letters: String = letters.chars().map(|letter| without_tone(letter).0).collect();
    letters.ends_with("oong") || letters.ends_with("ooc")
}

pub(super) fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    let first: String = letters.next().into_iter().flat_map(char::to_uppercase).collect();
    first + letters.as_str()
}
