//! Devices at counters: staff add, list and revoke them; they enrol and report.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::api::problem::Problem;
use survey_defs::api::{AddedDevice, DeviceConfig, DeviceView, Enrolment, NewDevice, paths};
use survey_defs::device::Heartbeat;
use survey_defs::ids::DeviceId;

use crate::http::error::ApiError;
use crate::http::extract::{JsonText, Path};
use crate::http::limits::Client;
use crate::http::middleware;
use crate::http::posted::Posted;
use crate::http::reply::json;
use crate::http::staff::Staff;
use crate::http::state::AppState;
use crate::intake::devices;
use crate::system::json::parse;

/// All devices, in the order in which they were added.
#[utoipa::path(
    get,
    path = paths::DEVICES,
    responses((status = 200, body = Vec<DeviceView>), (status = 401, body = Problem), (status = 403, body = Problem)),
    tag = "devices"
)]
pub async fn list(State(state): State<AppState>) -> Result<Response, ApiError> {
    Ok(json(StatusCode::OK, &devices::list(&state.intake).await?))
}

/// Adds a device at a service point.
///
/// The answer contains the code that enrols the device. The code is shown only once, works once, and
/// expires after 24 hours.
#[utoipa::path(
    post,
    path = paths::DEVICES,
    request_body = NewDevice,
    responses(
        (status = 201, body = AddedDevice),
        (status = 400, description = "Not JSON, or JSON of another shape", body = Problem),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, description = "Unknown wave or service point", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 422, description = "The name or a setting is not valid", body = Problem),
    ),
    tag = "devices"
)]
pub async fn add(
    Staff(caller): Staff,
    State(state): State<AppState>,
    JsonText(text): JsonText,
) -> Result<Response, ApiError> {
    let new: NewDevice = parse(&text)?;
    Ok(json(StatusCode::CREATED, &devices::add(&state.intake, new, &caller).await?))
}

/// Revokes a device for ever; repeating the call changes nothing.
#[utoipa::path(
    post,
    path = paths::REVOCATION,
    params(("device" = String, Path)),
    responses(
        (status = 200, body = DeviceView),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    tag = "devices"
)]
pub async fn revoke(
    Staff(caller): Staff,
    State(state): State<AppState>,
    Path(id): Path<DeviceId>,
) -> Result<Response, ApiError> {
    Ok(json(StatusCode::OK, &devices::revoke(&state.intake, id, &caller).await?))
}

/// Exchanges a code for an identity.
///
/// The same code with the same credential gets the same answer again, because the first answer may have
/// been lost. An address may enter 20 wrong codes a minute; right ones are not counted, and always
/// taken. Five wrong secrets end the code whose public part was given. Only whoever sends the right
/// secret is told that a code was ended, used or has expired.
#[utoipa::path(
    post,
    path = paths::ENROLMENTS,
    request_body = Enrolment,
    responses(
        (status = 200, body = DeviceConfig),
        (status = 400, description = "Not JSON, JSON of another shape, no code, or no credential", body = Problem),
        (status = 403, description = "The code is wrong, ended, used or expired, or the device is revoked", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 429, description = "Too many requests from one address or device; send again after Retry-After", body = Problem),
        (status = 503, description = "The server is overloaded, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "devices"
)]
pub async fn enrol(
    State(state): State<AppState>,
    client: Client,
    JsonText(text): JsonText,
) -> Result<Response, ApiError> {
    let enrolment: Enrolment = parse(&text)?;
    if !devices::is_code(&state.intake, &enrolment.code).await? {
        middleware::wrong_code(&state, client)?;
    }
    Ok(json(StatusCode::OK, &devices::enrol(&state.intake, &enrolment).await?))
}

/// A device reports that it works.
///
/// The headers `thuocdo-device` and `thuocdo-signature` prove the device. `freshness` proves that it is the
/// next heartbeat: the nonce of the last answer, and a higher counter than there.
#[utoipa::path(
    post,
    path = paths::HEARTBEATS,
    params(
        ("device" = String, Path),
        ("thuocdo-device" = String, Header, description = "The id of the device"),
        ("thuocdo-signature" = String, Header, description = "The signature of the path, a line feed and the body; or the token"),
    ),
    request_body = Heartbeat,
    responses(
        (status = 200, body = DeviceConfig),
        (status = 400, description = "Not JSON, or JSON of another shape", body = Problem),
        (status = 401, description = "The signature is missing or wrong", body = Problem),
        (status = 403, description = "The device is revoked", body = Problem),
        (status = 404, description = "Unknown device", body = Problem),
        (status = 409, description = "Not the next heartbeat; `freshness` says what that must carry", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 429, description = "Too many requests from one address or device; send again after Retry-After", body = Problem),
        (status = 503, description = "The server is overloaded, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "devices"
)]
pub async fn heartbeat(
    State(state): State<AppState>,
    Path(id): Path<DeviceId>,
    posted: Posted,
) -> Result<Response, ApiError> {
    posted.count(&state, 1)?;
    let Posted { text, sender, .. } = posted;
    let device = sender.into_device(&*state.store, id).await??;
    Ok(json(StatusCode::OK, &devices::heartbeat(&state.intake, device, &text).await?))
}
