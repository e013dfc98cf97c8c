//! Reads and writes lists in one parameter: `2023-sipas,2024-sipas`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// One value or more, with commas between them as text.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct List<T>(Vec<T>);

/// A text that is no list.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("“{word}” in the list: {source}")]
pub struct InvalidList<E: std::error::Error + 'static> {
    word: String,
    source: E,
}

impl<T> List<T> {
    /// None for nothing: a list names something.
    pub fn new(values: Vec<T>) -> Option<Self> {
        (!values.is_empty()).then_some(Self(values))
    }

    /// The values, at least one.
    pub fn as_slice(&self) -> &[T] {
        &self.0
    }
}

impl<T> From<T> for List<T> {
    fn from(value: T) -> Self {
        Self(vec![value])
    }
}

impl<T: FromStr> FromStr for List<T>
where
    T::Err: std::error::Error + 'static,
{
    type Err = InvalidList<T::Err>;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let value = |word: &str| {
            word.parse().map_err(|source| InvalidList { word: word.to_owned(), source })
        };
        text.split(',').map(str::trim).map(value).collect::<Result<_, _>>().map(Self)
    }
}

impl<T: fmt::Display> fmt::Display for List<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (place, value) in self.0.iter().enumerate() {
            if place > 0 {
                f.write_str(",")?;
            }
            value.fmt(f)?;
        }
        Ok(())
    }
}

impl<T: fmt::Display> Serialize for List<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de, T: FromStr> Deserialize<'de> for List<T>
where
    T::Err: std::error::Error + 'static,
{
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ids::WaveId;

    #[test]
    fn a_list_is_written_and_read() {
        let list: List<WaveId> = "2023-sipas, 2024-sipas".parse().unwrap();
        assert_eq!(list.as_slice().len(), 2);
        assert_eq!(list.to_string(), "2023-sipas,2024-sipas");
        assert_eq!(
            serde_json::from_str::<List<WaveId>>("\"2023-sipas,2024-sipas\"").unwrap(),
            list
        );
    }

    #[test]
    fn a_list_names_something() {
        for text in ["", "a,,b", ",", "a b"] {
            assert!(text.parse::<List<WaveId>>().is_err(), "{text:?}");
        }
        assert_eq!(List::<WaveId>::new(Vec::new()), None);
    }
}
