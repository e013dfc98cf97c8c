//! Defines waves, service points, instruments, methods and units as the interface shows them.

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::ids::WaveId;
use crate::instrument::{Instrument, InstrumentRef, Wording};
use crate::text::Text;
use crate::unit::{Level, UnitKey};
use crate::wave::{ServicePoint, Telephone, Wave};

/// A wave and what is known of it now.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct WaveView {
    /// The wave.
    pub wave: Wave,
    /// Whether it takes answers now, by server time.
    pub open: bool,
    /// Recorded submissions.
    pub submissions: u64,
    /// Submissions in quarantine, of all reasons; they do not count.
    pub quarantined: u64,
}

/// A service point with the name of the unit that it serves.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PointView {
    /// The point.
    pub point: ServicePoint,
    /// The unit.
    pub unit_name: Text,
}

/// All that the form needs at one service point, in one answer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct FormPackage {
    /// The wave.
    pub wave: Wave,
    /// Whether it takes answers now, by server time.
    pub open: bool,
    /// The service point.
    pub point: ServicePoint,
    /// The name of the unit that it serves.
    pub unit_name: Text,
    /// The instrument, without its comparability map. Whoever reads a package trusts the server that
    /// wrote it, and does not check the instrument again.
    #[serde(deserialize_with = "crate::instrument::vouched")]
    pub instrument: Instrument,
    /// The generation of the form that reads this; see [`FORM_GENERATION`].
    pub generation: u32,
    /// The server's time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub now: Timestamp,
    /// Recorded readings: addresses by `LANGUAGE/ITEM`, such as `vi/overall_satisfaction`; besides
    /// questions, items are `level-1` to `level-5` and `not_applicable`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub audio: BTreeMap<String, String>,
}

/// What a form reads of a [`FormPackage`]. What it does not need is not read: the code for it would be
/// downloaded by every phone.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct OpenedForm {
    /// The wave.
    pub wave: OpenedWave,
    /// Whether it takes answers now, by server time.
    pub open: bool,
    /// The service point.
    pub point: OpenedPoint,
    /// The name of the unit that it serves.
    pub unit_name: Text,
    /// The instrument, not checked again.
    #[serde(deserialize_with = "crate::instrument::vouched")]
    pub instrument: Instrument,
    /// The server's time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub now: Timestamp,
    /// Recorded readings; see [`FormPackage::audio`].
    #[serde(default)]
    pub audio: BTreeMap<String, String>,
}

/// What a form reads of its wave.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OpenedWave {
    /// Stable id.
    pub id: WaveId,
    /// When answers are first taken, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub opens_at: Timestamp,
    /// When answers are no longer taken, by server time.
    #[serde(deserialize_with = "crate::iso::de::moment")]
    pub closes_at: Timestamp,
    /// Whether the answers are simulated; then every page says so.
    pub simulated: bool,
}

/// What a form reads of its service point.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
pub struct OpenedPoint {
    /// The telephone number of the unit.
    #[serde(default)]
    pub telephone: Option<Telephone>,
}

/// The generation of the form and of what it is sent. It is raised when an older form, from a cache,
/// could no longer read a package or make a submission; such a form must then be loaded anew.
pub const FORM_GENERATION: u32 = 2;

/// One version of an instrument, without its questions.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct InstrumentSummary {
    /// Id and version.
    pub reference: InstrumentRef,
    /// Title.
    pub title: Text,
    /// Whose wording it is.
    pub wording: Wording,
    /// Statements in the index.
    pub n_statements: usize,
}

/// A unit or agency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct UnitView {
    /// Code and first day: the key.
    pub key: UnitKey,
    /// City, district, commune, agency or branch.
    pub level: Level,
    /// Name.
    pub name: Text,
    /// Last day; open if absent.
    #[schema(value_type = Option<String>, format = Date)]
    pub valid_to: Option<Date>,
    /// The district: the parent before July 2025, the former district afterwards.
    pub district: Option<UnitKey>,
}
