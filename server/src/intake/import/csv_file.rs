//! A file of rows in memory, and what is wrong with it.

use std::borrow::Cow;
use std::cell::OnceCell;

use delimited::value::Spelling;
use delimited::{Fault, FaultKind, Reader, Row as Record, value};
use survey_defs::api::RowFinding;

/// The most columns. The longest form has some eighty.
const MAX_COLUMNS: usize = 1_000;

/// The most rows, which are all in memory at a time.
const MAX_ROWS: usize = 1_000_000;

/// Why a row is refused in which nothing stands where something must.
const EMPTY: &str = "the field is empty or missing";

/// A CSV file in memory.
#[derive(Debug)]
pub(super) struct CsvFile {
    header: Vec<String>,
    rows: Vec<Record>,
    has_decimal_commas: bool,
    /// Of each column, once it was asked for.
    spellings: Vec<OnceCell<Spelling>>,
}

/// One row, read by column name.
#[derive(Debug, Clone, Copy)]
pub(super) struct Row<'a> {
    /// The line on which it begins; the header is line 1.
    pub line: u64,
    file: &'a CsvFile,
    record: &'a Record,
}

impl CsvFile {
    /// Reads a file.
    ///
    /// # Errors
    /// It cannot be read from some line on, or has too many columns or rows.
    pub(super) fn read(bytes: &[u8]) -> Result<Self, RowFinding> {
        let mut reader = Reader::new(bytes).map_err(rejected)?;
        let columns = reader.header().len();
        if columns > MAX_COLUMNS {
            let reason = format!("{columns} columns; a file has at most {MAX_COLUMNS}");
            return Err(rejection(1, None, reason));
        }
        let (mut rows, mut row) = (Vec::new(), Record::default());
        while reader.read(&mut row).map_err(rejected)? {
            if rows.len() == MAX_ROWS {
                let reason = format!("a file has at most {MAX_ROWS} rows; divide it");
                return Err(rejection(row.line(), None, reason));
            }
            rows.push(row.clone());
        }
        let has_decimal_commas = reader.has_decimal_commas();
        let header = reader.header().to_vec();
        let spellings = vec![OnceCell::new(); header.len()];
        Ok(Self { header, rows, has_decimal_commas, spellings })
    }

    /// The column names.
    pub(super) fn header(&self) -> &[String] {
        &self.header
    }

    /// The rows in order.
    pub(super) fn rows(&self) -> impl Iterator<Item = Row<'_>> {
        self.rows.iter().map(move |record| Row { line: record.line(), file: self, record })
    }

    /// What the values of a column are.
    fn spelling(&self, column: &str) -> Spelling {
        let place = self.header.iter().position(|name| name == column);
        let Some((place, known)) =
            place.and_then(|place| Some((place, self.spellings.get(place)?)))
        else {
            return Spelling::Words;
        };
        *known.get_or_init(|| {
            let values = self.rows.iter().filter_map(|row| row.get(place));
            Spelling::of(values.filter(|text| !value::is_missing(text)), self.has_decimal_commas)
        })
    }

    /// One rejection for each column that is not among the known, all on line 1. A column without a name, such as
    /// the row names of R, is passed over.
    pub(super) fn unknown_columns(&self, is_known: &dyn Fn(&str) -> bool) -> Rejections {
        let unknown = self.header.iter().filter(|name| !name.is_empty() && !is_known(name));
        unknown.map(|name| rejection(1, Some(name), "the column is not known")).collect()
    }
}

