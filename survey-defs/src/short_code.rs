//! Defines short codes: five characters that stand on paper and lead to the form of a place.

use std::fmt;
use std::str::FromStr;

/// How many characters a code has.
pub const LENGTH: usize = 5;

/// The characters of codes: capital letters and digits without 0, O, 1, I and L, which look like each
/// other in print.
pub const ALPHABET: &[u8; 31] = b"23456789ABCDEFGHJKMNPQRSTUVWXYZ";

/// A short code as it is printed, such as `AB3K7`.
///
/// ```
/// use survey_defs::short_code::ShortCode;
/// let code: ShortCode = "AB3K7".parse()?;
/// assert_eq!(code.as_str(), "AB3K7");
/// assert!("ab3k7".parse::<ShortCode>().is_err() && "AB3K0".parse::<ShortCode>().is_err());
/// # Ok::<(), survey_defs::short_code::NotAShortCode>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ShortCode([u8; LENGTH]);

/// A short code as somebody may have typed it from paper: characters that are taken for each other
/// (8 and B, 5 and S, 2 and Z, 6 and G, U and V, D and Q, and 0 or O for one of these two) are the
/// same. Two codes never have the same folded form, so that what is meant is certain.
///
/// ```
/// use survey_defs::short_code::{FoldedCode, ShortCode};
/// let code: ShortCode = "AB3K7".parse()?;
/// assert_eq!("a83k7".parse::<FoldedCode>()?, code.folded());
/// # Ok::<(), survey_defs::short_code::NotAShortCode>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct FoldedCode([u8; LENGTH]);

/// A text that is no short code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a short code is 5 of the characters 2 to 9 and A to Z without I, L and O")]
pub struct NotAShortCode;

impl ShortCode {
    /// A code from random bytes, each code as likely as any other (to one part in 10¹¹).
    pub fn from_random(bytes: [u8; 8]) -> Self {
        let mut number = u64::from_le_bytes(bytes);
        Self([(); LENGTH].map(|()| {
            let (rest, place) = (number / 31, number % 31);
            number = rest;
            usize::try_from(place)
                .ok()
                .and_then(|place| ALPHABET.get(place))
                .copied()
                .unwrap_or(b'2')
        }))
    }

    /// The code as it is printed.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }

    /// What is found when it is typed.
    pub fn folded(&self) -> FoldedCode {
        FoldedCode(self.0.map(folded))
    }
}

impl FromStr for ShortCode {
    type Err = NotAShortCode;

    /// Takes a code as it is printed and stored, and nothing else.
    fn from_str(text: &str) -> Result<Self, NotAShortCode> {
        let code: [u8; LENGTH] = text.as_bytes().try_into().map_err(|_| NotAShortCode)?;
        if code.iter().all(|byte| ALPHABET.contains(byte)) {
            Ok(Self(code))
        } else {
            Err(NotAShortCode)
        }
    }
}

impl FoldedCode {
    /// The text by which codes are compared.
    pub fn as_str(&self) -> &str {
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for FoldedCode {
    type Err = NotAShortCode;

    /// Takes small letters, and spaces, dashes and stops between or behind the characters.
    fn from_str(typed: &str) -> Result<Self, NotAShortCode> {
        let mut code = [0; LENGTH];
        let mut places = code.iter_mut();
        for character in typed.chars().filter(|c| !matches!(c, ' ' | '-' | '.' | ',')) {
            let byte = u8::try_from(character.to_ascii_uppercase()).map_err(|_| NotAShortCode)?;
            let byte = folded(byte);
            if !ALPHABET.contains(&byte) {
                return Err(NotAShortCode);
            }
            *places.next().ok_or(NotAShortCode)? = byte;
        }
        if places.next().is_none() { Ok(Self(code)) } else { Err(NotAShortCode) }
    }
}

/// One character for all that are taken for each other. 1, I and L stand in no code and look like
/// none of its characters, so they stay what they are: wrong.
fn folded(byte: u8) -> u8 {
    match byte {
        b'8' => b'B',
        b'5' => b'S',
        b'2' => b'Z',
        b'6' => b'G',
        b'V' => b'U',
        b'0' | b'O' | b'Q' => b'D',
        other => other,
    }
}

impl fmt::Display for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl fmt::Debug for ShortCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("ShortCode").field(&self.as_str()).finish()
    }
}

impl fmt::Debug for FoldedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("FoldedCode").field(&self.as_str()).finish()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn the_alphabet_has_31_characters_and_none_of_those_that_look_alike() {
        let characters: BTreeSet<u8> = ALPHABET.iter().copied().collect();
        assert_eq!(characters.len(), 31);
        assert!(characters.iter().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit()));
        assert!(b"0O1IL".iter().all(|byte| !characters.contains(byte)));
    }

    #[test]
    fn random_bytes_give_every_character_in_every_place() {
        let mut seen = [(); LENGTH].map(|()| BTreeSet::new());
        for number in 0..100_000_u64 {
            let code = ShortCode::from_random((number * 7_919).to_le_bytes());
            assert_eq!(code.as_str().parse(), Ok(code));
            for (seen, byte) in seen.iter_mut().zip(code.as_str().bytes()) {
                seen.insert(byte);
            }
        }
        assert!(seen.iter().all(|seen| seen.len() == 31));
        assert_eq!(ShortCode::from_random([255; 8]).as_str().len(), LENGTH);
        // One more is the next code, and the last code is followed by the first.
        let codes = [0, 1, 31_u64.pow(5) - 1, 31_u64.pow(5)];
        let codes = codes.map(|number| ShortCode::from_random(number.to_le_bytes()).to_string());
        assert_eq!(codes, ["22222", "32222", "ZZZZZ", "22222"]);
    }

    #[test]
    fn what_is_typed_from_paper_is_understood() {
        let code: ShortCode = "QB5V2".parse().unwrap();
        for typed in ["QB5V2", "qb5v2", "DB5V2", "0B5V2", "o8sUz", "QB5-V2", " qb5 v2 ", "QB5V2."] {
            assert_eq!(typed.parse(), Ok(code.folded()), "{typed}");
        }
        for other in ["PB5V2", "QB5V3", "QB5W2"] {
            assert_ne!(other.parse(), Ok(code.folded()), "{other}");
        }
    }

    #[test]
    fn what_is_no_code_is_refused() {
        for typed in
            ["", "QB5V", "QB5V22", "1B5V2", "IB5V2", "lB5V2", "ĐB5V2", "QB5V/", "QB5V\0", "-----"]
        {
            assert_eq!(typed.parse::<FoldedCode>(), Err(NotAShortCode), "{typed:?}");
        }
        for text in ["qb5v2", "0B5V2", "QB5V", "QB5V22", "QB-5V2", "ĐB5V"] {
            assert_eq!(text.parse::<ShortCode>(), Err(NotAShortCode), "{text:?}");
        }
    }
}
