//! Secrets that staff show: 256 random bits as text, of which the server keeps a hash.

use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use store::SecretHash;

use crate::system::randomness::{Randomness, random};

/// A secret that nobody can guess.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret([u8; 32]);

impl Secret {
    /// A new one.
    pub fn draw(randomness: &dyn Randomness) -> Self {
        Self(random(randomness))
    }

    /// The secret in a text; none if no secret has this form.
    pub fn parse(text: &str) -> Option<Self> {
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }

    /// The text: 43 characters that need no escape in an address or a header.
    pub fn to_text(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// What the store keeps. It is looked up there, so no secret is compared byte by byte.
    pub fn hash(&self) -> SecretHash {
        SecretHash(Sha256::digest(self.0).into())
    }
}

// By hand: a debug text ends up in a log line.
impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::system::randomness::SystemRandomness;

    #[test]
    fn a_secret_comes_back_from_its_text_and_is_in_no_debug_text() {
        let secret = Secret::draw(&SystemRandomness);
        let text = secret.to_text();
        assert_eq!(text.len(), 43);
        assert_eq!(Secret::parse(&text).as_ref(), Some(&secret));
        assert_ne!(secret, Secret::draw(&SystemRandomness));
        let told = format!("{secret:?} {:?}", secret.hash());
        assert_eq!(told, "Secret(…) SecretHash(…)");
    }

    #[test]
    fn what_is_no_secret_is_not_looked_up() {
        let text = Secret([7; 32]).to_text();
        for other in ["", "x", &text[1..], &format!("{text}A"), &text.replace('B', "+"), "ữ"] {
            assert_eq!(Secret::parse(other), None, "{other}");
        }
    }
}
