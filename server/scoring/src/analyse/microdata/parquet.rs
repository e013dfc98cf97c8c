//! Microdata from Parquet.

use std::io::Cursor;
use std::sync::Arc;

use polars::prelude::{ArrowDataType, ParquetReader, PolarsError, SerReader};

use super::column::Column;
use super::{Microdata, Places, header};
use crate::analyse::error::AnalyseError;

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
    header::find(&names, wanted)?;
    for &name in wanted {
        let field = schema.get(name).expect("the column was found");
        if !is_number_or_text(field.dtype()) {
            let reason = format!("the column “{name}” holds neither numbers nor texts");
            return Err(AnalyseError::File { place: None, reason });
        }
    }
    let columns = wanted.iter().map(|&name| name.to_owned()).collect();
    let mut frame =
        reader.with_columns(Some(columns)).set_rechunk(true).finish().map_err(unreadable)?;
    let mut take = |&name: &&str| -> Result<(String, Column), AnalyseError> {
        let column = frame.drop_in_place(name).map_err(unreadable)?.take_materialized_series();
        Ok((name.to_owned(), Column::of_series(&column).map_err(unreadable)?))
    };
    let columns = wanted.iter().map(&mut take).collect::<Result<_, _>>()?;
    Microdata::new(Places::Rows(rows), columns)
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
