//! Paradata: how a form was filled in, never what was answered.
//!
//! It tells an analyst which questions take long, where people give up, and whether the kind mode
//! for the elderly is used. It is small, it never decides whether a form is taken, and times are by
//! the device's clock.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::engine::kept;
use crate::generation::{Extra, Generation, Versioned, write_record};
use crate::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use crate::instrument::{Instrument, InstrumentRef};
use crate::submission::AppVersion;
use crate::text::Language;
use crate::wire::wire_enum;

/// How a form was filled in.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct Paradata {
    /// The mode at the end.
    pub mode: Mode,
    /// Whether high contrast was chosen.
    #[serde(default)]
    pub high_contrast: bool,
    /// Whether the large type (200 %) was chosen.
    #[serde(default)]
    pub large_type: bool,
    /// How the screen stood at the end.
    pub orientation: Orientation,
    /// How often something was read aloud.
    #[serde(default)]
    pub read_aloud: u32,
    /// Steps back.
    #[serde(default)]
    pub back_steps: u32,
    /// How often the form was taken up again after the page was loaded anew.
    #[serde(default)]
    pub resumed: u32,
    /// Questions that were seen.
    #[schema(value_type = std::collections::BTreeMap<String, ItemParadata>)]
    pub items: BTreeMap<QuestionId, ItemParadata>,
    /// The device, where it is enrolled.
    #[serde(default)]
    pub device: Option<DeviceId>,
    /// The number of this session on this device or in this browser, from 1: a gap is a session
    /// that was not sent.
    #[serde(default)]
    pub sequence: Option<u64>,
    /// What a newer form says besides.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

write_record!(Paradata {
    mode,
    high_contrast unless std::ops::Not::not,
    large_type unless std::ops::Not::not,
    orientation,
    read_aloud unless is_zero,
    back_steps unless is_zero,
    resumed unless is_zero,
    items,
    device unless Option::is_none,
    sequence unless Option::is_none,
});

/// One question that was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ItemParadata {
    /// Milliseconds between the answer before it (or the moment it came on the screen) and the last
    /// answer to it, all visits added; 0 if it was never answered.
    pub ms: u32,
    /// Changes after the first answer.
    #[serde(default, skip_serializing_if = "is_zero")]
    pub changes: u32,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde calls it with a reference")]
fn is_zero(number: &u32) -> bool {
    *number == 0
}

/// How questions are shown.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// A section on each screen.
    #[default]
    Standard,
    /// One question on each screen, large, with more time.
    Elder,
}
wire_enum!(Mode { Standard = "standard", Elder = "elder" });

/// How the screen stands.
#[derive(
    Debug,
    Clone,
    Copy,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Default,
    Serialize,
    Deserialize,
    ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum Orientation {
    /// Higher than wide.
    #[default]
    Portrait,
    /// Wider than high.
    Landscape,
}
wire_enum!(Orientation { Portrait = "portrait", Landscape = "landscape" });

impl Paradata {
    /// The same without items of questions that the instrument does not have: paradata never costs
    /// an answer, and never grows beyond the instrument.
    #[must_use]
    pub fn of(mut self, instrument: &Instrument) -> Self {
        let items = std::mem::take(&mut self.items);
        self.items = kept(items, |id| instrument.question(id).is_some());
        self
    }
}

/// A form that was begun and not sent. It has no answer in it.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, ToSchema)]
pub struct BreakOff {
    /// The id that the submission would have had.
    pub id: SubmissionId,
    /// The wave.
    pub wave: WaveId,
    /// The service point.
    pub point: PointId,
    /// What was asked.
    pub instrument: InstrumentRef,
    /// In which language.
    pub language: Language,
    /// Which version of the app.
    pub app_version: AppVersion,
    /// When the form was opened, by the device's clock.
    pub started_at: Timestamp,
    /// When it ended, by the device's clock.
    pub ended_at: Timestamp,
    /// How it ended.
    pub reason: BreakOffReason,
    /// The question that was answered or shown last; none on the first screen.
    #[serde(default)]
    pub last_item: Option<QuestionId>,
    /// How it was filled in so far.
    pub paradata: Paradata,
    /// The generation of the form that made it.
    #[serde(default = "Generation::first")]
    #[schema(value_type = u32)]
    pub generation: Generation,
    /// What a newer form says besides.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

write_record!(BreakOff {
    id,
    wave,
    point,
    instrument,
    language,
    app_version,
    started_at,
    ended_at,
    reason,
    last_item unless Option::is_none,
    paradata,
    generation unless Generation::is_first,
});

impl Versioned for BreakOff {
    fn generation(&self) -> Generation {
        self.generation
    }

    fn extras(&self) -> [&Extra; 2] {
        [&self.extra, &self.paradata.extra]
    }
}

/// How a form that was not sent has ended.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema,
)]
#[serde(rename_all = "snake_case")]
pub enum BreakOffReason {
    /// Nobody touched the device for the time that is set for it.
    Idle,
    /// The respondent has cancelled it.
    Cancelled,
}
wire_enum!(BreakOffReason { Idle = "idle", Cancelled = "cancelled" });
