//! `GET /api/v1/scores`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{ScoreQuery, ScoreTable};
use survey_defs::api::paths;
use survey_defs::api::problem::Problem;

use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The scores of a wave, with everything needed to defend them.
#[utoipa::path(
    get,
    path = paths::SCORES,
    params(ScoreQuery),
    responses(
        (status = 200, body = ScoreTable),
        (status = 400, description = "A parameter is missing, unknown or malformed", body = Problem),
        (status = 403, description = "Staff only", body = Problem),
        (status = 404, description = "Unknown wave, method or period", body = Problem),
        (status = 422, description = "The method cannot score this wave", body = Problem),
        (status = 503, description = "Too many tables are computed at a time, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "scores"
)]
pub async fn scores(
    State(state): State<AppState>,
    Query(query): Query<ScoreQuery>,
) -> Result<Response, ApiError> {
    let table = state.scoreboard.table(&*state.store, &state.catalogue.definitions, query).await?;
    Ok(json(StatusCode::OK, &table))
}
