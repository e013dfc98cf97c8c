//! Holds the identity of this device, which signs its requests, and the configuration from the
//! server.
//!
//! The identity is read from the browser's storage for each signature. What was read last stays in
//! memory for a time when the storage does not answer; a private key cannot be read from there
//! either.

use std::cell::RefCell;

use survey_defs::api::paths;
use survey_defs::api::{DeviceConfig, Enrolment};
use survey_defs::device::{
    Credential, DEVICE_HEADER, EnrolmentCode, SIGNATURE_HEADER, signed_text,
};
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::CryptoKey;

use super::database::{self, DEADLINE_MS, DEVICE, IDENTITY, field, in_time, open, record};
use super::deadline::within;
use super::request_signer::{RequestSigner, SignatureHeaders};
use super::{crypto, http, json};

/// An identity that the server does not know yet; it is stored first, because a code works once.
const CANDIDATE: &str = "candidate";

/// How long a browser may take to sign, or to make a key.
const CRYPTO_MS: u32 = 10_000;

/// Why a device is not enrolled.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum EnrolError {
    /// The code is wrong.
    #[error("the code is wrong")]
    WrongCode,
    /// The code is right and no longer works.
    #[error("the code no longer works")]
    Code(CodeEnd),
    /// Too many codes came from this network.
    #[error("too many codes came from this network")]
    TooOften,
    /// No network, or no server.
    #[error("no answer from the server")]
    Unreachable,
    /// The server answers something else.
    #[error("the server has a fault")]
    Broken,
    /// The browser keeps nothing, so the device would forget itself.
    #[error(transparent)]
    Storage(#[from] database::Error),
}

/// Why a right code no longer works.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CodeEnd {
    /// It was entered wrongly five times.
    Ended,
    /// A day has passed.
    Expired,
    /// A device was enrolled with it.
    Used,
    /// Staff have revoked the device that it is for.
    Revoked,
}

/// Signs requests with the stored identity, if there is one.
#[derive(Debug, Clone, Copy)]
pub struct DeviceSigner;

impl RequestSigner for DeviceSigner {
    fn sign(&self, path: &str, body: &str) -> SignatureHeaders {
        let text = signed_text(path, body);
        Box::pin(async move {
            let stored = identity().await?;
            // Without an identity, records left in this browser are sent as a phone sends them.
            let Some(device) = field(&stored, "device").as_string() else { return Some(vec![]) };
            let signature = match field(&stored, "key").dyn_ref::<CryptoKey>() {
                Some(key) => within(CRYPTO_MS, crypto::sign(key, &text)).await??,
                None => field(&stored, "token").as_string()?,
            };
            Some(vec![(DEVICE_HEADER, device), (SIGNATURE_HEADER, signature)])
        })
    }
}

thread_local! {
    /// The identity that was read last.
    static LAST: RefCell<Option<JsValue>> = const { RefCell::new(None) };
}

/// The identity of this device, `undefined` if it has none; none if nobody knows.
async fn identity() -> Option<JsValue> {
    match read(IDENTITY).await {
        Ok(stored) => {
            LAST.set(Some(stored.clone()));
            Some(stored)
        }
        Err(_) => LAST.with_borrow(Clone::clone),
    }
}

/// The stored configuration of this device; none if it is not enrolled.
///
/// # Errors
/// If the browser's storage does not work.
pub async fn config() -> Result<Option<DeviceConfig>, database::Error> {
    let stored = read(IDENTITY).await?;
    if !field(&stored, "code").is_undefined() {
        // Programs before December 2026 kept the enrolment code. Should this not succeed, the next
        // configuration that is stored leaves it out.
        let _ = write(IDENTITY, &parts(&stored), &config_text(&stored).unwrap_or_default()).await;
    }
    Ok(config_text(&stored).and_then(|text| json::from_text(&text).ok()))
}

/// Stores a new configuration, as the text that the server has sent.
///
/// # Errors
/// If the browser's storage does not work; the old configuration is there then.
pub async fn store_config(text: &str) -> Result<(), database::Error> {
    let stored = read(IDENTITY).await?;
    if stored.is_undefined() {
        return Ok(());
    }
    write(IDENTITY, &parts(&stored), text).await
}

/// What an identity consists of, apart from its configuration: device, key and token.
fn parts(stored: &JsValue) -> [JsValue; 3] {
    ["device", "key", "token"].map(|name| field(stored, name))
}

