//! Sends the heartbeat of the device and reads the configuration in the answer.

use app::platform::device::{self, DeviceSigner};
use app::platform::http::PlainAnswer;
use app::platform::request_signer::RequestSigner as _;
use app::platform::{clock, http, json};
use serde::Deserialize;
use survey_defs::api::{DeviceConfig, paths};
use survey_defs::device::{Freshness, Heartbeat};
use survey_defs::ids::DeviceId;

/// Five minutes between heartbeats.
const INTERVAL_MS: f64 = 5.0 * 60_000.0;
/// Less while nothing can be filled in: somebody may be repairing it.
const TROUBLED_MS: f64 = 30_000.0;

/// What the server has answered.
#[derive(Debug, Clone)]
pub(crate) enum Answer {
    /// The configuration that is now in force.
    Config(Box<DeviceConfig>),
    /// The device is no longer one of ours.
    Revoked,
    /// No answer, or none that can be read.
    None,
}

/// How long until the next heartbeat, spread by a tenth so that the devices of a city do not beat
/// together. `random` is between 0 and 1.
pub(crate) fn interval_ms(is_working: bool, random: f64) -> u32 {
    let interval = if is_working { INTERVAL_MS } else { TROUBLED_MS };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "between 27 and 330 thousand"
    )]
    let spread = (interval * (0.9 + 0.2 * random)) as u32;
    spread
}

/// Sends a heartbeat and stores the configuration that the server answers with. Where the device and
/// the server have lost count, which an answer says, it is sent once more.
pub(crate) async fn send(device: DeviceId, heartbeat: &Heartbeat) -> Answer {
    let Some(answer) = post(device, heartbeat).await else { return Answer::None };
    let Some(last) = lost_count(&answer) else { return read(&answer).await };
    let again = Heartbeat { freshness: Some(last.next()), ..heartbeat.clone() };
    match post(device, &again).await {
        Some(answer) => read(&answer).await,
        None => Answer::None,
    }
}

async fn post(device: DeviceId, heartbeat: &Heartbeat) -> Option<PlainAnswer> {
    let path = paths::fill(paths::HEARTBEATS, &[&device.to_string()]);
    let body = json::to_text(heartbeat).ok()?;
    let headers = DeviceSigner.sign(&path, &body).await?;
    http::post_with(&path, &body, &headers).await.ok()
}

/// What the next heartbeat must follow, if the server has found this one old.
fn lost_count(answer: &PlainAnswer) -> Option<Freshness> {
    /// What is read of the problem document.
    #[derive(Deserialize)]
    struct Stale {
        freshness: Freshness,
    }
    (answer.status == 409)
        .then(|| json::from_text::<Stale>(&answer.text).ok())
        .flatten()
        .map(|stale| stale.freshness)
}

async fn read(answer: &PlainAnswer) -> Answer {
    if answer.status == 200
        && let Ok(config) = json::from_text::<DeviceConfig>(&answer.text)
    {
        // A configuration that could not be stored is in force until the page is opened again.
        let _ = device::store_config(&answer.text).await;
        return Answer::Config(Box::new(config));
    }
    let code = json::text_field(&answer.text, "code");
    if is_revocation(answer.status, code.as_deref()) { Answer::Revoked } else { Answer::None }
}

/// Only our server's word counts: a proxy may answer 403 too. A server that does not know the
/// device, or no longer its key, needs the same: a new enrolment.
fn is_revocation(status: u16, code: Option<&str>) -> bool {
    matches!(
        (status, code),
        (403, Some("device_revoked"))
            | (404, Some("device_unknown"))
            | (401, Some("device_unproven"))
    )
}

/// By how many seconds the device's clock is ahead.
pub(crate) fn skew_s(config: &DeviceConfig) -> i64 {
    clock::now().as_second() - config.now.as_second()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_servers_word_revokes() {
        for (status, code, expected) in [
            (403, Some("device_revoked"), true),
            (404, Some("device_unknown"), true),
            (401, Some("device_unproven"), true),
            (403, None, false),
            (403, Some("staff_only"), false),
            (404, Some("not_found"), false),
            (500, Some("device_revoked"), false),
        ] {
            assert_eq!(is_revocation(status, code), expected, "{status} {code:?}");
        }
    }

    #[test]
    fn devices_do_not_beat_together() {
        assert_eq!(interval_ms(true, 0.0), 270_000);
        assert_eq!(interval_ms(true, 1.0), 330_000);
        assert_eq!(interval_ms(false, 0.5), 30_000);
    }
}
