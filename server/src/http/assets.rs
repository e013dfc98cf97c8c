//! The app inside the binary: files with hashed names, already compressed.

use std::borrow::Cow;
use std::path::Path;

use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, HeaderName, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use rust_embed::{EmbeddedFile, RustEmbed};
use survey_defs::api::problem::ProblemCode;

use crate::http::error::ApiError;
use crate::http::prepared::Encoding;

/// What `cargo xtask app` leaves. A binary built without it serves the interface only, and its
/// pages say so.
#[derive(RustEmbed)]
#[folder = "../target/app"]
#[allow_missing = true]
struct Files;

/// Pages of the app may load what this server serves and nothing else; WebAssembly may be compiled;
/// nothing inline runs.
const APP_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; \
     style-src 'self'; connect-src 'self'; img-src 'self'; font-src 'self'; manifest-src 'self'; \
     media-src 'self'; worker-src 'self'; \
     base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
);
/// Pages that the server writes itself have a style and a search, and no scripts.
const WRITTEN_POLICY: HeaderValue = HeaderValue::from_static(
    "default-src 'none'; style-src 'self'; img-src 'self'; \
     base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
);

/// The media type of pages.
pub(super) const HTML: &str = "text/html; charset=utf-8";

/// A file. Those under `assets/` have hashed names and never change, so browsers keep them for a
/// year; others are asked for anew. Pages have addresses of their own and are no files.
///
/// # Errors
/// `not_found` if there is no such file.
pub fn file(path: &str, headers: &HeaderMap) -> Result<Response, ApiError> {
    let not_found = || ApiError::new(ProblemCode::NotFound);
    let is_page = Path::new(path).extension().is_some_and(|extension| extension == "html");
    if path.starts_with('.') || is_page {
        return Err(not_found());
    }
    let (file, encoding) = negotiate(path, headers).ok_or_else(not_found)?;
    let cache = if path.starts_with("assets/") {
        "public, max-age=31536000, immutable"
    } else {
        "no-cache"
    };
    let mut response = respond(file, encoding, media_type(path), cache);
    if path.starts_with("icons/") {
        // A chat shows it beside the address of a form.
        let policy = HeaderName::from_static("cross-origin-resource-policy");
        response.headers_mut().insert(policy, HeaderValue::from_static("cross-origin"));
    }
    Ok(response)
}

/// A page: always asked for anew, so that it names the current files.
pub fn page(name: &str, headers: &HeaderMap) -> Response {
    let Some((file, encoding)) = negotiate(name, headers) else {
        let text = "Chương trình này được dựng không kèm giao diện. \
                    This program was built without the app; run `cargo xtask build`.\n";
        return (StatusCode::NOT_FOUND, text).into_response();
    };
    secured(respond(file, encoding, HTML, "no-cache"), APP_POLICY)
}

/// A page of the app with more in its head.
pub fn page_with(name: &str, head: &str, headers: &HeaderMap) -> Response {
    let text = Files::get(name).and_then(|file| String::from_utf8(file.data.into_owned()).ok());
    match text {
        Some(text) => {
            let text = text.replacen("</head>", &format!("{head}</head>"), 1);
            secured(html(text), APP_POLICY)
        }
        None => page(name, headers),
    }
}

/// A page that the server wrote itself.
pub fn written(text: String) -> Response {
    secured(html(text), WRITTEN_POLICY)
}

fn html(text: String) -> Response {
    ([(header::CONTENT_TYPE, HTML), (header::CACHE_CONTROL, "no-cache")], text).into_response()
}

fn secured(mut response: Response, policy: HeaderValue) -> Response {
    response.headers_mut().insert(header::CONTENT_SECURITY_POLICY, policy);
    response
}

/// The file in the best encoding that the browser takes.
fn negotiate(path: &str, headers: &HeaderMap) -> Option<(EmbeddedFile, Option<Encoding>)> {
    let compressed = |encoding: Encoding| {
        let file = Files::get(&format!("{path}.{}", encoding.suffix()))?;
        Some((file, Some(encoding)))
    };
    let best = Encoding::accepted(headers).find_map(compressed);
    best.or_else(|| Files::get(path).map(|file| (file, None)))
}

fn respond(
    file: EmbeddedFile,
    encoding: Option<Encoding>,
    media_type: &'static str,
    cache: &'static str,
) -> Response {
    // The bytes of the program itself: however many are sent at a time, they are there once.
    let bytes = match file.data {
        Cow::Borrowed(bytes) => Bytes::from_static(bytes),
        Cow::Owned(bytes) => Bytes::from(bytes),
    };
    let mut response = Response::new(Body::from(bytes));
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media_type));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(cache));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(encoding) = encoding {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(encoding.name()));
    }
    response
}

fn media_type(path: &str) -> &'static str {
    match path.rsplit_once('.').map(|(_, extension)| extension) {
        Some("wasm") => "application/wasm",
        Some("js") => "text/javascript; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("svg") => "image/svg+xml",
        Some("woff2") => "font/woff2",
        Some("png") => "image/png",
        Some("webmanifest") => "application/manifest+json",
        _ => "application/octet-stream",
    }
}