/// Exchanges a code for an identity.
///
/// # Errors
/// See [`EnrolError`]. An identity from earlier is still there then.
pub async fn enrol(code: EnrolmentCode) -> Result<DeviceConfig, EnrolError> {
    let credential = candidate().await?;
    let body = json::to_text(&Enrolment { code, credential });
    let body = body.map_err(|_| EnrolError::Broken)?;
    let answer = http::post_with(paths::ENROLMENTS, &body, &[]).await;
    let answer = answer.map_err(|_| EnrolError::Unreachable)?;
    if !(200..=299).contains(&answer.status) {
        return Err(refusal(answer.status, json::text_field(&answer.text, "code").as_deref()));
    }
    let config: DeviceConfig = json::from_text(&answer.text).map_err(|_| EnrolError::Broken)?;
    let made = read(CANDIDATE).await?;
    let device = JsValue::from(config.device.to_string());
    let parts = [device, field(&made, "key"), field(&made, "token")];
    write(IDENTITY, &parts, &answer.text).await?;
    in_time(DEADLINE_MS, forget_candidate()).await?;
    Ok(config)
}

/// What an answer means that is no success. Only our server's word counts: a proxy may refuse too.
fn refusal(status: u16, code: Option<&str>) -> EnrolError {
    match (status, code) {
        (403, Some("enrolment_refused")) => EnrolError::WrongCode,
        (403, Some("enrolment_code_ended")) => EnrolError::Code(CodeEnd::Ended),
        (403, Some("enrolment_code_expired")) => EnrolError::Code(CodeEnd::Expired),
        (403, Some("enrolment_code_used")) => EnrolError::Code(CodeEnd::Used),
        (403, Some("device_revoked")) => EnrolError::Code(CodeEnd::Revoked),
        (429, Some(_)) => EnrolError::TooOften,
        (502..=504, _) => EnrolError::Unreachable,
        _ => EnrolError::Broken,
    }
}

/// Makes an identity and stores it: a key that cannot be read, or a token where the browser has no
/// such keys or cannot store them.
async fn candidate() -> Result<Credential, EnrolError> {
    let none = JsValue::UNDEFINED;
    // The answer to an earlier attempt may have been lost; the server takes the code again from the
    // identity that it knows.
    let made = read(CANDIDATE).await?;
    if let Some(public) = config_text(&made).filter(|public| !public.is_empty()) {
        return Ok(Credential::PublicKey(public));
    }
    if let Some(token) = field(&made, "token").as_string() {
        return Ok(Credential::Token(token));
    }
    if let Some(Some(pair)) = within(CRYPTO_MS, crypto::generate()).await {
        let parts = [none.clone(), pair.private.into(), none.clone()];
        // Its configuration is not known yet; the public half stands in its place.
        if write(CANDIDATE, &parts, &pair.public).await.is_ok() {
            return Ok(Credential::PublicKey(pair.public));
        }
    }
    let token = crypto::token().ok_or(EnrolError::Broken)?;
    let parts = [none.clone(), none, token.as_str().into()];
    write(CANDIDATE, &parts, "").await?;
    Ok(Credential::Token(token))
}

/// The text beside an identity: its configuration, or the public key of a candidate. Kiosks that were
/// enrolled before December 2026 have it under the name `orders`, until it is written again.
fn config_text(stored: &JsValue) -> Option<String> {
    field(stored, "config").as_string().or_else(|| field(stored, "orders").as_string())
}

async fn read(name: &str) -> Result<JsValue, database::Error> {
    in_time(DEADLINE_MS, async {
        let connection = open().await?;
        connection.value(DEVICE, &name.into()).await
    })
    .await
}

async fn forget_candidate() -> Result<(), database::Error> {
    let connection = open().await?;
    let transaction = connection.write(&[DEVICE])?;
    transaction.store(DEVICE)?.delete(&CANDIDATE.into())?;
    transaction.complete().await
}

/// Writes an identity: device, key and token, any of them undefined, and the configuration.
async fn write(
    name: &str,
    [device, key, token]: &[JsValue; 3],
    config: &str,
) -> Result<(), database::Error> {
    let config = config.into();
    let fields = [("device", device), ("key", key), ("token", token), ("config", &config)];
    in_time(DEADLINE_MS, async {
        let connection = open().await?;
        let transaction = connection.write(&[DEVICE])?;
        transaction.store(DEVICE)?.put_with_key(&record(&fields)?, &name.into())?;
        transaction.complete().await
    })
    .await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_word_ends_a_code() {
        for (status, code, expected) in [
            (403, Some("enrolment_refused"), EnrolError::WrongCode),
            (403, Some("enrolment_code_ended"), EnrolError::Code(CodeEnd::Ended)),
            (403, Some("enrolment_code_expired"), EnrolError::Code(CodeEnd::Expired)),
            (403, Some("enrolment_code_used"), EnrolError::Code(CodeEnd::Used)),
            (403, Some("device_revoked"), EnrolError::Code(CodeEnd::Revoked)),
            (429, Some("rate_limited"), EnrolError::TooOften),
            (403, None, EnrolError::Broken),
            (429, None, EnrolError::Broken),
            (404, Some("not_found"), EnrolError::Broken),
            (502, None, EnrolError::Unreachable),
            (503, Some("busy"), EnrolError::Unreachable),
            (500, Some("internal"), EnrolError::Broken),
        ] {
            assert_eq!(refusal(status, code), expected, "{status} {code:?}");
        }
    }
}
