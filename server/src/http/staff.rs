//! The caller of the staff's side.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HOST, VIA};
use axum::http::request::Parts;
use survey_defs::api::problem::ProblemCode;
use survey_defs::caller::Caller;
use tracing::error;

use super::error::ApiError;
use super::state::AppState;
use crate::auth::staff::Origin;

/// Who calls an operation of staff, as its route has found out.
#[derive(Debug, Clone)]
pub struct Staff(pub Caller);

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().map(Self).ok_or_else(|| {
            error!("a route asks for the caller without a right: say .authorize(…)");
            ApiError::new(ProblemCode::StaffOnly)
        })
    }
}

/// The caller behind a request; none if it may not see the staff's side.
pub(super) fn caller(state: &AppState, headers: &HeaderMap) -> Option<Caller> {
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let forwarded = headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key("x-real-ip");
    state.staff.caller(Origin { host, forwarded })
}
