//! Devices at counters: enrolment, heartbeats, and what these say of when a session began.

use std::fmt;

use async_trait::async_trait;
use jiff::Timestamp;
use survey_defs::device::{DeviceSettings, DeviceState, Freshness, LastHeartbeat};
use survey_defs::ids::{DeviceId, HeartbeatNonce, PointId, SubmissionId, WaveId};

use crate::error::StoreError;

/// Devices and their heartbeats.
#[async_trait]
pub trait Devices: Send + Sync {
    /// Adds a device at a service point. Repeating it with the same content changes nothing; the code
    /// is not compared any more when it was dropped.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if there is no such service point; [`StoreError::Conflict`] if the
    /// device exists with other content or its code was given out before.
    async fn create_device(&self, device: &NewDevice) -> Result<(), StoreError>;

    /// Gives a key to the device that has this code, and returns the device; see [`CodeRefusal`] for
    /// why not. The same key again gets the same device until the code expires, because the first
    /// answer may have been lost. Concurrent calls with one code and different keys yield exactly one
    /// device, and concurrent calls with wrong secrets are counted one by one: whatever they do, this
    /// compares no more than [`MOST_WRONG_SECRETS`] while the code enrols anything.
    ///
    /// Whoever enters what is no code, or one that enrols nothing, makes the store read and not write.
    async fn enrol_device(
        &self,
        code: &HashedCode,
        key: &DeviceKey,
        now: Timestamp,
    ) -> Result<Result<Device, CodeRefusal>, StoreError>;

    /// Whether this is the code of a device, secret and all, whatever became of it. It reads one row,
    /// and counts nothing.
    async fn is_code(&self, code: &HashedCode) -> Result<bool, StoreError>;

    /// The secret half of the key to which devices seal what they give out as a file. The given one,
    /// if there was none until now: whoever asks, on whatever server, gets the same for ever.
    async fn outbox_secret(&self, fresh: [u8; 32]) -> Result<[u8; 32], StoreError>;

    /// The same, if it was ever asked for; nothing is made.
    async fn known_outbox_secret(&self) -> Result<Option<[u8; 32]>, StoreError>;

    /// One device; none if there is no such device.
    async fn device(&self, id: DeviceId) -> Result<Option<Device>, StoreError>;

    /// All devices, ordered by when they were added.
    async fn devices(&self) -> Result<Vec<Device>, StoreError>;

    /// Revokes a device for ever, and returns it; none if there is no such device. The time of the
    /// first call stands.
    async fn revoke_device(
        &self,
        id: DeviceId,
        now: Timestamp,
    ) -> Result<Option<Device>, StoreError>;

    /// Keeps the last heartbeat of a device, and a mark of it if the sequence is another than in the
    /// mark before, or the skew by more than two seconds: as much as a slow network makes. One of an
    /// earlier session of the device than the one that is kept changes nothing: it was on its way for
    /// long. But an earlier session at a later time of the device's clock says that the device numbers
    /// anew, which is marked. Of a device that does not exist nothing is kept.
    ///
    /// Only the next heartbeat of a device is taken, by its [`Freshness`]: of any other nothing is
    /// kept, whatever it says. `fresh` is the nonce of a device that has none yet.
    async fn record_heartbeat(
        &self,
        id: DeviceId,
        last: &LastHeartbeat,
        fresh: HeartbeatNonce,
    ) -> Result<Heard, StoreError>;

    /// By what the next heartbeat of a device is known as such. `fresh` becomes its nonce, if it has
    /// none yet.
    async fn freshness(&self, id: DeviceId, fresh: HeartbeatNonce)
    -> Result<Freshness, StoreError>;

    /// What heartbeats, as [`Devices::record_heartbeat`] has kept them, and receipts say of when the
    /// session of a device began in which this submission was made. Of a device or session that nothing is known of, nothing.
    async fn session_evidence(
        &self,
        wave: &WaveId,
        device: DeviceId,
        sequence: u64,
        submission: SubmissionId,
    ) -> Result<SessionEvidence, StoreError>;
}

/// What became of a heartbeat.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Heard {
    /// It is the next one of its device.
    Taken {
        /// What it has carried: the one after it must follow this.
        freshness: Freshness,
        /// Whether a mark was kept, so that sessions may be judged otherwise than before.
        is_evidence: bool,
    },
    /// It was sent before, or its device has lost count. The next one must follow this.
    Stale(Freshness),
    /// There is no such device.
    Unknown,
}

/// So many wrong secrets end a code.
pub const MOST_WRONG_SECRETS: u64 = 5;

/// A code that enrols a device, or that somebody has entered.
#[derive(Clone, PartialEq, Eq)]
pub struct HashedCode {
    /// The part that says which code is meant: four letters or digits.
    pub public: String,
    /// The SHA-256 of the whole code.
    pub sha256: [u8; 32],
}

// By hand: a debug text ends up in a log line, and who has the hash can try all secrets.
impl fmt::Debug for HashedCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HashedCode").field("public", &self.public).finish_non_exhaustive()
    }
}

/// Why a code enrols no device. Only who knows the secret of a code is told what has become of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeRefusal {
    /// No code has this public part, or the code with it enrols nothing and has another secret.
    Unknown,
    /// The code has another secret, which was counted.
    WrongSecret {
        /// The device whose code it is.
        device: DeviceId,
        /// How many were wrong, with this one.
        wrong_secrets: u64,
    },
    /// [`MOST_WRONG_SECRETS`] have ended the code before.
    Ended,
    /// The code has expired at this moment of server time.
    Expired,
    /// Another key was enrolled with the code.
    Used,
    /// The device is revoked.
    Revoked,
}

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
    /// The code that enrols it. No two devices have the same public part at a time.
    pub code: HashedCode,
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
    /// How many wrong secrets were entered with its code.
    pub wrong_secrets: u64,
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
            (None, None) if now >= self.code_expires_at => DeviceState::Expired,
            (None, None) if self.wrong_secrets >= MOST_WRONG_SECRETS => DeviceState::CodeEnded,
            (None, None) => DeviceState::Waiting,
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

/// What is known of a session of a device by server time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct SessionEvidence {
    /// The last heartbeat that says that the session had not begun: its sequence is lower.
    pub before: Option<HeartbeatMark>,
    /// The first heartbeat that says that the session had begun: its sequence is that of the session
    /// or higher. It arrived after `before`.
    pub after: Option<HeartbeatMark>,
    /// When the first record of this or a later session of the device was received; only records
    /// count that were recorded when they arrived: a release is no proof of the device.
    pub receipt_after: Option<Timestamp>,
    /// What the number of the session is worth.
    pub order: SequenceOrder,
}

/// Whether the numbers of a device's sessions say in which order these began.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub enum SequenceOrder {
    /// Nothing speaks against it.
    #[default]
    InOrder,
    /// The device has begun to number anew. The marks are those since then.
    Restarted,
    /// The device has used this number for another form as well.
    Reused,
}

/// What a heartbeat has proved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeartbeatMark {
    /// When it arrived, by server time.
    pub received_at: Timestamp,
    /// How many sessions the device had begun.
    pub sequence: u64,
    /// By how many seconds the device's clock was ahead of the server's.
    pub clock_skew_s: i64,
}
