//! Errors of the drivers, sorted.

use sqlx::error::{DatabaseError, ErrorKind};
use sqlx::migrate::MigrateError;
use sqlx::postgres::PgDatabaseError;

use crate::error::StoreError;
use crate::{postgres, sqlite};

impl From<sqlx::Error> for StoreError {
    fn from(error: sqlx::Error) -> Self {
        use sqlx::Error as Driver;
        match error {
            Driver::Database(database) => {
                if let Some(reported) = database.try_downcast_ref::<PgDatabaseError>() {
                    return postgres::sort(reported);
                }
                let code = database.code().map(std::borrow::Cow::into_owned);
                sqlite::sort(code.as_deref(), Driver::Database(database))
            }
            Driver::Io(_)
            | Driver::Tls(_)
            | Driver::PoolTimedOut
            | Driver::PoolClosed
            | Driver::WorkerCrashed
            | Driver::BeginFailed => Self::Unavailable(error.into()),
            Driver::ColumnDecode { .. } | Driver::Decode(_) => {
                Self::Corrupt { what: "a column", source: error.into() }
            }
            _ => Self::Fault(error.into()),
        }
    }
}

impl From<MigrateError> for StoreError {
    fn from(error: MigrateError) -> Self {
        match error {
            MigrateError::Execute(error) | MigrateError::ExecuteMigration(error, _) => error.into(),
            other => Self::Version(other.into()),
        }
    }
}

/// Whether a row refers to a row that does not exist.
pub(crate) fn is_dangling(error: &sqlx::Error) -> bool {
    error.as_database_error().map(DatabaseError::kind) == Some(ErrorKind::ForeignKeyViolation)
}
