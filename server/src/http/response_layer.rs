//! What every response gets: a request id, the server's generation, a time limit, problem documents, security headers.

use std::any::Any;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use survey_defs::api::problem::{MEDIA_TYPE, ProblemCode};
use survey_defs::generation::{GENERATION_HEADER, WIRE_GENERATION};
use tokio::time::timeout;
use tower_http::request_id::RequestId;

use crate::http::error::{ApiError, CHALLENGE, ProblemMark};
use crate::http::limits::Budget;
use crate::http::state::AppState;

/// Headers that every response carries unless it says otherwise: nothing is sniffed, framed, opened by
/// or told to other sites, or kept by anybody.
const DEFAULT_HEADERS: [(HeaderName, HeaderValue); 7] = [
    (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (
        HeaderName::from_static("cross-origin-resource-policy"),
        HeaderValue::from_static("same-origin"),
    ),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    ),
];

/// Ends requests that take too long and turns marked responses into problem documents.
pub async fn problems(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let limits = Arc::clone(&state.limits);
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let mut response = match timeout(limits.request_time, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(ProblemCode::Timeout).into_response(),
    };
    if let Some(refusal) = response.extensions_mut().remove::<Box<ProblemMark>>() {
        response = document(*refusal, request_id, &limits.budget);
    }
    let generation = HeaderName::from_static(GENERATION_HEADER);
    response.headers_mut().insert(generation, WIRE_GENERATION.into());
    for (name, value) in DEFAULT_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

fn document(refusal: ProblemMark, request_id: Option<String>, budget: &Budget) -> Response {
    let ProblemMark(mut problem) = refusal;
    problem.request_id = request_id;
    if problem.status == StatusCode::SERVICE_UNAVAILABLE {
        problem.retry_after_s.get_or_insert_with(|| budget.retry_after_s());
    }
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
    if let Some(seconds) = problem.retry_after_s {
        response.headers_mut().insert(header::RETRY_AFTER, seconds.into());
    }
    if problem.code == ProblemCode::LoginRequired {
        let challenge = HeaderValue::from_static(CHALLENGE);
        response.headers_mut().insert(header::WWW_AUTHENTICATE, challenge);
    }
    response.extensions_mut().insert(problem.code);
    response
}

/// Turns a panic in a handler into a problem; the panic hook has logged where it was.
pub fn panic(_: Box<dyn Any + Send>) -> Response {
    ApiError::new(ProblemCode::Internal).into_response()
}
