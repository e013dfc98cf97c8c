//! Which letters can become a Vietnamese syllable.

use super::word::Tone;

/// What a syllable begins with. “q” is always “qu”, and “giêng” is read as “g” and “iêng”.
const ONSETS: [&str; 29] = [
    "", "b", "c", "ch", "d", "đ", "g", "gh", "gi", "h", "k", "kh", "l", "m", "n", "ng", "ngh",
    "nh", "p", "ph", "qu", "r", "s", "t", "th", "tr", "v", "x", "đr",
];

/// Onsets of the highlands (“Krông”, “Kon Plông”, “Brâu”). English begins with them too, so they
/// take no tone.
const ONSETS_WITHOUT_TONE: [&str; 4] = ["br", "kr", "pl", "pr"];

/// Vowels, and what may follow them. What stands after the bar does so in names of the highlands
/// only (“Đắk”, “Ngọk”, “Búk”, “Păh”).
const RIMES: [(&str, &str); 25] = [
    ("a", "c ch i m n ng nh o p t u y"),
    ("ă", "c m n ng p t | k h"),
    ("â", "c m n ng p t u y"),
    ("e", "c m n ng o p t"),
    ("ê", "ch m n nh p t u"),
    ("i", "a ch m n nh p t u"),
    ("iê", "c m n ng p t u"),
    ("o", "a c e i m n ng p t | k"),
    ("oa", "c ch i m n ng nh o p t y"),
    ("oă", "c m n ng p t"),
    ("oe", "m n o t"),
    ("oo", "c ng"),
    ("ô", "c i m n ng p t"),
    ("ơ", "i m n p t"),
    ("u", "a c i m n ng p t | k"),
    ("uâ", "n ng t y"),
    ("uê", "ch n nh u"),
    ("uô", "c i m n ng p t"),
    ("uơ", ""),
    ("uy", "a ch n nh p t u"),
    ("uyê", "n t"),
    ("ư", "a c i m n ng p t u | h"),
    ("ươ", "c i m n ng p t u"),
    ("y", "ch n nh t"),
    ("yê", "m n ng t u"),
];

/// Whether these small letters without tones become a syllable with this tone if more is typed,
/// marks of letters included.
pub(super) fn is_possible(letters: &[char], tone: Option<Tone>) -> bool {
    let Some(vowel) = letters.iter().position(|letter| is_vowel(*letter)) else {
        return tone.is_none() && onsets().any(|onset| begins_with(onset, letters));
    };
    let is_split = |place: usize| {
        let (onset, rime) = letters.split_at(place);
        let may_begin = ONSETS.iter().any(|one| is_same(one, onset))
            || tone.is_none() && ONSETS_WITHOUT_TONE.iter().any(|one| is_same(one, onset));
        may_begin && is_rime(rime, tone)
    };
    match letters {
        ['q', 'u', ..] => letters.len() == 2 || is_split(2),
        ['g', 'i', _, ..] => is_split(1) || is_split(2),
        _ => is_split(vowel),
    }
}

pub(super) fn is_vowel(letter: char) -> bool {
    matches!(base(letter), 'a' | 'e' | 'i' | 'o' | 'u' | 'y')
}

/// The letter without its mark.
pub(super) fn base(letter: char) -> char {
    match letter {
        'ă' | 'â' => 'a',
        'ê' => 'e',
        'ô' | 'ơ' => 'o',
        'ư' => 'u',
        'đ' => 'd',
        letter => letter,
    }
}

fn onsets() -> impl Iterator<Item = &'static str> {
    ONSETS.into_iter().chain(ONSETS_WITHOUT_TONE)
}

fn is_rime(letters: &[char], tone: Option<Tone>) -> bool {
    RIMES.iter().any(|(vowels, ends)| {
        let mut rest = letters;
        let mut is_marked = true;
        for vowel in vowels.chars() {
            match rest {
                [] => return true,
                [letter, more @ ..] if may_become(*letter, vowel) => {
                    is_marked &= *letter == vowel;
                    rest = more;
                }
                _ => return false,
            }
        }
        let (usual, of_highlands) = ends.split_once('|').unwrap_or((ends, ""));
        let takes = |ends: &str| ends.split(' ').any(|end| begins_with(end, rest));
        rest.is_empty() || allows(rest, tone) && (takes(usual) || is_marked && takes(of_highlands))
    })
}

/// After a stop, a syllable is sharp or heavy.
fn allows(end: &[char], tone: Option<Tone>) -> bool {
    let is_stop = matches!(end, ['c' | 'k' | 'p' | 't', ..]);
    !is_stop || matches!(tone, None | Some(Tone::Acute | Tone::Dot))
}

fn may_become(letter: char, wanted: char) -> bool {
    letter == wanted || letter == base(wanted)
}

fn begins_with(whole: &str, letters: &[char]) -> bool {
    let mut whole = whole.chars();
    letters.iter().all(|letter| whole.next().is_some_and(|wanted| may_become(*letter, wanted)))
}

fn is_same(whole: &str, letters: &[char]) -> bool {
    whole.chars().eq(letters.iter().copied())
}
