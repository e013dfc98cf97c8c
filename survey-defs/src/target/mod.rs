//! Targets: the index that a plan asks of a unit in a year.
//!
//! Targets differ by unit and year, so they are data: a file for each year in `targets/`. A unit
//! without a row has no target; the target of the city is not that of its wards.
//!
//! ```
//! use survey_defs::target::{Aim, Targets};
//! use survey_defs::wave::Population;
//!
//! let targets = Targets::embedded();
//! let unit = "009@2020-03-01".parse()?;
//! let aim = |population| Aim { unit: &unit, year: 2024, population };
//! let found = targets.get(aim(Population::Household)).map(|target| target.value);
//! assert_eq!(found, Some(90.0));
//! assert_eq!(targets.get(aim(Population::Transaction)), None);
//! # Ok::<(), survey_defs::unit::InvalidUnitKey>(())
//! ```

#[cfg(test)]
mod tests;

use serde::Deserialize;

use crate::text::Text;
use crate::unit::{Gazetteer, UnitKey};
use crate::wave::Population;

/// The TOML sources of the embedded targets, by file name.
pub fn embedded_toml() -> [(&'static str, &'static str); 1] {
    [("2024.toml", include_str!("../../targets/2024.toml"))]
}

/// Checked targets of any years, at most one for each [`Aim`].
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Targets {
    list: Vec<Target>,
}

/// What a plan asks of a unit.
#[derive(Debug, Clone, PartialEq)]
pub struct Target {
    /// The unit; for the whole city its own unit.
    pub unit: UnitKey,
    /// The year.
    pub year: i16,
    /// Whose satisfaction is meant.
    pub population: Population,
    /// The least index in percent, 0 to 100.
    pub value: f64,
    /// Where it stands.
    pub source: Text,
}

/// What may have a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Aim<'a> {
    /// The unit.
    pub unit: &'a UnitKey,
    /// The year.
    pub year: i16,
    /// Whose satisfaction is meant.
    pub population: Population,
}

/// Why a file of targets is refused.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum TargetError {
    /// The text is not TOML of the documented shape.
    #[error("{file}: {message}")]
    Syntax {
        /// The file.
        file: String,
        /// What the parser says.
        message: String,
    },
    /// The gazetteer has no such unit, or not in the year.
    #[error("{file}: there was no unit {unit} in {year}")]
    UnknownUnit {
        /// The file.
        file: String,
        /// The unit.
        unit: UnitKey,
        /// The year.
        year: i16,
    },
    /// A target that is not a percentage.
    #[error("{file}: the target of {unit} is {value}, not from 0 to 100")]
    OutOfRange {
        /// The file.
        file: String,
        /// The unit.
        unit: UnitKey,
        /// The number.
        value: f64,
    },
    /// A unit has two targets in one year for one population.
    #[error("{file}: {unit} has two targets for {year}")]
    Twice {
        /// The file.
        file: String,
        /// The unit.
        unit: UnitKey,
        /// The year.
        year: i16,
    },
}

/// A file of `targets/`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    year: i16,
    targets: Vec<Row>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Row {
    unit: UnitKey,
    population: Population,
    value: f64,
    source: Text,
}

impl Targets {
    /// Those that come with the program.
    pub fn embedded() -> Self {
        let mut targets = Self::default();
        for (file, toml) in embedded_toml() {
            let more = targets.add(file, toml, Gazetteer::hanoi());
            more.expect("a test loads every embedded file");
        }
        targets
    }

    /// Adds those of a file, a TOML text; `file` is named in errors.
    ///
    /// # Errors
    /// [`TargetError`]; then some rows of the file may have been added.
    pub fn add(
        &mut self,
        file: &str,
        toml: &str,
        gazetteer: &Gazetteer,
    ) -> Result<(), TargetError> {
        let File { year, targets } = toml::from_str(toml).map_err(|error| TargetError::Syntax {
            file: file.into(),
            message: error.to_string(),
        })?;
        for Row { unit, population, value, source } in targets {
            let file = || file.to_owned();
            if !existed(gazetteer, &unit, year) {
                return Err(TargetError::UnknownUnit { file: file(), unit, year });
            }
            if !(0.0..=100.0).contains(&value) {
                return Err(TargetError::OutOfRange { file: file(), unit, value });
            }
            if self.get(Aim { unit: &unit, year, population }).is_some() {
                return Err(TargetError::Twice { file: file(), unit, year });
            }
            self.list.push(Target { unit, year, population, value, source });
        }
        Ok(())
    }

    /// The target of an aim, if there is one.
    pub fn get(&self, aim: Aim<'_>) -> Option<&Target> {
        self.list.iter().find(|target| target.aim() == aim)
    }
}

impl Target {
    fn aim(&self) -> Aim<'_> {
        Aim { unit: &self.unit, year: self.year, population: self.population }
    }
}

/// Whether a unit was in force on some day of a year.
fn existed(gazetteer: &Gazetteer, unit: &UnitKey, year: i16) -> bool {
    gazetteer.get(unit).is_some_and(|unit| {
        unit.key.valid_from.year() <= year && unit.valid_to.is_none_or(|last| last.year() >= year)
    })
}
