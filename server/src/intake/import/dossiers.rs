//! One row per unit, or per unit and procedure group: how many dossiers were handled.
//!
//! Columns: `unit`, `procedure_group` (in all rows of a unit or in none) and `dossiers`.

use std::collections::{BTreeMap, BTreeSet};

use survey_defs::api::RowFinding;
use survey_defs::dossiers::DossierCount;
use survey_defs::ids::ProcedureGroup;
use survey_defs::unit::UnitKey;
use survey_defs::wave::{Population, ServicePoint, Wave};

use super::csv_file::{CsvFile, Row};
use super::unit;

const COLUMNS: [&str; 3] = ["unit", "procedure_group", "dossiers"];

/// Whether the header is that of dossier counts.
pub(super) fn is_dossiers(file: &CsvFile) -> bool {
    file.header().iter().any(|name| name == "dossiers")
}

/// All rows, or every rejection. Every service point must belong to a unit with dossiers: a form
/// from there could stand for nothing.
pub(super) fn rows(
    file: &CsvFile,
    wave: &Wave,
    points: &[ServicePoint],
) -> Result<Vec<DossierCount>, Vec<RowFinding>> {
    let mut rejections = file.unknown_columns(&|name| COLUMNS.contains(&name));
    if wave.population == Population::Household {
        let reason = "a household sample stands for persons, not for dossiers";
        rejections.extend(file.rows().take(1).map(|row| row.reject("dossiers", reason)));
    }
    let mut rows: Vec<DossierCount> = Vec::new();
    let mut groups: BTreeMap<UnitKey, Vec<Option<ProcedureGroup>>> = BTreeMap::new();
    for row in file.rows() {
        let count = match read(&row, wave) {
            Ok(count) => count,
            Err(rejection) => {
                rejections.push(rejection);
                continue;
            }
        };
        let known = groups.entry(count.unit.clone()).or_default();
        if known.contains(&count.procedure_group) {
            rejections.push(row.reject("procedure_group", "unit and procedure group occur twice"));
        } else if known.iter().any(|one| one.is_none() != count.procedure_group.is_none()) {
            let reason = "the unit has a total beside its procedure groups, which would count \
                          every dossier twice";
            rejections.push(row.reject("procedure_group", reason));
        }
        known.push(count.procedure_group.clone());
        rows.push(count);
    }
    let handled: BTreeSet<&UnitKey> =
        rows.iter().filter(|row| row.dossiers > 0).map(|row| &row.unit).collect();
    let served: BTreeSet<&UnitKey> = points.iter().map(|point| &point.unit).collect();
    let last = file.rows().last();
    rejections.extend(served.difference(&handled).zip(last.iter().cycle()).map(|(unit, row)| {
        row.reject("unit", format!("{unit} has a service point, but no dossiers in this file"))
    }));
    rejections.none(rows)
}

fn read(row: &Row<'_>, wave: &Wave) -> Result<DossierCount, RowFinding> {
    row.check_width()?;
    let group = row.get("procedure_group").map(|text| {
        let reason = || row.reject("procedure_group", format!("“{text}” is no procedure group"));
        ProcedureGroup::new(text).map_err(|_| reason())
    });
    let text = row.require("dossiers")?;
    // Below 10¹², which leaves room to sum any number of rows.
    let dossiers = row.whole(text).filter(|count| *count < 1_000_000_000_000);
    Ok(DossierCount {
        unit: unit(row.require("unit")?, wave).map_err(|why| row.reject("unit", why))?,
        procedure_group: group.transpose()?,
        dossiers: dossiers
            .ok_or_else(|| row.reject("dossiers", format!("“{text}” is not a count")))?,
    })
}
