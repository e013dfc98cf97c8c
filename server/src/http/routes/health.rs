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

/// The server can keep what it is given: it has tried a few seconds ago.
///
/// Else `detail` is one word: `stopping`, `disk_full`, `read_only`, `damaged`, `database`, `slow` or
/// `stale`.
#[utoipa::path(
    get,
    path = survey_defs::api::paths::READY,
    responses((status = 200), (status = 503, body = survey_defs::api::problem::Problem)),
    tag = "operations"
)]
pub async fn ready(State(state): State<AppState>) -> Result<&'static str, ApiError> {
    let not_ready = |word| ApiError::with_detail(ProblemCode::Unavailable, word);
    if state.limits.is_stopping() {
        return Err(not_ready("stopping"));
    }
    state.readiness.check().map_err(|why| not_ready(why.as_str()))?;
    Ok("ready\n")
}
