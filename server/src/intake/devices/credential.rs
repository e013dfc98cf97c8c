//! What a device proves its identity with later: a public key, or a token where it has no key.

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest, Sha256};
use store::DeviceKey;
use survey_defs::device::Credential;

/// How an uncompressed point begins.
const UNCOMPRESSED: u8 = 4;

/// A credential of another shape.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum InvalidCredential {
    /// The public key has another shape.
    #[error("the public key is not an uncompressed point on P-256 in base64url")]
    PublicKey,
    /// The token has another length or alphabet.
    #[error("the token is not 32 bytes in base64url")]
    Token,
}

/// What is kept of a credential. Whether a point lies on the curve is seen when it has to prove
/// something: one that does not proves nothing.
pub(super) fn key(credential: &Credential) -> Result<DeviceKey, InvalidCredential> {
    match credential {
        Credential::PublicKey(text) => decode(text)
            .and_then(|bytes| bytes.try_into().ok())
            .filter(|point: &[u8; 65]| point[0] == UNCOMPRESSED)
            .map(DeviceKey::PublicKey)
            .ok_or(InvalidCredential::PublicKey),
        Credential::Token(text) => decode(text)
            .filter(|token| token.len() == 32)
            .map(|token| DeviceKey::TokenSha256(hash(&token)))
            .ok_or(InvalidCredential::Token),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
