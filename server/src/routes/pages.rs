//! Pages and files of the app.

use axum::extract::OriginalUri;
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::assets;
use crate::error::ApiError;
use crate::staff::Staff;

/// The citizens' form; it finds wave and point in its address.
pub async fn form(headers: HeaderMap) -> Response {
    assets::page("form.html", &headers)
}

/// The staff's console.
pub async fn console(_: Staff, headers: HeaderMap) -> Response {
    assets::page("console.html", &headers)
}

/// The root leads staff to the console; citizens come by the addresses of service points.
pub async fn root(_: Staff) -> Response {
    Redirect::to(survey_defs::api::paths::CONSOLE_PAGE).into_response()
}

/// Everything else: a file of the app, or nothing.
pub async fn file(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Result<Response, ApiError> {
    assets::file(uri.path().trim_start_matches('/'), &headers)
}
