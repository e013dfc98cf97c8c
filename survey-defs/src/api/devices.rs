//! Defines the wire types of devices, enrolment, heartbeats and break-offs.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::problem::Problem;
use crate::device::{
    Credential, DeviceSettings, DeviceState, EnrolmentCode, Freshness, LastHeartbeat,
};
use crate::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use crate::outbox_seal::OutboxKey;
use crate::text::Text;

/// A device to be added. Staff only.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewDevice {
    /// What staff call it: 1 to 100 characters.
    pub name: String,
    /// The wave whose answers it collects.
    pub wave: WaveId,
    /// The service point at which it stands.
    pub point: PointId,
    /// How it behaves.
    #[serde(default)]
    pub settings: DeviceSettings,
}

/// A device that was added, and the code that enrols it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct AddedDevice {
    /// The device.
    pub device: DeviceView,
    /// To be typed into the device; shown only now.
    pub code: EnrolmentCode,
    /// When the code stops working, by server time.
    pub code_expires_at: Timestamp,
}

/// A device as staff see it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeviceView {
    /// Which device.
    pub id: DeviceId,
    /// What staff call it.
    pub name: String,
    /// The wave.
    pub wave: WaveId,
    /// The service point.
    pub point: PointId,
    /// How it behaves.
    pub settings: DeviceSettings,
    /// Where it stands in its life.
    pub state: DeviceState,
    /// When it was added, by server time.
    pub created_at: Timestamp,
    /// The last heartbeat; none before the first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<LastHeartbeat>,
}

/// A device exchanges its code for an identity.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The code.
    pub code: EnrolmentCode,
    /// What the device will prove itself with.
    pub credential: Credential,
}

/// The configuration of a device: the answer to its enrolment and to each heartbeat.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct DeviceConfig {
    /// Which device it is.
    pub device: DeviceId,
    /// The wave whose form it shows.
    pub wave: WaveId,
    /// The service point at which it stands.
    pub point: PointId,
    /// What staff call it.
    pub name: String,
    /// How it behaves.
    pub settings: DeviceSettings,
    /// The key to which it seals what it gives out as a file. Absent in what a device stored before
    /// there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outbox_key: Option<OutboxKey>,
    /// By what the next heartbeat is known as such. Absent in what a device stored before there were
    /// counters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub freshness: Option<Freshness>,
    /// The server's time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub now: Timestamp,
}

/// What became of a form that was not finished and was reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakOffReceipt {
    /// Its id.
    pub id: SubmissionId,
}

/// The results of a batch of forms that were not finished, in the order of its records.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BreakOffBatchReceipt {
    /// One result per record.
    pub results: Vec<BreakOffResult>,
}

/// The result of one record of such a batch: a receipt (201 new, 200 the same again) or a problem.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct BreakOffResult {
    /// The status that the record would have got if it had been sent alone.
    pub status: u16,
    /// The receipt, if the record is on disk.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<BreakOffReceipt>,
    /// The problem, if it is not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<Problem>,
}

/// Where people stopped, one row for each last question. Staff only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BreakOffSummary {
    /// The question; none: on the first screen.
    pub last_item: Option<QuestionId>,
    /// What it asks; none on the first screen.
    pub text: Option<Text>,
    /// Forms that ended there because nobody touched the device.
    pub idle: u64,
    /// Forms that were cancelled there.
    pub cancelled: u64,
}
