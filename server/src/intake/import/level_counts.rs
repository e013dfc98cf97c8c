//! One row per unit or month, with five counts.
//!
//! Columns: `unit` and `month` (`2023-04`), one of the two at least, and each in all rows of a wave or in none; `item`, which may be left out when the
//! instrument has one satisfaction question; the five levels; `not_applicable` and `no_answer`,
//! optional. `published_percent` may stand beside them for comparison and is not imported.

use std::collections::BTreeSet;

use jiff::Timestamp;
use jiff::civil::Date;
use store::LevelCountsRow;
use survey_defs::api::RowFinding;
use survey_defs::counts::LevelCounts;
use survey_defs::ids::QuestionId;
use survey_defs::instrument::Instrument;
use survey_defs::iso;
use survey_defs::phrases::hanoi_day;
use survey_defs::wave::Wave;

use super::csv_file::{CsvFile, Row};
use super::{days, unit};

/// The columns of the five levels, lowest first.
const LEVELS: [&str; 5] =
    ["very_dissatisfied", "dissatisfied", "neither", "satisfied", "very_satisfied"];

const OTHERS: [&str; 6] =
    ["unit", "month", "item", "not_applicable", "no_answer", "published_percent"];

/// Whether the header is that of level counts.
pub(super) fn is_level_counts(file: &CsvFile) -> bool {
    file.header().iter().any(|name| LEVELS.contains(&name.as_str()))
}

/// All rows, or every rejection. `earlier` are the rows that the wave holds already.
pub(super) fn rows(
    file: &CsvFile,
    (wave, received_at): (&Wave, Timestamp),
    instrument: &Instrument,
    earlier: &[LevelCountsRow],
) -> Result<Vec<LevelCountsRow>, Vec<RowFinding>> {
    let is_known = |name: &str| LEVELS.contains(&name) || OTHERS.contains(&name);
    let mut rejections = file.unknown_columns(&is_known);
    let mut rows: Vec<LevelCountsRow> = Vec::new();
    let mut cells = BTreeSet::new();
    let mut shape = earlier.first().map(shape_of);
    for row in file.rows() {
        let cell = match read(&row, (wave, received_at), instrument) {
            Ok(cell) => cell,
            Err(rejection) => {
                rejections.push(rejection);
                continue;
            }
        };
        if *shape.get_or_insert(shape_of(&cell)) != shape_of(&cell) {
            let reason = "other rows of the wave differ in having a unit or a month; a total \
                          beside its parts would count everyone twice";
            rejections.push(row.reject("unit", reason));
        }
        if !cells.insert((cell.unit.clone(), cell.month, cell.item.clone())) {
            rejections.push(row.reject("item", "unit, month and item occur twice in the file"));
        }
        rows.push(cell);
    }
    rejections.none(rows)
}

fn read(
    row: &Row<'_>,
    (wave, received_at): (&Wave, Timestamp),
    instrument: &Instrument,
) -> Result<LevelCountsRow, RowFinding> {
    row.check_width()?;
    let mut counts = LevelCounts::default();
    for (level, column) in counts.levels.iter_mut().zip(LEVELS) {
        *level = count(row, column, row.require(column)?)?;
    }
    let optional = |column| row.get(column).map_or(Ok(0), |text| count(row, column, text));
    counts.not_applicable = optional("not_applicable")?;
    counts.no_answer = optional("no_answer")?;
    let unit = row.get("unit").map(|text| unit(text, wave).map_err(|why| row.reject("unit", why)));
    let month = row
        .get("month")
        .map(|text| month(text, wave, received_at).map_err(|why| row.reject("month", why)));
    if unit.is_none() && month.is_none() {
        return Err(row.reject("unit", "the row has neither a unit nor a month"));
    }
    Ok(LevelCountsRow {
        unit: unit.transpose()?,
        month: month.transpose()?,
        item: item(row, instrument)?,
        counts,
    })
}

/// Whether a row has a unit, and whether it has a month.
fn shape_of(row: &LevelCountsRow) -> (bool, bool) {
    (row.unit.is_some(), row.month.is_some())
}

/// A count below 10¹², which leaves room to sum any number of rows.
fn count(row: &Row<'_>, column: &str, text: &str) -> Result<u64, RowFinding> {
    let count = row.whole(text).filter(|count| *count < 1_000_000_000_000);
    count.ok_or_else(|| row.reject(column, format!("“{text}” is not a count")))
}

/// The first day of a month that the wave has a day of, and that has begun when the file is imported.
fn month(text: &str, wave: &Wave, received_at: Timestamp) -> Result<Date, String> {
    let first = iso::day(&format!("{text}-01"));
    let first = first.ok_or_else(|| format!("“{text}” is not a month such as 2023-04"))?;
    let days = days(wave);
    if first > *days.end() || first.last_of_month() < *days.start() {
        return Err(format!("{text} is outside the wave, {} to {}", days.start(), days.end()));
    }
    if first > hanoi_day(received_at) {
        return Err(format!("{text} is in the future"));
    }
    Ok(first)
}

fn item(row: &Row<'_>, instrument: &Instrument) -> Result<QuestionId, RowFinding> {
    let mut questions = instrument.satisfaction_questions();
    if let Some(text) = row.get("item") {
        return questions
            .find(|question| question.id.as_str() == text)
            .map(|question| question.id.clone())
            .ok_or_else(|| {
                row.reject(
                    "item",
                    format!("“{text}” is no statement of {}", instrument.reference()),
                )
            });
    }
    match (questions.next(), questions.next()) {
        (Some(only), None) => Ok(only.id.clone()),
        _ => {
            Err(row.reject("item", "the instrument has several statements, so the item is needed"))
        }
    }
}
