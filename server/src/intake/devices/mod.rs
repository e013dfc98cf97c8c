//! Devices at counters: added by staff, enrolled once by a code, heard of by heartbeats, revoked.

mod credential;
mod outbox_key;
mod review_state;

use jiff::{SignedDuration, Timestamp};
use store::{
    CodeRefusal, Conflict, Device, HashedCode, Heard, MOST_WRONG_SECRETS,
    NewDevice as StoredDevice, StoreError,
};
use survey_defs::api::{AddedDevice, DeviceConfig, DeviceView, Enrolment, NewDevice};
use survey_defs::caller::Caller;
use survey_defs::device::{EnrolmentCode, Freshness, Heartbeat, LastHeartbeat, SettingOutOfRange};
use survey_defs::ids::{DeviceId, HeartbeatNonce, PointId, WaveId};
use survey_defs::text::nfc;
use tracing::{info, warn};

pub use self::credential::InvalidCredential;
pub use self::outbox_key::OutboxKeyCache;
pub(super) use self::outbox_key::secret as outbox_secret;
pub use self::review_state::ReviewState;
use super::{Intake, quarantine};
use crate::system::clock::to_millisecond;
use crate::system::json;
use crate::system::randomness::random;

/// How long a code can be typed in: whoever adds a device in the office enrols it the same day.
pub const CODE_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// So many codes are made until one is free.
const MOST_TRIES: u32 = 8;

