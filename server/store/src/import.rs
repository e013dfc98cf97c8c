use jiff::Timestamp;
use jiff::civil::Date;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::{QuestionId, WaveId};
use survey_defs::unit::UnitKey;

/// A file that is imported into a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Into which wave.
    pub wave: WaveId,
    /// The SHA-256 of the file as it was received; a wave takes each file once.
    pub file_sha256: [u8; 32],
    /// When it is imported, by server time; cut to whole milliseconds.
    pub imported_at: Timestamp,
}

/// What became of an [`Import`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// Everything in the file is stored.
    Imported(ImportReceipt),
    /// The wave had this file already; nothing has changed and the receipt is the original one.
    Repeated(ImportReceipt),
}

/// What an import did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ImportReceipt {
    /// The last position of the log after it.
    pub position: u64,
    /// Rows in the file.
    pub rows: u64,
    /// Rows that were new. Fewer than `rows` if submissions were in the log already.
    pub created: u64,
    /// When it was imported.
    pub imported_at: Timestamp,
}

/// How often each level of one statement was chosen, for a unit, a month, both or neither.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelCountsRow {
    /// The unit; none if the counts are of the whole wave.
    pub unit: Option<UnitKey>,
    /// The first day of the month; none if the counts are of the whole wave.
    pub month: Option<Date>,
    /// The statement.
    pub item: QuestionId,
    /// The counts.
    pub counts: LevelCounts,
}
