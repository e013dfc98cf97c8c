//! Why a submission is in quarantine.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::wire::wire_enum;

/// Why a submission is kept aside.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum QuarantineReason {
    /// It arrived before the wave opened or after it closed, by server time.
    WindowClosed,
    /// It names another instrument or version than the wave uses or this server knows.
    InstrumentVersion,
    /// The wave has no such service point.
    PointUnknown,
    /// It names a device that staff have revoked.
    DeviceRevoked,
    /// It names a device that did not prove to have sent it, or a service point that takes records of its
    /// devices only.
    DeviceUnproven,
}
wire_enum!(QuarantineReason {
    WindowClosed = "window_closed",
    InstrumentVersion = "instrument_version",
    PointUnknown = "point_unknown",
    DeviceRevoked = "device_revoked",
    DeviceUnproven = "device_unproven",
});
