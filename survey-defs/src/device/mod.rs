//! Devices at counters (*thiết bị*): how one is enrolled, what it is told, how it proves itself.
//!
//! Staff add a device for one service point and get a code. The code is typed into the device once;
//! with it the device hands over a credential, whose secret half never leaves it where the browser
//! can keep it so. From then on it proves each request.

mod enrolment_code;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

pub use self::enrolment_code::{EnrolmentCode, NotAnEnrolmentCode};
use crate::answer::Finite;
use crate::generation::{Extra, Generation, Versioned, write_record};
use crate::ids::HeartbeatNonce;
use crate::submission::AppVersion;
use crate::wire::wire_enum;

/// The request header that names the device.
pub const DEVICE_HEADER: &str = "thuocdo-device";

/// The request header that proves which device sent it. For [`Credential::PublicKey`]: the signature of
/// [`signed_text`] (ECDSA on P-256 with SHA-256, the two numbers of 32 bytes after each other, in
/// base64url without padding). For [`Credential::Token`]: the token itself.
pub const SIGNATURE_HEADER: &str = "thuocdo-signature";

/// What a device signs: the path of the request, a line feed, the body.
///
/// Repeating a signed request is harmless: a record is recorded once, and a heartbeat carries a counter
/// (see [`Freshness`]).
pub fn signed_text(path: &str, body: &str) -> String {
    [path, "\n", body].concat()
}

/// What a device proves itself with.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum Credential {
    /// The public key of a pair on P-256: the uncompressed point (65 bytes) in base64url without
    /// padding. The private key cannot be read out of the browser.
    PublicKey(String),
    /// 32 random bytes in base64url without padding, for browsers and addresses without web
    /// cryptography. The server keeps only a hash.
    Token(String),
}

/// How a device behaves; each device has its own.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, default)]
pub struct DeviceSettings {
    /// Seconds without a touch before the countdown starts. Doubled in the elder mode.
    pub idle_seconds: u16,
    /// Seconds of the countdown. Doubled in the elder mode.
    pub countdown_seconds: u16,
    /// Seconds that the thank-you screen stays.
    pub thanks_seconds: u16,
    /// CSS pixels per millimetre of the screen, so that targets have their size in millimetres.
    pub pixels_per_mm: Finite,
    /// Whether the form brings a keyboard, because the device's own system has none.
    pub keyboard: bool,
}

impl Default for DeviceSettings {
    /// 45 s, then 20 s; 6 s of thanks; 96 pixels per inch; no keyboard.
    fn default() -> Self {
        Self {
            idle_seconds: 45,
            countdown_seconds: 20,
            thanks_seconds: 6,
            pixels_per_mm: Finite::try_from(96.0 / 25.4).unwrap_or_else(|_| Finite::from(4)),
            keyboard: false,
        }
    }
}

/// The setting that is out of its range.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{name} must be {range}")]
pub struct SettingOutOfRange {
    /// The field.
    pub name: &'static str,
    /// What it may be.
    pub range: &'static str,
}

impl DeviceSettings {
    /// Checks the ranges: 10 to 600 s of idling, 5 to 120 s of countdown, 3 to 60 s of thanks, 1 to
    /// 40 pixels per millimetre.
    ///
    /// # Errors
    /// The first setting that is out of its range.
    pub fn check(&self) -> Result<(), SettingOutOfRange> {
        let fail = |name, range| Err(SettingOutOfRange { name, range });
        if !(10..=600).contains(&self.idle_seconds) {
            return fail("idle_seconds", "10 to 600");
        }
        if !(5..=120).contains(&self.countdown_seconds) {
            return fail("countdown_seconds", "5 to 120");
        }
        if !(3..=60).contains(&self.thanks_seconds) {
            return fail("thanks_seconds", "3 to 60");
        }
        if !(1.0..=40.0).contains(&self.pixels_per_mm.get()) {
            return fail("pixels_per_mm", "1 to 40");
        }
        Ok(())
    }
}

/// What makes a heartbeat the next one of its device, so that nobody else can send an old one again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Freshness {
    /// A random number of the server, in all its answers the same until a backup is restored.
    pub nonce: HeartbeatNonce,
    /// In an answer: that of the last heartbeat that was taken. In a heartbeat: a higher one.
    pub counter: u64,
}

