use serde::{Deserialize, Serialize};

/// A table that must survive.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Table {
    /// Published versions of instruments and methods.
    Definitions,
    /// Survey waves.
    Waves,
    /// Service points.
    Points,
    /// Where the log of each wave ends.
    WaveLogs,
    /// What was done to records.
    Acts,
    /// Submissions whose free text was taken out.
    Redactions,
    /// The logs.
    Submissions,
    /// Imported files.
    Imports,
    /// Imported counts of the five levels.
    LevelCounts,
    /// Published versions of dossier counts.
    DossierFiles,
    /// Dossier counts.
    DossierCounts,
    /// What is kept and does not count.
    Quarantine,
    /// Devices at counters.
    Devices,
    /// What heartbeats have proved.
    DeviceMarks,
    /// Forms that were not finished.
    BreakOffs,
}

/// A column of a [`Table`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Column {
    /// Its name, the same in every database.
    pub name: &'static str,
    /// What it holds.
    pub kind: Kind,
}

/// What a column holds, apart from null.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// A whole number.
    Int,
    /// Text.
    Text,
    /// Bytes, such as a hash.
    Bytes,
    /// An id of 16 bytes.
    Id,
    /// A number with a fraction.
    Real,
    /// Yes or no.
    Flag,
}

impl Table {
    /// Every table, in an order in which they can be loaded and checked: what is referred to comes
    /// first, and acts and redactions come before the submissions that they speak of.
    pub const ALL: [Self; 15] = [
        Self::Definitions,
        Self::Waves,
        Self::Points,
        Self::WaveLogs,
        Self::Acts,
        Self::Redactions,
        Self::Submissions,
        Self::Imports,
        Self::LevelCounts,
        Self::DossierFiles,
        Self::DossierCounts,
        Self::Quarantine,
        Self::Devices,
        Self::DeviceMarks,
        Self::BreakOffs,
    ];

    /// Its name in every database.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Definitions => "definitions",
            Self::Waves => "waves",
            Self::Points => "points",
            Self::WaveLogs => "wave_logs",
            Self::Acts => "acts",
            Self::Redactions => "redactions",
            Self::Submissions => "submissions",
            Self::Imports => "imports",
            Self::LevelCounts => "level_counts",
            Self::DossierFiles => "dossier_files",
            Self::DossierCounts => "dossier_counts",
            Self::Quarantine => "quarantine",
            Self::Devices => "devices",
            Self::DeviceMarks => "device_marks",
            Self::BreakOffs => "break_offs",
        }
    }

    /// How many of the first columns make up the key by which rows are ordered.
    pub(crate) fn key(self) -> usize {
        match self {
            Self::Waves | Self::WaveLogs | Self::Devices => 1,
            Self::Points
            | Self::Acts
            | Self::Redactions
            | Self::Submissions
            | Self::Imports
            | Self::DossierFiles
            | Self::Quarantine
            | Self::BreakOffs => 2,
            Self::Definitions => 3,
            Self::LevelCounts | Self::DossierCounts | Self::DeviceMarks => 4,
        }
    }

    /// Whether a column has drafts, the one large text, which a database may keep in another form.
    pub(crate) fn is_draft(self, column: &Column) -> bool {
        (self, column.name) == (Self::Submissions, "draft")
    }

    /// Its columns, those of the key first.
    pub fn columns(self) -> &'static [Column] {
        match self {
            Self::Definitions => DEFINITIONS,
            Self::Waves => WAVES,
            Self::Points => POINTS,
            Self::WaveLogs => WAVE_LOGS,
            Self::Acts => ACTS,
            Self::Redactions => REDACTIONS,
            Self::Submissions => SUBMISSIONS,
            Self::Imports => IMPORTS,
            Self::LevelCounts => LEVEL_COUNTS,
            Self::DossierFiles => DOSSIER_FILES,
            Self::DossierCounts => DOSSIER_COUNTS,
            Self::Quarantine => QUARANTINE,
            Self::Devices => DEVICES,
            Self::DeviceMarks => DEVICE_MARKS,
            Self::BreakOffs => BREAK_OFFS,
        }
    }
}

