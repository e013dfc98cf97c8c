//! Selects the rows of a design that an estimate is about.

use std::sync::Arc;

use super::EstimateError;
use crate::design::{Design, id};

/// A part of the rows of a design, ready for many statistics: their cost follows the number of
/// rows in it and not the number of rows of the design.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Domain {
    rows: Arc<[u32]>,
    of: usize,
}

impl Domain {
    /// The selected rows; one entry per row of the design.
    pub fn of(selected: &[bool]) -> Self {
        let rows = (0..id(selected.len())).zip(selected);
        Self {
            rows: rows.filter(|(_, selected)| **selected).map(|(row, _)| row).collect(),
            of: selected.len(),
        }
    }

    /// All rows of a design.
    pub fn whole(design: &Design) -> Self {
        Self { rows: (0..id(design.rows())).collect(), of: design.rows() }
    }

    /// The rows, ascending.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    pub(super) fn shared_rows(&self) -> Arc<[u32]> {
        Arc::clone(&self.rows)
    }

    /// The rows with a weight and a value in each column, which must all fit the design.
    pub(super) fn rows_with(
        &self,
        design: &Design,
        columns: &[(&'static str, &[f64])],
    ) -> Result<Vec<u32>, EstimateError> {
        self.check(design)?;
        for (column, values) in columns {
            check_length(design, column, values.len())?;
        }
        let weights = design.weights();
        let mut rows = Vec::with_capacity(self.rows.len());
        for &row in self.rows.iter() {
            let place = row as usize;
            let missing = columns.iter().any(|(_, values)| values[place].is_nan());
            if missing || weights[place] == 0.0 {
                continue;
            }
            if columns.iter().any(|(_, values)| values[place].is_infinite()) {
                return Err(EstimateError::Infinite { row });
            }
            rows.push(row);
        }
        if rows.is_empty() { Err(EstimateError::EmptyDomain) } else { Ok(rows) }
    }

    /// The rows with a weight and a code, which must be below the number of levels.
    pub(super) fn rows_with_code(
        &self,
        design: &Design,
        codes: &[Option<u32>],
        levels: usize,
    ) -> Result<Vec<u32>, EstimateError> {
        self.check(design)?;
        check_length(design, "codes", codes.len())?;
        let weights = design.weights();
        let mut rows = Vec::with_capacity(self.rows.len());
        for &row in self.rows.iter() {
            let place = row as usize;
            let Some(code) = codes[place] else { continue };
            if code as usize >= levels {
                return Err(EstimateError::UnknownCode { row, code, levels });
            }
            if weights[place] != 0.0 {
                rows.push(row);
            }
        }
        if rows.is_empty() { Err(EstimateError::EmptyDomain) } else { Ok(rows) }
    }

    fn check(&self, design: &Design) -> Result<(), EstimateError> {
        check_length(design, "domain", self.of)
    }
}

fn check_length(design: &Design, column: &'static str, found: usize) -> Result<(), EstimateError> {
    let expected = design.rows();
    if found == expected { Ok(()) } else { Err(EstimateError::Length { column, expected, found }) }
}
