//! `POST /api/v1/submissions`: one record or a batch.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use serde::Serialize;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{BatchReceipt, Receipt, RecordResult, RecordStatus};
use survey_defs::submission::Draft;

use crate::http::error::{ApiError, refusal};
use crate::http::extract::Records;
use crate::http::middleware::not_taken;
use crate::http::posted::Posted;
use crate::http::reply::json;
use crate::http::state::AppState;
use crate::intake::submissions::{self, Outcome, Recording};
use crate::system::metrics::OutcomeLabels;

/// The shape of the body, for the description: the server looks at the first character.
#[derive(utoipa::ToSchema)]
#[serde(untagged)]
#[expect(dead_code, reason = "only its schema is used")]
pub(super) enum OneOrMany<T> {
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
/// The server answers after the records are safe on disk. Sending the same record again is harmless: it
/// gets the same receipt. If the paradata of a record name a device, the server records it only if the
/// headers `thuocdo-device` and `thuocdo-signature` prove that this device sent the request;
/// otherwise the record goes into quarantine.
#[utoipa::path(
    post,
    path = survey_defs::api::paths::SUBMISSIONS,
    request_body(content = OneOrMany<Draft>, description = "One submission, or an array: of up to 200 from a device that has signed it, of up to 10 from anybody else."),
    responses(
        (status = 201, description = "Recorded", body = Receipt),
        (status = 200, description = "Already recorded with the same content; or the results of a batch", body = OneOrBatch),
        (status = 202, description = "Kept in quarantine", body = Receipt),
        (status = 400, description = "Not JSON, or JSON of another shape", body = Problem),
        (status = 404, description = "Unknown wave", body = Problem),
        (status = 409, description = "The id is recorded with other content", body = Problem),
        (status = 413, description = "Too large", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 422, description = "Violations, the same that the form's engine reports", body = Problem),
        (status = 429, description = "Too many requests from one address or device, or no room for this record at its service point, in its wave (`place_full`) or among what is kept aside (`quarantine_full`); send again after Retry-After", body = Problem),
        (status = 503, description = "The server is overloaded, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "submissions"
)]
pub async fn record(State(state): State<AppState>, posted: Posted) -> Result<Response, ApiError> {
    let records = posted.records(&state)?;
    let taken = submissions::take(&state.intake, records.bodies(), posted.by()).await;
    let outcomes = taken.map_err(|error| not_taken(&state, error))?;
    for outcome in &outcomes {
        if let Outcome::NotNow(too_many) = outcome {
            state.metrics.refused(too_many.limit);
        }
    }
    let tells = posted.sender.has_proved();
    let results: Vec<RecordResult> =
        outcomes.into_iter().map(|outcome| result(outcome, tells)).collect();
    let labels: Vec<OutcomeLabels> = results.iter().map(labels).collect();
    state.metrics.recorded(&labels);
    match records {
        Records::Batch(_) => Ok(json(StatusCode::OK, &BatchReceipt { results })),
        Records::One(_) => {
            let RecordResult { status, receipt, problem } = only(results)?;
            alone(status, receipt, problem)
        }
    }
}

/// Strangers are not told a position: it says how many forms a wave has.
fn result(outcome: Outcome, tells_position: bool) -> RecordResult {
    let recorded = |status, Recording { id, position, received_at }| {
        let position = tells_position.then_some(position);
        let receipt = Receipt { id, status: RecordStatus::Recorded, position, received_at };
        RecordResult { status, receipt: Some(receipt), problem: None }
    };
    match outcome {
        Outcome::Created(recording) => recorded(201, recording),
        Outcome::Repeated(recording) => recorded(200, recording),
        Outcome::Quarantined { id, reason, received_at } => {
            let status = RecordStatus::Quarantined(reason);
            let receipt = Receipt { id, status, position: None, received_at };
            RecordResult { status: 202, receipt: Some(receipt), problem: None }
        }
        Outcome::NotNow(too_many) => refused(ApiError::from(too_many).into_problem()),
        Outcome::Refused(of) => refused(refusal(of)),
    }
}

fn refused(problem: Problem) -> RecordResult {
    RecordResult { status: problem.status, receipt: None, problem: Some(problem) }
}

fn labels(result: &RecordResult) -> OutcomeLabels {
    match (&result.receipt, &result.problem) {
        (Some(receipt), _) => match (receipt.status, result.status) {
            (RecordStatus::Quarantined(reason), _) => {
                OutcomeLabels { outcome: "quarantined", reason: reason.to_string() }
            }
            (RecordStatus::Recorded, 201) => OutcomeLabels::plain("created"),
            (RecordStatus::Recorded, _) => OutcomeLabels::plain("repeated"),
        },
        (None, problem) => {
            let code = problem.as_ref().map_or("internal", |problem| problem.code.as_str());
            OutcomeLabels { outcome: "refused", reason: code.to_owned() }
        }
    }
}

/// The result of a record that was sent alone.
pub(super) fn only<R>(results: Vec<R>) -> Result<R, ApiError> {
    results.into_iter().next().ok_or_else(|| ApiError::new(ProblemCode::Internal))
}

/// The answer to a record that was sent alone.
pub(super) fn alone(
    status: u16,
    receipt: Option<impl Serialize>,
    problem: Option<Problem>,
) -> Result<Response, ApiError> {
    match (receipt, problem) {
        (Some(receipt), _) => {
            Ok(json(StatusCode::from_u16(status).unwrap_or(StatusCode::OK), &receipt))
        }
        (None, Some(problem)) => Err(ApiError::from(problem)),
        (None, None) => Err(ApiError::new(ProblemCode::Internal)),
    }
}
