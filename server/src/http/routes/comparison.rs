//! `GET /api/v1/comparison`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{ComparisonQuery, ComparisonTable, Selection};
use survey_defs::api::paths;

use super::analysis::AnalysisProblems;
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The groups of a wave against the whole, each other, targets and an earlier time.
#[utoipa::path(
    get,
    path = paths::COMPARISON,
    params(ComparisonQuery, Selection),
    responses(
        (status = 200, body = ComparisonTable),
        AnalysisProblems,
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
