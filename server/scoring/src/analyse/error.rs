//! Why nothing comes back.

use std::fmt;

use statistics::design::DesignError;
use statistics::estimate::EstimateError;
use statistics::weights::WeightError;

use super::Kind;

/// Why there are no estimates, by what the caller can do.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AnalyseError {
    /// The request contradicts itself: ask for something else.
    #[error("{0}")]
    Request(String),
    /// The file is no table: save it anew.
    #[error("{}{reason}", before(*.place))]
    File {
        /// Where, if at a place.
        place: Option<Place>,
        /// What is wrong.
        reason: String,
    },
    /// A column is not there: choose another one.
    #[error("there is no column “{column}”{}", instead(.nearest))]
    UnknownColumn {
        /// The column.
        column: String,
        /// Up to three names that look like it, the most alike first.
        nearest: Vec<String>,
    },
    /// A cell cannot be used: correct it.
    #[error("column “{column}”, {place}: {reason}")]
    Cell {
        /// The column, or several that are crossed.
        column: String,
        /// The first such row.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// The rows cannot have been drawn as the columns say: choose other columns, or say what
    /// happens to strata with one cluster.
    #[error("column “{column}”: {reason}")]
    Sampling {
        /// The column.
        column: String,
        /// What is wrong.
        reason: String,
    },
    /// The design gives no variance, and no column is to blame.
    #[error(transparent)]
    Design(DesignError),
    /// A file of population totals is no margin: correct it.
    #[error("margin {margin}, {place}: {reason}")]
    Margin {
        /// The margin.
        margin: String,
        /// The line.
        place: Place,
        /// What is wrong.
        reason: String,
    },
    /// Weights cannot meet the population totals: correct the margins, or merge cells.
    #[error(transparent)]
    Weights(#[from] WeightError),
    /// No row is in the domain that was asked for.
    #[error("no row has {domain}")]
    EmptyDomain {
        /// The domain.
        domain: String,
    },
    /// A statistic has no value.
    #[error("{} of {variable}{}: {reason}", .statistic.as_str(), within(.domain.as_deref()))]
    Estimate {
        /// The statistic.
        statistic: Kind,
        /// Its column or columns.
        variable: String,
        /// Of which rows; none: all.
        domain: Option<String>,
        /// Why.
        reason: Box<EstimateError>,
    },
}

/// Where a row stands in its file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// The line of a text file on which it begins; the header is line 1.
    Line(u64),
    /// The row of a file without lines, counted from 1.
    Row(u64),
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Line(line) => write!(formatter, "line {line}"),
            Self::Row(row) => write!(formatter, "row {row}"),
        }
    }
}

fn within(domain: Option<&str>) -> String {
    domain.map(|domain| format!(", {domain}")).unwrap_or_default()
}

fn before(place: Option<Place>) -> String {
    place.map(|place| format!("{place}: ")).unwrap_or_default()
}

fn instead(nearest: &[String]) -> String {
    match nearest {
        [] => String::new(),
        names => format!("; the file has “{}”", names.join("”, “")),
    }
}
