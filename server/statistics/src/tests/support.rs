//! Reads fixtures and builds designs for the tests.

use std::collections::BTreeMap;

use crate::Labels;
use crate::design::{Columns, Design, LonelyPsu, Nesting, StageColumns};

/// A CSV file of `tests/fixtures`.
#[derive(Clone)]
pub(crate) struct Table {
    rows: Vec<BTreeMap<String, String>>,
}

impl Table {
    pub(crate) fn read(path: &str) -> Self {
        let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/fixtures/");
        let mut reader = csv::Reader::from_path(format!("{root}{path}")).expect("a fixture");
        Self { rows: reader.deserialize().map(|row| row.expect("a row")).collect() }
    }

    pub(crate) fn rows(&self) -> &[BTreeMap<String, String>] {
        &self.rows
    }

    pub(crate) fn without(&self, column: &str, value: &str) -> Self {
        let rows = self.rows.iter().filter(|row| row[column] != value).cloned().collect();
        Self { rows }
    }

    pub(crate) fn numbers(&self, column: &str) -> Vec<f64> {
        self.rows.iter().map(|row| number(&row[column]).unwrap_or(f64::NAN)).collect()
    }

    pub(crate) fn names(&self, column: &str) -> Vec<String> {
        self.rows.iter().map(|row| row[column].clone()).collect()
    }

    pub(crate) fn labels(&self, column: &str) -> Labels {
        Labels::of(self.names(column))
    }

    /// Codes and levels, in alphabetical order as in R.
    pub(crate) fn categories(&self, column: &str) -> (Vec<Option<u32>>, Vec<String>) {
        let names = self.names(column);
        let mut levels: Vec<String> = names.iter().filter(|name| known(name)).cloned().collect();
        levels.sort();
        levels.dedup();
        let code = |name: &String| {
            levels
                .iter()
                .position(|level| level == name)
                .map(|place| u32::try_from(place).expect("few levels"))
        };
        (names.iter().map(code).collect(), levels)
    }

    /// The rows of a domain; all of them where none is named.
    pub(crate) fn domain(&self, column: &str, level: &str) -> Vec<bool> {
        self.rows.iter().map(|row| level.is_empty() || row[column] == level).collect()
    }

    /// A design by the names of its columns: for each stage strata, clusters and fpc, empty where
    /// it has none.
    pub(crate) fn columns(&self, weights: &str, stages: &[[&str; 3]]) -> Columns {
        let named = |name: &str| (!name.is_empty()).then(|| name.to_owned());
        let stage = |[strata, clusters, fpc]: &[&str; 3]| StageColumns {
            strata: named(strata).map(|name| self.labels(&name)),
            clusters: named(clusters).map(|name| self.labels(&name)),
            fpc: named(fpc).map(|name| self.numbers(&name)),
        };
        Columns {
            rows: self.rows.len(),
            weights: named(weights).map(|name| self.numbers(&name)),
            stages: stages.iter().map(stage).collect(),
            lonely: LonelyPsu::Fail,
            nesting: Nesting::Unique,
        }
    }

    pub(crate) fn design(&self, weights: &str, stages: &[[&str; 3]]) -> Design {
        Design::new(self.columns(weights, stages)).expect("a design")
    }
}

pub(crate) fn number(text: &str) -> Option<f64> {
    known(text).then(|| text.parse().expect("a number"))
}

fn known(text: &str) -> bool {
    !text.is_empty() && text != "NA"
}

/// Relative 1e-9; absolute below what any fixture holds, for values that are 0 up to rounding.
pub(crate) fn assert_close(found: f64, expected: f64, what: &str) {
    assert_within(found, expected, (1e-9, what));
}

pub(crate) fn assert_within(found: f64, expected: f64, (tolerance, what): (f64, &str)) {
    let allowed = tolerance * expected.abs() + 1e-13;
    assert!((found - expected).abs() <= allowed, "{what}: {found} is not {expected}");
}
