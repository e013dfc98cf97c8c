//! From text to rows.

use std::collections::HashSet;

use crate::fault::{Fault, FaultKind};
use crate::lines::{break_len, count_breaks};
use crate::row::Row;
use crate::text;

/// What may separate fields, the most usual first.
const SEPARATORS: [u8; 4] = [b',', b';', b'\t', b'|'];

/// Reads a file row by row.
#[derive(Debug)]
pub struct Reader {
    text: String,
    /// Where the next row begins.
    at: usize,
    /// The line of that.
    line: u64,
    separator: u8,
    header: Vec<String>,
    has_rows: bool,
}

impl Reader {
    /// Reads the header of a file. Columns without a name after the last one with a name are left out, if nothing
    /// stands in them.
    ///
    /// # Errors
    /// The file is no text, empty, or its header cannot be read or has a name twice.
    pub fn new(bytes: &[u8]) -> Result<Self, Fault> {
        let text = text::of(bytes)?;
        let mut reader =
            Self { text, at: 0, line: 1, separator: b',', header: Vec::new(), has_rows: false };
        reader.separator = reader.find_separator();
        let mut row = Row::default();
        if !reader.next_row(&mut row)? {
            return Err(FaultKind::Empty.into());
        }
        row.drop_empty_beyond(0);
        let mut seen = HashSet::new();
        // A column without a name, such as R's row names, cannot be meant, so it may repeat.
        let mut named = row.fields().filter(|name| !name.is_empty());
        if let Some(twice) = named.find(|name| !seen.insert(*name)) {
            return Err(FaultKind::ColumnTwice(twice.to_owned()).at(row.line()));
        }
        reader.header = row.fields().map(str::to_owned).collect();
        Ok(reader)
    }

    /// The names of the columns, without the blanks around them.
    pub fn header(&self) -> &[String] {
        &self.header
    }

    /// Whether numbers are written with a decimal comma: where semicolons separate fields, because Excel
    /// takes them in the countries that do so, Vietnam among them.
    pub fn has_decimal_commas(&self) -> bool {
        self.separator == b';'
    }

    /// Reads the next row that is not blank; false at the end. The row may be wider or narrower than the header.
    ///
    /// # Errors
    /// A quote is not closed where its field ends, and nothing after it can be read; there is no row at all.
    pub fn read(&mut self, row: &mut Row) -> Result<bool, Fault> {
        if self.next_row(row)? {
            self.has_rows = true;
            row.drop_empty_beyond(self.header.len());
            return Ok(true);
        }
        if self.has_rows { Ok(false) } else { Err(FaultKind::NoRows.into()) }
    }

    /// The separator: what a line `sep=` in front says, which is passed over; else what stands as often in the
    /// header as in the row below it; else what is most frequent in the header.
    fn find_separator(&mut self) -> u8 {
        let end = memchr::memchr2(b'\n', b'\r', self.text.as_bytes()).unwrap_or(self.text.len());
        let first = self.text[..end].trim_matches([' ', '"']);
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = first.as_bytes()
            && SEPARATORS.contains(separator)
        {
            let separator = *separator;
            self.at = end + break_len(&self.text.as_bytes()[end..]).unwrap_or_default();
            self.line = 2;
            return separator;
        }
        let (header, rest) = separators_of_line(&self.text);
        let (below, _) = separators_of_line(rest);
        let places = || (0..SEPARATORS.len()).rev().filter(|place| header[*place] > 0);
        let alike = places().filter(|place| header[*place] == below[*place]);
        let place = alike.max_by_key(|place| header[*place]);
        let place = place.or_else(|| places().max_by_key(|place| header[*place]));
        SEPARATORS[place.unwrap_or_default()]
    }

    fn next_row(&mut self, row: &mut Row) -> Result<bool, Fault> {
        while self.at < self.text.len() {
            row.begin(self.line);
            while self.field(row)? {}
            if !row.is_blank() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Reads a field and what ends it. Whether another one of the same row follows.
    fn field(&mut self, row: &mut Row) -> Result<bool, Fault> {
        let begin = self.at + self.blanks(self.at);
        if self.text.as_bytes().get(begin) == Some(&b'"') {
            self.at = begin + 1;
            self.quoted(row)?;
        } else {
            let rest = &self.text.as_bytes()[self.at..];
            let length = memchr::memchr3(self.separator, b'\n', b'\r', rest).unwrap_or(rest.len());
            row.push(&self.text[self.at..self.at + length]);
            self.at += length;
        }
        row.end_field();
        let rest = &self.text.as_bytes()[self.at..];
        if let Some(length) = break_len(rest) {
            self.at += length;
            self.line += 1;
            return Ok(false);
        }
        self.at += usize::from(!rest.is_empty());
        Ok(!rest.is_empty())
    }

    /// Reads a field after its opening quote, and the blanks behind it.
    fn quoted(&mut self, row: &mut Row) -> Result<(), Fault> {
        let opened = self.line;
        row.quote();
        loop {
            let rest = &self.text[self.at..];
            let Some(length) = memchr::memchr(b'"', rest.as_bytes()) else {
                return Err(FaultKind::QuoteNeverClosed.at(opened));
            };
            row.push(&rest[..length]);
            self.line += count_breaks(&rest[..length]);
            self.at += length + 1;
            if self.text.as_bytes().get(self.at) != Some(&b'"') {
                break;
            }
            row.push("\"");
            self.at += 1;
        }
        self.at += self.blanks(self.at);
        match self.text.as_bytes().get(self.at) {
            None | Some(b'\n' | b'\r') => Ok(()),
            Some(byte) if *byte == self.separator => Ok(()),
            Some(_) => Err(FaultKind::TextAfterQuote { opened }.at(self.line)),
        }
    }

    /// How many blanks stand at a place; a separator is none.
    fn blanks(&self, at: usize) -> usize {
        let rest = self.text.as_bytes()[at..].iter();
        rest.take_while(|byte| matches!(byte, b' ' | b'\t') && **byte != self.separator).count()
    }
}

/// How often each separator stands in the first line that is not empty, outside of quotes, and what comes after
/// that line. A quote opens at the beginning of a field only.
fn separators_of_line(text: &str) -> ([usize; SEPARATORS.len()], &str) {
    let text = text.trim_start_matches(['\r', '\n']);
    let mut found = [0_usize; SEPARATORS.len()];
    let (mut is_quoted, mut is_begin) = (false, true);
    for (at, byte) in text.bytes().enumerate() {
        let separator = SEPARATORS.iter().position(|one| *one == byte);
        match byte {
            b'"' if is_quoted => is_quoted = false,
            b'"' => is_quoted = is_begin || text.as_bytes()[at - 1] == b'"',
            b'\n' | b'\r' if !is_quoted => return (found, &text[at..]),
            _ if is_quoted => {}
            _ => {
                if let Some(place) = separator {
                    found[place] += 1;
                }
            }
        }
        is_begin = separator.is_some() || (is_begin && byte == b' ');
    }
    (found, "")
}
