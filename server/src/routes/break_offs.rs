//! Forms that were begun and not sent.

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{BreakOffBatchReceipt, BreakOffReceipt, BreakOffSummary, paths};
use survey_defs::ids::WaveId;
use survey_defs::paradata::BreakOff;

use super::catalogue::find_wave;
use super::submissions::{OneOrMany, alone, json};
use crate::break_offs;
use crate::devices::Evidence;
use crate::error::ApiError;
use crate::extract::{JsonText, Path, Records, records};
use crate::limits::{self, Client};
use crate::staff::Staff;
use crate::state::AppState;

/// The shapes of a 200, for the description.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum BreakOffOneOrBatch {
    One(BreakOffReceipt),
    Batch(BreakOffBatchReceipt),
}

/// Records forms that were begun and not sent, one or several.
///
/// They have no answers in them. Sending the same again is harmless. One that names a device must
/// be proved by it, with the headers `thuocdo-device` and `thuocdo-proof`.
#[utoipa::path(
    post,
    path = paths::BREAK_OFFS,
    request_body(content = OneOrMany<BreakOff>, description = "One, or an array of up to 200."),
    responses(
        (status = 201, description = "Recorded", body = BreakOffReceipt),
        (status = 200, description = "Recorded before with the same content; or the results of a batch", body = BreakOffOneOrBatch),
        (status = 400, description = "Not JSON, or of another shape", body = Problem),
        (status = 401, description = "The device that it names has not proved to have sent it", body = Problem),
        (status = 403, description = "The device that it names is revoked", body = Problem),
        (status = 404, description = "Unknown wave, instrument, service point or question", body = Problem),
        (status = 409, description = "The id is recorded with other content; or the wave takes no forms", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 429, description = "Too many came from one address or device; send again after Retry-After", body = Problem),
        (status = 503, description = "Too much is under way, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "submissions"
)]
pub async fn record(
    State(state): State<AppState>,
    OriginalUri(uri): OriginalUri,
    client: Client,
    headers: HeaderMap,
    JsonText(text): JsonText,
) -> Result<Response, ApiError> {
    let evidence = Evidence { path: uri.path(), headers: &headers, body: &text };
    let sender = limits::sender(&state, client, evidence).await?;
    let body = match records(&text)? {
        Records::One(body) => body,
        Records::Batch(bodies) => {
            let results = break_offs::take(&state, &bodies, &sender).await?;
            return Ok(json(StatusCode::OK, &BreakOffBatchReceipt { results }));
        }
    };
    let result = break_offs::take(&state, &[body], &sender).await?.into_iter().next();
    let result = result.ok_or_else(|| ApiError::new(ProblemCode::Internal))?;
    alone(result.status, result.receipt.as_ref(), result.problem)
}

/// Where people stopped: the first screen first, then the questions as they are asked.
#[utoipa::path(
    get,
    path = paths::WAVE_BREAK_OFFS,
    params(("wave" = String, Path)),
    responses(
        (status = 200, body = Vec<BreakOffSummary>),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    tag = "waves"
)]
pub async fn summary(
    _: Staff,
    State(state): State<AppState>,
    Path(wave): Path<WaveId>,
) -> Result<Response, ApiError> {
    let wave = find_wave(&state, &wave).await?;
    Ok(json(StatusCode::OK, &break_offs::summary(&state, &wave).await?))
}
