//! The JSON of a post, and who has sent it.

use axum::extract::{FromRequest, FromRequestParts, OriginalUri, Request};
use axum::http::HeaderValue;
use survey_defs::device::SIGNATURE_HEADER;
use survey_defs::ids::DeviceId;

use super::error::ApiError;
use super::extract::{JsonText, Records, records};
use super::limits::{Client, DevicePost};
use super::middleware::{named_device, rate_limited};
use super::state::AppState;
use crate::auth::device::{SignedRequest, authenticate};
use crate::intake::sender::{Sender, SenderAddress};
use crate::intake::submissions::{MAX_BATCH, MAX_UNPROVEN_BATCH};

/// The JSON of a post that a device may have signed, and who has sent it.
#[derive(Debug)]
pub struct Posted {
    /// Not parsed yet.
    pub text: String,
    /// Who has sent it.
    pub sender: Sender,
    /// From where.
    client: Client,
    /// The post, if a device has signed it.
    signed: Option<DevicePost>,
}

impl FromRequest<AppState> for Posted {
    type Rejection = ApiError;

    async fn from_request(request: Request, state: &AppState) -> Result<Self, ApiError> {
        let (mut parts, body) = request.into_parts();
        let Ok(OriginalUri(uri)) = OriginalUri::from_request_parts(&mut parts, state).await;
        let Ok(client) = Client::from_request_parts(&mut parts, state).await;
        let named = named_device(&parts.headers);
        let signature = parts.headers.get(SIGNATURE_HEADER).cloned();
        let request = Request::from_parts(parts, body);
        let JsonText(text) = JsonText::from_request(request, state).await?;
        let (sender, signed) = sender(state, (named, signature), uri.path(), &text).await?;
        if !sender.has_proved() {
            let bytes = u32::try_from(text.len()).unwrap_or(u32::MAX);
            let counted = state.limits.rates.take_bytes(client, bytes);
            counted.map_err(|too_many| rate_limited(state, too_many))?;
        }
        Ok(Self { text, sender, client, signed })
    }
}

impl Posted {
    /// The records of the body, counted under the device that has signed it, or else under its
    /// address.
    ///
    /// # Errors
    /// `body_malformed`; `batch_size`; `rate_limited`, and then nothing of it was taken.
    pub fn records(&self, state: &AppState) -> Result<Records<'_>, ApiError> {
        let most = if self.sender.has_proved() { MAX_BATCH } else { MAX_UNPROVEN_BATCH };
        let records = records(&self.text, most)?;
        self.count(state, records.bodies().len())?;
        Ok(records)
    }

    /// Who has sent the records, and from where.
    pub fn by(&self) -> (&Sender, SenderAddress) {
        (&self.sender, self.client.into())
    }

    /// Counts so many records under who has sent them.
    ///
    /// # Errors
    /// `rate_limited`.
    pub fn count(&self, state: &AppState, records: usize) -> Result<(), ApiError> {
        let rates = &state.limits.rates;
        let records = u32::try_from(records).unwrap_or(u32::MAX);
        let counted = match (&self.sender, self.signed) {
            (Sender::Device(_), Some(post)) if self.sender.has_proved() => {
                rates.take_device_records(self.client, post, records)
            }
            (Sender::Device(_) | Sender::Anyone, _) => rates.take_records(self.client, records),
            (Sender::Staff, _) => Ok(()),
        };
        counted.map_err(|too_many| rate_limited(state, too_many))
    }
}

async fn sender(
    state: &AppState,
    (named, signature): (Option<DeviceId>, Option<HeaderValue>),
    path: &str,
    body: &str,
) -> Result<(Sender, Option<DevicePost>), ApiError> {
    let Some(device) = named else {
        return Ok((Sender::Anyone, None));
    };
    let signature = signature.as_ref().and_then(|value| value.to_str().ok());
    let signature = signature.unwrap_or_default();
    let request = SignedRequest { device, signature, path, body };
    Ok(match authenticate(&*state.store, request).await? {
        Some(found) => {
            let post = DevicePost { device, digest: request.digest() };
            (Sender::Device(Box::new(found)), Some(post))
        }
        None => (Sender::Anyone, None),
    })
}
