//! `GET /api/v1/quality`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use survey_defs::analysis::{QualityQuery, QualityReport, Selection};
use survey_defs::api::paths;

use super::analysis::{AnalysisProblems, answer};
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::state::AppState;

/// How carefully the forms of a wave were filled in, and how flagged ones affect its scores.
#[utoipa::path(
    get,
    path = paths::QUALITY,
    params(QualityQuery, Selection),
    responses(
        (status = 200, body = QualityReport),
        (status = 304, description = "The same as the answer with the `ETag` in `If-None-Match`"),
        AnalysisProblems,
    ),
    tag = "scores"
)]
pub async fn quality(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<QualityQuery>,
) -> Result<Response, ApiError> {
    answer(&state, &headers, query).await
}
