//! Microdata from delimited text.

use delimited::{Fault, Reader, Row};

use super::column::Column;
use super::texts::Texts;
use super::{Microdata, Places, header};
use crate::analyse::error::{AnalyseError, Place};

/// Reads a file row by row; only the wanted columns are kept.
pub(super) fn read(bytes: &[u8], wanted: &[&str]) -> Result<Microdata, AnalyseError> {
    let mut reader = Reader::new(bytes).map_err(unreadable)?;
    let found = header::find(reader.header(), wanted)?;
    let width = reader.header().len();
    let mut texts = vec![Texts::default(); wanted.len()];
    let mut lines = Vec::new();
    let mut row = Row::default();
    while reader.read(&mut row).map_err(unreadable)? {
        row.check_width(width).map_err(unreadable)?;
        for (texts, &index) in texts.iter_mut().zip(&found) {
            texts.push(row.get(index).unwrap_or_default());
        }
        lines.push(row.line());
    }
    let has_decimal_commas = reader.has_decimal_commas();
    let column = |texts| Column::Text { texts, has_decimal_commas };
    let columns = wanted.iter().map(|name| (*name).to_owned());
    let columns = columns.zip(texts.into_iter().map(column)).collect();
    Microdata::new(Places::Lines(lines), columns)
}

fn unreadable(Fault { line, kind }: Fault) -> AnalyseError {
    AnalyseError::File { place: line.map(Place::Line), reason: kind.to_string() }
}