impl<'a> Row<'a> {
    /// The field of a column; `None` where nothing stands in it, or what programs write for nothing, and where
    /// there is no such column.
    pub(super) fn get(&self, column: &str) -> Option<&'a str> {
        let index = self.file.header.iter().position(|name| name == column)?;
        self.record.get(index).filter(|field| !value::is_missing(field))
    }

    /// The name in a column of names: the same for `4` and `4.0` where the column holds nothing but numbers.
    pub(super) fn name(&self, column: &str) -> Option<Cow<'a, str>> {
        let text = self.get(column)?;
        let spelling = self.file.spelling(column);
        Some(if spelling == Spelling::Numbers {
            spelling.name(text, self.file.has_decimal_commas)
        } else {
            value::name(text)
        })
    }

    /// A number.
    pub(super) fn number(&self, text: &str) -> Option<f64> {
        value::number(text, self.file.has_decimal_commas)
    }

    /// A whole number from 0.
    pub(super) fn whole(&self, text: &str) -> Option<u64> {
        value::whole(text, self.file.has_decimal_commas)
    }

    /// The field of a column that must not be empty.
    ///
    /// # Errors
    /// A rejection that names line and column.
    pub(super) fn require(&self, column: &str) -> Result<&'a str, RowFinding> {
        self.get(column).ok_or_else(|| self.reject(column, EMPTY))
    }

    /// The name in a column of names that must not be empty.
    ///
    /// # Errors
    /// A rejection that names line and column.
    pub(super) fn require_name(&self, column: &str) -> Result<Cow<'a, str>, RowFinding> {
        self.name(column).ok_or_else(|| self.reject(column, EMPTY))
    }

    /// Checks that the row is as wide as the header.
    ///
    /// # Errors
    /// A rejection that names the line.
    pub(super) fn check_width(&self) -> Result<(), RowFinding> {
        self.record.check_width(self.file.header.len()).map_err(rejected)
    }

    /// A rejection of one field.
    pub(super) fn reject(&self, column: &str, reason: impl Into<String>) -> RowFinding {
        rejection(self.line, Some(column), reason)
    }
}

/// What is wrong with a file: the first findings, and how many there are. A file of millions of
/// broken rows must not become an answer of hundreds of megabytes.
#[derive(Debug, Default)]
pub(super) struct Rejections {
    first: Vec<RowFinding>,
    further: u64,
    last_line: u64,
}

impl Rejections {
    /// How many are named.
    const NAMED: usize = 1_000;

    /// Adds one.
    pub(super) fn push(&mut self, rejection: RowFinding) {
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
    pub(super) fn none<T>(mut self, read: T) -> Result<T, Vec<RowFinding>> {
        if self.further > 0 {
            let reason = format!("up to this line {} further findings", self.further);
            self.first.push(rejection(self.last_line, None, reason));
        }
        if self.first.is_empty() { Ok(read) } else { Err(self.first) }
    }
}

impl Extend<RowFinding> for Rejections {
    fn extend<I: IntoIterator<Item = RowFinding>>(&mut self, rejections: I) {
        rejections.into_iter().for_each(|one| self.push(one));
    }
}

impl FromIterator<RowFinding> for Rejections {
    fn from_iter<I: IntoIterator<Item = RowFinding>>(rejections: I) -> Self {
        let mut all = Self::default();
        all.extend(rejections);
        all
    }
}

fn rejected(Fault { line, kind }: Fault) -> RowFinding {
    let column = match &kind {
        FaultKind::ColumnTwice(name) => Some(name.as_str()),
        _ => None,
    };
    rejection(line.unwrap_or(1), column, kind.to_string())
}

fn rejection(line: u64, column: Option<&str>, reason: impl Into<String>) -> RowFinding {
    RowFinding { line, column: column.map(str::to_owned), reason: reason.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_programs_write_for_nothing_is_nothing() {
        let file = CsvFile::read(b"a;b\n1,5;NA\n#N/A;4.0\n3\n").unwrap();
        let rows: Vec<_> = file.rows().collect();
        assert_eq!(rows.iter().map(|row| row.line).collect::<Vec<_>>(), [2, 3, 4]);
        assert_eq!((rows[0].get("a"), rows[0].get("b")), (Some("1,5"), None));
        assert_eq!((rows[0].number("1,5"), rows[1].whole("4.0")), (Some(1.5), Some(4)));
        assert_eq!((rows[1].get("a"), rows[1].get("c")), (None, None));
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
        assert_eq!(CsvFile::read(b"a\n1\n\"2\n3\n").unwrap_err().line, 3);
        let reason = |bytes| CsvFile::read(bytes).unwrap_err().reason;
        assert_eq!(reason(b"a,a\n1,2\n"), "the column “a” occurs twice");
        assert_eq!(reason(b"a\n"), "the file has no rows below its header");
    }
}
