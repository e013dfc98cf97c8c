//! Answers questions about the units and agencies of the city on a given day.

use std::sync::LazyLock;

use jiff::civil::Date;

use super::district::Districts;
use super::link::Links;
use super::register::Register;
use super::search::{self, Query, Searchable};
use super::{
    FormerDistrict, GazetteerError, Level, Link, Share, Sources, Unit, UnitKey, apportion, compare,
};
use crate::ids::UnitCode;

/// Every unit and agency of the city since 2020, with what became of it.
///
/// Lists are in Vietnamese order of the full name, then of the key.
#[derive(Debug)]
pub struct Gazetteer {
    register: Register,
    links: Links,
    districts: Districts,
    /// What the search compares, one for each unit of the register, in its order.
    searchable: Vec<Searchable>,
    /// Positions in the register, in Vietnamese order of the names.
    by_name: Vec<usize>,
}

static HANOI: LazyLock<Gazetteer> = LazyLock::new(|| {
    Gazetteer::parse(&Sources::hanoi()).expect("a test reads the embedded tables without error")
});

impl Gazetteer {
    /// The gazetteer of Hanoi, made on first use.
    pub fn hanoi() -> &'static Self {
        &HANOI
    }

    /// Reads and checks the tables of a gazetteer.
    ///
    /// # Errors
    /// [`GazetteerError`] at the first row that is broken or contradicts another.
    pub fn parse(sources: &Sources<'_>) -> Result<Self, GazetteerError> {
        let register = Register::read(sources)?;
        let links = Links::read(&register, sources.successors)?;
        let districts = Districts::find(&register, &links, sources.former_district_overrides)?;
        let searchable = register.units().iter().map(Searchable::new).collect();
        let by_name = in_order_of_names(register.units());
        Ok(Self { register, links, districts, searchable, by_name })
    }

    /// The unit with a key.
    pub fn get(&self, key: &UnitKey) -> Option<&Unit> {
        self.register.get(key)
    }

    /// The unit that has a code on a day.
    pub fn on(&self, code: &UnitCode, day: Date) -> Option<&Unit> {
        self.register.on(code, day)
    }

    /// The units of a level on a day.
    pub fn units_on(&self, level: Level, day: Date) -> Vec<&Unit> {
        self.by_name().filter(|unit| unit.level == level && unit.valid_on(day)).collect()
    }

    /// The unit above another on a day; none for the city, for agencies, and for a unit that is
    /// not in force on the day.
    pub fn parent_on(&self, key: &UnitKey, day: Date) -> Option<&Unit> {
        let unit = self.in_force(key, day)?;
        self.on(unit.parent.as_ref()?, day)
    }

    /// The units directly below another on a day; none if it is not in force on the day.
    pub fn children_on(&self, key: &UnitKey, day: Date) -> Vec<&Unit> {
        let Some(above) = self.in_force(key, day) else {
            return Vec::new();
        };
        let lies_in = |unit: &&Unit| unit.parent.as_ref() == Some(&above.key.code);
        self.by_name().filter(lies_in).filter(|unit| unit.valid_on(day)).collect()
    }

    /// What became of a unit, at every change of the register.
    ///
    /// A unit without a link at a date was not changed then. One that kept its row and absorbed a
    /// neighbour is linked to itself.
    pub fn successors(&self, key: &UnitKey) -> &[Link] {
        self.links.from(key)
    }

    /// What a unit was made of, at every change of the register; see [`Gazetteer::successors`].
    pub fn predecessors(&self, key: &UnitKey) -> &[Link] {
        self.links.to(key)
    }

    /// Where the residents of a unit live on a later day, through every change of the register on
    /// the way, ordered by unit.
    ///
    /// Empty for a key that the register does not know, for a unit that begins after the day, and
    /// for one that ended without anybody moving on (a district, a dissolved agency).
    pub fn apportion(&self, key: &UnitKey, day: Date) -> Vec<Share> {
        apportion::apportion(self, key, day)
    }

    /// The district in which most residents of a commune lived; before 2025-07-01 simply its
    /// district.
    ///
    /// None for what is not a commune.
    pub fn former_district(&self, key: &UnitKey) -> Option<&FormerDistrict> {
        self.districts.get(key)
    }

    /// The district by which a unit's results are grouped on a day: of a commune its
    /// [`FormerDistrict`], of a district itself.
    ///
    /// None for the city, agencies and branches, and for a unit that is not in force on the day.
    pub fn district_of(&self, key: &UnitKey, day: Date) -> Option<FormerDistrict> {
        let unit = self.in_force(key, day)?;
        match unit.level {
            Level::District => Some(FormerDistrict::exactly(key.clone())),
            Level::Commune => self.former_district(key).cloned(),
            Level::City | Level::Agency | Level::Branch => None,
        }
    }

    /// The units in force on a day whose name or code fits a query, the best first, at most `limit`.
    ///
    /// Capital letters, diacritics and punctuation do not matter, and the kind may be left out or
    /// abbreviated. A name that equals the query comes before one that starts with it, one with a
    /// word that starts with it, and one that contains it; English names count as well. Nothing
    /// fits an empty query.
    pub fn search(&self, query: &str, day: Date, limit: usize) -> Vec<&Unit> {
        let Some(query) = Query::new(query) else {
            return Vec::new();
        };
        let units = self.register.units();
        let candidates = self.by_name.iter().map(|&at| (&units[at], &self.searchable[at]));
        let mut found = search::search(candidates, &query, day);
        found.truncate(limit);
        found
    }

    fn in_force(&self, key: &UnitKey, day: Date) -> Option<&Unit> {
        self.get(key).filter(|unit| unit.valid_on(day))
    }

    fn by_name(&self) -> impl Iterator<Item = &Unit> {
        self.by_name.iter().map(|&at| &self.register.units()[at])
    }
}

fn in_order_of_names(units: &[Unit]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..units.len()).collect();
    // Stable, so that equal names stay in the order of their keys.
    order.sort_by(|&left, &right| compare(&units[left].name, &units[right].name));
    order
}
