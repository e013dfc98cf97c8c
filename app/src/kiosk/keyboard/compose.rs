//! Composes Vietnamese letters from keys: Telex, and keys that say what they do.
//!
//! Works on the text before the caret, not on a memory of keys, so it does the same after the caret
//! was moved or a letter deleted. Tones stand where the form's texts and the gazetteer put them:
//! “hòa”, “thủy”, but “hoàn”, “quý”, “giếng”, “thuở”.

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

    fn of_telex(key: char) -> Option<Self> {
        Some(match key {
            'f' => Self::Grave,
            'r' => Self::Hook,
            'x' => Self::Tilde,
            's' => Self::Acute,
            'j' => Self::Dot,
            _ => return None,
        })
    }
}

/// A word under the caret: its letters without tones, and the tone.
#[derive(Debug, Clone)]
struct Word {
    letters: Vec<char>,
    tone: usize,
}

/// The text before the caret after a letter, digit or sign was typed as it is.
pub(crate) fn letter(before: &str, typed: char) -> String {
    edit(before, |word| {
        word.letters.push(typed);
        word.complete_horns();
    })
}

/// The same after a key of Telex.
pub(crate) fn telex(before: &str, typed: char) -> String {
    edit(before, |word| word.telex(typed))
}

/// The same after a key for a tone; a second press takes the tone away.
pub(crate) fn tone(before: &str, tone: Tone) -> String {
    edit(before, |word| {
        if word.nucleus().is_some() {
            word.tone = if word.tone == tone as usize { 0 } else { tone as usize };
        }
    })
}

/// The text without its last letter, which takes its tone along only if it is the last vowel.
pub(crate) fn delete(before: &str) -> String {
    let mut rest = before.to_owned();
    rest.pop();
    rest
}

/// Splits the last word off, changes it and puts it back with its tone where that belongs.
fn edit(before: &str, change: impl FnOnce(&mut Word)) -> String {
    let length: usize =
        before.chars().rev().take_while(|c| c.is_alphabetic()).map(char::len_utf8).sum();
    let (text, word) = before.split_at(before.len() - length);
    let mut word = Word::read(word);
    change(&mut word);
    [text, &word.written()].concat()
}

/// The rows and columns of [`VOWELS`].
fn vowel(letter: char) -> Option<(usize, usize)> {
    let small = small(letter);
    VOWELS
        .iter()
        .enumerate()
        .find_map(|(row, vowels)| Some((row, vowels.chars().position(|vowel| vowel == small)?)))
}

fn small(letter: char) -> char {
    letter.to_lowercase().next().unwrap_or(letter)
}

/// The letter in the case of another.
fn in_case_of(model: char, letter: char) -> char {
    if model.is_uppercase() { letter.to_uppercase().next().unwrap_or(letter) } else { letter }
}

fn toned(letter: char, tone: usize) -> char {
    let toned = vowel(letter).and_then(|(row, _)| VOWELS[row].chars().nth(tone));
    toned.map_or(letter, |toned| in_case_of(letter, toned))
}

impl Word {
    fn read(text: &str) -> Self {
        let tone = text.chars().filter_map(vowel).map(|(_, tone)| tone).find(|tone| *tone > 0);
        Self { letters: text.chars().map(|c| toned(c, 0)).collect(), tone: tone.unwrap_or(0) }
    }

    fn written(&self) -> String {
        let mut letters = self.letters.clone();
        if let Some(place) = self.place_of_tone() {
            letters[place] = toned(letters[place], self.tone);
        }
        letters.into_iter().collect()
    }

    fn small(&self, place: usize) -> char {
        self.letters.get(place).copied().map_or(' ', small)
    }

    /// The vowels that carry the syllable: not the “u” of “qu”, nor the “i” of “gi” before another.
    fn nucleus(&self) -> Option<(usize, usize)> {
        let is_vowel = |place: usize| vowel(self.small(place)).is_some();
        let mut start = (0..self.letters.len()).find(|place| is_vowel(*place))?;
        let before = start.checked_sub(1).map(|place| self.small(place));
        let is_glide = matches!((before, self.small(start)), (Some('q'), 'u') | (Some('g'), 'i'));
        if is_glide && is_vowel(start + 1) {
            start += 1;
        }
        let end = (start..self.letters.len()).find(|place| !is_vowel(*place));
        Some((start, end.unwrap_or(self.letters.len())))
    }