impl Freshness {
    /// What the next heartbeat carries.
    #[must_use]
    pub fn next(self) -> Self {
        Self { counter: self.counter.saturating_add(1), ..self }
    }

    /// Whether a heartbeat with this comes after one with that.
    pub fn follows(self, last: Self) -> bool {
        // A database counts no further.
        const MOST: u64 = i64::MAX.unsigned_abs();
        self.nonce == last.nonce && (last.counter + 1..MOST).contains(&self.counter)
    }
}

/// That the form is on the screen and the queue drains. Sent every five minutes, at start and after
/// each session; signed by the device.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Heartbeat {
    /// The version of the app.
    pub app_version: AppVersion,
    /// The device's time.
    pub now: Timestamp,
    /// When the form was last drawn, by the device's clock; none if it never was.
    #[serde(default)]
    pub rendered_at: Option<Timestamp>,
    /// Records that wait on the device.
    pub queued: u32,
    /// Records that the server has refused for good; they are kept on the device.
    pub refused: u32,
    /// When the server last took a record, by the device's clock; none if it never did.
    #[serde(default)]
    pub last_success_at: Option<Timestamp>,
    /// Whether the browser has promised to keep the data.
    pub storage_persisted: bool,
    /// The sessions begun so far.
    pub sequence: u64,
    /// That it is the next one, by the last answer; none before the first. It is not kept.
    #[serde(default)]
    pub freshness: Option<Freshness>,
    /// The generation of the program that made it.
    #[serde(default = "Generation::first")]
    #[schema(value_type = u32)]
    pub generation: Generation,
    /// What a newer program says besides.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

write_record!(Heartbeat {
    app_version,
    now,
    rendered_at unless Option::is_none,
    queued,
    refused,
    last_success_at unless Option::is_none,
    storage_persisted,
    sequence,
    freshness unless Option::is_none,
    generation unless Generation::is_first,
});

impl Versioned for Heartbeat {
    fn generation(&self) -> Generation {
        self.generation
    }

    fn extras(&self) -> [&Extra; 2] {
        [&self.extra, &self.extra]
    }
}

/// Where a device stands in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum DeviceState {
    /// It waits for its code.
    Waiting,
    /// Its code has expired before it was used.
    Expired,
    /// Five wrong secrets have ended its code before it was used.
    CodeEnded,
    /// It is enrolled.
    Enrolled,
    /// Staff have revoked it; what it sends is kept in quarantine.
    Revoked,
}
wire_enum!(DeviceState {
    Waiting = "waiting",
    Expired = "expired",
    CodeEnded = "code_ended",
    Enrolled = "enrolled",
    Revoked = "revoked",
});

/// The last heartbeat and what the server makes of it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct LastHeartbeat {
    /// When it arrived, by server time.
    pub received_at: Timestamp,
    /// By how many seconds the device's clock is ahead of the server's; negative if it is behind.
    pub clock_skew_s: i64,
    /// What the device said.
    pub heartbeat: Heartbeat,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_higher_counter_of_the_same_nonce_follows() {
        let of = |nonce, counter| Freshness { nonce: HeartbeatNonce::new(nonce), counter };
        let (one, other) = (uuid::Uuid::from_u128(1), uuid::Uuid::from_u128(2));
        let last = of(one, 7);
        for (sent, expected) in [
            (last.next(), true),
            (of(one, 900), true),
            (last, false),
            (of(one, 6), false),
            (of(other, 8), false),
            // It would be the last heartbeat ever.
            (of(one, i64::MAX.unsigned_abs()), false),
            (of(one, u64::MAX), false),
        ] {
            assert_eq!(sent.follows(last), expected, "{sent:?}");
        }
    }

    #[test]
    fn settings_have_ranges_and_defaults_are_within() {
        let usual = DeviceSettings::default();
        assert_eq!(usual.check(), Ok(()));
        assert_eq!(serde_json::from_str::<DeviceSettings>("{}").unwrap(), usual);
        for bad in [
            DeviceSettings { idle_seconds: 9, ..usual },
            DeviceSettings { countdown_seconds: 121, ..usual },
            DeviceSettings { thanks_seconds: 0, ..usual },
            DeviceSettings { pixels_per_mm: Finite::from(41), ..usual },
        ] {
            assert!(bad.check().is_err(), "{bad:?}");
        }
    }
}
