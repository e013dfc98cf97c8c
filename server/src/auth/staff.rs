//! The right to see the staff's side, as a type.

use axum::extract::FromRequestParts;
use axum::http::HeaderMap;
use axum::http::header::{FORWARDED, HOST, VIA};
use axum::http::request::Parts;
use survey_defs::api::problem::ProblemCode;

use crate::http::error::ApiError;
use crate::http::state::{AppState, StaffAccess};

/// Proof that the caller may see the staff's side. A handler that takes it cannot be reached
/// without the check.
#[derive(Debug, Clone, Copy)]
pub struct Staff(());

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        let allowed = match state.staff {
            StaffAccess::Demo => true,
            StaffAccess::Loopback => is_local(&parts.headers),
            StaffAccess::Closed => false,
        };
        if allowed { Ok(Self(())) } else { Err(ApiError::new(ProblemCode::StaffOnly)) }
    }
}

/// Whether a request to a loopback listener may come from this machine. Most proxies betray
/// themselves by a header or the public host name, and so does a page of another site that was
/// made to resolve to 127.0.0.1; a proxy that does neither needs `serve --behind-proxy`.
fn is_local(headers: &HeaderMap) -> bool {
    let forwarded = headers.contains_key(FORWARDED)
        || headers.contains_key(VIA)
        || headers.contains_key("x-forwarded-for")
        || headers.contains_key("x-real-ip");
    let host = headers.get(HOST).and_then(|host| host.to_str().ok()).unwrap_or_default();
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|b| b.is_ascii_digit()) => name,
        _ => host,
    };
    !forwarded && matches!(name, "localhost" | "127.0.0.1" | "[::1]")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_this_machine_without_a_proxy_is_local() {
        let headers = |pairs: &[(&'static str, &'static str)]| -> HeaderMap {
            pairs.iter().map(|(k, v)| (k.parse().unwrap(), v.parse().unwrap())).collect()
        };
        for host in ["localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080"] {
            assert!(is_local(&headers(&[("host", host)])), "{host}");
        }
        for host in ["", "evil.example", "thuocdo.hanoi.gov.vn:443", "127.0.0.1.evil.example"] {
            assert!(!is_local(&headers(&[("host", host)])), "{host}");
        }
        assert!(!is_local(&headers(&[("host", "127.0.0.1"), ("x-forwarded-for", "10.0.0.7")])));
    }
}
