//! Files that are imported into a wave: microdata, level counts, dossier counts.

use async_trait::async_trait;
use jiff::Timestamp;
use jiff::civil::Date;
use survey_defs::counts::LevelCounts;
use survey_defs::dossiers::{DossierCount, DossierCounts};
use survey_defs::ids::{QuestionId, WaveId};
use survey_defs::unit::UnitKey;

use crate::error::StoreError;
use crate::submission_log::Entry;

/// Taking in whole files, and reading the counts that came from them.
#[async_trait]
pub trait Imports: Send + Sync {
    /// Appends the submissions of a microdata file, all or none, and remembers the file. A file
    /// that was imported into this wave before is [`ImportOutcome::Repeated`] and changes nothing.
    /// Rows that are in the log with the same content are left alone.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if an entry belongs to another wave than the import;
    /// [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave holds level counts, or,
    /// naming the submission, if one is recorded with other content.
    async fn import(&self, import: &Import, entries: &[Entry])
    -> Result<ImportOutcome, StoreError>;

    /// Stores the level counts of a file, all or none, and remembers the file. A file that was
    /// imported into this wave before is [`ImportOutcome::Repeated`] and changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Invalid`] if a month is not given by its first day or a count is beyond
    /// `i64::MAX`; [`StoreError::UnknownWave`]; [`StoreError::Conflict`] if the wave holds
    /// submissions, or, naming the cell, if this or an earlier file has counts for it already.
    async fn import_counts(
        &self,
        import: &Import,
        rows: &[LevelCountsRow],
    ) -> Result<ImportOutcome, StoreError>;

    /// The level counts of a wave, ordered by unit, month and item; those without a unit or month
    /// come first.
    async fn level_counts(&self, wave: &WaveId) -> Result<Vec<LevelCountsRow>, StoreError>;

    /// Publishes dossier counts of a wave as its next version, and returns the version. The
    /// file of the last version again changes nothing and returns that version.
    ///
    /// # Errors
    /// [`StoreError::UnknownWave`]; [`StoreError::Invalid`] if a unit and procedure group occur
    /// twice or a count is beyond `i64::MAX`.
    async fn publish_dossiers(
        &self,
        import: &Import,
        rows: &[DossierCount],
    ) -> Result<u32, StoreError>;

    /// How many files of microdata or level counts a wave has taken.
    async fn import_count(&self, wave: &WaveId) -> Result<u64, StoreError>;

    /// The last version of the dossier counts of a wave, ordered by unit and procedure group; none
    /// if none was published.
    async fn dossiers(&self, wave: &WaveId) -> Result<Option<DossierCounts>, StoreError>;
}

/// A file that is imported into a wave.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Import {
    /// Into which wave.
    pub wave: WaveId,
    /// The SHA-256 of the file as it was received; a wave takes each file once.
    pub file_sha256: [u8; 32],
    /// When it is imported, by server time; cut to whole milliseconds.
    pub imported_at: Timestamp,
    /// How many files the wave had taken ([`Imports::import_count`]) before whoever imports read what
    /// it holds and checked the file against it; none if it was checked against nothing.
    pub checked_after: Option<u64>,
}

/// What became of an [`Import`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportOutcome {
    /// Everything in the file is stored.
    Imported(ImportReceipt),
    /// The wave had this file already; nothing has changed and the receipt is the original one.
    Repeated(ImportReceipt),
    /// The wave has taken another file since this one was checked against it; nothing has changed.
    Outrun,
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
