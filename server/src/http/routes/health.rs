//! Whether the process runs and can take answers.

use axum::extract::State;
use survey_defs::api::problem::ProblemCode;

use crate::http::error::ApiError;
use crate::http::state::AppState;

/// The process runs.
#[utoipa::path(get, path = survey_defs::api::paths::HEALTH, responses((status = 200)), tag = "operations")]
pub async fn health() -> &'static str {
    "ok\n"
}

/// The store answers and the server is not about to stop, so it can accept submissions.
#[utoipa::path(
    get,
    path = survey_defs::api::paths::READY,
    responses((status = 200), (status = 503, body = survey_defs::api::problem::Problem)),
    tag = "operations"
)]
pub async fn ready(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    if state.limits.is_stopping() {
        return Err(ApiError::with_detail(ProblemCode::Unavailable, "the server is stopping"));
    }
    state.limits.readiness.check(&*state.store).await?;
    Ok("ready\n")
}
