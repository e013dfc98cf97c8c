//! Reads delimited text files (CSV) as Excel, R, SPSS and pandas write them, and loses no row of them.
//!
//! The rules are those of RFC 4180 with what programs write besides: semicolons, tabs or bars as separators,
//! lines that end with LF, CRLF or CR, a byte order mark, UTF-16, the line `sep=;`, and rows of separators
//! only, which are no rows. A quote that is not closed where its field ends is an error: a reader that is
//! lenient about it takes the rows after it for a text, without a word.

mod fault;
mod lines;
mod reader;
mod row;
mod text;
pub mod value;

#[cfg(test)]
mod tests;

pub use self::fault::{Fault, FaultKind};
pub use self::reader::Reader;
pub use self::row::Row;
