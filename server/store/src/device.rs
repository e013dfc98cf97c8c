use std::fmt;

use jiff::Timestamp;
use survey_defs::api::{DeviceState, LastHeartbeat};
use survey_defs::device::DeviceSettings;
use survey_defs::ids::{DeviceId, PointId, QuestionId, WaveId};
use survey_defs::paradata::BreakOff;

/// A device at a counter that is to be added.
#[derive(Debug, Clone, PartialEq)]
pub struct NewDevice {
    /// Its id.
    pub id: DeviceId,
    /// The wave whose answers it collects.
    pub wave: WaveId,
    /// The service point at which it stands.
    pub point: PointId,
    /// What staff call it.
    pub name: String,
    /// How it behaves.
    pub settings: DeviceSettings,
    /// When it is added, by server time; cut to whole milliseconds.
    pub created_at: Timestamp,
    /// The SHA-256 of the code that enrols it, unique for ever.
    pub code_sha256: [u8; 32],
    /// When the code stops working, by server time; cut to whole milliseconds.
    pub code_expires_at: Timestamp,
}

/// A device at a counter.
#[derive(Debug, Clone, PartialEq)]
pub struct Device {
    /// Its id.
    pub id: DeviceId,
    /// The wave whose answers it collects.
    pub wave: WaveId,
    /// The service point at which it stands.
    pub point: PointId,
    /// What staff call it.
    pub name: String,
    /// How it behaves.
    pub settings: DeviceSettings,
    /// When it was added.
    pub created_at: Timestamp,
    /// When its code stops working.
    pub code_expires_at: Timestamp,
    /// What it proves itself with; none before it is enrolled.
    pub key: Option<DeviceKey>,
    /// When staff revoked it; none if they have not.
    pub revoked_at: Option<Timestamp>,
    /// Its last heartbeat; none before the first.
    pub last: Option<LastHeartbeat>,
}

impl Device {
    /// Where the device stands in its life at a moment of server time.
    pub fn state(&self, now: Timestamp) -> DeviceState {
        match (self.revoked_at, &self.key) {
            (Some(_), _) => DeviceState::Revoked,
            (None, Some(_)) => DeviceState::Enrolled,
            (None, None) if now < self.code_expires_at => DeviceState::Waiting,
            (None, None) => DeviceState::Expired,
        }
    }
}

/// What an enrolled device proves itself with.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum DeviceKey {
    /// The uncompressed point of a public key on P-256.
    PublicKey([u8; 65]),
    /// The SHA-256 of a token.
    TokenSha256([u8; 32]),
}

impl DeviceKey {
    /// The word in the database.
    pub(crate) fn kind(&self) -> &'static str {
        match self {
            Self::PublicKey(_) => "public_key",
            Self::TokenSha256(_) => "token",
        }
    }

    /// The bytes in the database.
    pub(crate) fn bytes(&self) -> &[u8] {
        match self {
            Self::PublicKey(point) => point,
            Self::TokenSha256(hash) => hash,
        }
    }
}

// By hand: a debug text ends up in a log line, and the bytes say nothing to a reader.
impl fmt::Debug for DeviceKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DeviceKey({})", self.kind())
    }
}

/// A form that was not finished, on its way into the store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakOffEntry {
    /// What was reported.
    pub break_off: BreakOff,
    /// When it arrived, by server time; cut to whole milliseconds.
    pub received_at: Timestamp,
}

/// What became of a [`BreakOffEntry`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BreakOffRecorded {
    /// It is new, and now stored.
    Created,
    /// It was stored already, with the same content.
    Same,
    /// Its id is stored with other content, which stands.
    Conflict,
}

/// How many forms of a wave ended at one place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BreakOffCount {
    /// The question that was answered or shown last; none: on the first screen.
    pub last_item: Option<QuestionId>,
    /// Forms that ended because nobody touched the device.
    pub idle: u64,
    /// Forms that were cancelled.
    pub cancelled: u64,
}
