//! The caller of the staff's side, and the cookie of a session.

use axum::extract::FromRequestParts;
use axum::http::header::{AUTHORIZATION, COOKIE};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue};
use survey_defs::api::problem::ProblemCode;
use survey_defs::caller::Caller;
use tracing::error;

use super::error::ApiError;
use super::state::AppState;
use crate::auth::rights::Right;
use crate::auth::sessions::{self, Begun};
use crate::auth::staff::{self, Identity, Refusal, Shown};

/// The name of the cookie. With this prefix browsers take it only with `Secure`, for all paths, and from
/// this host itself.
const COOKIE_NAME: &str = "__Host-thuocdo";

/// Whom nobody but this server gets the cookie from: no script, and no page of another site.
const COOKIE_ATTRIBUTES: &str = "Path=/; Secure; HttpOnly; SameSite=Strict";

/// Who calls an operation of staff, as its route has found out.
#[derive(Debug, Clone)]
pub struct Staff(pub Caller);

impl FromRequestParts<AppState> for Staff {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &AppState) -> Result<Self, ApiError> {
        Ok(Self(Identity::from_request_parts(parts, state).await?.caller))
    }
}

impl FromRequestParts<AppState> for Identity {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &AppState) -> Result<Self, ApiError> {
        parts.extensions.get().cloned().ok_or_else(|| {
            error!("a route asks for the caller without a right: say .authorize(…)");
            ApiError::new(ProblemCode::StaffOnly)
        })
    }
}

/// Who sends a request, if they have the right.
pub(super) async fn authorize(
    state: &AppState,
    headers: &HeaderMap,
    right: Right,
) -> Result<Identity, Refusal> {
    let shown = Shown { session: session(headers), token: token(headers) };
    staff::authorize((&*state.store, state.guests), shown, state.clock.now(), right).await
}

/// The secret of the session in a request.
pub(super) fn session(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut cookies = lines.flat_map(|line| line.split(';'));
    cookies.find_map(|cookie| cookie.trim().strip_prefix(COOKIE_NAME)?.strip_prefix('='))
}

/// The token in a request.
fn token(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

/// The cookie of a session.
pub(super) fn cookie(begun: &Begun) -> Result<HeaderValue, ApiError> {
    written(&begun.secret.to_text(), sessions::SESSION.as_secs())
}

/// What makes a browser forget the cookie.
pub(super) fn no_cookie() -> Result<HeaderValue, ApiError> {
    written("", 0)
}

fn written(value: &str, max_age_s: i64) -> Result<HeaderValue, ApiError> {
    let cookie = format!("{COOKIE_NAME}={value}; {COOKIE_ATTRIBUTES}; Max-Age={max_age_s}");
    let mut cookie = HeaderValue::try_from(cookie)
        .map_err(|error| ApiError::caused_by(ProblemCode::Internal, error))?;
    cookie.set_sensitive(true);
    Ok(cookie)
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderName;

    use super::*;

    fn headers(lines: &[(HeaderName, &'static str)]) -> HeaderMap {
        let lines = lines.iter().map(|(name, line)| (name.clone(), HeaderValue::from_static(line)));
        lines.collect()
    }

    #[test]
    fn the_session_is_found_among_other_cookies() {
        for line in ["__Host-thuocdo=abc", "a=b; __Host-thuocdo=abc", "__Host-thuocdo=abc;c=d"] {
            assert_eq!(session(&headers(&[(COOKIE, line)])), Some("abc"), "{line}");
        }
        for line in
            ["", "thuocdo=abc", "x__Host-thuocdo=abc", "__Host-thuocdo", "__Host-thuocdox=a"]
        {
            assert_eq!(session(&headers(&[(COOKIE, line)])), None, "{line}");
        }
        let mut two = headers(&[(COOKIE, "a=b")]);
        two.append(COOKIE, HeaderValue::from_static("__Host-thuocdo=abc"));
        assert_eq!(session(&two), Some("abc"));
    }

    #[test]
    fn a_token_is_sent_as_bearer() {
        for line in ["Bearer t", "bearer t", "BEARER  t"] {
            assert_eq!(token(&headers(&[(AUTHORIZATION, line)])), Some("t"), "{line}");
        }
        for line in ["t", "Basic t", "Bearer", "Bearert"] {
            assert_eq!(token(&headers(&[(AUTHORIZATION, line)])), None, "{line}");
        }
    }
}
