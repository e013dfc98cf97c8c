//! What PostgreSQL reports, sorted.

use sqlx::error::DatabaseError;
use sqlx::postgres::PgDatabaseError;

use crate::error::StoreError;
use crate::obstacle::Obstacle;

/// What PostgreSQL has reported, without its details: they quote the rows.
#[derive(Debug, thiserror::Error)]
#[error("PostgreSQL: {message} (SQLSTATE {code}{})", of_constraint(.constraint.as_deref()))]
struct Reported {
    code: String,
    message: String,
    constraint: Option<String>,
}

fn of_constraint(constraint: Option<&str>) -> String {
    constraint.map(|name| format!(", constraint {name}")).unwrap_or_default()
}

/// Sorts an error that PostgreSQL has reported, by its SQLSTATE.
pub(crate) fn sort(error: &PgDatabaseError) -> StoreError {
    let code = error.code();
    let message = match code {
        // The hint of PostgreSQL, which says so too, may be in another language.
        "53200" => format!(
            "{}; if locks are meant, many waves need max_locks_per_transaction = 1024 in \
             postgresql.conf",
            error.message()
        ),
        _ => error.message().to_owned(),
    };
    let reported = Box::new(Reported {
        code: code.to_owned(),
        message,
        constraint: error.constraint().map(str::to_owned),
    });
    match code {
        // The database is read-only, as a standby is; a lock, a transaction or an idle session was
        // given up; two transactions were in each other's way.
        "25006" | "25P03" | "25P04" | "40001" | "40003" | "40P01" | "55006" | "55P03" => {
            StoreError::Unavailable(reported)
        }
        // The connection is in another state than the driver thinks, as after a call that was cut
        // off or a change of the tables; another connection is not.
        "0A000" if error.message().contains("cached plan") => StoreError::Unavailable(reported),
        "25001" | "25P02" | "26000"
        // No access, no such database: the operator is at it, or has to be.
        | "28000" | "28P01" | "3D000" => StoreError::Unavailable(reported),
        // A zero character, or one that the encoding of the database lacks.
        "22021" | "22P05" => StoreError::Invalid {
            what: "a text has a character that the database cannot hold".to_owned(),
        },
        "XX001" | "XX002" => StoreError::Corrupt { what: "a page", source: reported },
        // Connection, resources, intervention of an operator, a fault outside PostgreSQL.
        _ if ["08", "53", "57", "58"].iter().any(|class| code.starts_with(class)) => {
            StoreError::Unavailable(reported)
        }
        _ => StoreError::Fault(reported),
    }
}

/// What stands in the way, if PostgreSQL has said it.
pub(crate) fn obstacle(source: &(dyn std::error::Error + 'static)) -> Option<Obstacle> {
    match source.downcast_ref::<Reported>()?.code.as_str() {
        "53100" => Some(Obstacle::DiskFull),
        "25006" => Some(Obstacle::ReadOnly),
        _ => None,
    }
}

/// Whether a lock was not had in time.
pub(super) fn is_locked(error: &sqlx::Error) -> bool {
    error.as_database_error().and_then(DatabaseError::code).as_deref() == Some("55P03")
}
