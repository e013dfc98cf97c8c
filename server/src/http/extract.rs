//! Extractors whose rejections are problem documents.

use axum::body::Bytes;
use axum::extract::rejection::{BytesRejection, FailedToBufferBody};
use axum::extract::{FromRequest, FromRequestParts, Path as AxumPath, Query as AxumQuery, Request};
use axum::http::header::CONTENT_TYPE;
use axum::http::request::Parts;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;
use survey_defs::api::problem::ProblemCode;

use crate::http::error::ApiError;
use crate::system::json::parse;

/// The bytes of a JSON body: declared as JSON, within the limit, in UTF-8. Not parsed yet.
#[derive(Debug)]
pub struct JsonText(pub String);

impl<S: Send + Sync> FromRequest<S> for JsonText {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &S) -> Result<Self, ApiError> {
        let content_type = request.headers().get(CONTENT_TYPE).and_then(|v| v.to_str().ok());
        let media_type = content_type.and_then(|text| text.split(';').next()).map(str::trim);
        if !media_type.is_some_and(|text| text.eq_ignore_ascii_case("application/json")) {
            return Err(ApiError::with_detail(
                ProblemCode::ContentType,
                "expected application/json",
            ));
        }
        let bytes =
            Bytes::from_request(request, state).await.map_err(|rejection| match rejection {
                BytesRejection::FailedToBufferBody(FailedToBufferBody::LengthLimitError(_)) => {
                    ApiError::new(ProblemCode::BodyTooLarge)
                }
                _ => ApiError::with_detail(ProblemCode::BodyMalformed, "the body ended too early"),
            })?;
        match String::from_utf8(bytes.into()) {
            Ok(text) => Ok(Self(text)),
            Err(_) => Err(ApiError::with_detail(ProblemCode::BodyMalformed, "not UTF-8")),
        }
    }
}

/// One record, or a batch of them, each as it was sent.
#[derive(Debug)]
pub enum Records<'a> {
    /// One.
    One([&'a str; 1]),
    /// An array of them.
    Batch(Vec<&'a str>),
}

impl<'a> Records<'a> {
    /// Each as it was sent, in order.
    pub fn bodies(&self) -> &[&'a str] {
        match self {
            Self::One(body) => body,
            Self::Batch(bodies) => bodies,
        }
    }
}

/// Takes a body apart into records, which are not parsed yet.
///
/// # Errors
/// `body_malformed` if it is not JSON; `batch_size` if the array is empty or has more than `most`.
pub fn records(text: &str, most: usize) -> Result<Records<'_>, ApiError> {
    if !text.trim_start().starts_with('[') {
        return Ok(Records::One([parse::<&RawValue>(text)?.get()]));
    }
    let records: Vec<&RawValue> = parse(text)?;
    if !(1..=most).contains(&records.len()) {
        let detail = format!("{} records; a batch of this sender has 1 to {most}", records.len());
        return Err(ApiError::with_detail(ProblemCode::BatchSize, detail));
    }
    Ok(Records::Batch(records.into_iter().map(RawValue::get).collect()))
}

/// A query string.
#[derive(Debug)]
pub struct Query<T>(pub T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Query<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match AxumQuery::<T>::from_request_parts(parts, state).await {
            Ok(AxumQuery(query)) => Ok(Self(query)),
            Err(rejection) => {
                Err(ApiError::with_detail(ProblemCode::QueryInvalid, rejection.body_text()))
            }
        }
    }
}

/// Parameters of the path. One that is no id names nothing.
#[derive(Debug)]
pub struct Path<T>(pub T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Path<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, ApiError> {
        match AxumPath::<T>::from_request_parts(parts, state).await {
            Ok(AxumPath(parameters)) => Ok(Self(parameters)),
            Err(_) => Err(ApiError::new(ProblemCode::NotFound)),
        }
    }
}
