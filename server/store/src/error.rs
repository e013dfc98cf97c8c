//! What can go wrong, by what the caller can do.

use std::fmt;

use jiff::civil::Date;
use survey_defs::ids::{DeviceId, PointId, QuestionId, SubmissionId, WaveId};
use survey_defs::unit::UnitKey;
use survey_defs::wave::Takes;

use crate::catalogue::Definition;

/// The cause of an error, of whatever driver. For the log; never for a client.
pub type Source = Box<dyn std::error::Error + Send + Sync>;

/// Why the store did not do what it was asked, by what the caller can do about it.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// What is offered contradicts what is stored, which stands. Tell whoever sent it.
    #[error("{what}")]
    Conflict {
        /// The contradiction.
        what: Conflict,
    },

    /// There is no such wave. Create it first.
    #[error("there is no wave {0}")]
    UnknownWave(WaveId),

    /// A value that cannot be stored. The caller should have checked it.
    #[error("{what}")]
    Invalid {
        /// What is wrong with it.
        what: String,
    },

    /// The database does not answer, is busy, or has no room. The same call may be made again.
    #[error("the database cannot accept the request at the moment")]
    Unavailable(#[source] Source),

    /// So much waits to be stored already that this would have to wait too long, or somebody else
    /// writes to the wave for long, as an import does. Nothing of the call is stored; the same call
    /// may be made again in a few seconds.
    #[error("too many rows wait to be stored, or an import into the wave is running")]
    Busy,

    /// The database was written by another version of the program. Start the matching version.
    #[error(
        "another version of the program, perhaps a newer one, wrote the database; start that one"
    )]
    Version(#[source] Source),

    /// The database was written by an older version of the program, and was to be left as it is.
    /// Bring it up to date first, or use that version.
    #[error(
        "the database has older tables than this program; use the program that wrote it, or stop \
         its servers and run `thuocdo migrate` of this version, which brings them up to date"
    )]
    Outdated,

    /// Another program has the database open, and its tables are older. Stop that program first.
    #[error(
        "the database has older tables and another program has it open, perhaps a server of the \
         older version; stop that one first"
    )]
    InUse,

    /// The database has no tables. It is the wrong one, or nobody has used it yet.
    #[error("the database is empty")]
    Empty,

    /// The database would lose answers or let others read them. Change its settings, or the URL.
    #[error("{what}")]
    Unsafe {
        /// What is wrong with it.
        what: String,
    },

    /// What is stored cannot be read. Call the operator: restore a backup.
    #[error(
        "{what} in the database cannot be read; stop the server, keep a copy of the database, and \
         restore the last backup"
    )]
    Corrupt {
        /// What cannot be read.
        what: &'static str,
        /// Why.
        source: Source,
    },

    /// This crate asked the database for something that it refuses. A bug.
    #[error("an internal error in the use of the database")]
    Fault(#[source] Source),
}

impl From<Conflict> for StoreError {
    fn from(what: Conflict) -> Self {
        Self::Conflict { what }
    }
}

/// A contradiction between what is offered and what is stored.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Conflict {
    /// A published version never changes.
    #[error("{0} is published with other content; make a new version")]
    Definition(Definition),

    /// The wave exists with other content.
    #[error("wave {0} exists with other content")]
    Wave(WaveId),

    /// The service point exists with other content.
    #[error("service point {point} of wave {wave} exists with other content")]
    Point {
        /// The wave.
        wave: WaveId,
        /// The point.
        point: PointId,
    },

    /// The device exists with other content, or its code was given to another one.
    #[error("device {0} exists with other content, or its code was given out before")]
    Device(DeviceId),

    /// A wave takes forms, a sample or level counts, and nothing else.
    #[error("wave {wave} takes {}, so it cannot take {}", phrase(*.takes), phrase(*.offered))]
    Takes {
        /// The wave.
        wave: WaveId,
        /// What it takes.
        takes: Takes,
        /// What it was to take.
        offered: Takes,
    },

    /// What a wave takes changes only while it has no record.
    #[error("wave {0} has records, so it goes on taking what it takes")]
    WaveHasRecords(WaveId),

    /// What a wave takes changes only while no record waits for a decision.
    #[error(
        "records of wave {0} wait in quarantine, and nobody could release them afterwards; decide on them first (`thuocdo quarantine list --wave {0}`)"
    )]
    RecordsWait(WaveId),

    /// An imported row has the id of a submission with other content.
    #[error("submission {0} is recorded with other content")]
    Submission(SubmissionId),

    /// The listing of a wave's columnar mirror is another one than the caller thinks.
    #[error("segment {name} of wave {wave} conflicts with another one, or is not listed any more")]
    Segment {
        /// The wave.
        wave: WaveId,
        /// The segment.
        name: String,
    },

    /// There are counts for this cell already, from an earlier file or an earlier row.
    #[error("there are counts for {} already", Cell { unit, month, item })]
    Counts {
        /// The unit.
        unit: Option<UnitKey>,
        /// The first day of the month.
        month: Option<Date>,
        /// The statement.
        item: QuestionId,
    },
}

fn phrase(takes: Takes) -> &'static str {
    match takes {
        Takes::Forms => "forms without a sample plan",
        Takes::Sample => "forms of a drawn sample",
        Takes::LevelCounts => "level counts",
    }
}

/// Names a cell of level counts by the parts that it has.
struct Cell<'a> {
    unit: &'a Option<UnitKey>,
    month: &'a Option<Date>,
    item: &'a QuestionId,
}

impl fmt::Display for Cell<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { unit, month, item } = self;
        write!(f, "item {item}")?;
        if let Some(unit) = unit {
            write!(f, ", unit {unit}")?;
        }
        match month {
            Some(month) => write!(f, ", month {:04}-{:02}", month.year(), month.month()),
            None => Ok(()),
        }
    }
}
