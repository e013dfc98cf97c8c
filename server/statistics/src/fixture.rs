//! Reads tables of expected numbers, as other programs computed them.

use std::collections::HashMap;

/// A line of a table, by the names of its columns.
pub(crate) struct Row(HashMap<String, String>);

impl Row {
    pub(crate) fn text(&self, column: &str) -> &str {
        self.0.get(column).unwrap_or_else(|| panic!("no column {column}"))
    }

    /// An empty field is NaN.
    pub(crate) fn number(&self, column: &str) -> f64 {
        match self.text(column) {
            "" => f64::NAN,
            text => text.parse().unwrap(),
        }
    }
}

/// The lines of `tests/fixtures/r/<topic>.csv`.
pub(crate) fn r(topic: &str) -> Vec<Row> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/r/");
    let mut table = csv::Reader::from_path(format!("{folder}{topic}.csv")).unwrap();
    table.deserialize().map(|row| Row(row.unwrap())).collect()
}

/// Fails where a number is further from the expected one than a fraction of it (below 1: of 1).
#[track_caller]
pub(crate) fn assert_close(actual: f64, expected: f64, tolerance: f64, what: &str) {
    let difference = (actual - expected).abs();
    assert!(
        difference <= tolerance * expected.abs().max(1.0),
        "{what}: {actual:e} instead of {expected:e}"
    );
}
