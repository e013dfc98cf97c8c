//! Names the CSV tables from which the gazetteer is read.

use serde::de::DeserializeOwned;

use super::{GazetteerError, GazetteerProblem};

/// The texts of the five tables, each a CSV file with a header.
#[derive(Debug, Clone, Copy)]
pub struct Sources<'a> {
    /// City, districts and communes.
    pub units: &'a str,
    /// Departments, bodies of their rank and branches of the service centre.
    pub agencies: &'a str,
    /// English names of the agencies, by code.
    pub agency_names_en: &'a str,
    /// What became of communes.
    pub successors: &'a str,
    /// Former districts decided by hand.
    pub former_district_overrides: &'a str,
}

impl Sources<'static> {
    /// The tables of Hanoi in `units/`.
    pub fn hanoi() -> Self {
        Self {
            units: include_str!("../../units/hanoi_units.csv"),
            agencies: include_str!("../../units/hanoi_agencies.csv"),
            agency_names_en: include_str!("../../units/agency_names_en.csv"),
            successors: include_str!("../../units/hanoi_successors.csv"),
            former_district_overrides: include_str!("../../units/former_district_overrides.csv"),
        }
    }
}

pub(super) const UNITS: &str = "hanoi_units.csv";
pub(super) const AGENCIES: &str = "hanoi_agencies.csv";
pub(super) const AGENCY_NAMES_EN: &str = "agency_names_en.csv";
pub(super) const SUCCESSORS: &str = "hanoi_successors.csv";
pub(super) const FORMER_DISTRICT_OVERRIDES: &str = "former_district_overrides.csv";

/// Where something was read.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place {
    file: &'static str,
    line: u64,
}

impl Place {
    /// The error that something is wrong here.
    pub(super) fn error(self, problem: impl Into<GazetteerProblem>) -> GazetteerError {
        let Self { file, line } = self;
        GazetteerError { file, line, problem: problem.into() }
    }
}

/// Reads the rows of a table, each with its place.
pub(super) fn rows<R: DeserializeOwned>(
    file: &'static str,
    text: &str,
) -> Result<Vec<(Place, R)>, GazetteerError> {
    let place =
        |position: Option<&csv::Position>| Place { file, line: line_of_record(text, position) };
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let headers = reader.headers().map_err(|error| place(error.position()).error(error))?.clone();
    let mut rows = Vec::new();
    for record in reader.records() {
        let record = record.map_err(|error| place(error.position()).error(error))?;
        let place = place(record.position());
        let row = record.deserialize(Some(&headers)).map_err(|error| place.error(error))?;
        rows.push((place, row));
    }
    Ok(rows)
}

/// The line on which a record begins.
///
/// Not the line of its position, which is that of the first of any empty lines before it.
fn line_of_record(text: &str, position: Option<&csv::Position>) -> u64 {
    let Some(position) = position else { return 1 };
    let start = usize::try_from(position.byte()).unwrap_or(usize::MAX);
    let rest = text.get(start..).unwrap_or_default();
    let empty_lines =
        rest.bytes().take_while(|byte| matches!(byte, b'\r' | b'\n')).filter(|b| *b == b'\n');
    position.line() + empty_lines.count() as u64
}
