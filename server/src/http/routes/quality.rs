//! `GET /api/v1/quality`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{QualityQuery, QualityReport, Selection};
use survey_defs::api::paths;

use super::analysis::AnalysisProblems;
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// How carefully the forms of a wave were filled in, and what flagged ones do to its scores.
#[utoipa::path(
    get,
    path = paths::QUALITY,
    params(QualityQuery, Selection),
    responses(
        (status = 200, body = QualityReport),
        AnalysisProblems,
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
