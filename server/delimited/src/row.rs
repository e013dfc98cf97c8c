//! One row.

use crate::fault::{Fault, FaultKind};

/// One row of a file. It is filled again and again, so that a file of a million rows needs one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Row {
    line: u64,
    text: String,
    ends: Vec<usize>,
    is_quoted: bool,
}

impl Row {
    /// The line on which it begins; the header is usually line 1.
    pub fn line(&self) -> u64 {
        self.line
    }

    /// How many fields it has.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether it has no field.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// A field, without the blanks around it; none if the row is shorter.
    pub fn get(&self, index: usize) -> Option<&str> {
        let end = *self.ends.get(index)?;
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(trimmed(&self.text[begin..end]))
    }

    /// The fields in order.
    pub fn fields(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).filter_map(|index| self.get(index))
    }

    /// Checks that it is as wide as the header.
    ///
    /// # Errors
    /// [`FaultKind::Width`].
    pub fn check_width(&self, wanted: usize) -> Result<(), Fault> {
        let found = self.len();
        if found == wanted {
            return Ok(());
        }
        Err(FaultKind::Width { found, wanted }.at(self.line))
    }

    pub(crate) fn begin(&mut self, line: u64) {
        self.line = line;
        self.text.clear();
        self.ends.clear();
        self.is_quoted = false;
    }

    pub(crate) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    pub(crate) fn end_field(&mut self) {
        self.ends.push(self.text.len());
    }

    pub(crate) fn quote(&mut self) {
        self.is_quoted = true;
    }

    /// Whether it is nothing but separators: Excel writes such rows for cells that were once filled.
    pub(crate) fn is_blank(&self) -> bool {
        !self.is_quoted && self.fields().all(str::is_empty)
    }

    /// Drops empty fields beyond the header.
    pub(crate) fn drop_empty_beyond(&mut self, width: usize) {
        while self.len() > width && self.get(self.len() - 1) == Some("") {
            self.ends.pop();
        }
    }
}

/// A text without blanks around it, those included that nobody sees.
fn trimmed(text: &str) -> &str {
    text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '\u{feff}' | '\u{200b}'))
}
