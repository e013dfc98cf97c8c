//! The JSON of a post, and who has sent it.

use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::HeaderMap;
use survey_defs::device::{DEVICE_HEADER, SIGNATURE_HEADER};

use super::error::ApiError;
use super::extract::JsonText;
use super::limits::Client;
use super::middleware::{names_device, rate_limited};
use super::state::AppState;
use crate::auth::device::{SignedRequest, authenticate};
use crate::intake::sender::Sender;

/// The JSON of a post that a device may have signed, and who has sent it. It is counted under the
/// device that has signed it, or under the address if it only names one.
#[derive(Debug)]
pub struct Posted {
    /// Not parsed yet.
    pub text: String,
    /// Who has sent it.
    pub sender: Sender,
}

impl FromRequest<AppState> for Posted {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(&mut parts, state).await;
        let Ok(client) = Client::from_request_parts(&mut parts, state).await;
        let headers = parts.headers.clone();
        let request = Request::from_parts(parts, body);
        let JsonText(text) = JsonText::from_request(request, state).await?;
        let sender = sender(state, &headers, uri.path(), &text).await?;
        let rates = &state.limits.rates;
        let counted = match &sender {
            Sender::Device(device) => rates.take_device(device.id),
            Sender::Anyone if names_device(&headers) => rates.take_address(client),
            // It was counted before it was read.
            Sender::Anyone | Sender::Staff => Ok(()),
        };
        counted.map_err(|too_many| rate_limited(state, too_many))?;
        Ok(Self { text, sender })
    }
}

async fn sender(
    state: &AppState,
    headers: &HeaderMap,
    path: &str,
    body: &str,
) -> Result<Sender, ApiError> {
    let header = |name| headers.get(name).and_then(|value| value.to_str().ok());
    let Some(device) = header(DEVICE_HEADER).and_then(|id| id.parse().ok()) else {
        return Ok(Sender::Anyone);
    };
    let signature = header(SIGNATURE_HEADER).unwrap_or_default();
    let request = SignedRequest { device, signature, path, body };
    let device = authenticate(&*state.store, request).await?;
    Ok(device.map_or(Sender::Anyone, |device| Sender::Device(Box::new(device))))
}
