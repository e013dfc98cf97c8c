//! `GET /audio/{instrument}/{version}/{file}`.

use std::ops::Range;

use axum::extract::{OriginalUri, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use survey_defs::api::problem::ProblemCode;

use crate::catalogue::recordings::Recording;
use crate::http::error::ApiError;
use crate::http::state::AppState;

/// A recorded reading, whole or in part. Its address changes with its content, so browsers keep it.
pub async fn file(
    State(state): State<AppState>,
    OriginalUri(uri): OriginalUri,
    headers: HeaderMap,
) -> Result<Response, ApiError> {
    let not_found = || ApiError::new(ProblemCode::NotFound);
    let Recording { content, media_type } =
        state.recordings.file(uri.path()).ok_or_else(not_found)?;
    let fixed = [
        (header::CONTENT_TYPE, *media_type),
        (header::CACHE_CONTROL, "public, max-age=31536000, immutable"),
        (header::ACCEPT_RANGES, "bytes"),
    ];
    let wanted = headers.get(header::RANGE).and_then(|value| value.to_str().ok());
    let Some(part) = wanted.and_then(|wanted| part(wanted, content.len())) else {
        return Ok((fixed, content.clone()).into_response());
    };
    let (first, last) = (part.start, part.end - 1);
    let place = [(header::CONTENT_RANGE, format!("bytes {first}-{last}/{}", content.len()))];
    Ok((StatusCode::PARTIAL_CONTENT, fixed, place, content.slice(part)).into_response())
}

/// The one part that a range header asks for. Players ask for one at a time; any other header is
/// answered with the whole, as RFC 9110 allows.
fn part(header: &str, length: usize) -> Option<Range<usize>> {
    let (first, last) = header.strip_prefix("bytes=")?.split_once('-')?;
    let part = match (first, last) {
        ("", suffix) => length.saturating_sub(suffix.parse().ok()?)..length,
        (first, "") => first.parse().ok()?..length,
        (first, last) => {
            first.parse().ok()?..last.parse::<usize>().ok()?.saturating_add(1).min(length)
        }
    };
    (part.start < part.end).then_some(part)
}

#[cfg(test)]
mod tests {
    use super::part;

    #[test]
    fn one_part_is_understood_and_anything_else_is_the_whole() {
        for (header, expected) in [
            ("bytes=0-3", Some(0..4)),
            ("bytes=4-", Some(4..10)),
            ("bytes=-3", Some(7..10)),
            ("bytes=-30", Some(0..10)),
            ("bytes=0-99", Some(0..10)),
            ("bytes=10-", None),
            ("bytes=5-4", None),
            ("bytes=0-1,4-5", None),
            ("bytes=-", None),
            ("bytes=-0", None),
            ("items=0-1", None),
            ("bytes=0-18446744073709551615", Some(0..10)),
        ] {
            assert_eq!(part(header, 10), expected, "{header}");
        }
        assert_eq!(part("bytes=0-0", 0), None);
    }
}
