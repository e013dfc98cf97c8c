//! Counters and gauges for Prometheus.

use axum::extract::State;
use axum::http::header;
use axum::response::{IntoResponse, Response};
use prometheus_client::encoding::text::encode_eof;
use survey_defs::api::paths;
use survey_defs::api::problem::{Problem, ProblemCode};

use crate::http::error::ApiError;
use crate::http::state::AppState;

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counters and gauges for Prometheus, described in `docs/OPERATIONS.md`.
#[utoipa::path(
    get,
    path = paths::METRICS,
    responses(
        (status = 200, description = "In the format of OpenMetrics", body = String, content_type = "application/openmetrics-text"),
        (status = 401, description = "Staff and their tokens only; see --metrics-listen", body = Problem),
    ),
    tag = "operations"
)]
pub async fn metrics(State(state): State<AppState>) -> Result<Response, ApiError> {
    let text = text(&state).await;
    let text = text.map_err(|error| ApiError::caused_by(ProblemCode::Internal, error))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text).into_response())
}

/// All counters and gauges in the format of OpenMetrics.
///
/// # Errors
/// [`std::fmt::Error`], which a text in memory never has.
pub async fn text(state: &AppState) -> Result<String, std::fmt::Error> {
    let budget = &state.limits.budget;
    state.metrics.under_way(budget.requests_under_way(), budget.bytes_under_way());
    state.metrics.ready(!state.limits.is_stopping() && state.readiness.check().is_ok());
    let mut text = String::new();
    state.metrics.encode(&mut text)?;
    state.store_gauges.encode(&*state.store, state.clock.now(), &mut text).await?;
    encode_eof(&mut text)?;
    Ok(text)
}
