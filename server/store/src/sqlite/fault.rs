//! What SQLite reports, sorted.

use sqlx::error::{DatabaseError, ErrorKind};

use crate::error::StoreError;
use crate::obstacle::Obstacle;

/// The primary result codes of SQLite by which errors are sorted; the extended code is in the
/// higher bits.
mod code {
    pub(super) const BUSY: u32 = 5;
    pub(super) const LOCKED: u32 = 6;
    pub(super) const NOMEM: u32 = 7;
    pub(super) const READONLY: u32 = 8;
    pub(super) const INTERRUPT: u32 = 9;
    pub(super) const IOERR: u32 = 10;
    pub(super) const CORRUPT: u32 = 11;
    pub(super) const FULL: u32 = 13;
    pub(super) const CANTOPEN: u32 = 14;
    pub(super) const PROTOCOL: u32 = 15;
    pub(super) const NOTADB: u32 = 26;
}

/// What stands in the way, if SQLite has said it.
pub(crate) fn obstacle(source: &(dyn std::error::Error + 'static)) -> Option<Obstacle> {
    let sqlx::Error::Database(database) = source.downcast_ref()? else {
        return None;
    };
    match primary_code(database.code().as_deref()) {
        code::FULL => Some(Obstacle::DiskFull),
        code::READONLY => Some(Obstacle::ReadOnly),
        _ => None,
    }
}

/// Whether another connection has the file.
pub(super) fn is_busy(error: &sqlx::Error) -> bool {
    let sqlx::Error::Database(database) = error else {
        return false;
    };
    primary_code(database.code().as_deref()) == code::BUSY
}

/// Sorts an error that SQLite has reported.
pub(crate) fn sort(code: Option<&str>, error: sqlx::Error) -> StoreError {
    match primary_code(code) {
        code::BUSY
        | code::LOCKED
        | code::NOMEM
        | code::READONLY
        | code::INTERRUPT
        | code::IOERR
        | code::FULL
        | code::CANTOPEN
        | code::PROTOCOL => StoreError::Unavailable(error.into()),
        code::CORRUPT | code::NOTADB => {
            StoreError::Corrupt { what: "a page", source: error.into() }
        }
        _ => StoreError::Fault(error.into()),
    }
}

fn primary_code(code: Option<&str>) -> u32 {
    code.and_then(|code| code.parse::<u32>().ok()).map_or(0, |code| code & 0xff)
}

/// Whether a row breaks any rule of its table.
pub(super) fn is_constraint(error: &sqlx::Error) -> bool {
    let kind = error.as_database_error().map(DatabaseError::kind);
    kind.is_some_and(|kind| kind != ErrorKind::Other)
}
