//! Whether the process runs and can take answers.

use axum::extract::State;

use crate::error::ApiError;
use crate::state::AppState;

/// The process runs.
#[utoipa::path(get, path = survey_defs::api::paths::HEALTH, responses((status = 200)), tag = "operations")]
pub async fn health() -> &'static str {
    "ok\n"
}

/// The store answers, so the server can take submissions.
#[utoipa::path(
    get,
    path = survey_defs::api::paths::READY,
    responses((status = 200), (status = 503, body = survey_defs::api::problem::Problem)),
    tag = "operations"
)]
pub async fn ready(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    state.store.ping().await?;
    Ok("ready\n")
}
