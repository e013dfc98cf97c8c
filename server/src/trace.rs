//! Structured logs: one line per request, never an answer, a free text, a token or an address.

use std::io::IsTerminal;
use std::time::Duration;

use axum::extract::Request;
use axum::response::Response;
use tower_http::request_id::RequestId;
use tracing::{Span, info, info_span};
use tracing_subscriber::EnvFilter;

/// How log lines are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Format {
    /// For people.
    Text,
    /// One JSON object per line, for collectors.
    Json,
}

/// Starts logging to standard error. `RUST_LOG` overrides the level.
pub fn start(format: Format, level: &str) {
    let filter = EnvFilter::try_from_default_env().unwrap_or_else(|_| EnvFilter::new(level));
    let builder = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_writer(std::io::stderr)
        .with_ansi(std::io::stderr().is_terminal());
    match format {
        Format::Text => builder.init(),
        Format::Json => builder.json().init(),
    }
}

/// The span of one request. The query is left out: it may be long, and says nothing about a
/// failure that the problem code does not.
pub fn span(request: &Request) -> Span {
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    info_span!(
        "request",
        request.id = id,
        http.method = %request.method(),
        http.path = request.uri().path(),
    )
}

/// One line when the response is ready.
pub fn response(response: &Response, latency: Duration, _: &Span) {
    let duration_ms = u64::try_from(latency.as_millis()).unwrap_or(u64::MAX);
    info!(http.status = response.status().as_u16(), duration_ms, "request served");
}
