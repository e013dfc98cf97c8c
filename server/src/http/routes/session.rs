//! The session of a browser: begin it with a link, look at it, end it.

use std::net::IpAddr;

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::api::{Login, SessionView, paths};
use survey_defs::caller::Door;

use crate::auth::sessions;
use crate::auth::staff::Identity;
use crate::http::error::ApiError;
use crate::http::extract::JsonText;
use crate::http::reply::json;
use crate::http::staff::{cookie, no_cookie, session};
use crate::http::state::AppState;
use crate::system::json::parse;

/// Exchanges the token of a login link for a session of 12 hours.
///
/// A link works once, for 15 minutes. The session is a cookie that scripts cannot read. A page that was
/// opened over plain http from another machine is refused, and its link stays good: browsers would not
/// take the cookie.
#[utoipa::path(
    post,
    path = paths::SESSION,
    request_body = Login,
    responses(
        (status = 201, description = "The session is in the cookie `__Host-thuocdo`", body = SessionView),
        (status = 400, description = "Not JSON, or JSON of another shape", body = Problem),
        (status = 403, description = "The link is wrong, used or over; or the page is another site's, or not encrypted", body = Problem),
        (status = 415, description = "Not declared as JSON", body = Problem),
        (status = 429, description = "Too many requests from one address; send again after Retry-After", body = Problem),
        (status = 503, description = "The server is overloaded, or the store does not answer; send again after Retry-After", body = Problem),
    ),
    tag = "session"
)]
pub async fn begin(
    State(state): State<AppState>,
    headers: HeaderMap,
    JsonText(text): JsonText,
) -> Result<Response, ApiError> {
    if is_plain_elsewhere(&headers) {
        return Err(ApiError::new(ProblemCode::LoginInsecure));
    }
    let login: Login = parse(&text)?;
    let (now, randomness) = (state.clock.now(), &*state.intake.randomness);
    let begun = sessions::begin(&*state.store, randomness, now, &login.token).await?;
    let begun = begun.ok_or_else(|| ApiError::new(ProblemCode::LoginRefused))?;
    let view = SessionView { door: Door::Session, expires_at: Some(begun.expires_at) };
    let mut response = json(StatusCode::CREATED, &view);
    response.headers_mut().insert(header::SET_COOKIE, cookie(&begun)?);
    Ok(response)
}

/// How the caller has come in, and until when.
#[utoipa::path(
    get,
    path = paths::SESSION,
    responses((status = 200, body = SessionView), (status = 401, body = Problem), (status = 403, body = Problem)),
    tag = "session"
)]
pub async fn show(identity: Identity) -> Response {
    let Identity { caller, expires_at } = identity;
    json(StatusCode::OK, &SessionView { door: caller.door(), expires_at })
}

/// Ends the session, if there is one.
#[utoipa::path(
    delete,
    path = paths::SESSION,
    responses(
        (status = 204, description = "There is no session any more"),
        (status = 403, description = "The page is another site's", body = Problem),
    ),
    tag = "session"
)]
pub async fn end(State(state): State<AppState>, headers: HeaderMap) -> Result<Response, ApiError> {
    if let Some(secret) = session(&headers) {
        sessions::end(&*state.store, state.clock.now(), secret).await?;
    }
    Ok((StatusCode::NO_CONTENT, [(header::SET_COOKIE, no_cookie()?)]).into_response())
}

/// Whether a page says that it was opened over plain http, and not from this machine: browsers drop a
/// cookie with `Secure` there. Nothing is allowed by what it says.
fn is_plain_elsewhere(headers: &HeaderMap) -> bool {
    let origin = headers.get(header::ORIGIN).and_then(|origin| origin.to_str().ok());
    let Some(host) = origin.and_then(|origin| origin.strip_prefix("http://")) else {
        return false;
    };
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    let address = name.trim_start_matches('[').trim_end_matches(']').parse::<IpAddr>();
    name != "localhost" && !address.is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    #[test]
    fn plain_http_is_for_this_machine() {
        let is_plain = |origin: &'static str| {
            let headers = [(header::ORIGIN, HeaderValue::from_static(origin))];
            is_plain_elsewhere(&headers.into_iter().collect())
        };
        for origin in [
            "http://localhost:8080",
            "http://127.0.0.1:8080",
            "http://127.9.9.9",
            "http://[::1]:8080",
            "https://hailong.example.vn",
            "null",
        ] {
            assert!(!is_plain(origin), "{origin}");
        }
        for origin in ["http://192.168.1.7:8080", "http://hailong.example.vn", "http://127.0.0.1.a"]
        {
            assert!(is_plain(origin), "{origin}");
        }
        assert!(!is_plain_elsewhere(&HeaderMap::new()), "a script");
    }
}
