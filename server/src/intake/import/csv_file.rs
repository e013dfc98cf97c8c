//! Reading CSV with line numbers.

use csv::{ReaderBuilder, StringRecord, Trim};
use survey_defs::api::RowRejection;

/// A CSV file in memory: a header and rows with the line on which each begins.
#[derive(Debug)]
pub(super) struct CsvFile {
    header: Vec<String>,
    rows: Vec<(u64, StringRecord)>,
}

/// One row, read by column name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// The line on which it begins; the header is line 1.
    pub line: u64,
    header: &'a [String],
    record: &'a StringRecord,
}

impl CsvFile {
    /// Reads UTF-8, with or without a byte order mark.
    ///
    /// # Errors
    /// The first line that cannot be read: not UTF-8, a repeated column, or no row at all.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, RowRejection> {
        let text = std::str::from_utf8(bytes).map_err(|error| {
            let before = &bytes[..error.valid_up_to()];
            let breaks = before.split(|byte| *byte == b'\n').count();
            rejection(breaks as u64, None, "the line is not UTF-8")
        })?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut reader =
            ReaderBuilder::new().trim(Trim::All).flexible(true).from_reader(text.as_bytes());
        let header = reader.headers().map_err(|error| rejection(1, None, error.to_string()))?;
        let header: Vec<String> = header.iter().map(str::to_owned).collect();
        for (index, name) in header.iter().enumerate() {
            if header[..index].contains(name) {
                return Err(rejection(1, Some(name), "the column occurs twice"));
            }
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                rejection(line, None, error.to_string())
            })?;
            rows.push((record.position().map_or(0, csv::Position::line), record));
        }
        if rows.is_empty() {
            return Err(rejection(1, None, "the file has no rows"));
        }
        Ok(Self { header, rows })
    }

    /// The column names.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        let header = &self.header;
        self.rows.iter().map(move |(line, record)| Row { line: *line, header, record })
    }

    /// One rejection for each column that is not among the known, all on line 1.
    pub(super) fn unknown_columns(&self, is_known: &dyn Fn(&str) -> bool) -> Vec<RowRejection> {
        let unknown = self.header.iter().filter(|name| !is_known(name));
        unknown.map(|name| rejection(1, Some(name), "the column is not known")).collect()
    }
}

impl<'a> Row<'a> {
    /// The field of a column; empty fields and missing columns are both `None`.
    pub(super) fn get(&self, column: &str) -> Option<&'a str> {
        let index = self.header.iter().position(|name| name == column)?;
        self.record.get(index).filter(|field| !field.is_empty())
    }

    /// The field of a column that must not be empty.
    ///
    /// # Errors
    /// A rejection that names line and column.
    pub(super) fn require(&self, column: &str) -> Result<&'a str, RowRejection> {
        self.get(column).ok_or_else(|| self.reject(column, "the field is empty or missing"))
    }

    /// Checks that the row is as wide as the header.
    ///
    /// # Errors
    /// A rejection that names the line.
    pub(super) fn check_width(&self) -> Result<(), RowRejection> {
        let (found, wanted) = (self.record.len(), self.header.len());
        if found == wanted {
            return Ok(());
        }
        Err(rejection(self.line, None, format!("{found} fields where the header has {wanted}")))
    }

    /// A rejection of one field.
    pub(super) fn reject(&self, column: &str, reason: impl Into<String>) -> RowRejection {
        rejection(self.line, Some(column), reason)
    }
}

fn rejection(line: u64, column: Option<&str>, reason: impl Into<String>) -> RowRejection {
    RowRejection { line, column: column.map(str::to_owned), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_counted_through_quoted_line_breaks() {
        let file = CsvFile::read("\u{feff}a,b\n1,\"x\ny\"\n2,\n3\n".as_bytes()).unwrap();
        let rows: Vec<_> = file.rows().collect();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 4, 5]);
        assert_eq!((rows[0].get("b"), rows[1].get("b")), (Some("x\ny"), None));
        assert_eq!(rows[2].check_width().unwrap_err().reason, "1 fields where the header has 2");
    }

    #[test]
    fn unreadable_files_name_the_line() {
        assert_eq!(CsvFile::read(b"a\n1\n\xff\n").unwrap_err().line, 3);
        assert_eq!(CsvFile::read(b"a,a\n1,2\n").unwrap_err().column.as_deref(), Some("a"));
        assert_eq!(CsvFile::read(b"a\n").unwrap_err().reason, "the file has no rows");
    }
}
