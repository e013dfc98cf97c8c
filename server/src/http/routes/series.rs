//! `GET /api/v1/series`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{Selection, SeriesQuery, SeriesTable};
use survey_defs::api::paths;

use super::analysis::AnalysisProblems;
use crate::analysis::series;
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The scores of waves or periods side by side, on the units of one day.
#[utoipa::path(
    get,
    path = paths::SERIES,
    params(SeriesQuery, Selection),
    responses(
        (status = 200, body = SeriesTable),
        AnalysisProblems,
    ),
    tag = "scores"
)]
pub async fn series(
    State(state): State<AppState>,
    Query(query): Query<SeriesQuery>,
) -> Result<Response, ApiError> {
    let table =
        series::table(&state.scoreboard, &*state.store, &state.catalogue.definitions, query)
            .await?;
    Ok(json(StatusCode::OK, &table))
}