    fn place_of_tone(&self) -> Option<usize> {
        let (start, end) = self.nucleus()?;
        let is_shaped =
            |place: &usize| matches!(self.small(*place), 'ă' | 'â' | 'ê' | 'ô' | 'ơ' | 'ư');
        let shaped = (start..end).rev().find(is_shaped);
        let is_open = end == self.letters.len();
        Some(shaped.unwrap_or(match end - start {
            1 => start,
            2 if is_open => start,
            _ => start + 1,
        }))
    }

    fn telex(&mut self, typed: char) {
        let key = small(typed);
        let is_done = match key {
            's' | 'f' | 'r' | 'x' | 'j' => self.telex_tone(key),
            'z' => std::mem::take(&mut self.tone) > 0,
            'a' | 'e' | 'o' => self.circumflex(key),
            'w' => self.horn(typed),
            'd' => self.stroke(),
            _ => false,
        };
        if !is_done {
            self.letters.push(typed);
            self.complete_horns();
        }
    }

    /// False where the letter itself is meant: without a vowel, or at the second press.
    fn telex_tone(&mut self, key: char) -> bool {
        let Some(tone) = Tone::of_telex(key).filter(|_| self.nucleus().is_some()) else {
            return false;
        };
        if self.tone == tone as usize {
            self.tone = 0;
            return false;
        }
        self.tone = tone as usize;
        true
    }

    /// The last vowel, if it is the same, gets its roof: “aa”, and “ana” for who thinks of it late.
    fn circumflex(&mut self, key: char) -> bool {
        let Some((start, end)) = self.nucleus() else { return false };
        let place = end - 1;
        let (roofed, others) = match key {
            'a' => ('â', ['a', 'ă']),
            'e' => ('ê', ['e', 'e']),
            _ => ('ô', ['o', 'ơ']),
        };
        let last = self.small(place);
        if last == roofed {
            self.put(place, key);
            return false;
        }
        if !others.contains(&last) {
            return false;
        }
        self.put(place, roofed);
        // “ươ” becomes “uô” as a whole.
        if key == 'o' && place > start && self.small(place - 1) == 'ư' {
            self.put(place - 1, 'u');
        }
        true
    }

    /// “w”: a horn for “u” and “o”, a bowl for “a”, and “ư” by itself.
    fn horn(&mut self, typed: char) -> bool {
        let Some((start, end)) = self.nucleus() else {
            self.letters.push(in_case_of(typed, 'ư'));
            return true;
        };
        let is_open = end == self.letters.len();
        let pair = (start..end - 1).find(|p| {
            matches!(
                (self.small(*p), self.small(p + 1)),
                ('u' | 'ư', 'o' | 'ô' | 'ơ') | ('u', 'u' | 'a')
            )
        });
        if let Some(place) = pair {
            let is_last = is_open && place + 2 == end;
            match (self.small(place), self.small(place + 1)) {
                // “thuở” and “huơ” have one horn, “người” and “được” two.
                ('u', 'o' | 'ô') if is_last => self.put(place + 1, 'ơ'),
                ('u', 'u' | 'a') => self.put(place, 'ư'),
                ('ư', 'ơ') => return false,
                _ => {
                    self.put(place, 'ư');
                    self.put(place + 1, 'ơ');
                }
            }
            return true;
        }
        for place in (start..end).rev() {
            let horned = match self.small(place) {
                'u' => 'ư',
                'o' | 'ô' => 'ơ',
                'a' | 'â' => 'ă',
                'ư' => {
                    self.put(place, 'u');
                    return false;
                }
                'ơ' => {
                    self.put(place, 'o');
                    return false;
                }
                'ă' => {
                    self.put(place, 'a');
                    return false;
                }
                _ => continue,
            };
            self.put(place, horned);
            return true;
        }
        false
    }

    fn stroke(&mut self) -> bool {
        match self.small(0) {
            'd' => {
                self.put(0, 'đ');
                true
            }
            'đ' => {
                self.put(0, 'd');
                false
            }
            _ => false,
        }
    }

    /// “uơ” and “ưo” become “ươ” as soon as the syllable goes on.
    fn complete_horns(&mut self) {
        let Some((start, end)) = self.nucleus() else { return };
        for place in start..end.saturating_sub(1) {
            let goes_on = place + 2 < self.letters.len();
            let pair = (self.small(place), self.small(place + 1));
            if goes_on && matches!(pair, ('u', 'ơ') | ('ư', 'o')) {
                self.put(place, 'ư');
                self.put(place + 1, 'ơ');
            }
        }
    }

