//! Pages and files of the app.

use axum::extract::{OriginalUri, Path, RawQuery, State};
use axum::http::HeaderMap;
use axum::response::{IntoResponse, Redirect, Response};

use crate::documents::help_page;
use crate::http::assets;
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// The citizens' form; it finds wave and point in its address. With the query `help`: what to do
/// where it does not work.
pub async fn form(
    State(state): State<AppState>,
    Path((wave, point)): Path<(String, String)>,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if wants_help(query) {
        let office = help_page::Office::find(&*state.store, &wave, &point).await;
        return assets::written(help_page::page(office.as_ref()));
    }
    assets::page("form.html", &headers)
}

/// The form on a device at a counter; without an enrolment it only asks for the code. With the query
/// `help`: what to do where it does not work.
pub async fn kiosk(RawQuery(query): RawQuery, headers: HeaderMap) -> Response {
    if wants_help(query) {
        return assets::written(help_page::page(None));
    }
    assets::page("kiosk.html", &headers)
}

/// The staff's console.
pub async fn console(headers: HeaderMap) -> Response {
    assets::page("console.html", &headers)
}

/// The root leads staff to the console; citizens come by the addresses of service points.
pub async fn root() -> Response {
    Redirect::to(survey_defs::api::paths::CONSOLE_PAGE).into_response()
}

/// Everything else: a file of the app, or nothing.
pub async fn file(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Result<Response, ApiError> {
    assets::file(uri.path().trim_start_matches('/'), &headers)
}

fn wants_help(query: Option<String>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some("help")))
}
