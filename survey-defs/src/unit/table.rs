//! Reads the CSV tables row by row.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Deserialize;

use super::source::{self, Place};
use super::{GazetteerError, GazetteerProblem, Level, Unit, UnitKey, name_en};
use crate::ids::UnitCode;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct UnitRow {
    code: UnitCode,
    level: Level,
    kind: String,
    name_vi: String,
    parent_code: Option<UnitCode>,
    valid_from: Date,
    valid_to: Option<Date>,
}

/// Reads the city, its districts and its communes.
pub(super) fn administrative_units(text: &str) -> Result<Vec<(Place, Unit)>, GazetteerError> {
    let mut units = Vec::new();
    for (place, row) in source::rows(source::UNITS, text)? {
        let UnitRow { code, level, kind, name_vi: name, parent_code, valid_from, valid_to } = row;
        let name_en = name_en::of_administrative_unit(level, &kind, &name)
            .ok_or_else(|| place.error(GazetteerProblem::UnknownKind(kind.clone())))?;
        let unit = Unit {
            key: UnitKey { code, valid_from },
            level,
            kind,
            name,
            parent: parent_code,
            valid_to,
            predecessors: Vec::new(),
            serves: Vec::new(),
            name_en,
        };
        units.push((place, unit));
    }
    Ok(units)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct AgencyRow {
    code: UnitCode,
    name_vi: String,
    kind: String,
    valid_from: Date,
    valid_to: Option<Date>,
    predecessor_codes: String,
    serves_district_codes: String,
}

/// Reads the departments, the bodies of their rank and the branches of the service centre.
pub(super) fn agencies(text: &str, english: &str) -> Result<Vec<(Place, Unit)>, GazetteerError> {
    let english = agency_names_en(english)?;
    let mut units: Vec<(Place, Unit)> = Vec::new();
    for (place, row) in source::rows(source::AGENCIES, text)? {
        let AgencyRow { code, name_vi, kind, valid_from, valid_to, .. } = row;
        let (_, name_en) = english
            .get(&code)
            .ok_or_else(|| place.error(GazetteerProblem::NoEnglishName(code.clone())))?;
        let unit = Unit {
            key: UnitKey { code, valid_from },
            level: if kind == "chi nhánh" { Level::Branch } else { Level::Agency },
            kind,
            name: name_vi,
            parent: None,
            valid_to,
            predecessors: codes(&row.predecessor_codes).map_err(|error| place.error(error))?,
            serves: codes(&row.serves_district_codes).map_err(|error| place.error(error))?,
            name_en: name_en.clone(),
        };
        units.push((place, unit));
    }
    for (code, (place, _)) in english {
        if !units.iter().any(|(_, unit)| unit.key.code == code) {
            return Err(place.error(GazetteerProblem::UnknownAgency(code)));
        }
    }
    Ok(units)
}

fn codes(list: &str) -> Result<Vec<UnitCode>, GazetteerProblem> {
    let codes = list.split('|').filter(|_| !list.is_empty()).map(UnitCode::new);
    Ok(codes.collect::<Result<_, _>>()?)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NameEnRow {
    code: UnitCode,
    name_en: String,
}

fn agency_names_en(text: &str) -> Result<BTreeMap<UnitCode, (Place, String)>, GazetteerError> {
    let mut names = BTreeMap::new();
    for (place, row) in source::rows(source::AGENCY_NAMES_EN, text)? {
        let NameEnRow { code, name_en } = row;
        if names.contains_key(&code) {
            return Err(place.error(GazetteerProblem::Duplicate(code.to_string())));
        }
        names.insert(code, (place, name_en));
    }
    Ok(names)
}
