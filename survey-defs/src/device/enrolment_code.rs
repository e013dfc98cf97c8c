//! The code that staff type into a device once.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The code that staff type into a device once: 15 of the 32 letters and digits that are hard to
/// confuse (Crockford's alphabet: no I, L, O, U), written `K7QM-2XR9-4TVB-8HD`.
///
/// The first four are public: they say which code is meant. The other eleven, 55 bits, are its secret.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct EnrolmentCode(String);

/// A text that is not an enrolment code.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an enrolment code is 15 letters and digits, such as K7QM-2XR9-4TVB-8HD")]
pub struct NotAnEnrolmentCode;

impl EnrolmentCode {
    /// How many characters a code has, without the hyphens.
    pub const LENGTH: usize = 15;

    /// How many characters stand together.
    const GROUP: usize = 4;

    const ALPHABET: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /// A code from the first 75 of 80 random bits.
    pub fn from_random(random: [u8; 10]) -> Self {
        let bits = random.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte));
        let letter = |place: usize| {
            let index = bits >> (5 * (Self::LENGTH - place)) & 31;
            char::from(Self::ALPHABET[usize::try_from(index).unwrap_or_default()])
        };
        Self((0..Self::LENGTH).map(letter).collect())
    }

    /// The 15 characters, without the hyphens.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The characters that say which code is meant, and may be seen.
    pub fn public(&self) -> &str {
        &self.0[..Self::GROUP]
    }

    /// What was typed so far, as it is shown: in groups, without what no code has, and never longer
    /// than a code.
    pub fn grouped(typed: &str) -> String {
        let letters = read(typed).filter(|letter| is_in_alphabet(*letter)).take(Self::LENGTH);
        let mut grouped = String::new();
        for (place, letter) in letters.enumerate() {
            if place > 0 && place.is_multiple_of(Self::GROUP) {
                grouped.push('-');
            }
            grouped.push(letter);
        }
        grouped
    }
}

/// The characters as they are meant: without spaces and hyphens, in capitals, and digits for the
/// letters that are mistaken for them.
fn read(typed: &str) -> impl Iterator<Item = char> {
    let is_between = |letter: &char| {
        letter.is_whitespace()
            || matches!(letter, '-' | '\u{ad}' | '\u{2010}'..='\u{2015}' | '\u{2212}')
    };
    let meant = |letter: char| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    };
    typed.chars().filter(move |letter| !is_between(letter)).map(meant)
}

fn is_in_alphabet(letter: char) -> bool {
    u8::try_from(letter).is_ok_and(|byte| EnrolmentCode::ALPHABET.contains(&byte))
}

// By hand: a code opens an enrolment, and a debug text ends up in a log line.
impl std::fmt::Debug for EnrolmentCode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("EnrolmentCode(…)")
    }
}

impl TryFrom<String> for EnrolmentCode {
    type Error = NotAnEnrolmentCode;

    /// Takes small letters, spaces and hyphens anywhere, and the letters that are mistaken for digits.
    fn try_from(text: String) -> Result<Self, NotAnEnrolmentCode> {
        // One more than a code has, so that a long text is neither read to its end nor cut to fit.
        let code: String = read(&text).take(Self::LENGTH + 1).collect();
        let fits = code.chars().count() == Self::LENGTH && code.chars().all(is_in_alphabet);
        if fits { Ok(Self(code)) } else { Err(NotAnEnrolmentCode) }
    }
}

