//! Seals what a device gives out as a file, so that only its server can read it.
//!
//! This is HPKE (RFC 9180) in its base mode with X25519, HKDF-SHA256 and ChaCha20-Poly1305. A device
//! knows the public half of a key; the secret half never leaves the server's database.

use std::convert::Infallible;
use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hpke::aead::ChaCha20Poly1305;
use hpke::kdf::HkdfSha256;
use hpke::kem::X25519HkdfSha256;
use hpke::rand_core::{TryCryptoRng, TryRng};
use hpke::{Deserializable as _, Kem as _, OpModeR, OpModeS, Serializable as _};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

type Kem = X25519HkdfSha256;

/// How many bytes both halves of a key have, and what precedes a sealed text.
const LENGTH: usize = 32;

/// What both sides must say they are doing.
const INFO: &[u8] = b"thuocdo outbox 1";

/// The public half of a key: whoever has it can seal, and not open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String)]
pub struct OutboxKey([u8; LENGTH]);

/// A text that is not the public half of a key.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("a key is 32 bytes in base64url without padding")]
pub struct NotAnOutboxKey;

/// The secret half of a key: whoever has it can open.
#[derive(Clone)]
pub struct OutboxSecret([u8; LENGTH]);

/// The text was sealed to another key, or is damaged.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the text was sealed to another key, or is damaged")]
pub struct CannotOpen;

impl OutboxSecret {
    /// The secret half from 32 random bytes.
    pub fn new(random: [u8; LENGTH]) -> Self {
        Self(random)
    }

    /// The public half.
    pub fn key(&self) -> OutboxKey {
        let public = Kem::sk_to_pk(&self.private()).to_bytes();
        OutboxKey(public.into())
    }

    /// Opens what was sealed to the public half.
    ///
    /// # Errors
    /// [`CannotOpen`].
    pub fn open(&self, sealed: &str) -> Result<String, CannotOpen> {
        let bytes = URL_SAFE_NO_PAD.decode(sealed).map_err(|_| CannotOpen)?;
        let (encapped, sealed) = bytes.split_at_checked(LENGTH).ok_or(CannotOpen)?;
        let encapped =
            <Kem as hpke::Kem>::EncappedKey::from_bytes(encapped).map_err(|_| CannotOpen)?;
        let mode = OpModeR::Base;
        let opened = hpke::single_shot_open::<ChaCha20Poly1305, HkdfSha256, Kem>(
            &mode,
            &self.private(),
            &encapped,
            INFO,
            sealed,
            &[],
        );
        String::from_utf8(opened.map_err(|_| CannotOpen)?).map_err(|_| CannotOpen)
    }

    fn private(&self) -> <Kem as hpke::Kem>::PrivateKey {
        let read = <Kem as hpke::Kem>::PrivateKey::from_bytes(&self.0);
        read.expect("any 32 bytes are a secret half")
    }
}

// By hand: a debug text ends up in a log line.
impl fmt::Debug for OutboxSecret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("OutboxSecret(…)")
    }
}

impl OutboxKey {
    /// Seals a text; `random` fills all bytes anew, with what nobody can guess. None if the key is
    /// none that a secret half has.
    pub fn seal(&self, text: &str, random: impl FnMut(&mut [u8])) -> Option<String> {
        let public = <Kem as hpke::Kem>::PublicKey::from_bytes(&self.0).ok()?;
        let (encapped, sealed) =
            hpke::single_shot_seal_with_rng::<ChaCha20Poly1305, HkdfSha256, Kem>(
                &OpModeS::Base,
                &public,
                INFO,
                text.as_bytes(),
                &[],
                &mut Given(random),
            )
            .ok()?;
        Some(URL_SAFE_NO_PAD.encode([encapped.to_bytes().as_slice(), &sealed].concat()))
    }
}

impl TryFrom<String> for OutboxKey {
    type Error = NotAnOutboxKey;

    fn try_from(text: String) -> Result<Self, NotAnOutboxKey> {
        let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| NotAnOutboxKey)?;
        bytes.try_into().map(Self).map_err(|_| NotAnOutboxKey)
    }
}

impl From<OutboxKey> for String {
    fn from(key: OutboxKey) -> String {
        URL_SAFE_NO_PAD.encode(key.0)
    }
}

