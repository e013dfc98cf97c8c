//! `GET /api/v1/comparison`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable, Selection};
use survey_defs::api::paths;

use super::analysis::{AnalysisProblems, answer};
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::state::AppState;

/// The groups of a wave against the whole, each other, targets and an earlier time.
#[utoipa::path(
    get,
    path = paths::COMPARISON,
    params(ComparisonQuery, Selection),
    responses(
        (status = 200, body = ComparisonTable),
        (status = 304, description = "The same as the answer with the `ETag` in `If-None-Match`"),
        AnalysisProblems,
    ),
    tag = "scores"
)]
pub async fn comparison(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<ComparisonQuery>,
) -> Result<Response, ApiError> {
    answer(&state, &headers, query).await
}
