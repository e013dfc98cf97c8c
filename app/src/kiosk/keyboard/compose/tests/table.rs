//! Tests every syllable: onset × rime × tone.

use super::super::{Method, delete, press};
use super::keys::{Order, TYPISTS, Typist, capitalized, has_double_o, with_tone, without_tone};

const ONSETS: [&str; 28] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x",
];

/// Every rime with the sharp tone where the form's texts have it, whatever onsets it goes with.
const RIMES: &str = "\
    á ác ách ái ám án áng ánh áo áp át áu áy ắc ắm ắn ắng ắp ắt ấc ấm ấn ấng ấp ất ấu ấy \
    é éc ém én éng éo ép ét ế ếch ếm ến ếnh ếp ết ếu \
    í ía ích iếc iếm iến iếng iếp iết iếu ím ín ính íp ít íu \
    ó óa oác oách oái oám oán oáng oánh oáo oáp oát oáy oắc oắm oắn oắng oắt óc óe oén oéo oét \
    ói óm ón óng oóc oóng óp ót ố ốc ối ốm ốn ống ốp ốt ớ ới ớm ớn ớp ớt \
    ú úa uấn uấng uất uấy úc uế uếch uếnh úi úm ún úng uốc uối uốm uốn uống uốt uớ úp út \
    úy uých uýa uyến uyết uýnh uýp uýt uýu \
    ứ ứa ức ứi ứm ứn ứng ước ưới ướm ướn ướng ướp ướt ướu ứt ứu ý";

/// Rimes that only some onsets take.
const MORE: [(&str, &str); 2] = [("", "yếm yến yếng yết yếu"), ("qu", "ých ýn ýnh ýt yến yết")];

/// Tones as [`with_tone`] counts them.
const SHARP: usize = 0;
const HEAVY: usize = 4;
const LEVEL: usize = 5;

/// What can end a word.
const SEPARATORS: &str = " ,.;:!?()[]\"'“”‘’/-–…_@#%&*+=\n\t0123456789";

fn syllables() -> Vec<String> {
    let all = ONSETS.into_iter().map(|onset| (onset, RIMES)).chain(MORE);
    let pairs = all.flat_map(|(onset, rimes)| rimes.split(' ').map(move |rime| (onset, rime)));
    pairs.filter(|(onset, rime)| is_written(onset, rime)).flat_map(with_tones).collect()
}

/// “giá” is “gi” and “á”, “quá” is “qu” and “á”.
fn is_written(onset: &str, rime: &str) -> bool {
    match onset {
        "g" => !matches!(rime, "ía" | "íu"),
        "gi" => !rime.starts_with(['í', 'i', 'ý', 'y']),
        "qu" => !rime.starts_with(['ó', 'o', 'ú', 'u', 'ứ', 'ư']),
        _ => true,
    }
}

/// The syllable with each tone that it can have: two after a stop, else six.
fn with_tones((onset, rime): (&str, &str)) -> Vec<String> {
    let is_stop = rime.ends_with(['c', 'p', 't']) || rime.ends_with("ch");
    let all = (0..6).filter(|tone| !is_stop || matches!(*tone, SHARP | HEAVY));
    let toned = |tone: usize| {
        let letter = |letter| match without_tone(letter) {
            (plain, Some(_)) if tone < LEVEL => with_tone(plain, tone),
            (plain, _) => plain,
        };
        onset.chars().chain(rime.chars().map(letter)).collect()
    };
    all.map(toned).collect()
}

/// Types one text after another. What the keys of the next have in common with those of the last is
/// not typed again: the composer knows only the text.
#[derive(Debug)]
struct Typing {
    typist: Typist,
    /// The keys so far, each with the text after it.
    trail: Vec<(char, String)>,
}

impl Typing {
    fn new(typist: Typist) -> Self {
        Self { typist, trail: Vec::new() }
    }

    fn types(&mut self, keys: &str) -> &str {
        let known = self.trail.iter().zip(keys.chars()).take_while(|((one, _), key)| one == key);
        let known = known.count();
        self.trail.truncate(known);
        for key in keys.chars().skip(known) {
            let text = self.typist.types_after(self.text(), &key.to_string());
            self.trail.push((key, text));
        }
        self.text()
    }

