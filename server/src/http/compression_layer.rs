//! JSON and pages go compressed to whoever takes them: a form's package is the largest thing that a
//! phone gets after the app, and its page names the office, so it is made for each request. Files of
//! the app are compressed already, recordings and posters do not shrink.

use axum::http::{Extensions, HeaderMap, StatusCode, Version, header};
use survey_defs::api::problem::MEDIA_TYPE;
use tower_http::compression::predicate::{And, Predicate, SizeAbove};
use tower_http::compression::{CompressionLayer, CompressionLevel};

use super::assets::HTML;
use super::prepared::IsPrepared;

/// Below this an answer fits into one packet anyway.
const MIN_BYTES: u64 = 1024;

/// Brotli and gzip both have it: most of the gain for little time.
const LEVEL: CompressionLevel = CompressionLevel::Precise(4);

/// Which answers are compressed.
type Rule = And<SizeAbove, fn(StatusCode, Version, &HeaderMap, &Extensions) -> bool>;

/// The layer of the router.
pub(crate) fn layer() -> CompressionLayer<Rule> {
    let rule = SizeAbove::new(MIN_BYTES).and(shrinks as fn(_, _, &_, &_) -> _);
    CompressionLayer::new().quality(LEVEL).compress_when(rule)
}

fn shrinks(_: StatusCode, _: Version, headers: &HeaderMap, extensions: &Extensions) -> bool {
    if extensions.get::<IsPrepared>().is_some() {
        return false;
    }
    let media_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    media_type
        .is_some_and(|media_type| matches!(media_type, "application/json" | MEDIA_TYPE | HTML))
}
