//! One log line per request: never an answer, a free text, a token or an address.

use axum::extract::{MatchedPath, Request, State};
use axum::middleware::Next;
use axum::response::Response;
use survey_defs::api::problem::ProblemCode;
use tokio::time::Instant;
use tower_http::request_id::RequestId;
use tracing::{Instrument, info, info_span};

use crate::http::state::AppState;
use crate::system::metrics::Served;

/// The route of what has none: files of the app, and what does not exist.
const OTHER: &str = "other";

/// The longest path that is logged whole; a line of 64 KiB would be as long as a head.
const MAX_PATH_BYTES: usize = 200;

/// One line per request when its answer is ready, in a span with the request's id; and the same for
/// the counters. The query is left out: it may be long, and says nothing about a failure that the
/// problem code does not.
pub async fn request(State(state): State<AppState>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().cloned();
    let route = route.as_ref().map_or(OTHER, MatchedPath::as_str);
    let id = request.extensions().get::<RequestId>().and_then(|id| id.header_value().to_str().ok());
    let span = info_span!(
        "request",
        request.id = id,
        http.method = %request.method(),
        http.route = route,
        http.path = start_of(request.uri().path()),
    );
    let method = request.method().clone();
    let started = Instant::now();
    let response = next.run(request).instrument(span.clone()).await;
    let (status, time) = (response.status(), started.elapsed());
    let problem = response.extensions().get::<ProblemCode>().copied();
    span.in_scope(|| {
        let duration_ms = u64::try_from(time.as_millis()).unwrap_or(u64::MAX);
        let code = problem.map(ProblemCode::as_str);
        info!(http.status = status.as_u16(), problem.code = code, duration_ms, "request served");
    });
    let problem = problem.map(ProblemCode::as_str);
    let served = Served { route, method: method.as_str(), status: status.as_u16(), problem, time };
    state.metrics.served(&served);
    response
}

fn start_of(path: &str) -> &str {
    &path[..path.floor_char_boundary(MAX_PATH_BYTES)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_a_long_path_only_the_start_is_logged() {
        assert_eq!(start_of("/s/counter/p1"), "/s/counter/p1");
        assert_eq!(start_of(&"x".repeat(60_000)), "x".repeat(200));
        assert_eq!(start_of(&format!("/{}", "đ".repeat(200))).len(), 199);
    }
}
