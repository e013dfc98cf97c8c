//! Makes replicate weights, the second way to a standard error.

mod bootstrap;
mod error;
mod estimate;
mod jackknife;
mod strata;

#[cfg(test)]
mod tests;

pub use error::ReplicateError;
pub use estimate::{Centre, ReplicateEstimate};

use crate::design::Psus;
use strata::Strata;

/// Replicate weights: many slightly different samples made from one, by leaving out or repeating
/// PSUs. How much a statistic moves between them is its variance, whatever its formula (Wolter
/// 2007, Introduction to Variance Estimation; R's `as.svrepdesign`).
///
/// What a replicate does to a PSU is kept per PSU, never per row, and for the jackknives not at
/// all. It multiplies the weights of rows when a replicate is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateWeights {
    strata: Strata,
    psu_of_row: Vec<u32>,
    factors: Factors,
    scale: f64,
    /// One for each replicate.
    rscales: Vec<f64>,
    df: u64,
}

/// What each replicate multiplies the weights of each PSU by.
#[derive(Debug, Clone, PartialEq)]
enum Factors {
    /// Each replicate leaves out the PSU given, and the others of its stratum stand in for it.
    Jackknife(Vec<u32>),
    /// One number for each PSU, replicate after replicate.
    Drawn(Vec<f64>),
}

impl ReplicateWeights {
    /// The number of replicates.
    pub fn replicates(&self) -> usize {
        self.rscales.len()
    }

    /// The factor that multiplies every replicate's squared deviation.
    pub fn scale(&self) -> f64 {
        self.scale
    }

    /// One more factor for each replicate's squared deviation.
    pub fn rscales(&self) -> &[f64] {
        &self.rscales
    }

    /// How many replicates are independent of each other and of the whole: see each constructor.
    pub fn degrees_of_freedom(&self) -> u64 {
        self.df
    }

    /// Row weights of one replicate, below [`replicates`](Self::replicates), from those of the
    /// whole: one for each row. They replace what is in `into`.
    pub fn weigh(
        &self,
        replicate: usize,
        weights: &[f64],
        into: &mut Vec<f64>,
    ) -> Result<(), ReplicateError> {
        if weights.len() != self.psu_of_row.len() {
            return Err(ReplicateError::Weights {
                rows: self.psu_of_row.len(),
                weights: weights.len(),
            });
        }
        let factors = self.psu_factors(replicate);
        into.clear();
        let rows = weights.iter().zip(&self.psu_of_row);
        into.extend(rows.map(|(weight, &psu)| weight * factors[psu as usize]));
        Ok(())
    }

    /// What a replicate multiplies each PSU's weights by.
    fn psu_factors(&self, replicate: usize) -> Vec<f64> {
        match &self.factors {
            Factors::Jackknife(left_out) => {
                let psu = left_out[replicate] as usize;
                let stratum = self.strata.of_psu[psu];
                let stand_in = self.strata.spread(stratum);
                let mut factors: Vec<f64> = self
                    .strata
                    .of_psu
                    .iter()
                    .map(|&other| if other == stratum { stand_in } else { 1.0 })
                    .collect();
                factors[psu] = 0.0;
                factors
            }
            Factors::Drawn(factors) => {
                let psus = self.strata.of_psu.len();
                factors[replicate * psus..][..psus].to_vec()
            }
        }
    }
}
