//! Answers in JSON.

use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Serialize;
use survey_defs::api::problem::ProblemCode;

use super::error::ApiError;

/// A JSON answer with a status.
pub fn json(status: StatusCode, body: &impl Serialize) -> Response {
    match serde_json::to_vec(body) {
        Ok(bytes) => (status, [(header::CONTENT_TYPE, "application/json")], bytes).into_response(),
        Err(error) => ApiError::caused_by(ProblemCode::Internal, error).into_response(),
    }
}
