//! Reading CSV with line numbers.

use std::collections::HashSet;

use csv::{ReaderBuilder, StringRecord, Trim};
use survey_defs::api::RowRejection;

/// The most columns. The longest form has some eighty.
const MAX_COLUMNS: usize = 1_000;

/// The most rows, which are all in memory at a time.
const MAX_ROWS: usize = 1_000_000;

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
    /// The first line that cannot be read: not UTF-8, a repeated column, or no row at all; too many
    /// columns or rows.
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
        if header.len() > MAX_COLUMNS {
            let reason = format!("{} columns; a file has at most {MAX_COLUMNS}", header.len());
            return Err(rejection(1, None, reason));
        }
        let mut names = HashSet::new();
        if let Some(name) = header.iter().find(|name| !names.insert(name.as_str())) {
            return Err(rejection(1, Some(name), "the column occurs twice"));
        }
        let mut rows = Vec::new();
        for record in reader.records() {
            let record = record.map_err(|error| {
                let line = error.position().map_or(0, csv::Position::line);
                rejection(line, None, error.to_string())
            })?;
            let line = record.position().map_or(0, csv::Position::line);
            if rows.len() == MAX_ROWS {
                let reason = format!("a file has at most {MAX_ROWS} rows; divide it");
                return Err(rejection(line, None, reason));
            }
            rows.push((line, record));
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
    pub(super) fn unknown_columns(&self, is_known: &dyn Fn(&str) -> bool) -> Rejections {
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

/// What is wrong with a file: the first findings, and how many there are. A file of millions of
/// broken rows must not become an answer of hundreds of megabytes.
#[derive(Debug, Default)]
pub(super) struct Rejections {
    first: Vec<RowRejection>,
    further: u64,
    last_line: u64,
}

impl Rejections {
    /// How many are named.
    const NAMED: usize = 1_000;

    /// Adds one.
    pub(super) fn push(&mut self, rejection: RowRejection) {
        self.last_line = rejection.line;
        if self.first.len() < Self::NAMED {
            self.first.push(rejection);
        } else {
            self.further += 1;
        }
    }

    /// What was read, if nothing is wrong.
    ///
    /// # Errors
    /// The findings. Those that are not named are one more, on the line of the last.
    pub(super) fn none<T>(mut self, read: T) -> Result<T, Vec<RowRejection>> {
        if self.further > 0 {
            let reason = format!("up to this line {} further findings", self.further);
            self.first.push(rejection(self.last_line, None, reason));
        }
        if self.first.is_empty() { Ok(read) } else { Err(self.first) }
    }
}

impl Extend<RowRejection> for Rejections {
    fn extend<I: IntoIterator<Item = RowRejection>>(&mut self, rejections: I) {
        rejections.into_iter().for_each(|one| self.push(one));
    }
}

impl FromIterator<RowRejection> for Rejections {
    fn from_iter<I: IntoIterator<Item = RowRejection>>(rejections: I) -> Self {
        let mut all = Self::default();
        all.extend(rejections);
        all
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
    fn a_file_of_broken_rows_names_the_first_and_counts_the_rest() {
        let broken =
            |n: u64| -> Rejections { (2..n + 2).map(|l| rejection(l, None, "x")).collect() };
        assert_eq!(broken(0).none(7), Ok(7));
        assert_eq!(broken(1_000).none(()).unwrap_err().len(), 1_000);
        let named = broken(4_000_000).none(()).unwrap_err();
        assert_eq!(named.len(), 1_001);
        let rest = named.last().unwrap();
        assert_eq!(
            (rest.line, &*rest.reason),
            (4_000_001, "up to this line 3999000 further findings")
        );
    }

    #[test]
    fn a_header_has_a_bound_and_is_checked_in_one_pass() {
        let columns = |n: usize| {
            let names: Vec<String> = (0..n).map(|place| format!("c{place}")).collect();
            CsvFile::read(format!("{}\n1\n", names.join(",")).as_bytes())
        };
        assert!(columns(1_000).is_ok());
        let reason = columns(1_000_000).unwrap_err().reason;
        assert_eq!(reason, "1000000 columns; a file has at most 1000");
    }

    #[test]
    fn rows_have_a_bound() {
        let of = |rows| CsvFile::read(format!("a\n{}", "1\n".repeat(rows)).as_bytes());
        assert!(of(1_000_000).is_ok());
        let refused = of(1_000_001).unwrap_err();
        assert_eq!(refused.line, 1_000_002);
        assert_eq!(refused.reason, "a file has at most 1000000 rows; divide it");
    }

    #[test]
    fn unreadable_files_name_the_line() {
        assert_eq!(CsvFile::read(b"a\n1\n\xff\n").unwrap_err().line, 3);
        assert_eq!(CsvFile::read(b"a,a\n1,2\n").unwrap_err().column.as_deref(), Some("a"));
        assert_eq!(CsvFile::read(b"a\n").unwrap_err().reason, "the file has no rows");
    }
}