impl From<EnrolmentCode> for String {
    fn from(code: EnrolmentCode) -> String {
        EnrolmentCode::grouped(code.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(text: &str) -> Result<EnrolmentCode, NotAnEnrolmentCode> {
        EnrolmentCode::try_from(text.to_owned())
    }

    /// Codes in which every bit of the randomness is set once, and some with many bits.
    fn codes() -> impl Iterator<Item = ([u8; 10], EnrolmentCode)> {
        let single = (0..80).map(|bit| (1_u128 << bit).to_be_bytes());
        let many = (0..1_000_u128).map(|n| (n * 0x0123_4567_89ab_cdef_0011).to_be_bytes());
        single.chain(many).map(|bytes| {
            let random = *bytes.last_chunk().unwrap();
            (random, EnrolmentCode::from_random(random))
        })
    }

    #[test]
    fn codes_are_made_of_75_bits() {
        let mut seen = std::collections::BTreeMap::new();
        for (random, code) in codes() {
            // The last five bits are left over.
            let bits = random.iter().fold(0_u128, |bits, byte| bits << 8 | u128::from(*byte)) >> 5;
            let before = seen.insert(String::from(code.clone()), bits);
            assert!(before.is_none_or(|before| before == bits), "two codes are the same");
            let read = code.as_str().bytes().fold(0_u128, |bits, byte| {
                let index = EnrolmentCode::ALPHABET.iter().position(|letter| *letter == byte);
                bits << 5 | u128::try_from(index.unwrap()).unwrap()
            });
            assert_eq!(read, bits);
            assert_eq!(code.public(), &code.as_str()[..4]);
        }
    }

    #[test]
    fn codes_are_read_as_people_type_them() {
        for (_, code) in codes() {
            let written = String::from(code.clone());
            let groups: Vec<_> = written.split('-').map(str::len).collect();
            assert_eq!(groups, [4, 4, 4, 3], "{written}");
            let every = |between: &str| {
                let letters: Vec<_> = code.as_str().chars().map(String::from).collect();
                letters.join(between)
            };
            for typed in [
                written.clone(),
                written.to_lowercase(),
                written.replace('-', " "),
                code.as_str().to_owned(),
                written.replace('-', "–"),
                written.replace('0', "o").replace('1', "l"),
                written.replace('0', "O").replace('1', "i"),
                format!("  {written}\n"),
                every(" "),
                every("-"),
            ] {
                assert_eq!(parsed(&typed), Ok(code.clone()), "{typed:?}");
            }
            for wrong in [
                written[1..].to_owned(),
                format!("{written}0"),
                written.replacen(char::is_alphanumeric, "U", 1),
                written.replacen(char::is_alphanumeric, "Đ", 1),
                written.replacen('-', "_", 1),
            ] {
                assert_eq!(parsed(&wrong), Err(NotAnEnrolmentCode), "{wrong:?}");
            }
        }
        for bad in ["", "K7QM", "K7QM-2XR9", &"7".repeat(100_000)] {
            assert_eq!(parsed(bad), Err(NotAnEnrolmentCode));
        }
    }

    #[test]
    fn what_was_typed_so_far_is_shown_in_groups() {
        for (typed, shown) in [
            ("", ""),
            ("k7q", "K7Q"),
            ("k7qm", "K7QM"),
            ("k7qm-", "K7QM"),
            ("k7qm2", "K7QM-2"),
            ("K7QM 2XR9 4tvb 8hd", "K7QM-2XR9-4TVB-8HD"),
            ("K7QM2XR94TVB8HDXYZ", "K7QM-2XR9-4TVB-8HD"),
            ("oil", "011"),
            ("uđ_K", "K"),
        ] {
            assert_eq!(EnrolmentCode::grouped(typed), shown, "{typed:?}");
        }
        // Shown again, it is the same, whatever stands there already.
        for (_, code) in codes() {
            for end in 0..=EnrolmentCode::LENGTH {
                let shown = EnrolmentCode::grouped(&code.as_str()[..end]);
                assert_eq!(EnrolmentCode::grouped(&shown), shown);
            }
        }
    }

    #[test]
    fn a_code_is_not_told_by_its_debug_text() {
        let code = EnrolmentCode::from_random([7; 10]);
        assert_eq!(format!("{code:?}"), "EnrolmentCode(…)");
    }
}
