//! Computes the covariance of statistics from their influences, stage by stage.

use super::error::DesignError;
use super::stage::{IdIndex, Stage, Stratum, stratum_name};
use super::{LonelyPsu, Sampling};

/// Below this share of units not drawn a stratum counts as drawn completely: a fraction of 1 that
/// went through a file as a population may differ from it in the last digits. R has the same limit.
const DRAWN_COMPLETELY: f64 = 1e-7;

/// Weighted influences of statistics: one list of values per statistic, each along `rows`. Rows
/// that are not listed have none.
#[derive(Debug, Clone, Copy)]
pub(super) struct Influences<'a> {
    pub(super) rows: &'a [u32],
    pub(super) columns: &'a [Vec<f64>],
}

impl Sampling {
    /// The covariance matrix, row by row in one list.
    ///
    /// The recursion over stages is unrolled: each stratum of each stage contributes its
    /// between-cluster variance times the sampling fractions of the clusters in which it lies.
    pub(super) fn covariance(&self, influences: Influences) -> Result<Vec<f64>, DesignError> {
        let mut matrix = vec![0.0; influences.columns.len().pow(2)];
        for number in 1..=self.counting_stages {
            self.add_stage(number, influences, &mut matrix)?;
        }
        Ok(matrix)
    }

    fn add_stage(
        &self,
        number: usize,
        influences: Influences,
        matrix: &mut [f64],
    ) -> Result<(), DesignError> {
        let stage = &self.stages[number - 1];
        let p = influences.columns.len();
        let (units, totals) = totals_of_units(stage, influences);

        let mut strata = IdIndex::new(stage.strata.len());
        let slots: Vec<usize> = units
            .iter()
            .map(|&unit| strata.position(stage.stratum_of_unit[unit as usize]))
            .collect();
        let mut means = vec![0.0; strata.ids.len() * p];
        let mut occurring_units = vec![0_u32; strata.ids.len()];
        for (&slot, total) in slots.iter().zip(totals.chunks_exact(p)) {
            occurring_units[slot] += 1;
            for (sum, value) in means[slot * p..].iter_mut().zip(total) {
                *sum += value;
            }
        }
        let factors = self.factors(number, &strata.ids)?;
        let centre = centre(number, stage.stratum_of_unit.len(), &means, p);
        for (slot, &stratum) in strata.ids.iter().enumerate() {
            let units = f64::from(stage.strata[stratum as usize].units);
            for (mean, centre) in means[slot * p..(slot + 1) * p].iter_mut().zip(&centre) {
                *mean = if units > 1.0 { *mean / units } else { *centre };
            }
        }

        let mut deviation = vec![0.0; p];
        for (&slot, total) in slots.iter().zip(totals.chunks_exact(p)) {
            for ((deviation, value), mean) in
                deviation.iter_mut().zip(total).zip(&means[slot * p..])
            {
                *deviation = value - mean;
            }
            add_square(matrix, &deviation, factors[slot]);
        }
        for (slot, &stratum) in strata.ids.iter().enumerate() {
            // Clusters of the sample without a listed row have a total of 0.
            let absent = stage.strata[stratum as usize].units - occurring_units[slot];
            add_square(matrix, &means[slot * p..(slot + 1) * p], factors[slot] * f64::from(absent));
        }
        Ok(())
    }

    /// By what the squared deviations of each stratum are multiplied.
    fn factors(&self, number: usize, strata: &[u32]) -> Result<Vec<f64>, DesignError> {
        let stage = &self.stages[number - 1];
        let name = |stratum: u32| {
            let row = stage.strata[stratum as usize].first_row;
            stratum_name(&self.columns[..number], row)
        };
        let mut factors = Vec::with_capacity(strata.len());
        let mut missing = Vec::new();
        for &id in strata {
            let stratum = &stage.strata[id as usize];
            let unsampled = stratum.unsampled();
            let factor = if unsampled < DRAWN_COMPLETELY {
                0.0
            } else if stratum.units > 1 {
                let units = f64::from(stratum.units);
                stratum.fraction_above * unsampled * units / (units - 1.0)
            } else {
                match self.lonely {
                    LonelyPsu::Fail => {
                        return Err(DesignError::LonelyPsu { stage: number, stratum: name(id) });
                    }
                    LonelyPsu::Remove => 0.0,
                    LonelyPsu::Adjust => stratum.fraction_above * unsampled,
                    LonelyPsu::Average => {
                        missing.push(factors.len());
                        0.0
                    }
                }
            };
            factors.push(factor);
        }
        if !missing.is_empty() {
            let of: Vec<&Stratum> = strata.iter().map(|&id| &stage.strata[id as usize]).collect();
            spread(&mut factors, &missing, &of).map_err(|place| DesignError::NothingToAverage {
                stage: number,
                stratum: name(strata[place]),
            })?;
        }
        Ok(factors)
    }
}

/// With what a lonely cluster is compared, from the sums of each stratum: at the first stage the mean of all sampled
/// clusters, those without a listed row included, as in R's survey since 4.3; at later stages 0. For means, ratios and
/// shares that mean is 0, because their influences add up to 0.
fn centre(stage: usize, sampled: usize, sums: &[f64], p: usize) -> Vec<f64> {
    let mut centre = vec![0.0; p];
    if stage == 1 {
        for sums in sums.chunks_exact(p) {
            for (mean, sum) in centre.iter_mut().zip(sums) {
                *mean += sum / f64::from(super::id(sampled));
            }
        }
    }
    centre
}

/// Lets the other strata in the same cluster of the stage before stand for the missing ones; the
/// error is the place of a stratum for which there is no other.
fn spread(factors: &mut [f64], missing: &[usize], strata: &[&Stratum]) -> Result<(), usize> {
    let parents = strata.iter().map(|stratum| stratum.parent).max().map_or(0, |most| most + 1);
    let mut all = vec![0_u32; parents as usize];
    for stratum in strata {
        all[stratum.parent as usize] += 1;
    }
    let mut good = all.clone();
    for &place in missing {
        good[strata[place].parent as usize] -= 1;
    }
    if let Some(&place) = missing.iter().find(|&&place| good[strata[place].parent as usize] == 0) {
        return Err(place);
    }
    for (factor, stratum) in factors.iter_mut().zip(strata) {
        let parent = stratum.parent as usize;
        *factor *= f64::from(all[parent]) / f64::from(good[parent]);
    }
    Ok(())
}

/// The units with a listed row, and their totals: as many values for each as there are statistics.
fn totals_of_units(stage: &Stage, influences: Influences) -> (Vec<u32>, Vec<f64>) {
    let p = influences.columns.len();
    if stage.rows_are_units {
        let values = |place| influences.columns.iter().map(move |column| column[place]);
        return (influences.rows.to_vec(), (0..influences.rows.len()).flat_map(values).collect());
    }
    let mut units = IdIndex::new(stage.stratum_of_unit.len());
    let mut totals = Vec::new();
    for (place, &row) in influences.rows.iter().enumerate() {
        let slot = units.position(stage.unit_of_row[row as usize]);
        totals.resize(units.ids.len() * p, 0.0);
        for (total, column) in totals[slot * p..].iter_mut().zip(influences.columns) {
            *total += column[place];
        }
    }
    (units.ids, totals)
}

/// Adds `factor · v vᵀ`.
fn add_square(matrix: &mut [f64], v: &[f64], factor: f64) {
    for (line, left) in matrix.chunks_exact_mut(v.len()).zip(v) {
        for (cell, right) in line.iter_mut().zip(v) {
            *cell += factor * left * right;
        }
    }
}
