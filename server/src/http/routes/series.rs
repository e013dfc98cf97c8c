//! `GET /api/v1/series`.

use axum::extract::State;
use axum::http::HeaderMap;
use axum::response::Response;
use survey_defs::analysis::{Selection, SeriesQuery, SeriesTable};
use survey_defs::api::paths;

use super::analysis::{AnalysisProblems, answer};
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::state::AppState;

/// The scores of waves or periods side by side, on the units of one day.
#[utoipa::path(
    get,
    path = paths::SERIES,
    params(SeriesQuery, Selection),
    responses(
        (status = 200, body = SeriesTable),
        (status = 304, description = "The same as the answer with the `ETag` in `If-None-Match`"),
        AnalysisProblems,
    ),
    tag = "scores"
)]
pub async fn series(
    State(state): State<AppState>,
    headers: HeaderMap,
    Query(query): Query<SeriesQuery>,
) -> Result<Response, ApiError> {
    answer(&state, &headers, query).await
}
