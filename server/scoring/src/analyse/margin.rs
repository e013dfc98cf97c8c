//! Population totals from files.

use delimited::{Fault, Reader, value};
use statistics::weights::{Margin, MarginCell};

use super::error::{AnalyseError, Place};

/// The column that holds the population.
const TOTAL: &str = "total";

/// A file of population totals, and what reports call it.
#[derive(Debug, Clone, Copy)]
pub struct MarginFile<'a> {
    /// The name in messages.
    pub name: &'a str,
    /// Which edition of the totals this is, such as the hash of the file.
    pub version: &'a str,
    /// CSV: a column for each variable, and the column `total`.
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
    let fault = |Fault { line, kind }: Fault| at(line.unwrap_or(1), &kind);
    let mut reader = Reader::new(content).map_err(fault)?;
    let header = reader.header().to_vec();
    let has_decimal_commas = reader.has_decimal_commas();
    let total = header.iter().position(|column| column == TOTAL);
    let total = total.ok_or_else(|| at(1, &"there is no column “total”"))?;
    let mut cells = Vec::new();
    let mut row = delimited::Row::default();
    while reader.read(&mut row).map_err(fault)? {
        row.check_width(header.len()).map_err(fault)?;
        let size = row.get(total).unwrap_or_default();
        let size = value::number(size, has_decimal_commas)
            .ok_or_else(|| at(row.line(), &format!("the total “{size}” is no number")))?;
        cells.push(MarginCell { names: without(row.fields(), total), total: size });
    }
    Ok(Margin::new(name, version, without(header.iter().map(String::as_str), total), cells)?)
}

fn without<'a>(fields: impl Iterator<Item = &'a str>, left_out: usize) -> Vec<String> {
    let fields = fields.enumerate().filter(|(index, _)| *index != left_out);
    fields.map(|(_, field)| field.to_owned()).collect()
}
