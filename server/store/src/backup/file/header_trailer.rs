//! What stands at the beginning and at the end.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::backup::tables::{Kind, Table};
use crate::backup::{Backend, DumpedRow};

/// What stands at the beginning of a backup.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    /// The version of the program that made it.
    pub program: String,
    /// When it was begun.
    pub created_at: Timestamp,
    /// Which kind of database it is of; it can be restored into any.
    pub backend: Backend,
    /// The tables and their columns.
    pub(crate) tables: Vec<Described>,
}

/// A table as a backup has it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Described {
    name: String,
    columns: Vec<(String, Kind)>,
}

impl Header {
    /// The header of a backup that is begun now.
    pub fn new(program: String, created_at: Timestamp, backend: Backend) -> Self {
        Self { program, created_at, backend, tables: described() }
    }

    /// What this program knows otherwise; none if the backup has the same tables and columns.
    pub(super) fn difference(&self) -> Option<String> {
        let ours = described();
        let other = |one: &&Described| !ours.contains(one);
        let unknown = self.tables.iter().find(other);
        let missing = ours.iter().find(|one| !self.tables.contains(one));
        match (unknown, missing) {
            (Some(table), _) => Some(format!("its table {} has other columns", table.name)),
            (None, Some(table)) => Some(format!("it has no table {}", table.name)),
            (None, None) => None,
        }
    }
}

fn described() -> Vec<Described> {
    let describe = |table: Table| Described {
        name: table.as_str().to_owned(),
        columns: table.columns().iter().map(|one| (one.name.to_owned(), one.kind)).collect(),
    };
    Table::ALL.into_iter().map(describe).collect()
}

/// What stands at the end of a backup: how much it holds.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Summary {
    /// Rows of each table; tables without one are absent.
    pub rows: BTreeMap<Table, u64>,
    /// Where the logs end.
    pub waves: Vec<WaveEnd>,
}

/// Where the log of a wave ends.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WaveEnd {
    /// The wave.
    pub wave: String,
    /// The last position.
    pub position: i64,
    /// How many submissions there are.
    pub submissions: i64,
}

impl Summary {
    /// Takes a row into account.
    pub(crate) fn add(&mut self, row: &DumpedRow) {
        *self.rows.entry(row.table()).or_default() += 1;
        if row.table() == Table::WaveLogs {
            self.waves.push(WaveEnd {
                wave: row.text("wave").unwrap_or_default().to_owned(),
                position: row.int("position").unwrap_or_default(),
                submissions: row.int("submissions").unwrap_or_default(),
            });
        }
    }

    /// Rows of all tables.
    pub fn total(&self) -> u64 {
        self.rows.values().sum()
    }
}
