//! What forms have in common: unit, stratum, sampling unit, procedure group.

use hashbrown::HashMap;
use survey_defs::ids::ProcedureGroup;
use survey_defs::unit::UnitKey;

use super::units::Units;
use super::{DataError, Form};

/// What many forms have in common: whom they speak of and how they were drawn.
///
/// All forms of a key have one unit, one stratum, one PSU and one procedure group, so totals per
/// key are all that scores and their standard errors need.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct Key {
    /// The unit that was served.
    pub(crate) unit: UnitKey,
    /// The stratum of the first stage.
    pub(crate) stratum: String,
    /// The primary sampling unit, unique across strata.
    pub(crate) psu: String,
    /// The group of procedures, where it is known.
    pub(crate) procedure_group: Option<ProcedureGroup>,
}

/// A stratum of the first stage.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Stratum {
    /// Its name.
    pub(crate) name: String,
    /// The PSUs of its population; none: unknown, the draw counts as one with replacement.
    pub(crate) fpc: Option<f64>,
    /// The PSUs of the wave, whether or not they have rows in a domain.
    pub(crate) psus: u32,
}

/// Where a key stands, in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
    /// The unit, a place in [`Keys::units`].
    pub(crate) unit: u32,
    /// The stratum, a place in [`Keys::strata`].
    pub(crate) stratum: u32,
    /// The PSU.
    pub(crate) psu: u32,
    /// The first key with the same unit and procedure group, in whose name forms are counted.
    pub(crate) leader: u32,
}

/// How a form was drawn.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Draw<'a> {
    pub(crate) stratum: &'a str,
    pub(crate) psu: &'a str,
    pub(crate) fpc: Option<f64>,
}

impl<'a> Draw<'a> {
    fn of(form: &'a Form) -> Self {
        let Form { stratum, psu, fpc, .. } = form;
        Self { stratum, psu, fpc: *fpc }
    }
}

/// The keys that occur in data, each with a number to stand in the column [`KEY`], and the sample
/// design that they make up.
///
/// [`KEY`]: crate::columns::KEY
#[derive(Debug, Clone, Default)]
pub(crate) struct Keys {
    list: Vec<Key>,
    places: Vec<Place>,
    units: Units,
    strata: Vec<Stratum>,
    psu_strata: Vec<u32>,
    numbers: HashMap<Key, u32>,
    leaders: HashMap<(u32, Option<ProcedureGroup>), u32>,
    stratum_numbers: HashMap<String, u32>,
    psu_numbers: HashMap<String, u32>,
}

impl Keys {
    /// The number of a key, which is its place in [`Keys::list`]. A new key must have passed
    /// [`Keys::check`]; `fpc` is that of its stratum.
    pub(crate) fn number(&mut self, key: &Key, fpc: Option<f64>) -> u32 {
        if let Some(number) = self.numbers.get(key) {
            return *number;
        }
        let number = next(self.list.len());
        let unit = self.units.number(&key.unit);
        let stratum = self.stratum(&key.stratum, fpc);
        let psu = self.psu(&key.psu, stratum);
        let class = (unit, key.procedure_group.clone());
        let leader = *self.leaders.entry(class).or_insert(number);
        self.list.push(key.clone());
        self.places.push(Place { unit, stratum, psu, leader });
        self.numbers.insert(key.clone(), number);
        number
    }

    /// All keys; the place is the number.
    pub(crate) fn list(&self) -> &[Key] {
        &self.list
    }

    /// Where a key stands.
    pub(crate) fn place(&self, number: u32) -> Place {
        self.places[number as usize]
    }

    /// The units that occur.
    pub(crate) fn units(&self) -> &[UnitKey] {
        self.units.keys()
    }

    /// The strata that occur.
    pub(crate) fn strata(&self) -> &[Stratum] {
        &self.strata
    }

    /// Refuses forms that contradict the design so far, or each other.
    ///
    /// # Errors
    /// [`DataError::PsuInTwoStrata`], [`DataError::TwoPopulations`] and
    /// [`DataError::MorePsusThanPopulation`].
    pub(crate) fn check(&self, forms: &[Form]) -> Result<(), DataError> {
        self.check_draws(forms.iter().map(Draw::of))
    }

    /// Like [`Self::check`].
    pub(crate) fn check_draws<'a>(
        &'a self,
        draws: impl Iterator<Item = Draw<'a>>,
    ) -> Result<(), DataError> {
        let mut strata: HashMap<&str, Stratum> = HashMap::new();
        let mut psus: HashMap<&str, &str> = HashMap::new();
        for draw in draws {
            let Draw { stratum, psu, fpc } = draw;
            let known = strata.entry(stratum).or_insert_with(|| self.stratum_of(draw));
            if known.fpc != fpc {
                let (first, second) = (known.fpc, fpc);
                return Err(DataError::TwoPopulations { stratum: stratum.into(), first, second });
            }
            let of_psu = psus.entry(psu).or_insert_with(|| {
                let stratum_of_known =
                    self.psu_numbers.get(psu).map(|psu| self.stratum_of_psu(*psu));
                known.psus += u32::from(stratum_of_known.is_none());
                stratum_of_known.unwrap_or(stratum)
            });
            if *of_psu != stratum {
                let (first, second) = ((*of_psu).to_owned(), stratum.to_owned());
                return Err(DataError::PsuInTwoStrata { psu: psu.into(), first, second });
            }
            if let Some(population) = known.fpc
                && f64::from(known.psus) > population
            {
                let (stratum, psus) = (stratum.to_owned(), known.psus);
                return Err(DataError::MorePsusThanPopulation { stratum, psus, population });
            }
        }
        Ok(())
    }

    fn stratum_of_psu(&self, psu: u32) -> &str {
        &self.strata[self.psu_strata[psu as usize] as usize].name
    }

    /// The stratum of a draw as it is known, or as the draw says.
    fn stratum_of(&self, draw: Draw<'_>) -> Stratum {
        let Draw { stratum, psu: _, fpc } = draw;
        self.stratum_numbers.get(stratum).map_or_else(
            || Stratum { name: stratum.to_owned(), fpc, psus: 0 },
            |number| self.strata[*number as usize].clone(),
        )
    }

    fn stratum(&mut self, name: &str, fpc: Option<f64>) -> u32 {
        if let Some(number) = self.stratum_numbers.get(name) {
            return *number;
        }
        let number = next(self.strata.len());
        self.strata.push(Stratum { name: name.to_owned(), fpc, psus: 0 });
        self.stratum_numbers.insert(name.to_owned(), number);
        number
    }

    fn psu(&mut self, name: &str, stratum: u32) -> u32 {
        if let Some(number) = self.psu_numbers.get(name) {
            return *number;
        }
        let number = next(self.psu_strata.len());
        self.psu_strata.push(stratum);
        self.strata[stratum as usize].psus += 1;
        self.psu_numbers.insert(name.to_owned(), number);
        number
    }
}

fn next(len: usize) -> u32 {
    u32::try_from(len).expect("fewer than 2³² keys")
}
