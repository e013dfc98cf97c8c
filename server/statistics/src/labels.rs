//! Numbers the names of a categorical variable.

use std::collections::HashMap;

/// A categorical variable: a code for each row, and the name of each code.
///
/// Codes are numbered in order of first appearance.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Labels {
    codes: Vec<u32>,
    names: Vec<String>,
}

impl Labels {
    /// Numbers the names of rows.
    pub fn of<S: AsRef<str>>(rows: impl IntoIterator<Item = S>) -> Self {
        let mut labels = Self::default();
        let mut known: HashMap<String, u32> = HashMap::new();
        for row in rows {
            let name = row.as_ref();
            let code = known.get(name).copied().unwrap_or_else(|| {
                let code = u32::try_from(labels.names.len()).expect("fewer than 2³² names");
                labels.names.push(name.to_owned());
                known.insert(name.to_owned(), code);
                code
            });
            labels.codes.push(code);
        }
        labels
    }

    /// One code for each row, below the number of names.
    pub fn codes(&self) -> &[u32] {
        &self.codes
    }

    /// The names; the place is the code.
    pub fn names(&self) -> &[String] {
        &self.names
    }

    /// The name of a row.
    pub fn name_of(&self, row: usize) -> &str {
        &self.names[self.codes[row] as usize]
    }

    /// The number of rows.
    pub fn len(&self) -> usize {
        self.codes.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.codes.is_empty()
    }
}
