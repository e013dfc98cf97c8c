//! Whether the rows of a file, with what the wave holds already, fit one sample plan. A wave whose
//! plan contradicts itself could not be scored.

use std::collections::{BTreeMap, BTreeSet};

use statistics::weights::StrangeWeight;
use store::{Entry, SamplePlan, SampledUnit};
use survey_defs::api::RowFinding;
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling};

use super::csv_file::{CsvFile, Rejections, Row};
use super::microdata::NEEDS_PLAN;

/// Refuses a sampling unit in two strata, two population sizes of one stratum, more sampling units
/// than its population has, forms without a plan, and forms without a stratum where others have one: an
/// empty field is no stratum.
pub(super) fn check(
    file: &CsvFile,
    entries: &[Entry],
    earlier: &SamplePlan,
) -> Result<(), Vec<RowFinding>> {
    let strata = entries.iter().filter_map(|entry| entry.sampling.as_ref()?.stratum.as_ref());
    let has_strata =
        strata.chain(earlier.units.iter().filter_map(|unit| unit.stratum.as_ref())).next();
    let mut plan = Plan {
        has_strata: has_strata.is_some(),
        had_none: earlier.units.iter().any(|unit| unit.stratum.is_none()),
        ..Plan::default()
    };
    for SampledUnit { stratum, psu, fpc } in &earlier.units {
        plan.strata.entry(psu).or_insert(stratum.as_ref());
        plan.drawn.entry(stratum.as_ref()).or_default().insert(psu);
        plan.sizes.entry(stratum.as_ref()).or_insert(*fpc);
    }
    let rows = file.rows().zip(entries);
    let rejections: Rejections = rows.filter_map(|(row, entry)| plan.add(&row, entry)).collect();
    rejections.none(())
}

#[derive(Default)]
struct Plan<'a> {
    /// Whether any form has a stratum; then all have one.
    has_strata: bool,
    /// Whether forms that were imported before have none.
    had_none: bool,
    /// The stratum of each sampling unit.
    strata: BTreeMap<&'a SampleLabel, Option<&'a SampleLabel>>,
    /// The sampling units of each stratum that occur.
    drawn: BTreeMap<Option<&'a SampleLabel>, BTreeSet<&'a SampleLabel>>,
    /// The population size of each stratum.
    sizes: BTreeMap<Option<&'a SampleLabel>, Option<PopulationSize>>,
}

impl<'a> Plan<'a> {
    /// Adds a row, or says why it does not fit what came before.
    fn add(&mut self, row: &Row<'_>, entry: &'a Entry) -> Option<RowFinding> {
        let Some(Sampling { stratum, psu, fpc, weight: _ }) = &entry.sampling else {
            return Some(row.reject("psu", NEEDS_PLAN));
        };
        if self.had_none && stratum.is_some() {
            let reason = "forms that were imported into this wave before have no stratum";
            return Some(row.reject("stratum", reason));
        }
        if self.has_strata && stratum.is_none() {
            return Some(
                row.reject("stratum", "the field is empty, and other rows have a stratum"),
            );
        }
        let stratum = stratum.as_ref();
        let known = *self.strata.entry(psu).or_insert(stratum);
        if known != stratum {
            let reason = format!("“{}” is in stratum {} as well", psu.as_str(), name(known));
            return Some(row.reject("psu", reason));
        }
        let known = *self.sizes.entry(stratum).or_insert(*fpc);
        if known != *fpc {
            let reason = if fpc.is_none() {
                "the field is empty, and other rows of the stratum have a population size"
                    .to_owned()
            } else {
                format!("stratum {} has another population size as well", name(stratum))
            };
            return Some(row.reject("fpc", reason));
        }
        let drawn = self.drawn.entry(stratum).or_default();
        drawn.insert(psu);
        #[expect(clippy::cast_precision_loss, reason = "a file has fewer than 2⁵³ rows")]
        let n = drawn.len() as f64;
        let size = fpc.map(PopulationSize::get).filter(|size| n > *size)?;
        let reason =
            format!("stratum {} has {size} sampling units, but {n} were drawn", name(stratum));
        Some(row.reject("fpc", reason))
    }
}

/// The row whose weight somebody should look at.
pub(super) fn strange_weight(file: &CsvFile, entries: &[Entry]) -> Option<RowFinding> {
    let plans = entries.iter().filter_map(|entry| entry.sampling.as_ref());
    let weights: Vec<f64> = plans.map(|plan| plan.weight.get()).collect();
    let strange = StrangeWeight::among(&weights)?;
    let row = file.rows().nth(strange.row)?;
    Some(row.reject("weight", strange.to_string()))
}

fn name(stratum: Option<&SampleLabel>) -> String {
    stratum.map_or_else(|| "“”".to_owned(), |stratum| format!("“{}”", stratum.as_str()))
}
