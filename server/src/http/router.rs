//! Every path of the server on one screen.

use std::sync::LazyLock;

use axum::Router;
use axum::http::HeaderMap;
use axum::middleware::from_fn_with_state;
use axum::response::Response;
use sha2::{Digest, Sha256};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::request_id::{MakeRequestUuid, PropagateRequestIdLayer, SetRequestIdLayer};

use super::error::ApiError;
use super::limits::BodyLimit;
use super::prepared::Prepared;
use super::route::{PathRoutes, delete, get, post, router_of};
use super::routes::{
    audio, break_offs, catalogue, comparison, devices, health, imports, metrics, pages, poster,
    quality, scores, series, session, submissions,
};
use super::state::AppState;
use super::{compression_layer, middleware, openapi, response_layer, trace};
use crate::auth::rights::Right;
use crate::intake::submissions::{MAX_RECORD_BYTES, MAX_UNPROVEN_BATCH};

/// Submissions and break-offs: a full batch of long forms with free text.
const RECORDS: BodyLimit = BodyLimit {
    bytes: 2 * 1024 * 1024,
    // As many of the longest as anybody may send, and what stands between them.
    unsigned_bytes: MAX_UNPROVEN_BATCH * MAX_RECORD_BYTES + 4 * 1024,
    advice: "send fewer records at a time",
};

/// An imported file: no more of the room for bodies than one address may take.
const IMPORT: BodyLimit = BodyLimit {
    bytes: 8 * 1024 * 1024,
    unsigned_bytes: 8 * 1024 * 1024,
    advice: "import it with `thuocdo import`",
};

/// What devices say, and staff of them.
const DEVICE: BodyLimit =
    BodyLimit { bytes: 16 * 1024, unsigned_bytes: 16 * 1024, advice: "a few hundred are usual" };

/// The token of a login link.
const LOGIN: BodyLimit =
    BodyLimit { bytes: 1024, unsigned_bytes: 1024, advice: "the token of a link has 43" };

/// A short address as some type it.
const CODE_PAGE_WITH_SLASH: &str = "/p/{code}/";

/// Every operation, and who may call it.
fn table() -> Vec<PathRoutes> {
    use Right::{
        ImportFiles, ManageDevices, OpenConsole, PrintPosters, ReadBreakOffs, ReadDevices,
        ReadResults, ReadWaves,
    };
    vec![
        (paths::SUBMISSIONS, vec![post(submissions::record).public().body(RECORDS)]),
        (paths::BREAK_OFFS, vec![post(break_offs::record).public().body(RECORDS)]),
        (paths::ENROLMENTS, vec![post(devices::enrol).public().body(DEVICE)]),
        (paths::HEARTBEATS, vec![post(devices::heartbeat).device().body(DEVICE)]),
        (
            paths::DEVICES,
            vec![
                post(devices::add).authorize(ManageDevices).body(DEVICE),
                get(devices::list).authorize(ReadDevices),
            ],
        ),
        (paths::REVOCATION, vec![post(devices::revoke).authorize(ManageDevices).body(DEVICE)]),
        (
            paths::SESSION,
            vec![
                post(session::begin).public().from_own_site().body(LOGIN),
                get(session::show).authorize(OpenConsole),
                delete(session::end).public().from_own_site(),
            ],
        ),
        (paths::INSTRUMENTS, vec![get(catalogue::instruments).public()]),
        (paths::INSTRUMENT, vec![get(catalogue::instrument).public()]),
        (paths::METHODS, vec![get(catalogue::methods).public()]),
        (paths::UNITS, vec![get(catalogue::units).public()]),
        (paths::FORM, vec![get(catalogue::form).public()]),
        (paths::AUDIO, vec![get(audio::file).public()]),
        (paths::WAVES, vec![get(catalogue::waves).authorize(ReadWaves)]),
        (paths::WAVE, vec![get(catalogue::wave).authorize(ReadWaves)]),
        (paths::POINTS, vec![get(catalogue::points).authorize(ReadWaves)]),
        (paths::WAVE_BREAK_OFFS, vec![get(break_offs::summary).authorize(ReadBreakOffs)]),
        (paths::POSTER, vec![get(poster::poster).authorize(PrintPosters).heavy()]),
        (paths::SCORES, vec![get(scores::scores).authorize(ReadResults).heavy()]),
        (paths::COMPARISON, vec![get(comparison::comparison).authorize(ReadResults).heavy()]),
        (paths::QUALITY, vec![get(quality::quality).authorize(ReadResults).heavy()]),
        (paths::SERIES, vec![get(series::series).authorize(ReadResults).heavy()]),
        (paths::IMPORTS, vec![post(imports::create).authorize(ImportFiles).body(IMPORT).heavy()]),
        (paths::OPENAPI, vec![get(description).public()]),
        (paths::FORM_PAGE, vec![get(pages::form).public()]),
        (paths::CODE_PAGE, vec![get(pages::short_code).public()]),
        (CODE_PAGE_WITH_SLASH, vec![get(pages::short_code).public()]),
        (paths::KIOSK_PAGE, vec![get(pages::kiosk).public()]),
        (paths::CONSOLE_PAGE, vec![get(pages::console).authorize(OpenConsole)]),
        ("/", vec![get(pages::root).public()]),
    ]
}

