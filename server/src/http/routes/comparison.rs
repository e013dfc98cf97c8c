//! `GET /api/v1/comparison`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable};
use survey_defs::api::paths;
use survey_defs::api::problem::Problem;

use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The groups of a wave against the whole, each other, targets and an earlier time.
#[utoipa::path(
    get,
    path = paths::COMPARISON,
    params(ComparisonQuery),
    responses(
        (status = 200, body = ComparisonTable),
        (status = 400, description = "A parameter is missing, unknown or malformed", body = Problem),
        (status = 403, description = "Staff only", body = Problem),
        (status = 404, description = "Unknown wave, method, period or part of the index", body = Problem),
        (status = 422, description = "The wave has no standard errors, the waves speak of different populations, or the method cannot score them", body = Problem),
        (status = 503, description = "Too many tables are computed at a time, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "scores"
)]
pub async fn comparison(
    State(state): State<AppState>,
    Query(query): Query<ComparisonQuery>,
) -> Result<Response, ApiError> {
    let table =
        state.scoreboard.comparison(&*state.store, &state.catalogue.definitions, query).await?;
    Ok(json(StatusCode::OK, &table))
}
