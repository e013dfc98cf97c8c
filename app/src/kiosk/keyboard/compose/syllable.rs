//! Which letters can become a Vietnamese syllable.

use super::word::Tone;

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
    let is_split = |place: usize| {
        let (onset, rime) = letters.split_at(place);
        is_onset(onset, tone) && is_rime(rime, tone)
    };
    match letters {
        ['q'] => true,
        ['q', 'u', ..] => is_split(2),
        ['g', 'i', _, ..] => is_split(1) || is_split(2),
        _ => is_split(letters.iter().take_while(|letter| !is_vowel(**letter)).count()),
    }
}

/// “giêng” is “g” and “iêng”. Onsets of the highlands (“Krông”, “Kon Plông”, “Brâu”) take no tone,
/// because English begins with them too.
fn is_onset(letters: &[char], tone: Option<Tone>) -> bool {
    match letters {
        []
        | ['c' | 'g' | 'k' | 'n' | 'p' | 't', 'h']
        | ['t' | 'đ', 'r']
        | ['g', 'i']
        | ['q', 'u']
        | ['n', 'g']
        | ['n', 'g', 'h'] => true,
        ['b' | 'p' | 'k', 'r'] | ['p', 'l'] => tone.is_none(),
        [letter] => "bcdđghklmnprstvx".contains(*letter),
        _ => false,
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
    letters.iter().all(|letter| whole.next() == Some(*letter))
}
