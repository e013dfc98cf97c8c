//! Why a file cannot be read, and what to do about it.

/// Why a file cannot be read.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{kind}")]
pub struct Fault {
    /// Where, counted from 1; none where it is the whole file.
    pub line: Option<u64>,
    /// What.
    pub kind: FaultKind,
}

/// What is wrong with a file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FaultKind {
    /// There is nothing in it.
    #[error("the file is empty")]
    Empty,
    /// It has no line but the header.
    #[error("the file has no rows below its header")]
    NoRows,
    /// It is no text at all.
    #[error(
        "the file is {0}, not CSV; open it in the program that wrote it and save it as CSV (UTF-8)"
    )]
    Format(&'static str),
    /// Its text has another encoding.
    #[error(
        "the text is not UTF-8 but probably a Windows code page (1258 or 1252); save the file again: in Excel \
         as “CSV UTF-8 (Comma delimited)”, in R with fileEncoding = \"UTF-8\""
    )]
    Encoding,
    /// UTF-16 that ends in the middle of a character, or is broken otherwise.
    #[error("the text begins as UTF-16, but is broken; save the file as UTF-8")]
    BrokenUtf16,
    /// A character that no text has.
    #[error("the text has a NUL character; save the file as CSV (UTF-8)")]
    Nul,
    /// A quote that opens a field is never closed.
    #[error(
        "a quote opens here and is never closed, so nobody can say where the rows after it end"
    )]
    QuoteNeverClosed,
    /// A quoted field goes on after its closing quote.
    #[error(
        "the quote that opens on line {opened} closes here in the middle of a field; close it where the field \
         ends, and double the quotes that belong to the text"
    )]
    TextAfterQuote {
        /// Where the field begins.
        opened: u64,
    },
    /// Two columns have one name.
    #[error("the column “{0}” occurs twice")]
    ColumnTwice(String),
    /// A row is longer or shorter than the header.
    #[error("{found} fields where the header has {wanted}")]
    Width {
        /// Of the row.
        found: usize,
        /// Of the header.
        wanted: usize,
    },
}

impl FaultKind {
    /// At a line.
    pub(crate) fn at(self, line: u64) -> Fault {
        Fault { line: Some(line), kind: self }
    }
}

impl From<FaultKind> for Fault {
    fn from(kind: FaultKind) -> Self {
        Self { line: None, kind }
    }
}
