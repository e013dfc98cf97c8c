//! Every path of the server on one screen.

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::middleware::from_fn;
use axum::routing::{MethodRouter, get, post};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};
use tower_http::trace::TraceLayer;

use crate::error::ApiError;
use crate::routes::{
    audio, break_offs, catalogue, comparison, devices, health, imports, pages, poster, quality,
    scores, series, submissions,
};
use crate::state::AppState;
use crate::{compress, openapi, respond, trace};

/// The largest body of submissions: a full batch of long forms with free text.
const MAX_SUBMISSIONS_BYTES: usize = 2 * 1024 * 1024;

/// The largest file of an import over HTTP; larger ones go through the command line.
const MAX_IMPORT_BYTES: usize = 32 * 1024 * 1024;

/// The largest body of a device: a few hundred bytes are usual.
const MAX_DEVICE_BYTES: usize = 16 * 1024;

/// The server as a function from request to response. Tests drive it without a socket.
pub fn router(state: AppState) -> Router {
    let imports = post(imports::create).layer(DefaultBodyLimit::max(MAX_IMPORT_BYTES));
    Router::new()
        .route(paths::SUBMISSIONS, post(submissions::record))
        .route(paths::BREAK_OFFS, post(break_offs::record))
        .layer(DefaultBodyLimit::max(MAX_SUBMISSIONS_BYTES))
        .route(paths::ENROLMENTS, small(post(devices::enrol)))
        .route(paths::DEVICES, small(get(devices::list).post(devices::add)))
        .route(paths::REVOCATION, small(post(devices::revoke)))
        .route(paths::HEARTBEATS, small(post(devices::heartbeat)))
        .route(paths::INSTRUMENTS, get(catalogue::instruments))
        .route(paths::INSTRUMENT, get(catalogue::instrument))
        .route(paths::METHODS, get(catalogue::methods))
        .route(paths::WAVES, get(catalogue::waves))
        .route(paths::WAVE, get(catalogue::wave))
        .route(paths::POINTS, get(catalogue::points))
        .route(paths::FORM, get(catalogue::form))
        .route(paths::WAVE_BREAK_OFFS, get(break_offs::summary))
        .route(paths::POSTER, get(poster::poster))
        .route(paths::AUDIO, get(audio::file))
        .route(paths::UNITS, get(catalogue::units))
        .route(paths::SCORES, get(scores::scores))
        .route(paths::COMPARISON, get(comparison::comparison))
        .route(paths::QUALITY, get(quality::quality))
        .route(paths::SERIES, get(series::series))
        .route(paths::IMPORTS, imports)
        .route(paths::OPENAPI, get(openapi::serve))
        .route(paths::HEALTH, get(health::health))
        .route(paths::READY, get(health::ready))
        .route(paths::FORM_PAGE, get(pages::form))
        .route(paths::KIOSK_PAGE, get(pages::kiosk))
        .route(paths::CONSOLE_PAGE, get(pages::console))
        .route("/", get(pages::root))
        .fallback(pages::file)
        .method_not_allowed_fallback(|| async { ApiError::new(ProblemCode::MethodNotAllowed) })
        .layer(CatchPanicLayer::custom(respond::panic))
        .layer(from_fn(respond::problems))
        .layer(compress::layer())
        .layer(
            TraceLayer::new_for_http()
                .make_span_with(trace::span)
                .on_request(())
                .on_response(trace::response)
                .on_failure(()),
        )
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .with_state(state)
}

fn small(route: MethodRouter<AppState>) -> MethodRouter<AppState> {
    route.layer(DefaultBodyLimit::max(MAX_DEVICE_BYTES))
}
