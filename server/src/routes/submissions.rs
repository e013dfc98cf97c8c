//! `POST /api/v1/submissions`: one record or a batch.

use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use serde_json::value::RawValue;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{BatchReceipt, Receipt};
use survey_defs::submission::Draft;

use crate::error::ApiError;
use crate::extract::{JsonText, parse};
use crate::ingest::{self, MAX_BATCH};
use crate::state::AppState;

/// A JSON answer with a status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => ApiError::caused_by(ProblemCode::Internal, error).into_response(),
    }
}

/// The shape of the body, for the description: the server looks at the first character.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrMany<T> {
    One(T),
    Many(Vec<T>),
}

/// The shapes of a 200, for the description.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
enum OneOrBatch {
    One(Receipt),
    Batch(BatchReceipt),
}

/// Records one submission, or several in order.
///
/// The answer comes after the records are safe on disk. Sending the same record again is
/// harmless: it gets the same receipt.
#[utoipa::path(
    post,
    path = survey_defs::api::paths::SUBMISSIONS,
    request_body(content = OneOrMany<Draft>, description = "One submission, or an array of up to 200."),
    responses(
        (status = 201, description = "Recorded", body = Receipt),
        (status = 200, description = "Recorded before with the same content; or the results of a batch", body = OneOrBatch),
        (status = 202, description = "Kept in quarantine", body = Receipt),
        (status = 400, description = "Not JSON, or of another shape", body = Problem),
        (status = 404, description = "Unknown wave", body = Problem),
        (status = 409, description = "The id is recorded with other content", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 422, description = "Violations, the same that the form's engine reports", body = Problem),
        (status = 503, description = "The store does not answer; send again later", body = Problem),
    ),
    tag = "submissions"
)]
pub async fn record(
    State(state): State<AppState>,
    JsonText(text): JsonText,
) -> Result<Response, ApiError> {
    if text.trim_start().starts_with('[') {
        let records: Vec<&RawValue> = parse(&text)?;
        if !(1..=MAX_BATCH).contains(&records.len()) {
            let detail = format!("{} records; a batch has 1 to {MAX_BATCH}", records.len());
            return Err(ApiError::with_detail(ProblemCode::BatchSize, detail));
        }
        let results = ingest::take(&state, &records).await?;
        return Ok(json(StatusCode::OK, &BatchReceipt { results }));
    }
    let record: &RawValue = parse(&text)?;
    let results = ingest::take(&state, &[record]).await?;
    let result = results.into_iter().next();
    let result = result.ok_or_else(|| ApiError::new(ProblemCode::Internal))?;
    match (result.receipt, result.problem) {
        (Some(receipt), _) => {
            let status = StatusCode::from_u16(result.status).unwrap_or(StatusCode::OK);
            Ok(json(status, &receipt))
        }
        (None, Some(problem)) => Err(ApiError::from(problem)),
        (None, None) => Err(ApiError::new(ProblemCode::Internal)),
    }
}
