//! Whether an answer is shown to a person, who needs a page with a way out, or read by a program.

use axum::http::{HeaderMap, header};

/// Whether the answer is shown as a page. Programs ask for the interface, or for no HTML.
pub(crate) fn is_for_a_person(path: &str, headers: &HeaderMap) -> bool {
    !path.starts_with("/api/") && accepts_html(headers)
}

fn accepts_html(headers: &HeaderMap) -> bool {
    let accepted = headers.get(header::ACCEPT).and_then(|value| value.to_str().ok());
    accepted.is_some_and(|types| types.contains("text/html"))
}
