//! Links old units to their successors.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::register::Register;
use super::source;
use super::{GazetteerError, GazetteerProblem, Unit, UnitKey};
use crate::ids::UnitCode;

/// How many of the old unit's residents moved to the new one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Residents {
    /// All of them.
    All,
    /// Some of them; no source says how many.
    Part,
    /// None: only land moved.
    None,
}

/// One unit on the way from an old one to a new one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// The unit at the other end.
    pub unit: UnitKey,
    /// The residents who moved; of an agency always [`Residents::All`], as it is merged whole.
    pub residents: Residents,
    /// The first day of the new order.
    pub effective: Date,
    /// What the link rests on: `NQ1656-k29` is clause 29 of Article 1 of Nghị quyết 1656;
    /// `predecessor_codes` is that column of the agencies.
    pub basis: String,
}

/// All links, from both ends.
#[derive(Debug, Default)]
pub(super) struct Links {
    forward: BTreeMap<UnitKey, Vec<Link>>,
    backward: BTreeMap<UnitKey, Vec<Link>>,
}

#[derive(Deserialize)]
struct Row {
    old_code: UnitCode,
    new_code: UnitCode,
    population: Residents,
    effective_date: Date,
    basis: String,
}

impl Links {
    /// Reads the links of communes and takes those of agencies from the register.
    pub(super) fn read(register: &Register, text: &str) -> Result<Self, GazetteerError> {
        let mut links = Self::default();
        for (place, row) in source::rows(source::SUCCESSORS, text)? {
            links.add_row(register, row).map_err(|problem| place.error(problem))?;
        }
        for (place, unit) in register.with_places() {
            links.add_merger(register, unit).map_err(|problem| place.error(problem))?;
        }
        Ok(links)
    }

    /// What became of a unit, in the order of the table.
    pub(super) fn from(&self, old: &UnitKey) -> &[Link] {
        self.forward.get(old).map_or(&[], Vec::as_slice)
    }

    /// What a unit was made of, in the order of the table.
    pub(super) fn to(&self, new: &UnitKey) -> &[Link] {
        self.backward.get(new).map_or(&[], Vec::as_slice)
    }

    /// The old unit is the row that holds the day before, the new unit the row that holds on the day.
    fn add_row(&mut self, register: &Register, row: Row) -> Result<(), GazetteerProblem> {
        let Row { old_code, new_code, population: residents, effective_date, basis } = row;
        let old = register.in_force_before(&old_code, effective_date)?.key.clone();
        let new = register.in_force(&new_code, effective_date)?.key.clone();
        if self.from(&old).iter().any(|link| link.unit == new && link.effective == effective_date) {
            return Err(GazetteerProblem::Duplicate(format!("{old} to {new}")));
        }
        self.add(old, Link { unit: new, residents, effective: effective_date, basis });
        Ok(())
    }

    fn add_merger(&mut self, register: &Register, agency: &Unit) -> Result<(), GazetteerProblem> {
        for code in &agency.predecessors {
            let old = register.in_force_before(code, agency.key.valid_from)?.key.clone();
            let link = Link {
                unit: agency.key.clone(),
                residents: Residents::All,
                effective: agency.key.valid_from,
                basis: "predecessor_codes".to_owned(),
            };
            self.add(old, link);
        }
        Ok(())
    }

    fn add(&mut self, old: UnitKey, link: Link) {
        let back = Link { unit: old.clone(), ..link.clone() };
        self.backward.entry(link.unit.clone()).or_default().push(back);
        self.forward.entry(old).or_default().push(link);
    }
}
