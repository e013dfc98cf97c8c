//! Says why the tables do not make a gazetteer.

use jiff::civil::Date;

use super::UnitKey;
use crate::ids::{InvalidId, UnitCode};

/// Why the tables do not make a gazetteer, and where.
#[derive(Debug, thiserror::Error)]
#[error("{file}, line {line}: {problem}")]
pub struct GazetteerError {
    /// The name of the file.
    pub file: &'static str,
    /// The line in the file, from 1; the header is line 1.
    pub line: u64,
    /// What is wrong there.
    pub problem: GazetteerProblem,
}

/// What can be wrong with a row of the tables.
#[derive(Debug, thiserror::Error)]
pub enum GazetteerProblem {
    /// The row has too few or too many fields, or a field that is not what its column holds.
    #[error("invalid row: {}", reason(.0))]
    Row(#[from] csv::Error),
    /// A list of codes holds something else.
    #[error("invalid list of codes: {0}")]
    Codes(#[from] InvalidId),
    /// The name is empty.
    #[error("the name is empty")]
    NoName,
    /// The name is not in Unicode NFC.
    #[error("“{0}” is not in Unicode NFC")]
    NotNfc(String),
    /// The level has no such kind.
    #[error("no such kind at this level: “{0}”")]
    UnknownKind(String),
    /// The agency has no row in the table of English names.
    #[error("no English name for {0}")]
    NoEnglishName(UnitCode),
    /// No agency has this code.
    #[error("no agency has the code {0}")]
    UnknownAgency(UnitCode),
    /// An earlier row says the same thing.
    #[error("a second row for {0}")]
    Duplicate(String),
    /// The last day is before the first.
    #[error("{key} ends on {last}, before it begins")]
    EndsBeforeItBegins {
        /// The unit.
        key: UnitKey,
        /// Its last day.
        last: Date,
    },
    /// Another row with the same code holds at the same time.
    #[error("{key} begins before {earlier} has ended")]
    Overlap {
        /// The unit.
        key: UnitKey,
        /// The row before it.
        earlier: UnitKey,
    },
    /// No district or city with this code is in force for as long as the unit is.
    #[error("{key} lies in {parent}, which is not in force from its first day to its last")]
    UnknownParent {
        /// The unit.
        key: UnitKey,
        /// The unit above it.
        parent: UnitCode,
    },
    /// No unit with this code is in force on the day on which the row needs it.
    #[error("no unit {code} is in force on {day}")]
    NotInForce {
        /// The code.
        code: UnitCode,
        /// The day.
        day: Date,
    },
    /// No day can lie before the date.
    #[error("{0} has no day before it")]
    NoDayBefore(Date),
    /// A branch covers something that never was a district.
    #[error("{0} is not a district")]
    NotADistrict(UnitCode),
    /// The key is not that of a commune without a district.
    #[error("{0} is not a commune without a district")]
    NeedsNoDistrict(UnitKey),
    /// No resident of the commune came from the district.
    #[error("no resident of {commune} lived in {district}")]
    ForeignDistrict {
        /// The commune.
        commune: UnitKey,
        /// The district it was to belong to.
        district: UnitCode,
    },
    /// Two districts have the same weight, so that a person has to decide.
    #[error("{commune}: {one} and {other} have the same weight; decide by an override")]
    DistrictTie {
        /// The commune.
        commune: UnitKey,
        /// One district.
        one: UnitKey,
        /// The other.
        other: UnitKey,
    },
}

/// The reason without the place, of which csv counts the lines differently.
fn reason(error: &csv::Error) -> String {
    match error.kind() {
        csv::ErrorKind::UnequalLengths { expected_len, len, .. } => {
            format!("{len} fields instead of {expected_len}")
        }
        csv::ErrorKind::Deserialize { err, .. } => err.to_string(),
        _ => error.to_string(),
    }
}