/// Randomness that is passed in, as HPKE wants it.
struct Given<F>(F);

impl<F: FnMut(&mut [u8])> TryRng for Given<F> {
    type Error = Infallible;

    fn try_next_u32(&mut self) -> Result<u32, Infallible> {
        let mut bytes = [0; 4];
        (self.0)(&mut bytes);
        Ok(u32::from_le_bytes(bytes))
    }

    fn try_next_u64(&mut self) -> Result<u64, Infallible> {
        let mut bytes = [0; 8];
        (self.0)(&mut bytes);
        Ok(u64::from_le_bytes(bytes))
    }

    fn try_fill_bytes(&mut self, bytes: &mut [u8]) -> Result<(), Infallible> {
        (self.0)(bytes);
        Ok(())
    }
}

impl<F: FnMut(&mut [u8])> TryCryptoRng for Given<F> {}

#[cfg(test)]
mod tests {
    use super::*;

    /// Bytes that count on.
    fn counted(from: u8) -> impl FnMut(&mut [u8]) {
        let mut next = from;
        move |bytes| {
            for byte in bytes {
                *byte = next;
                next = next.wrapping_add(1);
            }
        }
    }

    fn sealed(secret: &OutboxSecret, text: &str, from: u8) -> String {
        secret.key().seal(text, counted(from)).unwrap()
    }

    #[test]
    fn only_the_secret_half_opens_what_was_sealed() {
        let secret = OutboxSecret::new([7; 32]);
        let other = OutboxSecret::new([8; 32]);
        for text in ["", "{}", "Ông/Bà có hài lòng?", &"ế".repeat(100_000)] {
            let sealed = sealed(&secret, text, 1);
            assert_eq!(secret.open(&sealed).as_deref(), Ok(text));
            assert_eq!(other.open(&sealed), Err(CannotOpen));
        }
        let text = "câu trả lời";
        assert_ne!(sealed(&secret, text, 1), sealed(&secret, text, 2), "never the same twice");
        let bytes = URL_SAFE_NO_PAD.decode(sealed(&secret, text, 1)).unwrap();
        let needle = text.as_bytes();
        assert!(!bytes.windows(needle.len()).any(|window| window == needle));
    }

    #[test]
    fn a_changed_text_does_not_open() {
        let secret = OutboxSecret::new([7; 32]);
        let good = URL_SAFE_NO_PAD.decode(sealed(&secret, "{\"a\":1}", 1)).unwrap();
        for place in 0..good.len() {
            let mut bad = good.clone();
            bad[place] ^= 1;
            assert_eq!(secret.open(&URL_SAFE_NO_PAD.encode(bad)), Err(CannotOpen), "{place}");
            assert_eq!(secret.open(&URL_SAFE_NO_PAD.encode(&good[..place])), Err(CannotOpen));
        }
        assert_eq!(secret.open("?"), Err(CannotOpen));
    }

    /// The first vector of RFC 9180 for this suite (appendix A.2.1) has another `info` and `aad`; here
    /// its key pair is checked, so that a secret half from a file means the same key everywhere.
    #[test]
    fn the_public_half_is_that_of_the_standard() {
        let bytes = |hex: &str| -> [u8; 32] {
            let byte = |n: usize| u8::from_str_radix(&hex[2 * n..2 * n + 2], 16).unwrap();
            std::array::from_fn(byte)
        };
        let secret = "8057991eef8f1f1af18f4a9491d16a1ce333f695d4db8e38da75975c4478e0fb";
        let public = "4310ee97d88cc1f088a5576c77ab0cf5c3ac797f3d95139c6c84b5429c59662a";
        let key = OutboxSecret::new(bytes(secret)).key();
        assert_eq!(key, OutboxKey(bytes(public)));
        let text = String::from(key.clone());
        assert_eq!(OutboxKey::try_from(text.clone()), Ok(key));
        for bad in [&text[1..], &[&text, "="].concat(), "", "?"] {
            assert_eq!(OutboxKey::try_from(bad.to_owned()), Err(NotAnOutboxKey), "{bad:?}");
        }
        let none = OutboxKey([0; 32]);
        assert_eq!(none.seal("", counted(1)), None, "a key that makes every secret the same");
    }
}