/// The longest name of a device, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Why a device is not added, enrolled, revoked or listened to.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Its name is empty, too long, or has control characters.
    #[error("the name must be 1 to {MAX_NAME_CHARS} printable characters")]
    InvalidName,
    /// A setting is out of its range.
    #[error(transparent)]
    InvalidSettings(#[from] SettingOutOfRange),
    /// There is no such wave.
    #[error("there is no wave {0}")]
    UnknownWave(WaveId),
    /// The wave has no such service point.
    #[error("the wave has no service point {0}")]
    UnknownPoint(PointId),
    /// It is not the next heartbeat of its device.
    #[error("the heartbeat is old or was taken before")]
    StaleHeartbeat(Freshness),
    /// There is no such device.
    #[error("there is no device {0}")]
    UnknownDevice(DeviceId),
    /// The credential has another shape.
    #[error(transparent)]
    InvalidCredential(#[from] InvalidCredential),
    /// There is no such code, or its secret is another one: who guesses learns nothing.
    #[error("the code is wrong")]
    WrongCode,
    /// The code is right, and wrong secrets have ended it.
    #[error("the code was ended by {MOST_WRONG_SECRETS} wrong secrets")]
    CodeEnded,
    /// The code is right and has expired.
    #[error("the code has expired")]
    CodeExpired,
    /// The code is right, and another device was enrolled with it.
    #[error("the code was used")]
    CodeUsed,
    /// The code is right, and the device was revoked.
    #[error("the device was revoked before it was enrolled")]
    Revoked,
    /// The body is not a heartbeat.
    #[error(transparent)]
    Json(#[from] json::Error),
    /// The store does not take it, or has a fault.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Adds a device and gives out its code.
///
/// # Errors
/// [`Error`].
pub async fn add(intake: &Intake, new: NewDevice, caller: &Caller) -> Result<AddedDevice, Error> {
    let NewDevice { name, wave, point, settings } = new;
    let name = nfc(name.trim()).into_owned();
    if !(1..=MAX_NAME_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        return Err(Error::InvalidName);
    }
    settings.check()?;
    if intake.store().wave(&wave).await?.is_none() {
        return Err(Error::UnknownWave(wave));
    }
    if intake.store().point(&wave, &point).await?.is_none() {
        return Err(Error::UnknownPoint(point));
    }
    let now = to_millisecond(intake.clock.now());
    let id = uuid::Builder::from_random_bytes(random(&*intake.randomness)).into_uuid();
    let id = DeviceId::new(id);
    let code_expires_at = now + CODE_LASTS;
    let with_code = |code: &EnrolmentCode| StoredDevice {
        id,
        wave: wave.clone(),
        point: point.clone(),
        name: name.clone(),
        settings,
        created_at: now,
        code: hashed(code),
        code_expires_at,
    };
    let code = create(intake, with_code).await?;
    info!(device.id = %id, actor = caller.actor().kind(), "a device was added");
    let device = intake.store().device(id).await?;
    let device = device.ok_or(Error::UnknownDevice(id))?;
    Ok(AddedDevice { device: view(device, now), code, code_expires_at })
}

/// Stores the device with a code whose public part no other has, and returns the code. One in a
/// million has that of a certain other, so some tries are enough for any number of devices.
async fn create(
    intake: &Intake,
    with_code: impl Fn(&EnrolmentCode) -> StoredDevice,
) -> Result<EnrolmentCode, Error> {
    let mut tries = 1..=MOST_TRIES;
    loop {
        let code = EnrolmentCode::from_random(random(&*intake.randomness));
        match intake.store().create_device(&with_code(&code)).await {
            Ok(()) => return Ok(code),
            Err(StoreError::Conflict { what: Conflict::Device(_) }) if tries.next().is_some() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// All devices, in the order in which they were added.
///
/// # Errors
/// Those of the store.
pub async fn list(intake: &Intake) -> Result<Vec<DeviceView>, Error> {
    let now = intake.clock.now();
    let devices = intake.store().devices().await?;
    Ok(devices.into_iter().map(|device| view(device, now)).collect())
}

/// Revokes a device; again, it changes nothing.
///
/// # Errors
/// [`Error::UnknownDevice`]; those of the store.
pub async fn revoke(intake: &Intake, id: DeviceId, caller: &Caller) -> Result<DeviceView, Error> {
    let now = intake.clock.now();
    let device = intake.store().revoke_device(id, now).await?;
    let device = device.ok_or(Error::UnknownDevice(id))?;
    info!(device.id = %id, actor = caller.actor().kind(), "a device is revoked");
    Ok(view(device, now))
}

/// Whether a code was given out, whatever became of it. Nothing is counted: whoever is not believed to
/// mean well asks this before [`enrol`].
///
/// # Errors
/// Those of the store.
pub async fn is_code(intake: &Intake, code: &EnrolmentCode) -> Result<bool, StoreError> {
    intake.store().is_code(&hashed(code)).await
}

/// Exchanges a code for an identity.
///
/// # Errors
/// [`Error`].
pub async fn enrol(intake: &Intake, enrolment: &Enrolment) -> Result<DeviceConfig, Error> {
    let key = credential::key(&enrolment.credential)?;
    let now = intake.clock.now();
    let outcome = intake.store().enrol_device(&hashed(&enrolment.code), &key, now).await?;
    let device = outcome.map_err(|refusal| match refusal {
        CodeRefusal::Unknown => Error::WrongCode,
        CodeRefusal::WrongSecret { device, wrong_secrets } => {
            if wrong_secrets >= MOST_WRONG_SECRETS {
                warn!(device.id = %device, "wrong secrets have ended the code of a device");
            }
            Error::WrongCode
        }
        CodeRefusal::Ended => Error::CodeEnded,
        CodeRefusal::Expired => Error::CodeExpired,
        CodeRefusal::Used => Error::CodeUsed,
        CodeRefusal::Revoked => Error::Revoked,
    })?;
    info!(device.id = %device.id, "a device is enrolled");
    let freshness = intake.store().freshness(device.id, nonce(intake)).await?;
    config(intake, device, (freshness, now)).await
}

/// Keeps what a device that has proved itself says of itself, and tells it what it must know.
///
/// # Errors
/// [`Error::Json`] if the body is not a heartbeat; [`Error::StaleHeartbeat`] if it is not the next
/// one, and then nothing has changed; those of the store.
pub async fn heartbeat(intake: &Intake, device: Device, body: &str) -> Result<DeviceConfig, Error> {
    let heartbeat: Heartbeat = json::record(body)?;
    let now = intake.clock.now();
    let last = LastHeartbeat {
        received_at: to_millisecond(now),
        clock_skew_s: heartbeat.now.duration_since(now).as_secs(),
        heartbeat,
    };
    let heard = intake.store().record_heartbeat(device.id, &last, nonce(intake)).await?;
    let (freshness, is_evidence) = match heard {
        Heard::Taken { freshness, is_evidence } => (freshness, is_evidence),
        Heard::Stale(freshness) => return Err(Error::StaleHeartbeat(freshness)),
        Heard::Unknown => return Err(Error::UnknownDevice(device.id)),
    };
    if is_evidence || !intake.reviews.is_reviewed(device.id, now) {
        release_late(intake, &device, now).await;
    }
    config(intake, device, (freshness, now)).await
}

/// A heartbeat may prove what was not provable when it arrived. It never fails for that: the next
/// one tries again. When all waiting records were reviewed, they are reviewed again with the next
/// mark only, when more of the device was quarantined, or after an hour.
async fn release_late(intake: &Intake, device: &Device, now: Timestamp) {
    let review = intake.reviews.begin(device.id, now);
    match quarantine::release_proved(intake, &device.wave, device.id).await {
        Ok(released) => {
            review.finish();
            if released > 0 {
                info!(device.id = %device.id, released, "late records were begun in time");
            }
        }
        Err(error) => {
            let error: &dyn std::error::Error = &error;
            warn!(device.id = %device.id, error, "late records could not be reconsidered");
        }
    }
}

async fn config(
    intake: &Intake,
    device: Device,
    (freshness, now): (Freshness, Timestamp),
) -> Result<DeviceConfig, Error> {
    let outbox_key = Some(intake.outbox_key.get(intake).await?);
    let Device { id, wave, point, name, settings, .. } = device;
    let freshness = Some(freshness);
    Ok(DeviceConfig { device: id, wave, point, name, settings, outbox_key, freshness, now })
}

/// A nonce, should a device have none.
fn nonce(intake: &Intake) -> HeartbeatNonce {
    let bytes = random(&*intake.randomness);
    HeartbeatNonce::new(uuid::Builder::from_random_bytes(bytes).into_uuid())
}

fn view(device: Device, now: Timestamp) -> DeviceView {
    DeviceView {
        state: device.state(now),
        id: device.id,
        name: device.name,
        wave: device.wave,
        point: device.point,
        settings: device.settings,
        created_at: device.created_at,
        last: device.last,
    }
}

/// What is kept of a code. A plain hash does: 55 random bits are not in any list, and who has read the
/// hash would have to try them all within the day in which the code works.
fn hashed(code: &EnrolmentCode) -> HashedCode {
    HashedCode {
        public: code.public().to_owned(),
        sha256: credential::hash(code.as_str().as_bytes()),
    }
}
