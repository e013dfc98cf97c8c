//! Pages and files of the app.

use axum::extract::rejection::{PathRejection, QueryRejection};
use axum::extract::{OriginalUri, Path, Query, RawQuery, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use serde::Deserialize;
use store::StoreError;
use survey_defs::api::problem::ProblemCode;
use tracing::warn;

use crate::catalogue::cache::PointContext;
use crate::catalogue::short_codes::{self, Destination};
use crate::catalogue::unit_name;
use crate::documents::citizen_pages::{self, Home};
use crate::documents::help_page;
use crate::http::assets;
use crate::http::error::ApiError;
use crate::http::person::is_for_a_person;
use crate::http::state::AppState;

/// No name of an office is longer.
const LONGEST_QUERY: usize = 80;

/// What is searched for on the front page.
#[derive(Debug, Default, Deserialize)]
pub struct Search {
    q: Option<String>,
}

/// The citizens' form; it finds wave and point in its address. With the query `help`: what to do
/// where it does not work. A person who mistyped the address gets a page with a way out; the program
/// asks for its own page under an address that is no service point's. At a service point with devices
/// only these take answers, so a phone is led elsewhere.
pub async fn form(
    State(state): State<AppState>,
    Path((wave, point)): Path<(String, String)>,
    OriginalUri(uri): OriginalUri,
    RawQuery(query): RawQuery,
    headers: HeaderMap,
) -> Response {
    if wants_help(query) {
        let office = help_page::Office::find(&*state.store, &wave, &point).await;
        return assets::written(help_page::page(office.as_ref()));
    }
    match find(&state, &wave, &point).await {
        Ok(Some(context)) if context.channel.needs_device() => {
            assets::written(citizen_pages::of_a_device())
        }
        Ok(Some(context)) => {
            let image = state.public_url.as_ref().map(|url| format!("{url}/icons/thuocdo-512.png"));
            let card = citizen_pages::card(&unit_name(&context.unit), image.as_deref());
            assets::page_with("form.html", &card, &headers)
        }
        Ok(None) if is_for_a_person(uri.path(), &headers) => missing(),
        Ok(None) => assets::page("form.html", &headers),
        Err(error) => {
            warn!(%error, "the form could not name its service point");
            assets::page("form.html", &headers)
        }
    }
}

/// The service point of a form's address; none where there is no such point.
async fn find(
    state: &AppState,
    wave: &str,
    point: &str,
) -> Result<Option<PointContext>, StoreError> {
    match (wave.parse(), point.parse()) {
        (Ok(wave), Ok(point)) => state.catalogue.point_context(&wave, &point).await,
        _ => Ok(None),
    }
}

/// The short address on paper: leads to the form of the open wave, or to a page that says that none is
/// open. Where it leads changes with the waves, so nobody keeps it. The query, which a chat may add, is
/// dropped.
///
/// # Errors
/// `not_found` to programs if there is no such code; those of the store.
pub async fn short_code(
    State(state): State<AppState>,
    typed: Result<Path<String>, PathRejection>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let typed = typed.map_or_else(|_| String::new(), |Path(typed)| typed);
    let found = short_codes::find(&state.catalogue, &typed, state.clock.now()).await?;
    match found {
        Some(Destination::Form { path }) => Ok(see_other(path)),
        Some(Destination::Closed(place)) => Ok(assets::written(citizen_pages::closed(&place))),
        None if is_for_a_person(uri.path(), &headers) => {
            let page = assets::written(citizen_pages::unknown_code());
            Ok((StatusCode::NOT_FOUND, page).into_response())
        }
        None => Err(ApiError::new(ProblemCode::NotFound)),
    }
}

/// Leads to a form; where to may change with the next wave.
fn see_other(path: String) -> Response {
    let headers = [(header::LOCATION, path), (header::CACHE_CONTROL, "no-store".to_owned())];
    (StatusCode::SEE_OTHER, headers).into_response()
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

/// The front page, for citizens: what this is, and the way to the form of an office.
///
/// # Errors
/// Those of the store.
pub async fn root(
    State(state): State<AppState>,
    search: Result<Query<Search>, QueryRejection>,
) -> Result<Response, ApiError> {
    let query = search.ok().and_then(|Query(search)| search.q);
    let query = query.filter(|query| !query.trim().is_empty());
    // Somebody types the code of a poster.
    let typed = query.as_deref().unwrap_or_default();
    if let Some(Destination::Form { path }) =
        short_codes::find(&state.catalogue, typed, state.clock.now()).await?
    {
        return Ok(see_other(path));
    }
    let query = query.map(|query| query.chars().take(LONGEST_QUERY).collect::<String>());
    let open = state.catalogue.offices.open(&*state.store, state.clock.now()).await?;
    let offices = query.as_deref().map(|query| open.search(query)).unwrap_or_default();
    let home = Home { query, offices, is_trial: open.is_trial() };
    Ok(assets::written(citizen_pages::home(&home)))
}

/// Everything else: a file of the app, or nothing. To a person who mistyped an address that is a page
/// with a way out.
pub async fn file(OriginalUri(uri): OriginalUri, headers: HeaderMap) -> Result<Response, ApiError> {
    let path = uri.path();
    match assets::file(path.trim_start_matches('/'), &headers) {
        Err(error)
            if error.problem().code == ProblemCode::NotFound && is_for_a_person(path, &headers) =>
        {
            Ok(missing())
        }
        other => other,
    }
}

fn missing() -> Response {
    (StatusCode::NOT_FOUND, assets::written(citizen_pages::missing())).into_response()
}

fn wants_help(query: Option<String>) -> bool {
    query.is_some_and(|query| query.split('&').any(|pair| pair.split('=').next() == Some("help")))
}
