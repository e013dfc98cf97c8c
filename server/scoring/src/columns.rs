//! The names of all columns; no other file spells one.

use polars::prelude::{Column, DataFrame, PlSmallStr, PolarsError};
use survey_defs::ids::QuestionId;

/// The position in the log.
pub(crate) const POSITION: &str = "position";
/// The number of the [`Key`](crate::data::Key): unit, stratum, PSU, procedure group.
pub(crate) const KEY: &str = "key";
/// The day of receipt, in days since 1970-01-01.
pub(crate) const DAY: &str = "day";
/// How the form reached us.
pub(crate) const CHANNEL: &str = "channel";
/// Who answered.
pub(crate) const RESPONDENT_TYPE: &str = "respondent_type";
/// How many people the form stands for.
pub(crate) const WEIGHT: &str = "weight";
/// Seconds from the first question to the last; −1 where they are unknown.
pub(crate) const SECONDS: &str = "seconds";
/// What is unusual about the form: the bits of [`statistics::reliability::Flags`].
pub(crate) const FLAGS: &str = "flags";
/// The id of the service point, or [`NO_POINT`].
pub(crate) const POINT: &str = "point";
/// What stands in the place of a point of forms that were imported; no point has this id.
pub(crate) const NO_POINT: &str = "";
/// The hour of Hanoi of receipt, in hours since the beginning of 1970-01-01; 0 without a point.
pub(crate) const HOUR: &str = "hour";

/// The cells of one satisfaction question, one per form.
pub(crate) fn cell(item: &QuestionId) -> PlSmallStr {
    format!("cell of {item}").into()
}

/// A column of small numbers as a slice, of a frame whose columns are in one piece.
pub(crate) fn bytes<'a>(frame: &'a DataFrame, name: &str) -> Result<&'a [i8], PolarsError> {
    frame.column(name).and_then(Column::i8)?.cont_slice()
}
