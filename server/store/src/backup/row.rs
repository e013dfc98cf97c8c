//! One row of a table.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::ser::{Error as _, Serialize, SerializeSeq as _, Serializer};
use uuid::Uuid;

use super::tables::{Column, Kind, Table};

/// One row of a table.
#[derive(Clone, PartialEq)]
pub struct DumpedRow {
    table: Table,
    values: Vec<Value>,
}

/// What stands in one column of one row.
#[derive(Clone, PartialEq)]
pub enum Value {
    /// Nothing.
    Null,
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
    /// Text that cannot be read any more. A check names it, and no backup is made of it.
    Damaged,
    /// Bytes.
    Bytes(Vec<u8>),
    /// An id.
    Id(Uuid),
    /// A number with a fraction.
    Real(f64),
    /// Yes or no.
    Flag(bool),
}

impl DumpedRow {
    /// A row; none if the values do not fit the columns of the table.
    pub fn new(table: Table, values: Vec<Value>) -> Option<Self> {
        let columns = table.columns();
        let fits = |(column, value): (&Column, &Value)| value.fits(column.kind);
        let fit = values.len() == columns.len() && columns.iter().zip(&values).all(fits);
        fit.then_some(Self { table, values })
    }

    /// Of which table.
    pub fn table(&self) -> Table {
        self.table
    }

    /// One value for each of [`Table::columns`], in their order.
    pub fn values(&self) -> &[Value] {
        &self.values
    }

    /// The row on a line of a file: a JSON array.
    pub(super) fn from_line(table: Table, line: &[u8]) -> Option<Self> {
        let values: Vec<serde_json::Value> = serde_json::from_slice(line).ok()?;
        if values.len() != table.columns().len() {
            return None;
        }
        let read = |(value, column): (_, &Column)| Value::from_json(value, column.kind);
        let values = values.into_iter().zip(table.columns()).map(read).collect::<Option<_>>()?;
        Self::new(table, values)
    }

    /// What stands in a column; null if the table has no such column.
    pub(super) fn get(&self, column: &str) -> &Value {
        let place = self.table.columns().iter().position(|one| one.name == column);
        place.and_then(|place| self.values.get(place)).unwrap_or(&Value::Null)
    }

    pub(super) fn int(&self, column: &str) -> Option<i64> {
        match self.get(column) {
            Value::Int(number) => Some(*number),
            _ => None,
        }
    }

    pub(super) fn flag(&self, column: &str) -> Option<bool> {
        match self.get(column) {
            Value::Flag(flag) => Some(*flag),
            _ => None,
        }
    }

    pub(super) fn text(&self, column: &str) -> Option<&str> {
        match self.get(column) {
            Value::Text(text) => Some(text),
            _ => None,
        }
    }

    pub(super) fn bytes(&self, column: &str) -> Option<&[u8]> {
        match self.get(column) {
            Value::Bytes(bytes) => Some(bytes),
            _ => None,
        }
    }

    pub(super) fn id(&self, column: &str) -> Option<Uuid> {
        match self.get(column) {
            Value::Id(id) => Some(*id),
            _ => None,
        }
    }
}

// By hand: a row has answers, and a debug text ends up in a log line.
impl fmt::Debug for DumpedRow {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DumpedRow").field("table", &self.table).finish_non_exhaustive()
    }
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let word = match self {
            Self::Null => "Null",
            Self::Int(_) => "Int",
            Self::Text(_) => "Text",
            Self::Damaged => "Damaged",
            Self::Bytes(_) => "Bytes",
            Self::Id(_) => "Id",
            Self::Real(_) => "Real",
            Self::Flag(_) => "Flag",
        };
        f.write_str(word)
    }
}

impl Value {
    fn fits(&self, kind: Kind) -> bool {
        match self {
            Self::Null => true,
            Self::Int(_) => kind == Kind::Int,
            Self::Text(_) | Self::Damaged => kind == Kind::Text,
            Self::Bytes(_) => kind == Kind::Bytes,
            Self::Id(_) => kind == Kind::Id,
            Self::Real(_) => kind == Kind::Real,
            Self::Flag(_) => kind == Kind::Flag,
        }
    }

    fn from_json(value: serde_json::Value, kind: Kind) -> Option<Self> {
        use serde_json::Value as Json;
        Some(match (kind, value) {
            (_, Json::Null) => Self::Null,
            (Kind::Int, Json::Number(number)) => Self::Int(number.as_i64()?),
            (Kind::Text, Json::String(text)) => Self::Text(text),
            (Kind::Bytes, Json::String(text)) => Self::Bytes(STANDARD.decode(text).ok()?),
            (Kind::Id, Json::String(text)) => Self::Id(Uuid::try_parse(&text).ok()?),
            (Kind::Real, Json::Number(number)) => Self::Real(number.as_f64()?),
            (Kind::Flag, Json::Bool(flag)) => Self::Flag(flag),
            (
                Kind::Int | Kind::Text | Kind::Bytes | Kind::Id | Kind::Real | Kind::Flag,
                Json::Bool(_)
                | Json::Number(_)
                | Json::String(_)
                | Json::Array(_)
                | Json::Object(_),
            ) => return None,
        })
    }
}

impl Serialize for DumpedRow {
    /// As a JSON array, without the name of the table.
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut array = serializer.serialize_seq(Some(self.values.len()))?;
        for value in &self.values {
            array.serialize_element(value)?;
        }
        array.end()
    }
}

impl Serialize for Value {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Int(number) => serializer.serialize_i64(*number),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Damaged => {
                Err(S::Error::custom("a text is damaged; `thuocdo verify` says which"))
            }
            Self::Bytes(bytes) => serializer.serialize_str(&STANDARD.encode(bytes)),
            Self::Id(id) => serializer.collect_str(&id.hyphenated()),
            Self::Real(number) if number.is_finite() => serializer.serialize_f64(*number),
            Self::Real(_) => Err(S::Error::custom("a number is not finite")),
            Self::Flag(flag) => serializer.serialize_bool(*flag),
        }
    }
}
