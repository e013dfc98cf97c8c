//! `GET /api/v1/scores`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use survey_defs::analysis::{ScoreQuery, ScoreTable, Selection};
use survey_defs::api::paths;

use super::analysis::{AnalysisProblems, answer};
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::state::AppState;

/// The scores of a wave, with everything needed to defend them.
#[utoipa::path(
    get,
    path = paths::SCORES,
    params(ScoreQuery, Selection),
    responses(
        (status = 200, body = ScoreTable),
        (status = 304, description = "The same as the answer with the `ETag` in `If-None-Match`"),
        AnalysisProblems,
    ),
    tag = "scores"
)]
pub async fn scores(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<ScoreQuery>,
) -> Result<Response, ApiError> {
    answer(&state, &headers, query).await
}
