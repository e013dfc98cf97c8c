//! Population totals from files.

use csv::{ReaderBuilder, StringRecord};
use statistics::weights::{Margin, MarginCell};

use super::error::{AnalyseError, Place};
use super::microdata::utf8;

/// The column that holds the population.
const TOTAL: &str = "total";

/// A file of population totals, and what reports call it.
#[derive(Debug, Clone, Copy)]
pub struct MarginFile<'a> {
    /// The name in messages.
    pub name: &'a str,
    /// Which edition of the totals this is, such as the hash of the file.
    pub version: &'a str,
    /// CSV in UTF-8: a column for each variable, and the column `total`.
    pub content: &'a [u8],
}

/// Reads the size of the population in each cell of one variable or of several crossed ones.
///
/// # Errors
/// [`AnalyseError::Margin`] with the line, [`AnalyseError::Weights`] with the cell.
pub fn read_margin(file: MarginFile<'_>) -> Result<Margin, AnalyseError> {
    let MarginFile { name, version, content } = file;
    let at = |line: u64, reason: &dyn ToString| AnalyseError::Margin {
        margin: name.to_owned(),
        place: Place::Line(line),
        reason: reason.to_string(),
    };
    let text = utf8(content).map_err(|_| at(1, &"the file is not UTF-8"))?;
    let mut reader =
        ReaderBuilder::new().trim(csv::Trim::All).flexible(true).from_reader(text.as_bytes());
    let header = reader.headers().map_err(|error| at(1, &error))?.clone();
    let total = header.iter().position(|column| column == TOTAL);
    let total = total.ok_or_else(|| at(1, &"there is no column “total”"))?;
    let mut cells = Vec::new();
    for record in reader.records() {
        let line_of = |position: Option<&csv::Position>| position.map_or(0, csv::Position::line);
        let record = record.map_err(|error| at(line_of(error.position()), &error))?;
        let line = line_of(record.position());
        if record.len() != header.len() {
            let (fields, columns) = (record.len(), header.len());
            return Err(at(line, &format!("{fields} fields where the header has {columns}")));
        }
        let size = &record[total];
        let size =
            size.parse().map_err(|_| at(line, &format!("the total “{size}” is no number")))?;
        cells.push(MarginCell { names: without(&record, total), total: size });
    }
    Ok(Margin::new(name, version, without(&header, total), cells)?)
}

fn without(record: &StringRecord, left_out: usize) -> Vec<String> {
    let fields = record.iter().enumerate().filter(|(index, _)| *index != left_out);
    fields.map(|(_, field)| field.to_owned()).collect()
}
