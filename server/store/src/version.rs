//! Whether a database has the tables of this program.

use sqlx::migrate::{MigrateError, Migrator};

use crate::error::StoreError;

/// What is done about the tables when a database is opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tables {
    /// They are made where there are none, and brought up to date.
    Migrated,
    /// They are brought up to date; a database without any is refused.
    Upgraded,
    /// They are made where there are none, and refused if they are those of another version.
    Made,
    /// They are left as they are, and refused if they are those of another version.
    Unchanged,
}

/// A migration that a database has seen: its number and its checksum.
pub(crate) type Seen = (i64, Vec<u8>);

/// What follows from [`Tables`] for one database.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Step {
    /// Bring them up to date.
    Migrate,
    /// See whether they are those of this program.
    Check,
}

impl Tables {
    /// What to do with a database that has tables, or none.
    ///
    /// # Errors
    /// [`StoreError::Empty`].
    pub(crate) fn step(self, is_any: bool) -> Result<Step, StoreError> {
        match (self, is_any) {
            (Self::Migrated, _) | (Self::Upgraded, true) | (Self::Made, false) => Ok(Step::Migrate),
            (Self::Upgraded, false) => Err(StoreError::Empty),
            (Self::Made, true) | (Self::Unchanged, _) => Ok(Step::Check),
        }
    }
}

/// Whether a database has exactly the tables of this program, from the numbers and checksums of the
/// migrations that it has seen, in order.
///
/// # Errors
/// [`StoreError::Outdated`] if it has not seen all; [`StoreError::Version`] if it has seen others.
pub(crate) fn check(known: &Migrator, seen: &[Seen]) -> Result<(), StoreError> {
    for (version, checksum) in seen {
        let Some(migration) = known.iter().find(|known| known.version == *version) else {
            return Err(MigrateError::VersionMissing(*version).into());
        };
        if *migration.checksum != **checksum {
            return Err(MigrateError::VersionMismatch(*version).into());
        }
    }
    if seen.len() < known.iter().count() { Err(StoreError::Outdated) } else { Ok(()) }
}
