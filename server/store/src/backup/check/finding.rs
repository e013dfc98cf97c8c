//! What is found.

use std::collections::BTreeMap;

use serde::Serialize;

/// How many findings of one kind are kept; the others are counted.
const KEPT: u64 = 100;

/// Something that is wrong, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Finding {
    /// What kind of thing is wrong.
    pub kind: FindingKind,
    /// The wave; none if it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub wave: Option<String>,
    /// The position in the log, or the number of an audit entry, of something in quarantine, or of a
    /// version; none if it is not about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub number: Option<i64>,
    /// A sentence. It never quotes an answer.
    pub what: String,
}

/// Kinds of findings. The words never change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum FindingKind {
    /// The database finds its own files damaged.
    Database,
    /// Rows could not be read to the end.
    Unreadable,
    /// Positions of a log are missing.
    PositionGap,
    /// A position of a log is there twice.
    PositionRepeated,
    /// The end of a log is not where the database says.
    LogEnd,
    /// An id is there twice in a wave.
    IdRepeated,
    /// A text does not have the hash that was kept of it.
    Hash,
    /// A JSON text does not have the shape of its kind.
    Content,
    /// A column says something else than the text beside it.
    Column,
    /// Audit entries, things in quarantine or versions are missing.
    NumberGap,
    /// A number is there twice.
    NumberRepeated,
    /// The audit log and what it speaks of do not agree.
    Audit,
    /// Cases, what was done to them, and the log do not agree.
    Case,
    /// An import and the log do not agree.
    Import,
    /// A file of the columnar mirror is missing or damaged.
    Segment,
    /// The range of a segment is no part of the log, or is covered twice.
    SegmentRange,
    /// A row of a segment is not that of the log.
    SegmentRow,
}

impl FindingKind {
    /// The word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Database => "database",
            Self::Unreadable => "unreadable",
            Self::PositionGap => "position_gap",
            Self::PositionRepeated => "position_repeated",
            Self::LogEnd => "log_end",
            Self::IdRepeated => "id_repeated",
            Self::Hash => "hash",
            Self::Content => "content",
            Self::Column => "column",
            Self::NumberGap => "number_gap",
            Self::NumberRepeated => "number_repeated",
            Self::Audit => "audit",
            Self::Case => "case",
            Self::Import => "import",
            Self::Segment => "segment",
            Self::SegmentRange => "segment_range",
            Self::SegmentRow => "segment_row",
        }
    }
}

/// All findings: the first hundred of each kind, and how many there are.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Findings {
    /// How many of each kind; kinds without one are absent.
    pub counts: BTreeMap<FindingKind, u64>,
    /// The first ones of each kind.
    pub first: Vec<Finding>,
}

impl Findings {
    /// Adds one.
    pub fn add(&mut self, finding: Finding) {
        let count = self.counts.entry(finding.kind).or_default();
        *count += 1;
        if *count <= KEPT {
            self.first.push(finding);
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.counts.is_empty()
    }

    /// How many there are.
    pub fn total(&self) -> u64 {
        self.counts.values().sum()
    }

    /// Adds one that is about a number of a wave.
    pub(super) fn at(&mut self, kind: FindingKind, (wave, number): (&str, i64), what: String) {
        self.add(Finding { kind, wave: Some(wave.to_owned()), number: Some(number), what });
    }

    /// Adds one that is about a wave.
    pub(super) fn of(&mut self, kind: FindingKind, wave: &str, what: String) {
        self.add(Finding { kind, wave: Some(wave.to_owned()), number: None, what });
    }
}
