//! Microdata from Parquet.

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{ArrowDataType, ArrowField, ParquetReader, PolarsError, SerReader};

use super::column::Column;
use super::{Microdata, Places, header};
use crate::analyse::error::{AnalyseError, Place};

/// Whether a file begins as Parquet does.
pub(super) fn is_parquet(bytes: &[u8]) -> bool {
    bytes.starts_with(b"PAR1")
}

/// Reads the wanted columns.
pub(super) fn read(bytes: &[u8], wanted: &[&str]) -> Result<Microdata, AnalyseError> {
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    // The types that the writing program had in mind, such as factors of R or categories of
    // pandas, are left aside: what is stored are texts and numbers, and those are what is needed.
    let mut metadata = reader.get_metadata().map_err(unreadable)?.as_ref().clone();
    metadata.key_value_metadata = None;
    let rows = metadata.num_rows;
    reader.set_metadata(Arc::new(metadata));
    let schema = reader.schema().map_err(unreadable)?;
    let names: Vec<String> = schema.iter_names().map(ToString::to_string).collect();
    let stored: Vec<&str> =
        header::find(&names, wanted)?.into_iter().map(|index| &*names[index]).collect();
    check_meaning(bytes, &stored)?;
    for &name in &stored {
        let field = schema.get(name).expect("the column was found");
        if !is_number_or_text(field.dtype()) {
            let reason = format!("the column “{name}” holds neither numbers nor texts");
            return Err(AnalyseError::File { place: None, reason });
        }
    }
    let columns = stored.iter().map(|&name| name.to_owned()).collect();
    let mut frame =
        reader.with_columns(Some(columns)).set_rechunk(true).finish().map_err(unreadable)?;
    let mut take = |(&wanted, &stored): (&&str, &&str)| -> Result<(String, Column), AnalyseError> {
        let column = frame.drop_in_place(stored).map_err(unreadable)?.take_materialized_series();
        let column = Column::of_series(&column).map_err(unreadable)?;
        match column.infinite() {
            None => Ok((wanted.to_owned(), column)),
            Some(row) => Err(AnalyseError::Cell {
                column: wanted.to_owned(),
                place: Place::Row(row as u64 + 1),
                reason: "“inf” is no number".to_owned(),
            }),
        }
    };
    let columns = wanted.iter().zip(&stored).map(&mut take).collect::<Result<_, _>>()?;
    Microdata::new(Places::Rows(rows), columns)
}

/// Refuses columns that are stored as numbers and mean something else.
fn check_meaning(bytes: &[u8], stored: &[&str]) -> Result<(), AnalyseError> {
    let mut reader = ParquetReader::new(Cursor::new(bytes));
    let schema = reader.schema().map_err(unreadable)?;
    for &name in stored {
        let meant = match schema.get(name).map(ArrowField::dtype) {
            Some(
                ArrowDataType::Decimal(..)
                | ArrowDataType::Decimal32(..)
                | ArrowDataType::Decimal64(..)
                | ArrowDataType::Decimal256(..),
            ) => "decimal numbers; write them as floating-point numbers",
            Some(ArrowDataType::Date32 | ArrowDataType::Date64) => "days; write them as texts",
            Some(ArrowDataType::Timestamp(..)) => "times; write them as texts",
            Some(ArrowDataType::Time32(_) | ArrowDataType::Time64(_)) => {
                "times of day; write them as texts"
            }
            Some(ArrowDataType::Duration(_) | ArrowDataType::Interval(_)) => {
                "durations; write them as numbers of a unit, such as minutes"
            }
            _ => continue,
        };
        let reason = format!("the column “{name}” holds {meant}");
        return Err(AnalyseError::File { place: None, reason });
    }
    Ok(())
}

fn is_number_or_text(kind: &ArrowDataType) -> bool {
    matches!(
        kind,
        ArrowDataType::Boolean
            | ArrowDataType::Int8
            | ArrowDataType::Int16
            | ArrowDataType::Int32
            | ArrowDataType::Int64
            | ArrowDataType::UInt8
            | ArrowDataType::UInt16
            | ArrowDataType::UInt32
            | ArrowDataType::UInt64
            | ArrowDataType::Float32
            | ArrowDataType::Float64
            | ArrowDataType::Utf8
            | ArrowDataType::LargeUtf8
            | ArrowDataType::Utf8View
    )
}

#[expect(clippy::needless_pass_by_value, reason = "for `map_err`")]
fn unreadable(error: PolarsError) -> AnalyseError {
    AnalyseError::File { place: None, reason: format!("the Parquet file cannot be read: {error}") }
}
