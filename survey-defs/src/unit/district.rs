//! Finds the former district by which a unit is grouped.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::link::Links;
use super::register::Register;
use super::source::{self, Place};
use super::{GazetteerError, GazetteerProblem, Level, Link, Residents, Unit, UnitKey};
use crate::ids::UnitCode;

/// The district by which a unit is grouped.
#[derive(Debug, Clone, PartialEq)]
pub struct FormerDistrict {
    /// The district.
    pub district: UnitKey,
    /// The part of the residents who lived in the district, from 0 to 1, when each old commune
    /// counts 1 if all its residents came along, 0.5 if some did and 0 if only land did.
    pub share: f64,
    /// Whether the district is only an approximation, which must be said wherever it is shown.
    pub approximate: bool,
}

impl FormerDistrict {
    /// The district itself, not an approximation.
    pub(super) fn exactly(district: UnitKey) -> Self {
        Self { district, share: 1.0, approximate: false }
    }
}

/// The district of every commune that has one.
#[derive(Debug)]
pub(super) struct Districts(BTreeMap<UnitKey, FormerDistrict>);

impl Districts {
    /// Finds the district of every commune; `overrides` decide where weights would mislead.
    pub(super) fn find(
        register: &Register,
        links: &Links,
        overrides: &str,
    ) -> Result<Self, GazetteerError> {
        let overrides = read_overrides(register, overrides)?;
        let mut communes: Vec<(Place, &Unit)> =
            register.with_places().filter(|(_, unit)| unit.level == Level::Commune).collect();
        // The old before the new, so that a second re-arrangement can build on the first.
        communes.sort_by_key(|(_, unit)| unit.key.valid_from);

        let mut districts = Self(BTreeMap::new());
        for (place, commune) in communes {
            let found = if let Some(district) = district_above(register, commune) {
                Some(FormerDistrict::exactly(district))
            } else {
                let origins = districts.origins(links.to(&commune.key), commune.key.valid_from);
                match overrides.get(&commune.key) {
                    Some((place, code)) => chosen(&commune.key, &origins, code)
                        .map(Some)
                        .map_err(|problem| place.error(problem))?,
                    None => {
                        heaviest(&commune.key, &origins).map_err(|problem| place.error(problem))?
                    }
                }
            };
            if let Some(found) = found {
                districts.0.insert(commune.key.clone(), found);
            }
        }
        Ok(districts)
    }

    pub(super) fn get(&self, commune: &UnitKey) -> Option<&FormerDistrict> {
        self.0.get(commune)
    }

    /// The weight of each district among the old communes of a new one.
    fn origins(&self, old: &[Link], effective: Date) -> Origins {
        let mut origins = Origins::new();
        for link in old.iter().filter(|link| link.effective == effective) {
            if let Some(FormerDistrict { district, .. }) = self.get(&link.unit) {
                *origins.entry(district.clone()).or_default() += halves(link.residents);
            }
        }
        origins
    }
}

/// Weights in halves, which are exact, so that a tie is a tie.
type Origins = BTreeMap<UnitKey, u32>;

/// Someone has to be counted: no source says what part of a split commune went where.
fn halves(residents: Residents) -> u32 {
    match residents {
        Residents::All => 2,
        Residents::Part => 1,
        Residents::None => 0,
    }
}

fn district_above(register: &Register, commune: &Unit) -> Option<UnitKey> {
    let above = register.on(commune.parent.as_ref()?, commune.key.valid_from)?;
    (above.level == Level::District).then(|| above.key.clone())
}

fn needs_former_district(register: &Register, unit: &Unit) -> bool {
    unit.level == Level::Commune && district_above(register, unit).is_none()
}

fn heaviest(
    commune: &UnitKey,
    origins: &Origins,
) -> Result<Option<FormerDistrict>, GazetteerProblem> {
    let most = origins.values().copied().max().unwrap_or(0);
    if most == 0 {
        return Ok(None);
    }
    let mut heaviest = origins.iter().filter(|(_, weight)| **weight == most).map(|(key, _)| key);
    match (heaviest.next(), heaviest.next()) {
        (Some(one), Some(other)) => Err(GazetteerProblem::DistrictTie {
            commune: commune.clone(),
            one: one.clone(),
            other: other.clone(),
        }),
        (first, _) => Ok(first.map(|district| approximation(district, origins))),
    }
}

fn chosen(
    commune: &UnitKey,
    origins: &Origins,
    code: &UnitCode,
) -> Result<FormerDistrict, GazetteerProblem> {
    let (district, _) = origins
        .iter()
        .find(|(district, weight)| district.code == *code && **weight > 0)
        .ok_or_else(|| GazetteerProblem::ForeignDistrict {
            commune: commune.clone(),
            district: code.clone(),
        })?;
    Ok(approximation(district, origins))
}

fn approximation(district: &UnitKey, origins: &Origins) -> FormerDistrict {
    let weight = f64::from(origins[district]);
    let all = f64::from(origins.values().sum::<u32>());
    FormerDistrict { district: district.clone(), share: weight / all, approximate: true }
}

#[derive(Deserialize)]
struct Override {
    code: UnitCode,
    valid_from: Date,
    district_code: UnitCode,
}

fn read_overrides(
    register: &Register,
    text: &str,
) -> Result<BTreeMap<UnitKey, (Place, UnitCode)>, GazetteerError> {
    let mut overrides = BTreeMap::new();
    for (place, row) in source::rows(source::FORMER_DISTRICT_OVERRIDES, text)? {
        let Override { code, valid_from, district_code } = row;
        let key = UnitKey { code, valid_from };
        let known = register.get(&key);
        if !known.is_some_and(|unit| needs_former_district(register, unit)) {
            return Err(place.error(GazetteerProblem::NeedsNoDistrict(key)));
        }
        if overrides.contains_key(&key) {
            return Err(place.error(GazetteerProblem::Duplicate(key.to_string())));
        }
        overrides.insert(key, (place, district_code));
    }
    Ok(overrides)
}
