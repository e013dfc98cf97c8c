//! Devices at counters: added by staff, enrolled once by a code, heard of by heartbeats, revoked.

/// A limit on codes that are tried.
mod guesses;
/// Whose late records wait for new evidence.
mod judged;
/// Who has sent a request.
mod proof;

use jiff::{SignedDuration, Timestamp};
use store::{Device, NewDevice as StoredDevice};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{
    AddedDevice, DeviceOrders, DeviceView, Enrolment, Heartbeat, LastHeartbeat, NewDevice,
};
use survey_defs::device::EnrolmentCode;
use survey_defs::ids::DeviceId;
use survey_defs::text::nfc;
use tracing::{info, warn};

pub use self::guesses::Guesses;
pub use self::judged::Judged;
pub use self::proof::{Doubt, Evidence, Sender};
use crate::http::error::ApiError;
use crate::http::extract::parse;
use crate::http::state::AppState;
use crate::intake::quarantine;
use crate::system::clock::to_millisecond;
use crate::system::randomness::random;

/// How long a code can be typed in: whoever adds a device in the office enrols it the same day.
pub const CODE_LASTS: SignedDuration = SignedDuration::from_hours(24);

/// The longest name of a device, in characters.
const MAX_NAME_CHARS: usize = 100;

/// Adds a device and gives out its code.
///
/// # Errors
/// `device_invalid`, `wave_unknown`, `point_unknown`, `unavailable`.
pub async fn add(state: &AppState, new: NewDevice) -> Result<AddedDevice, ApiError> {
    let NewDevice { name, wave, point, settings } = new;
    let invalid = |detail: String| ApiError::with_detail(ProblemCode::DeviceInvalid, detail);
    let name = nfc(name.trim()).into_owned();
    if !(1..=MAX_NAME_CHARS).contains(&name.chars().count()) || name.chars().any(char::is_control) {
        let detail = format!("the name must be 1 to {MAX_NAME_CHARS} printable characters");
        return Err(invalid(detail));
    }
    settings.check().map_err(|error| invalid(error.to_string()))?;
    if state.store.wave(&wave).await?.is_none() {
        return Err(ApiError::new(ProblemCode::WaveUnknown));
    }
    if state.store.point(&wave, &point).await?.is_none() {
        return Err(ApiError::new(ProblemCode::PointUnknown));
    }
    let now = to_millisecond(state.clock.now());
    let id = uuid::Builder::from_random_bytes(random(&*state.randomness)).into_uuid();
    let id = DeviceId::new(id);
    let code = EnrolmentCode::from_random(random(&*state.randomness));
    let code_expires_at = now + CODE_LASTS;
    let device = StoredDevice {
        id,
        wave,
        point,
        name,
        settings,
        created_at: now,
        code_sha256: code_hash(&code),
        code_expires_at,
    };
    state.store.create_device(&device).await?;
    info!(device.id = %id, "a device was added");
    let device = state.store.device(id).await?;
    let device = device.ok_or_else(|| ApiError::new(ProblemCode::DeviceUnknown))?;
    Ok(AddedDevice { device: view(device, now), code, code_expires_at })
}

/// All devices, in the order in which they were added.
///
/// # Errors
/// `unavailable`.
pub async fn list(state: &AppState) -> Result<Vec<DeviceView>, ApiError> {
    let now = state.clock.now();
    let devices = state.store.devices().await?;
    Ok(devices.into_iter().map(|device| view(device, now)).collect())
}

/// Revokes a device; again, it changes nothing.
///
/// # Errors
/// `device_unknown`, `unavailable`.
pub async fn revoke(state: &AppState, id: DeviceId) -> Result<DeviceView, ApiError> {
    let now = state.clock.now();
    let device = state.store.revoke_device(id, now).await?;
    let device = device.ok_or_else(|| ApiError::new(ProblemCode::DeviceUnknown))?;
    info!(device.id = %id, "a device is revoked");
    Ok(view(device, now))
}

/// Exchanges a code for an identity.
///
/// # Errors
/// `body_shape` if the credential is none; `enrolment_refused`; `unavailable`.
pub async fn enrol(state: &AppState, enrolment: &Enrolment) -> Result<DeviceOrders, ApiError> {
    let key = proof::key(&enrolment.credential)?;
    let now = state.clock.now();
    let refused = |detail| ApiError::with_detail(ProblemCode::EnrolmentRefused, detail);
    if !state.guesses.admit(now) {
        return Err(refused("too many wrong codes; try again in a minute"));
    }
    let outcome = state.store.enrol_device(code_hash(&enrolment.code), &key, now).await;
    if !matches!(outcome, Ok(None)) {
        state.guesses.forgive();
    }
    let device = outcome?.ok_or_else(|| refused("the code is wrong, used up or expired"))?;
    info!(device.id = %device.id, "a device is enrolled");
    Ok(orders(device, now))
}

/// Keeps what a device that has proved itself says of itself, and tells it what it must know.
///
/// # Errors
/// `body_…` if the body is no heartbeat; `unavailable`.
pub async fn heartbeat(
    state: &AppState,
    device: Device,
    body: &str,
) -> Result<DeviceOrders, ApiError> {
    let heartbeat: Heartbeat = parse(body)?;
    let now = state.clock.now();
    let last = LastHeartbeat {
        received_at: to_millisecond(now),
        clock_skew_s: heartbeat.now.duration_since(now).as_secs(),
        heartbeat,
    };
    let is_evidence = state.store.record_heartbeat(device.id, &last).await?;
    if is_evidence || !state.judged.has(device.id, now) {
        release_late(state, &device, now).await;
    }
    Ok(orders(device, now))
}

/// A heartbeat may prove what was not provable when it arrived. It never fails for that: the next
/// one tries again. When all that waits was judged, it is judged again with the next mark only, when
/// more of the device was kept aside, or after an hour.
async fn release_late(state: &AppState, device: &Device, now: Timestamp) {
    let judging = state.judged.begin(device.id, now);
    match quarantine::release_proved(state, &device.wave, device.id).await {
        Ok(released) => {
            judging.finish();
            if released > 0 {
                info!(device.id = %device.id, released, "late records were begun in time");
            }
        }
        Err(error) => {
            let problem = error.into_problem();
            let problem = problem.code.as_str();
            warn!(device.id = %device.id, problem, "late records could not be reconsidered");
        }
    }
}

fn orders(device: Device, now: Timestamp) -> DeviceOrders {
    let Device { id, wave, point, name, settings, .. } = device;
    DeviceOrders { device: id, wave, point, name, settings, now }
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

/// A hash alone would not hide 40 bits for long, but the code is worthless after a day.
fn code_hash(code: &EnrolmentCode) -> [u8; 32] {
    proof::hash(code.as_str().as_bytes())
}
