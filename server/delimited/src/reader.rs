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

    /// The separator of the first line; a line `sep=` in front says it, and is passed over.
    fn find_separator(&mut self) -> u8 {
        let end = |from: usize| {
            memchr::memchr2(b'\n', b'\r', &self.text.as_bytes()[from..])
                .map_or(self.text.len(), |length| from + length)
        };
        let first = self.text[..end(0)].trim();
        if let [b's' | b'S', b'e' | b'E', b'p' | b'P', b'=', separator] = first.as_bytes()
            && SEPARATORS.contains(separator)
        {
            let (separator, next) = (*separator, end(0));
            self.at = next + break_len(&self.text.as_bytes()[next..]).unwrap_or_default();
            self.line = 2;
            return separator;
        }
        let begin = self.text.len() - self.text.trim_start_matches(['\r', '\n']).len();
        let mut is_quoted = false;
        let mut found = [0_usize; SEPARATORS.len()];
        for byte in self.text[begin..].bytes() {
            match byte {
                b'"' => is_quoted = !is_quoted,
                b'\n' | b'\r' if !is_quoted => break,
                _ if is_quoted => {}
                _ => {
                    if let Some(place) = SEPARATORS.iter().position(|one| *one == byte) {
                        found[place] += 1;
                    }
                }
            }
        }
        if found[0] > 0 {
            return SEPARATORS[0];
        }
        let most = (1..SEPARATORS.len()).rev().max_by_key(|place| found[*place]);
        most.filter(|place| found[*place] > 0).map_or(SEPARATORS[0], |place| SEPARATORS[place])
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
