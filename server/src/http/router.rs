//! Every path of the server on one screen.

use std::convert::Infallible;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn_with_state;
use axum::routing::{MethodRouter, get, post};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use crate::http::error::ApiError;
use crate::http::limits::BodyLimit;
use crate::http::routes::{
    audio, break_offs, catalogue, comparison, devices, health, imports, metrics, pages, poster,
    quality, scores, series, submissions,
};
use crate::http::state::AppState;
use crate::http::{compress, limits, openapi, respond, trace};

/// Submissions and break-offs: a full batch of long forms with free text.
const RECORDS: BodyLimit =
    BodyLimit { bytes: 2 * 1024 * 1024, advice: "send fewer records at a time" };

/// An imported file: no more of the room for bodies than one address may take.
const IMPORT: BodyLimit =
    BodyLimit { bytes: 8 * 1024 * 1024, advice: "import it with `thuocdo import`" };

/// What devices say, and staff of them.
const DEVICE: BodyLimit = BodyLimit { bytes: 16 * 1024, advice: "a few hundred are usual" };

/// The server as a function from request to response. Tests drive it without a socket.
pub fn router(state: AppState) -> Router {
    let body = |limit, route| taking(&state, limit, route);
    let heavy = |route: MethodRouter<AppState>| {
        route.layer(from_fn_with_state(state.clone(), limits::heavy))
    };
    let routes = Router::new()
        .route(paths::SUBMISSIONS, body(RECORDS, post(submissions::record)))
        .route(paths::BREAK_OFFS, body(RECORDS, post(break_offs::record)))
        .route(paths::ENROLMENTS, body(DEVICE, post(devices::enrol)))
        .route(paths::DEVICES, body(DEVICE, post(devices::add)).get(devices::list))
        .route(paths::REVOCATION, body(DEVICE, post(devices::revoke)))
        .route(paths::HEARTBEATS, body(DEVICE, post(devices::heartbeat)))
        .route(paths::INSTRUMENTS, get(catalogue::instruments))
        .route(paths::INSTRUMENT, get(catalogue::instrument))
        .route(paths::METHODS, get(catalogue::methods))
        .route(paths::WAVES, get(catalogue::waves))
        .route(paths::WAVE, get(catalogue::wave))
        .route(paths::POINTS, get(catalogue::points))
        .route(paths::FORM, get(catalogue::form))
        .route(paths::WAVE_BREAK_OFFS, get(break_offs::summary))
        .route(paths::POSTER, heavy(get(poster::poster)))
        .route(paths::AUDIO, get(audio::file))
        .route(paths::UNITS, get(catalogue::units))
        .route(paths::SCORES, heavy(get(scores::scores)))
        .route(paths::COMPARISON, heavy(get(comparison::comparison)))
        .route(paths::QUALITY, heavy(get(quality::quality)))
        .route(paths::SERIES, heavy(get(series::series)))
        .route(paths::IMPORTS, body(IMPORT, post(imports::create)))
        .route(paths::OPENAPI, get(openapi::serve))
        .route(paths::FORM_PAGE, get(pages::form))
        .route(paths::KIOSK_PAGE, get(pages::kiosk))
        .route(paths::CONSOLE_PAGE, get(pages::console))
        .route("/", get(pages::root))
        .fallback(pages::file)
        .layer(from_fn_with_state(state.clone(), limits::under_way));
    let routes = routes.merge(probes()).route(paths::METRICS, get(metrics::metrics));
    dressed(routes, state)
}

/// What a scraper in the local network may see, on an address of its own.
pub fn scraped(state: AppState) -> Router {
    dressed(probes().route(paths::METRICS, get(metrics::scraped)), state)
}

/// Not counted as requests under way: under load they are needed most.
fn probes() -> Router<AppState> {
    Router::new().route(paths::HEALTH, get(health::health)).route(paths::READY, get(health::ready))
}

/// A route that takes a body of at most so many bytes.
fn taking(
    state: &AppState,
    limit: BodyLimit,
    route: MethodRouter<AppState>,
) -> MethodRouter<AppState> {
    let room = from_fn_with_state((state.clone(), limit), limits::body);
    route.layer::<_, Infallible>(room).layer(DefaultBodyLimit::max(limit.bytes))
}

/// What every request goes through, from the inside to the outside.
fn dressed(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .method_not_allowed_fallback(|| async { ApiError::new(ProblemCode::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(respond::panic))
        .layer(from_fn_with_state(state.clone(), respond::problems))
        .layer(compress::layer())
        .layer(from_fn_with_state(state.clone(), trace::request))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn_with_state(state.clone(), limits::identify))
        .with_state(state)
}
