//! Reads the body of a request, in the room that its bytes take as they arrive.

use std::sync::Arc;
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody as _};
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::Response;
use bytes::BytesMut;
use futures::StreamExt as _;
use survey_defs::api::problem::ProblemCode;
use tokio::time::timeout;

use super::error::ApiError;
use super::limits::{BodyLimit, BodyRoom, Client};
use super::middleware::{busy, named_device, single};
use super::state::AppState;
use crate::system::metrics::Limit;

/// Reads a body before its handler runs, and keeps its room until the answer is ready. One that
/// announces more than its route allows is refused unread.
pub async fn read(
    State((state, limit)): State<(AppState, BodyLimit)>,
    client: Client,
    request: Request,
    next: Next,
) -> Result<Response, ApiError> {
    let limits = Arc::clone(&state.limits);
    let (parts, body) = request.into_parts();
    let most = match named_device(&parts.headers) {
        Some(_) => limit.bytes,
        None => limit.unsigned_bytes,
    };
    let too_large = || {
        let detail = format!("more than {most} bytes; {}", limit.advice);
        ApiError::with_detail(ProblemCode::BodyTooLarge, detail)
    };
    let announced = body.size_hint();
    if announced.lower() > most as u64 {
        return Err(too_large());
    }
    let mut room = limits.budget.body(announced.exact(), single(&limits, client));
    let bytes = match timely(body, limits.body_silence, (&mut room, most)).await {
        Ok(bytes) => bytes,
        Err(Unread::NoRoom(limit)) => return Err(busy(&state, limit)),
        Err(Unread::TooLarge) => return Err(too_large()),
        Err(Unread::Silent) => return Err(ApiError::new(ProblemCode::BodySilent)),
        Err(Unread::CutOff) => {
            let detail = "the body ended too early";
            return Err(ApiError::with_detail(ProblemCode::BodyMalformed, detail));
        }
    };
    Ok(next.run(Request::from_parts(parts, Body::from(bytes))).await)
}

/// Why a body was not read to its end.
enum Unread {
    NoRoom(Limit),
    TooLarge,
    Silent,
    CutOff,
}

/// The bytes of a body of at most so many, of which none is late. A body that comes in one piece, as
/// forms do, is not copied.
async fn timely(
    body: Body,
    silence: Duration,
    (room, most): (&mut BodyRoom<'_>, usize),
) -> Result<Bytes, Unread> {
    let mut body = body.into_data_stream();
    let mut next = async || timeout(silence, body.next()).await.map_err(|_| Unread::Silent);
    let (mut first, mut all) = (Bytes::new(), BytesMut::new());
    while let Some(piece) = next().await? {
        let piece = piece.map_err(|_| Unread::CutOff)?;
        let so_far = if all.is_empty() { first.len() } else { all.len() };
        if piece.len() > most - so_far {
            return Err(Unread::TooLarge);
        }
        room.take(piece.len()).map_err(Unread::NoRoom)?;
        if so_far == 0 {
            first = piece;
        } else {
            if all.is_empty() {
                all.extend_from_slice(&first);
            }
            all.extend_from_slice(&piece);
        }
    }
    Ok(if all.is_empty() { first } else { all.freeze() })
}
