//! Whether the rows of a file, with what the wave holds already, fit one sample plan. A wave whose
//! plan contradicts itself could not be scored.

use std::collections::{BTreeMap, BTreeSet};

use store::{Entry, SamplePlan, SampledUnit};
use survey_defs::api::RowRejection;
use survey_defs::sampling::{PopulationSize, SampleLabel, Sampling};

use super::csv_file::{CsvFile, Rejections, Row};
use super::microdata::NEEDS_PLAN;

/// Refuses a sampling unit in two strata, two population sizes of one stratum, more sampling units
/// than its population has, and forms without a plan.
pub(super) fn check(
    file: &CsvFile,
    entries: &[Entry],
    earlier: &SamplePlan,
) -> Result<(), Vec<RowRejection>> {
    let mut plan = Plan::default();
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
    /// The stratum of each sampling unit.
    strata: BTreeMap<&'a SampleLabel, Option<&'a SampleLabel>>,
    /// The sampling units of each stratum that occur.
    drawn: BTreeMap<Option<&'a SampleLabel>, BTreeSet<&'a SampleLabel>>,
    /// The population size of each stratum.
    sizes: BTreeMap<Option<&'a SampleLabel>, Option<PopulationSize>>,
}

impl<'a> Plan<'a> {
    /// Adds a row, or says why it does not fit what came before.
    fn add(&mut self, row: &Row<'_>, entry: &'a Entry) -> Option<RowRejection> {
        let Some(Sampling { stratum, psu, fpc, weight: _ }) = &entry.sampling else {
            return Some(row.reject("psu", NEEDS_PLAN));
        };
        let stratum = stratum.as_ref();
        let known = *self.strata.entry(psu).or_insert(stratum);
        if known != stratum {
            let reason = format!("“{}” is in stratum {} as well", psu.as_str(), name(known));
            return Some(row.reject("psu", reason));
        }
        let known = *self.sizes.entry(stratum).or_insert(*fpc);
        if known != *fpc {
            let reason = format!("stratum {} has another population size as well", name(stratum));
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

fn name(stratum: Option<&SampleLabel>) -> String {
    stratum.map_or_else(|| "“”".to_owned(), |stratum| format!("“{}”", stratum.as_str()))
}
