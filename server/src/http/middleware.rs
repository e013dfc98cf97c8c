//! Where requests pass the limits.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{ConnectInfo, Request, State};
use axum::http::HeaderMap;
use axum::middleware::Next;
use axum::response::Response;
use survey_defs::api::problem::ProblemCode;
use survey_defs::device::DEVICE_HEADER;
use survey_defs::ids::DeviceId;
use tracing::{Instrument, Span};

use super::error::ApiError;
use super::limits::{Client, Limits};
use super::state::AppState;
use crate::intake;
use crate::system::buckets::TooMany;
use crate::system::metrics::Limit;

/// The header by which a proxy names a request.
const REQUEST_ID: &str = "x-request-id";

/// The header in which a proxy says for whom it asks.
const FORWARDED_FOR: &str = "x-forwarded-for";

/// The longest name that is taken over.
const MAX_REQUEST_ID: usize = 64;

/// Finds out from where a request came. A name that it brings is taken over from a trusted proxy
/// only: anybody else could pass their request off as another one in the log.
pub async fn identify(State(state): State<AppState>, mut request: Request, next: Next) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>().map(|peer| peer.0.ip());
    let proxies = &state.limits.proxies;
    let forwarded = request.headers().get_all(FORWARDED_FOR).iter();
    let forwarded = forwarded.map(|line| line.to_str().unwrap_or_default());
    let client = peer.map_or(Client::ThisMachine, |peer| proxies.client(peer, forwarded));
    let is_trusted = peer.is_some_and(|peer| proxies.trusts(peer));
    if !is_trusted && request.headers().contains_key(FORWARDED_FOR) {
        state.limits.strange_proxies.warn();
    }
    if !is_trusted || !is_harmless(request.headers()) {
        request.headers_mut().remove(REQUEST_ID);
    }
    request.extensions_mut().insert(client);
    next.run(request).await
}

fn is_harmless(headers: &HeaderMap) -> bool {
    headers.get(REQUEST_ID).is_some_and(|id| {
        let id = id.as_bytes();
        (1..=MAX_REQUEST_ID).contains(&id.len())
            && id.iter().all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(byte))
    })
}

/// Counts a request, and lets in as many as may be under way. One that names a device is counted
/// apart until it has proved it, see [`crate::http::posted`].
pub async fn under_way(
    State(state): State<AppState>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let limits = Arc::clone(&state.limits);
    let counted = match named_device(request.headers()) {
        Some(device) => limits.rates.take_named(client, device),
        None => limits.rates.take_request(client),
    };
    counted.map_err(|too_many| rate_limited(&state, too_many))?;
    let place = limits.budget.request(single(&limits, client));
    let _place = place.map_err(|limit| busy(&state, limit))?;
    Ok(next.run(request).await)
}

/// Whose part of what all share a request takes: all clients of a proxy that names none of them are
/// no single one.
pub(super) fn single(limits: &Limits, client: Client) -> Client {
    match client {
        Client::Address(address) if limits.proxies.trusts(address) => Client::ThisMachine,
        Client::Address(_) | Client::ThisMachine => client,
    }
}

/// The device that a request names, which it need not come from.
pub(crate) fn named_device(headers: &HeaderMap) -> Option<DeviceId> {
    headers.get(DEVICE_HEADER)?.to_str().ok()?.parse().ok()
}

/// Lets few requests compute at a time. What has begun goes on although its caller is gone, because
/// the threads that compute cannot be stopped, and holds its permit for as long.
pub async fn heavy(
    State(state): State<AppState>,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let limits = Arc::clone(&state.limits);
    let _slot = limits.compute.slot().ok_or_else(|| busy(&state, Limit::Heavy))?;
    let permit = limits.compute.permit().await.ok_or_else(|| busy(&state, Limit::Heavy))?;
    let handled = async move {
        let response = next.run(request).await;
        drop(permit);
        response
    };
    Ok(tokio::spawn(handled.instrument(Span::current())).await?)
}

/// Counts a wrong enrolment code under its address.
///
/// # Errors
/// `rate_limited`, with the time until the next one is taken.
pub fn wrong_code(state: &AppState, client: Client) -> Result<(), ApiError> {
    let counted = state.limits.rates.take_wrong_code(client);
    counted.map_err(|too_many| rate_limited(state, too_many))
}

pub(crate) fn rate_limited(state: &AppState, too_many: TooMany) -> ApiError {
    state.metrics.refused(too_many.limit);
    too_many.into()
}

/// The answer to records that could not be taken.
pub(crate) fn not_taken(state: &AppState, error: intake::Error) -> ApiError {
    match error {
        intake::Error::TooMany(too_many) => rate_limited(state, too_many),
        error => error.into(),
    }
}

pub(super) fn busy(state: &AppState, limit: Limit) -> ApiError {
    state.metrics.refused(limit);
    ApiError::new(ProblemCode::Busy)
}
