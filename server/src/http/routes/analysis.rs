//! What the analyses have in common.

use axum::http::{HeaderMap, HeaderName, StatusCode, header};
use axum::response::{IntoResponse, Response};
use sha2::{Digest, Sha256};
use survey_defs::api::problem::Problem;

use crate::analysis::cache::Fingerprint;
use crate::analysis::question::Question;
use crate::http::error::ApiError;
use crate::http::reply::json;
use crate::http::state::AppState;

/// How an analysis refuses, for the description.
#[derive(utoipa::IntoResponses)]
#[expect(dead_code, reason = "only its description is used")]
pub(super) enum AnalysisProblems {
    /// A parameter is missing, unknown or malformed
    #[response(status = 400)]
    Query(Problem),
    /// Nobody has logged in
    #[response(status = 401)]
    Stranger(Problem),
    /// The caller lacks the right
    #[response(status = 403)]
    Caller(Problem),
    /// Unknown wave, method, period or part of the index
    #[response(status = 404)]
    Unknown(Problem),
    /// The wave cannot be analysed so: the method or a filter does not fit its data, it has no
    /// standard errors or no single forms, or the waves speak of different populations
    #[response(status = 422)]
    DoesNotFit(Problem),
    /// Too many tables are being computed, or the store does not answer; send again after
    /// Retry-After
    #[response(status = 503)]
    Unavailable(Problem),
}

/// Answers a question, or says that the caller has the answer already.
pub(super) async fn answer<Q: Question>(
    state: &AppState,
    headers: &HeaderMap,
    question: Q,
) -> Result<Response, ApiError> {
    let (store, definitions) = (&*state.store, &state.catalogue.definitions);
    let asked = state.analysis.ask(store, definitions, question).await?;
    let tag = entity_tag(state, asked.fingerprint());
    if is_known(headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, tagged(tag)).into_response());
    }
    let answered = state.analysis.answer(store, definitions, asked).await?;
    let reply = json(StatusCode::OK, &*answered.result);
    Ok((tagged(entity_tag(state, answered.fingerprint)), reply).into_response())
}

/// The caller may keep an answer, but must ask each time whether it still holds.
fn tagged(tag: String) -> [(HeaderName, String); 2] {
    [(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())]
}

/// A weak tag, because a compressed answer has the same one. The shape of answers is part of it: a
/// browser must not read with a new console what an older server has sent.
fn entity_tag(state: &AppState, fingerprint: Fingerprint) -> String {
    let hash =
        Sha256::new().chain_update(state.shape).chain_update(fingerprint.as_bytes()).finalize();
    let half: Vec<String> = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("W/\"{}\"", half.concat())
}

/// Whether the caller has an answer with this tag. The comparison is the weak one of RFC 9110.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let opaque = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    let wanted = opaque(tag);
    let lists = headers.get_all(header::IF_NONE_MATCH).into_iter().flat_map(|list| list.to_str());
    lists
        .flat_map(|list| list.split(','))
        .any(|known| known.trim() == "*" || opaque(known) == wanted)
}
