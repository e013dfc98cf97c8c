//! `GET /api/v1/series`.

use axum::extract::State;
use axum::http::StatusCode;
use axum::response::Response;
use survey_defs::analysis::{SeriesQuery, SeriesTable};
use survey_defs::api::paths;
use survey_defs::api::problem::Problem;

use crate::analysis::series;
use crate::http::error::ApiError;
use crate::http::extract::Query;
use crate::http::reply::json;
use crate::http::state::AppState;

/// The scores of waves or periods side by side, on the units of one day.
#[utoipa::path(
    get,
    path = paths::SERIES,
    params(SeriesQuery),
    responses(
        (status = 200, body = SeriesTable),
        (status = 400, description = "A parameter is missing, unknown or malformed", body = Problem),
        (status = 403, description = "Staff only", body = Problem),
        (status = 404, description = "Unknown wave, method, period or node", body = Problem),
        (status = 422, description = "Waves of different populations, or a method that cannot score one of them", body = Problem),
        (status = 503, description = "Too many tables are computed at a time, or the store does not answer; send again after Retry-After", body = Problem),
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
