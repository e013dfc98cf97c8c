//! Forms that were begun and not sent.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::api::problem::Problem;
use survey_defs::api::{
    BreakOffBatchReceipt, BreakOffReceipt, BreakOffResult, BreakOffSummary, paths,
};
use survey_defs::ids::WaveId;
use survey_defs::paradata::BreakOff;

use super::catalogue::find_wave;
use super::submissions::{OneOrMany, alone, only};
use crate::http::error::{ApiError, refusal};
use crate::http::extract::{Path, Records};
use crate::http::middleware::not_taken;
use crate::http::posted::Posted;
use crate::http::reply::json;
use crate::http::state::AppState;
use crate::intake::break_offs::{self, Outcome};

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
/// They contain no answers. Sending the same record again is harmless. If a record names a device, this
/// device must prove the request with the headers `thuocdo-device` and `thuocdo-signature`.
#[utoipa::path(
    post,
    path = paths::BREAK_OFFS,
    request_body(content = OneOrMany<BreakOff>, description = "One, or an array: of up to 200 from a device that has signed it, of up to 10 from anybody else."),
    responses(
        (status = 201, description = "Recorded", body = BreakOffReceipt),
        (status = 200, description = "Already recorded with the same content; or the results of a batch", body = BreakOffOneOrBatch),
        (status = 400, description = "Not JSON, or JSON of another shape", body = Problem),
        (status = 401, description = "The device that the record names has not proved the request", body = Problem),
        (status = 403, description = "The device that the record names is revoked", body = Problem),
        (status = 404, description = "Unknown wave, instrument, service point or question", body = Problem),
        (status = 409, description = "The id is recorded with other content; or the wave takes no forms", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 429, description = "Too many requests from one address or device; send again after Retry-After", body = Problem),
        (status = 503, description = "The server is overloaded, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "submissions"
)]
pub async fn record(State(state): State<AppState>, posted: Posted) -> Result<Response, ApiError> {
    let records = posted.records(&state)?;
    let taken = break_offs::take(&state.intake, records.bodies(), &posted.sender).await;
    let outcomes = taken.map_err(|error| not_taken(&state, error))?;
    let results: Vec<BreakOffResult> = outcomes.into_iter().map(result).collect();
    match records {
        Records::Batch(_) => Ok(json(StatusCode::OK, &BreakOffBatchReceipt { results })),
        Records::One(_) => {
            let BreakOffResult { status, receipt, problem } = only(results)?;
            alone(status, receipt, problem)
        }
    }
}

fn result(outcome: Outcome) -> BreakOffResult {
    let recorded = |status, id| BreakOffResult {
        status,
        receipt: Some(BreakOffReceipt { id }),
        problem: None,
    };
    match outcome {
        Outcome::Created(id) => recorded(201, id),
        Outcome::Repeated(id) => recorded(200, id),
        Outcome::Refused(refused) => {
            let problem = refusal(refused);
            BreakOffResult { status: problem.status, receipt: None, problem: Some(problem) }
        }
    }
}

/// Where people stopped: the first screen first, then the questions as they are asked.
#[utoipa::path(
    get,
    path = paths::WAVE_BREAK_OFFS,
    params(("wave" = String, Path)),
    responses(
        (status = 200, body = Vec<BreakOffSummary>),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
    ),
    tag = "waves"
)]
pub async fn summary(
    State(state): State<AppState>,
    Path(wave): Path<WaveId>,
) -> Result<Response, ApiError> {
    let wave = find_wave(&state, &wave).await?;
    Ok(json(StatusCode::OK, &break_offs::summary(&state.intake, &wave).await?))
}