const fn int(name: &'static str) -> Column {
    Column { name, kind: Kind::Int }
}

const fn text(name: &'static str) -> Column {
    Column { name, kind: Kind::Text }
}

const fn bytes(name: &'static str) -> Column {
    Column { name, kind: Kind::Bytes }
}

const fn id(name: &'static str) -> Column {
    Column { name, kind: Kind::Id }
}

const fn real(name: &'static str) -> Column {
    Column { name, kind: Kind::Real }
}

const fn flag(name: &'static str) -> Column {
    Column { name, kind: Kind::Flag }
}

const DEFINITIONS: &[Column] = &[text("kind"), text("id"), int("version"), bytes("sha256")];

const WAVES: &[Column] = &[text("id"), text("content")];

const POINTS: &[Column] = &[
    text("wave"),
    text("id"),
    text("name_vi"),
    text("name_en"),
    text("unit"),
    text("channel"),
    text("telephone"),
];

const WAVE_LOGS: &[Column] = &[text("wave"), text("contents"), int("position"), int("submissions")];

const ACTS: &[Column] =
    &[text("wave"), int("number"), int("at_ms"), text("actor"), text("reason"), text("content")];

const REDACTIONS: &[Column] = &[text("wave"), int("position"), bytes("draft_sha256")];

const SUBMISSIONS: &[Column] = &[
    text("wave"),
    int("position"),
    id("id"),
    int("received_at_ms"),
    text("source"),
    text("unit"),
    text("channel"),
    text("respondent_type"),
    flag("staff_helped"),
    text("procedure_group"),
    text("stratum"),
    text("psu"),
    real("weight"),
    real("fpc"),
    id("device"),
    int("device_sequence"),
    text("draft"),
    bytes("draft_sha256"),
];

const IMPORTS: &[Column] = &[
    text("wave"),
    bytes("file_sha256"),
    text("kind"),
    int("n_rows"),
    int("n_created"),
    int("position"),
    int("imported_at_ms"),
];

const LEVEL_COUNTS: &[Column] = &[
    text("wave"),
    text("unit"),
    text("month"),
    text("item"),
    int("level_1"),
    int("level_2"),
    int("level_3"),
    int("level_4"),
    int("level_5"),
    int("not_applicable"),
    int("no_answer"),
    int("position"),
];

const DOSSIER_FILES: &[Column] =
    &[text("wave"), int("version"), bytes("file_sha256"), int("imported_at_ms")];

const DOSSIER_COUNTS: &[Column] =
    &[text("wave"), int("version"), text("unit"), text("procedure_group"), int("dossiers")];

const QUARANTINE: &[Column] = &[
    text("wave"),
    int("number"),
    id("submission"),
    text("reason"),
    text("state"),
    int("received_at_ms"),
    int("decided_at_ms"),
    id("device"),
    int("device_sequence"),
    text("body"),
    bytes("body_sha256"),
];

const DEVICES: &[Column] = &[
    id("id"),
    text("wave"),
    text("point"),
    text("name"),
    text("settings"),
    int("created_at_ms"),
    bytes("code_sha256"),
    int("code_expires_at_ms"),
    text("key_kind"),
    bytes("key"),
    int("enrolled_at_ms"),
    int("revoked_at_ms"),
    text("heartbeat"),
    int("heartbeat_at_ms"),
    int("clock_skew_s"),
];

const DEVICE_MARKS: &[Column] = &[
    text("wave"),
    id("device"),
    int("sequence"),
    int("received_at_ms"),
    int("clock_skew_s"),
    flag("restarted"),
];

const BREAK_OFFS: &[Column] = &[
    text("wave"),
    id("id"),
    int("received_at_ms"),
    text("reason"),
    text("last_item"),
    text("content"),
    bytes("content_sha256"),
];
