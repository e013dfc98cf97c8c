//! `GET /api/v1/quality`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{QualityQuery, QualityReport};
use survey_defs::api::paths;
use survey_defs::api::problem::Problem;

use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// How carefully the forms of a wave were filled in, and what flagged ones do to its scores.
#[utoipa::path(
    get,
    path = paths::QUALITY,
    params(QualityQuery),
    responses(
        (status = 200, body = QualityReport),
        (status = 400, description = "A parameter is missing, unknown or malformed", body = Problem),
        (status = 403, description = "Staff only", body = Problem),
        (status = 404, description = "Unknown wave or period", body = Problem),
        (status = 422, description = "The wave holds counts without forms", body = Problem),
        (status = 503, description = "Too many tables are computed at a time, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "scores"
)]
pub async fn quality(
    State(state): State<AppState>,
    Query(query): Query<QualityQuery>,
) -> Result<Response, ApiError> {
    let report =
        state.scoreboard.quality(&*state.store, &state.catalogue.definitions, query).await?;
    Ok(json(StatusCode::OK, &report))
}
