//! `POST /api/v1/waves/{wave}/imports`: a CSV file as the body.

use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::Response;
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{ImportReport, paths};
use survey_defs::ids::WaveId;

use super::catalogue::find_wave;
use crate::http::error::ApiError;
use crate::http::extract::Path;
use crate::http::reply::json;
use crate::http::staff::Staff;
use crate::http::state::AppState;
use crate::intake::import;

/// Imports microdata or level counts into a wave: all rows or none.
#[utoipa::path(
    post,
    path = paths::IMPORTS,
    params(("wave" = String, Path)),
    request_body(content = String, content_type = "text/csv", description = "Microdata or level counts; see docs/API.md"),
    responses(
        (status = 201, body = ImportReport),
        (status = 401, body = Problem),
        (status = 403, body = Problem),
        (status = 404, body = Problem),
        (status = 409, description = "The file was imported before", body = Problem),
        (status = 413, body = Problem),
        (status = 415, description = "Not declared as text/csv", body = Problem),
        (status = 422, description = "Invalid rows, each with line and reason; nothing was imported", body = Problem),
    ),
    tag = "imports"
)]
pub async fn create(
    Staff(caller): Staff,
    State(state): State<AppState>,
    Path(wave): Path<WaveId>,
    headers: HeaderMap,
    body: Result<Bytes, axum::extract::rejection::BytesRejection>,
) -> Result<Response, ApiError> {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    if !content_type.is_some_and(|text| text.starts_with("text/csv")) {
        return Err(ApiError::with_detail(ProblemCode::ContentType, "expected text/csv"));
    }
    let body = body.map_err(|_| ApiError::new(ProblemCode::BodyTooLarge))?;
    let wave = find_wave(&state, &wave).await?;
    let (store, definitions) = (&*state.store, &state.catalogue.definitions);
    let file = (&wave, body.into());
    let report = import::import(store, definitions, file, state.clock.now(), &caller).await?;
    Ok(json(StatusCode::CREATED, &report))
}
