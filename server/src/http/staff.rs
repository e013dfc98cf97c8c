//! The right to see the staff's side, as a type.

use axum::extract::FromRequestParts;
use axum::http::header::{FORWARDED, HOST, VIA};
use axum::http::request::Parts;
use survey_defs::api::problem::ProblemCode;
use survey_defs::caller::Caller;

use super::error::ApiError;
use super::state::AppState;
use crate::auth::staff::Origin;

/// Proof that the caller may see the staff's side. A handler that takes it cannot be reached
/// without the check.
#[derive(Debug, Clone)]
pub struct Staff(pub Caller);

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let headers = &parts.headers;
        let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
        let forwarded = headers.contains_key(FORWARDED)
            || headers.contains_key(VIA)
            || headers.contains_key("x-forwarded-for")
            || headers.contains_key("x-real-ip");
        let caller = state.staff.caller(Origin { host, forwarded });
        caller.map(Self).ok_or_else(|| ApiError::new(ProblemCode::StaffOnly))
    }
}
