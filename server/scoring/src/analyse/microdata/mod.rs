//! A file of rows and columns, of which only the columns that are needed are kept.

mod column;
mod csv_file;
mod header;
mod parquet;
mod texts;

use std::collections::HashMap;

use statistics::Labels;

use super::error::{AnalyseError, Place};
use column::{Column, NoNumber};

pub(super) use column::{Missing, Names};

/// Rows and the columns that were asked for.
#[derive(Debug)]
pub(super) struct Microdata {
    places: Places,
    columns: HashMap<String, Column>,
}

/// Where rows stand in their file.
#[derive(Debug)]
enum Places {
    /// The line on which each row begins; the header is line 1.
    Lines(Vec<u64>),
    /// The number of rows, counted from 1.
    Rows(usize),
}

impl Microdata {
    /// Reads the columns of a CSV or Parquet file that are wanted.
    ///
    /// # Errors
    /// The file is neither, a column is unknown or occurs twice, a row has too few or too many
    /// fields, or there are no rows.
    pub(super) fn read(bytes: &[u8], wanted: &[&str]) -> Result<Self, AnalyseError> {
        if parquet::is_parquet(bytes) {
            parquet::read(bytes, wanted)
        } else {
            csv_file::read(bytes, wanted)
        }
    }

    fn new(places: Places, columns: HashMap<String, Column>) -> Result<Self, AnalyseError> {
        let data = Self { places, columns };
        if data.rows() == 0 {
            let reason = "the file has no rows".to_owned();
            return Err(AnalyseError::File { place: None, reason });
        }
        Ok(data)
    }

    pub(super) fn rows(&self) -> usize {
        match &self.places {
            Places::Lines(lines) => lines.len(),
            Places::Rows(rows) => *rows,
        }
    }

    /// Where a row stands in its file.
    pub(super) fn place(&self, row: usize) -> Place {
        match &self.places {
            Places::Lines(lines) => Place::Line(lines[row]),
            Places::Rows(_) => Place::Row(row as u64 + 1),
        }
    }

    /// A cell that cannot be used.
    pub(super) fn cell(&self, column: &str, row: usize, reason: impl Into<String>) -> AnalyseError {
        let (column, place) = (column.to_owned(), self.place(row));
        AnalyseError::Cell { column, place, reason: reason.into() }
    }

    /// The names in a column that was asked for; that of a missing value is empty. A value has one name,
    /// however it is written: in a column of numbers `4` is the name of `4.0`, in one of truth values
    /// `true` that of `TRUE`.
    pub(super) fn words(&self, column: &str, missing: &Missing) -> Labels {
        self.columns[column].words(missing)
    }

    /// How values are called in a column that was asked for.
    pub(super) fn names(&self, column: &str, missing: &Missing) -> Names {
        self.columns[column].names(missing)
    }

    /// The numbers in a column that was asked for; a missing one is NaN.
    pub(super) fn numbers(
        &self,
        column: &str,
        missing: &Missing,
    ) -> Result<Vec<f64>, AnalyseError> {
        self.columns[column].numbers(missing).map_err(|NoNumber { row, text }| {
            self.cell(column, row, format!("“{text}” is no number"))
        })
    }
}
