//! `GET /api/v1/scores`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{ScoreQuery, ScoreTable, Selection};
use survey_defs::api::paths;

use super::analysis::AnalysisProblems;
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The scores of a wave, with everything needed to defend them.
#[utoipa::path(
    get,
    path = paths::SCORES,
    params(ScoreQuery, Selection),
    responses(
        (status = 200, body = ScoreTable),
        AnalysisProblems,
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
