//! Reads the rows of all units and agencies, and refuses contradictions.

use icu_normalizer::ComposingNormalizerBorrowed;
use jiff::civil::Date;

use super::source::{Place, Sources};
use super::{GazetteerError, GazetteerProblem, Level, Unit, UnitKey, table};
use crate::ids::UnitCode;

/// Every row of the units and agencies, sorted by key and free of contradictions.
#[derive(Debug)]
pub(super) struct Register {
    units: Vec<Unit>,
    /// Where each unit was read, for the checks of the other tables.
    places: Vec<Place>,
}

impl Register {
    /// Reads units and agencies and checks that they fit together.
    pub(super) fn read(sources: &Sources<'_>) -> Result<Self, GazetteerError> {
        let mut found = table::administrative_units(sources.units)?;
        found.extend(table::agencies(sources.agencies, sources.agency_names_en)?);
        found.sort_by(|(_, left), (_, right)| left.key.cmp(&right.key));
        let (places, units) = found.into_iter().unzip();
        let register = Self { units, places };
        register.check()?;
        Ok(register)
    }

    pub(super) fn units(&self) -> &[Unit] {
        &self.units
    }

    pub(super) fn get(&self, key: &UnitKey) -> Option<&Unit> {
        let index = self.units.binary_search_by(|unit| unit.key.cmp(key)).ok()?;
        Some(&self.units[index])
    }

    /// The unit that has the code on a day: the last to begin with it, if it has not ended.
    pub(super) fn on(&self, code: &UnitCode, day: Date) -> Option<&Unit> {
        let behind =
            self.units.partition_point(|unit| (&unit.key.code, unit.key.valid_from) <= (code, day));
        let unit = &self.units[behind.checked_sub(1)?];
        (unit.key.code == *code && unit.valid_on(day)).then_some(unit)
    }

    pub(super) fn with_places(&self) -> impl Iterator<Item = (Place, &Unit)> {
        self.places.iter().copied().zip(&self.units)
    }

    fn check(&self) -> Result<(), GazetteerError> {
        for pair in self.units.windows(2).zip(&self.places[1..]) {
            let ([earlier, unit], place) = pair else {
                continue;
            };
            check_follows(earlier, unit).map_err(|problem| place.error(problem))?;
        }
        for (place, unit) in self.with_places() {
            self.check_one(unit).map_err(|problem| place.error(problem))?;
        }
        Ok(())
    }

    fn check_one(&self, unit: &Unit) -> Result<(), GazetteerProblem> {
        let Unit { key, name, parent, valid_to, predecessors, serves, .. } = unit;
        if name.is_empty() || unit.name_en.is_empty() {
            return Err(GazetteerProblem::NoName);
        }
        if let Some(text) = [name, &unit.name_en].into_iter().find(|text| !is_nfc(text)) {
            return Err(GazetteerProblem::NotNfc(text.clone()));
        }
        if let Some(last) = *valid_to
            && last < key.valid_from
        {
            return Err(GazetteerProblem::EndsBeforeItBegins { key: key.clone(), last });
        }
        if let Some(parent) = parent {
            let last = valid_to.unwrap_or(Date::MAX);
            self.on(parent, key.valid_from)
                .filter(|above| above.valid_on(last) && above.level < unit.level)
                .ok_or_else(|| GazetteerProblem::UnknownParent {
                    key: key.clone(),
                    parent: parent.clone(),
                })?;
        }
        for code in predecessors {
            self.in_force_before(code, key.valid_from)?;
        }
        for code in serves {
            if !self.units.iter().any(|u| u.key.code == *code && u.level == Level::District) {
                return Err(GazetteerProblem::NotADistrict(code.clone()));
            }
        }
        Ok(())
    }

    /// The unit that has the code on a day, or the problem that there is none.
    pub(super) fn in_force(&self, code: &UnitCode, day: Date) -> Result<&Unit, GazetteerProblem> {
        self.on(code, day).ok_or_else(|| GazetteerProblem::NotInForce { code: code.clone(), day })
    }

    /// The unit that has the code on the day before, or the problem that there is none.
    pub(super) fn in_force_before(
        &self,
        code: &UnitCode,
        day: Date,
    ) -> Result<&Unit, GazetteerProblem> {
        let eve = day.yesterday().map_err(|_| GazetteerProblem::NoDayBefore(day))?;
        self.in_force(code, eve)
    }
}

/// Two neighbours in key order must have different codes, or the second begins after the first.
fn check_follows(earlier: &Unit, unit: &Unit) -> Result<(), GazetteerProblem> {
    if earlier.key == unit.key {
        return Err(GazetteerProblem::Duplicate(unit.key.to_string()));
    }
    if earlier.key.code == unit.key.code
        && earlier.valid_to.is_none_or(|last| unit.key.valid_from <= last)
    {
        return Err(GazetteerProblem::Overlap {
            key: unit.key.clone(),
            earlier: earlier.key.clone(),
        });
    }
    Ok(())
}

fn is_nfc(text: &str) -> bool {
    ComposingNormalizerBorrowed::new_nfc().is_normalized(text)
}