    fn put(&mut self, place: usize, letter: char) {
        self.letters[place] = in_case_of(self.letters[place], letter);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(keys: &str) -> String {
        keys.chars().fold(String::new(), |text, key| telex(&text, key))
    }

    #[test]
    fn telex_words() {
        for (keys, expected) in [
            ("hoaf", "hòa"),
            ("hofa", "hòa"),
            ("hoanf", "hoàn"),
            ("hofan", "hoàn"),
            ("hoafn", "hoàn"),
            ("thuyr", "thủy"),
            ("khoer", "khỏe"),
            ("quys", "quý"),
            ("quar", "quả"),
            ("quoocs", "quốc"),
            ("quets", "quét"),
            ("quowr", "quở"),
            ("gieengs", "giếng"),
            ("gif", "gì"),
            ("gias", "giá"),
            ("giuwx", "giữ"),
            ("nguyeenx", "nguyễn"),
            ("Nguyeexn", "Nguyễn"),
            ("thuowr", "thuở"),
            ("huow", "huơ"),
            ("thuwowngf", "thường"),
            ("thuowngf", "thường"),
            ("thuongwf", "thường"),
            ("nguwowif", "người"),
            ("nguoiwf", "người"),
            ("dduwowcj", "được"),
            ("dduowcj", "được"),
            ("ddoocj", "độc"),
            ("dand", "đan"),
            ("Ddoongs", "Đống"),
            ("tieengs", "tiếng"),
            ("Vieetj", "Việt"),
            ("dana", "dân"),
            ("muwa", "mưa"),
            ("muaw", "mưa"),
            ("cuwus", "cứu"),
            ("huuw", "hưu"),
            ("tw", "tư"),
            ("aw", "ă"),
            ("oanhf", "oành"),
            ("ngoafi", "ngoài"),
            ("ngoeof", "ngoèo"),
            ("khuyur", "khuỷu"),
            ("khuya", "khuya"),
            ("tuaanf", "tuần"),
            ("buoonf", "buồn"),
            ("tuwowngr", "tưởng"),
            ("hoafz", "hoa"),
            ("asf", "à"),
            ("TOOTS", "TỐT"),
            ("rats toots", "rát tốt"),
            ("raats toots", "rất tốt"),
        ] {
            assert_eq!(typed(keys), expected, "{keys}");
        }
    }

    #[test]
    fn a_second_press_means_the_letter() {
        for (keys, expected) in [
            ("ass", "as"),
            ("aaa", "aa"),
            ("ooo", "oo"),
            ("ddd", "dd"),
            ("aww", "aw"),
            ("oww", "ow"),
            ("uww", "uw"),
            ("sms", "sms"),
            ("z", "z"),
        ] {
            assert_eq!(typed(keys), expected, "{keys}");
        }
    }

    #[test]
    fn keys_that_say_what_they_do() {
        assert_eq!(tone("hoa", Tone::Grave), "hòa");
        assert_eq!(tone("hòa", Tone::Grave), "hoa");
        assert_eq!(tone("hòa", Tone::Acute), "hóa");
        assert_eq!(letter("hòa", 'n'), "hoàn");
        assert_eq!(letter("thuở", 'n'), "thưởn");
        assert_eq!(letter("ng", 'ư'), "ngư");
        assert_eq!(tone(&letter("cảm ", 'ơ'), Tone::Acute), "cảm ớ");
        assert_eq!(tone("hết 5", Tone::Acute), "hết 5");
        assert_eq!(tone("", Tone::Dot), "");
        assert_eq!(tone("Nguyên", Tone::Tilde), "Nguyễn");
        assert_eq!(letter("tốt", '.'), "tốt.");
        assert_eq!(letter("tốt", ' '), "tốt ");
        assert_eq!(delete("tốt"), "tố");
        assert_eq!(delete(""), "");
    }

    #[test]
    fn all_that_is_written_is_composed() {
        for row in VOWELS {
            assert_eq!(row.chars().count(), 6, "{row}");
            for letter in row.chars() {
                assert_eq!(toned(letter, 0), row.chars().next().unwrap());
                let capital = in_case_of('A', letter);
                assert_eq!(toned(toned(capital, 0), vowel(letter).unwrap().1), capital);
            }
        }
    }
}
