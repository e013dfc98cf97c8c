//! Microdata from CSV.

use csv::{ReaderBuilder, StringRecord};

use super::column::Column;
use super::texts::Texts;
use super::{Microdata, Places, header};
use crate::analyse::error::{AnalyseError, Place};

/// Reads UTF-8, with or without a byte order mark; only the wanted columns are kept.
pub(super) fn read(bytes: &[u8], wanted: &[&str]) -> Result<Microdata, AnalyseError> {
    let text = utf8(bytes)?;
    let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
    let names = reader.headers().map_err(|error| at(1, error.to_string()))?;
    let names: Vec<String> = names.iter().map(|name| name.trim().to_owned()).collect();
    let found = header::find(&names, wanted)?;
    let mut texts = vec![Texts::default(); wanted.len()];
    let mut lines = Vec::new();
    let mut record = StringRecord::new();
    loop {
        let more = reader.read_record(&mut record).map_err(|error| {
            at(error.position().map_or(0, csv::Position::line), error.to_string())
        })?;
        if !more {
            break;
        }
        let line = record.position().map_or(0, csv::Position::line);
        if record.len() != names.len() {
            let (fields, columns) = (record.len(), names.len());
            return Err(at(line, format!("{fields} fields where the header has {columns}")));
        }
        for (texts, &index) in texts.iter_mut().zip(&found) {
            texts.push(record[index].trim());
        }
        lines.push(line);
    }
    let columns = wanted.iter().map(|name| (*name).to_owned());
    let columns = columns.zip(texts.into_iter().map(Column::Text)).collect();
    Microdata::new(Places::Lines(lines), columns)
}

/// The text of a file without its byte order mark.
pub(in crate::analyse) fn utf8(bytes: &[u8]) -> Result<&str, AnalyseError> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count() as u64;
        at(line, "the line is not UTF-8".to_owned())
    })?;
    Ok(text.strip_prefix('\u{feff}').unwrap_or(text))
}

fn at(line: u64, reason: String) -> AnalyseError {
    AnalyseError::File { place: Some(Place::Line(line)), reason }
}
