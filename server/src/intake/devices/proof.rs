use axum::http::HeaderMap;
use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use sha2::{Digest, Sha256};
use store::{Device, DeviceKey};
use subtle::ConstantTimeEq;
use survey_defs::api::QuarantineReason;
use survey_defs::api::problem::ProblemCode;
use survey_defs::device::{Credential, DEVICE_HEADER, PROOF_HEADER, signed_text};
use survey_defs::ids::{DeviceId, PointId, WaveId};

use crate::http::error::ApiError;
use crate::http::state::AppState;

/// Who has sent records.
#[derive(Debug)]
pub enum Sender {
    /// Nobody who has proved anything: a phone, or a device whose proof is wrong.
    Anyone,
    /// A device that has proved itself; it may be revoked.
    Device(Box<Device>),
    /// Staff, who vouch for the devices whose files they bring.
    Staff,
}

/// Why records that name a device are not taken as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// Staff have revoked the device.
    Revoked,
    /// The sender is not this device, or it stands at another service point.
    Unproven,
}

impl From<Doubt> for QuarantineReason {
    fn from(doubt: Doubt) -> Self {
        match doubt {
            Doubt::Revoked => Self::DeviceRevoked,
            Doubt::Unproven => Self::DeviceUnproven,
        }
    }
}

impl From<Doubt> for ApiError {
    fn from(doubt: Doubt) -> Self {
        Self::new(match doubt {
            Doubt::Revoked => ProblemCode::DeviceRevoked,
            Doubt::Unproven => ProblemCode::DeviceUnproven,
        })
    }
}

/// What of a request a proof speaks of.
#[derive(Debug, Clone, Copy)]
pub struct Evidence<'a> {
    /// The path, without the query.
    pub path: &'a str,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The body.
    pub body: &'a str,
}

impl Sender {
    /// The device with this id, if it is the sender.
    ///
    /// # Errors
    /// `device_unknown`, `device_unproven`, `device_revoked`; `unavailable`.
    pub async fn into_device(self, state: &AppState, id: DeviceId) -> Result<Device, ApiError> {
        match self {
            Self::Device(device) if device.id == id => match device.revoked_at {
                Some(_) => Err(Doubt::Revoked.into()),
                None => Ok(*device),
            },
            Self::Anyone | Self::Device(_) | Self::Staff => {
                Err(match state.store.device(id).await? {
                    Some(_) => Doubt::Unproven.into(),
                    None => ApiError::new(ProblemCode::DeviceUnknown),
                })
            }
        }
    }

    /// Finds out who has sent a request.
    ///
    /// # Errors
    /// `unavailable` if the store does not answer.
    pub async fn of(state: &AppState, evidence: Evidence<'_>) -> Result<Self, ApiError> {
        let Some(id) = evidence.named() else {
            return Ok(Self::Anyone);
        };
        let device = state.store.device(id).await?;
        let proven = device.filter(|device| evidence.proves(device));
        Ok(proven.map_or(Self::Anyone, |device| Self::Device(Box::new(device))))
    }

    /// Why a record of a wave and point that names a device is not taken from this sender as it
    /// is; none if it is taken.
    ///
    /// # Errors
    /// `unavailable` if the store does not answer.
    pub async fn doubt(
        &self,
        state: &AppState,
        named: DeviceId,
        place: (&WaveId, &PointId),
    ) -> Result<Option<Doubt>, ApiError> {
        let vouched;
        let device = match self {
            Self::Anyone => None,
            Self::Device(device) => Some(&**device),
            Self::Staff => {
                vouched = state.store.device(named).await?;
                vouched.as_ref()
            }
        };
        // A device never moves: it is revoked and added anew.
        let is_this =
            |device: &&Device| device.id == named && (&device.wave, &device.point) == place;
        Ok(match device.filter(is_this) {
            None => Some(Doubt::Unproven),
            Some(device) if device.revoked_at.is_some() => Some(Doubt::Revoked),
            Some(_) => None,
        })
    }
}

impl Evidence<'_> {
    fn named(&self) -> Option<DeviceId> {
        self.header(DEVICE_HEADER)?.parse().ok()
    }

    fn proves(&self, device: &Device) -> bool {
        let Some(proof) = self.header(PROOF_HEADER).and_then(decode) else {
            return false;
        };
        match device.key {
            None => false,
            Some(DeviceKey::TokenSha256(expected)) => hash(&proof).ct_eq(&expected).into(),
            Some(DeviceKey::PublicKey(point)) => {
                let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, point);
                key.verify(signed_text(self.path, self.body).as_bytes(), &proof).is_ok()
            }
        }
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// How an uncompressed point begins.
const UNCOMPRESSED: u8 = 4;

/// What is kept of a credential. Whether a point lies on the curve is seen when it has to prove
/// something: one that does not proves nothing.
///
/// # Errors
/// `body_shape` if it has not the shape of an uncompressed point, or of a token of 32 bytes.
pub(super) fn key(credential: &Credential) -> Result<DeviceKey, ApiError> {
    let wrong = |detail| ApiError::with_detail(ProblemCode::BodyShape, detail);
    match credential {
        Credential::PublicKey(text) => decode(text)
            .and_then(|bytes| bytes.try_into().ok())
            .filter(|point: &[u8; 65]| point[0] == UNCOMPRESSED)
            .map(DeviceKey::PublicKey)
            .ok_or_else(|| wrong("the public key is no uncompressed point on P-256 in base64url")),
        Credential::Token(text) => decode(text)
            .filter(|token| token.len() == 32)
            .map(|token| DeviceKey::TokenSha256(hash(&token)))
            .ok_or_else(|| wrong("the token is not 32 bytes in base64url")),
    }
}

fn decode(text: &str) -> Option<Vec<u8>> {
    URL_SAFE_NO_PAD.decode(text).ok()
}

pub(super) fn hash(bytes: &[u8]) -> [u8; 32] {
    Sha256::digest(bytes).into()
}
