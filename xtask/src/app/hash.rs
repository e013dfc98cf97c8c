//! Writes hashes as text.

use std::fmt::Write as _;

/// Two lower-case digits for each byte.
pub(super) fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::with_capacity(2 * hash.len()), |mut text, byte| {
        write!(text, "{byte:02x}").expect("writing to a string cannot fail");
        text
    })
}

/// 64 bits of a hash: enough that two versions of one file never meet.
pub(super) fn short_hex(hash: &[u8]) -> String {
    hex(&hash[..8])
}

#[cfg(test)]
mod tests {
    use super::{hex, short_hex};

    #[test]
    fn bytes_are_two_digits_each() {
        assert_eq!(hex(&[0, 0xab, 255]), "00abff");
        assert_eq!(short_hex(&[1; 32]), "0101010101010101");
    }
}