    fn text(&self) -> &str {
        self.trail.last().map_or("", |(_, text)| text)
    }
}

#[test]
fn keys_in_any_order() {
    assert_eq!(syllables().len(), 19_412);
    for typist in TYPISTS {
        for order in Order::ALL {
            let mut typing = Typing::new(typist);
            for syllable in syllables() {
                let keys = typist.keys(&syllable, order);
                assert_eq!(typing.types(&keys), syllable, "{keys}");
            }
        }
    }
}

#[test]
fn capitals() {
    for typist in TYPISTS {
        for in_capitals in [capitalized, str::to_uppercase] {
            let mut typing = Typing::new(typist);
            for syllable in syllables() {
                let syllable = in_capitals(&syllable);
                let keys = typist.keys(&syllable, Order::ToneLast);
                assert_eq!(typing.types(&keys), syllable, "{keys}");
            }
        }
    }
}

#[test]
fn whatever_ends_a_word_leaves_it() {
    for syllable in syllables() {
        for separator in SEPARATORS.chars() {
            for method in [Method::Off, Method::Telex, Method::Vni] {
                if method == Method::Vni && separator.is_ascii_digit() {
                    continue;
                }
                let text = press(&syllable, separator, method);
                assert_eq!(text.strip_suffix(separator), Some(&*syllable), "{text}");
            }
        }
    }
}

#[test]
fn one_word_after_another() {
    let words = syllables();
    let signs: Vec<char> = SEPARATORS.chars().collect();
    for typist in TYPISTS {
        let separators = signs.iter().filter(|sign| !typist.marks_with(**sign));
        for (separator, pair) in separators.cycle().zip(words.windows(2)) {
            let before = format!("{}{separator}", pair[0]);
            let keys = typist.keys(&pair[1], Order::ToneLast);
            assert_eq!(typist.types_after(&before, &keys), before.clone() + &pair[1]);
        }
    }
}

#[test]
fn what_was_deleted_can_be_typed_again() {
    for typist in TYPISTS {
        // A part of the table has all onsets and rimes.
        for syllable in syllables().iter().step_by(5).filter(|one| !has_double_o(one)) {
            let mut left = syllable.clone();
            while !left.is_empty() {
                left = typist.deletes(&left);
                let has_tone = left.chars().any(|letter| without_tone(letter).1.is_some());
                let plain = |letter| if has_tone { without_tone(letter).0 } else { letter };
                let missing = syllable.chars().skip(left.chars().count()).map(plain);
                let keys = typist.keys(&missing.collect::<String>(), Order::ToneLast);
                assert_eq!(typist.types_after(&left, &keys), *syllable, "{left} {keys}");
            }
        }
    }
}

#[test]
fn a_second_press_takes_the_tone_away() {
    for typist in TYPISTS {
        for syllable in syllables() {
            let tone = syllable.chars().find_map(|letter| without_tone(letter).1);
            let Some(key) = tone.map(|tone| typist.key_of_tone(tone).to_string()) else { continue };
            let level: String = syllable.chars().map(|letter| without_tone(letter).0).collect();
            assert_eq!(typist.types_after(&syllable, &key), level + &key);
        }
    }
}

#[test]
fn delete_takes_a_slip_back() {
    // What is left of “ước” and “xoongl” is not told from what is left of “ướ” and “xôngl”.
    let is_ambiguous = |word: &str| {
        has_double_o(word) || word.contains('u') && word.ends_with(['ơ', 'ớ', 'ờ', 'ở', 'ỡ', 'ợ'])
    };
    for syllable in syllables().iter().step_by(41).filter(|one| !is_ambiguous(one)) {
        for slip in ('a'..='z').chain(['đ']) {
            let text = press(syllable, slip, Method::Telex);
            let left = delete(&text, Method::Telex);
            // Marks are keys of their own, and so is the second press that takes one away; and the
            // tone may have moved to the new letter.
            let is_mark = text.chars().count() == syllable.chars().count();
            let is_undone = !is_mark && press(&left, slip, Method::Telex) == *syllable;
            let has_moved = text.chars().last().is_some_and(|last| without_tone(last).1.is_some());
            let is_slip = !is_mark && !is_undone && !has_moved;
            assert!(!is_slip || left == *syllable, "{syllable} {slip} {text} {left}");
        }
    }
}
