//! What every response gets: a request id, a time limit, problem documents, security headers.

use std::any::Any;
use std::time::Duration;

use axum::extract::Request;
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use survey_defs::api::problem::{MEDIA_TYPE, Problem, ProblemCode};
use tower_http::request_id::RequestId;

use crate::error::ApiError;

/// The longest time for one request; a full batch and the widest score table need far less.
const REQUEST_TIMEOUT: Duration = Duration::from_secs(30);

/// Headers that every response carries: nothing is sniffed, framed, or told to other sites.
const SECURITY_HEADERS: [(HeaderName, HeaderValue); 4] = [
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    (header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY")),
    (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
    (
        HeaderName::from_static("permissions-policy"),
        HeaderValue::from_static("camera=(), microphone=(), geolocation=(), payment=()"),
    ),
];

/// Ends requests that take too long and turns marked responses into problem documents.
pub async fn problems(request: Request, next: Next) -> Response {
    let request_id = request
        .extensions()
        .get::<RequestId>()
        .and_then(|id| id.header_value().to_str().ok())
        .map(str::to_owned);
    let mut response = match tokio::time::timeout(REQUEST_TIMEOUT, next.run(request)).await {
        Ok(response) => response,
        Err(_) => ApiError::new(ProblemCode::Timeout).into_response(),
    };
    if let Some(problem) = response.extensions_mut().remove::<Box<Problem>>() {
        response = document(*problem, request_id);
    }
    for (name, value) in SECURITY_HEADERS {
        response.headers_mut().entry(name).or_insert(value);
    }
    response
}

fn document(mut problem: Problem, request_id: Option<String>) -> Response {
    problem.request_id = request_id;
    let status = StatusCode::from_u16(problem.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
    let body = serde_json::to_vec(&problem).unwrap_or_default();
    let mut response = (status, [(header::CONTENT_TYPE, MEDIA_TYPE)], body).into_response();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("5"));
    }
    response
}

/// Turns a panic in a handler into a problem; the panic hook has logged where it was.
pub fn panic(_: Box<dyn Any + Send>) -> Response {
    ApiError::new(ProblemCode::Internal).into_response()
}