/// The description of the interface, in which each operation says who may call it.
static DESCRIPTION: LazyLock<Prepared> = LazyLock::new(|| {
    let text = openapi::describe(table().into_iter().chain(probes()));
    Prepared::json(text.into_bytes())
});

static SHAPE: LazyLock<[u8; 32]> = LazyLock::new(|| Sha256::digest(document()).into());

/// The description of the interface as JSON text.
pub fn document() -> &'static [u8] {
    DESCRIPTION.plain()
}

async fn description(headers: HeaderMap) -> Response {
    DESCRIPTION.reply(&headers)
}

/// What is not counted as requests under way: under load it is needed most.
fn probes() -> Vec<PathRoutes> {
    let metrics = get(metrics::metrics).authorize(Right::ReadMetrics);
    let mut probes = health_probes();
    probes.push((paths::METRICS, vec![metrics]));
    probes
}

fn health_probes() -> Vec<PathRoutes> {
    vec![
        (paths::HEALTH, vec![get(health::health).public()]),
        (paths::READY, vec![get(health::ready).public()]),
    ]
}

/// The server as a function from request to response. Tests drive it without a socket.
pub fn router(mut state: AppState) -> Router {
    state.shape = *SHAPE;
    let under_way = from_fn_with_state(state.clone(), middleware::under_way);
    let routes = router_of(table(), &state)
        .method_not_allowed_fallback(method_not_allowed)
        .fallback(pages::file)
        .layer(under_way);
    with_common_layers(routes.merge(router_of(probes(), &state)), state)
}

/// What a scraper in the local network may see, on an address of its own.
pub fn metrics_router(state: AppState) -> Router {
    let mut probes = health_probes();
    probes.push((paths::METRICS, vec![get(metrics::metrics).public()]));
    with_common_layers(router_of(probes, &state), state)
}

async fn method_not_allowed() -> ApiError {
    ApiError::new(ProblemCode::MethodNotAllowed)
}

/// What every request goes through, from the inside to the outside.
fn with_common_layers(routes: Router<AppState>, state: AppState) -> Router {
    routes
        .method_not_allowed_fallback(method_not_allowed)
        .layer(CatchPanicLayer::custom(response_layer::panic))
        .layer(from_fn_with_state(state.clone(), response_layer::problems))
        .layer(compression_layer::layer())
        .layer(from_fn_with_state(state.clone(), trace::request))
        .layer(PropagateRequestIdLayer::x_request_id())
        .layer(SetRequestIdLayer::x_request_id(MakeRequestUuid))
        .layer(from_fn_with_state(state.clone(), middleware::identify))
        .with_state(state)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    /// Pages, files, and the description itself.
    const NOT_DESCRIBED: [&str; 8] = [
        paths::AUDIO,
        paths::OPENAPI,
        paths::FORM_PAGE,
        paths::CODE_PAGE,
        CODE_PAGE_WITH_SLASH,
        paths::KIOSK_PAGE,
        paths::CONSOLE_PAGE,
        "/",
    ];

    #[test]
    fn every_route_but_pages_and_files_is_described() {
        let document: Value = serde_json::from_slice(document()).unwrap();
        for (path, routes) in table().into_iter().chain(probes()) {
            for route in routes {
                let is_described = document["paths"][path].get(route.method).is_some();
                assert_ne!(is_described, NOT_DESCRIBED.contains(&path), "{} {path}", route.method);
            }
        }
    }
}
