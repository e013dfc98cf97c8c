//! Estimates a statistic and its standard error from replicates.

use super::{ReplicateError, ReplicateWeights};

/// What the estimates of replicates are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Centre {
    /// The mean of the replicates: R's default, `mse = FALSE`.
    #[default]
    MeanOfReplicates,
    /// The estimate from the whole sample: R's `mse = TRUE`.
    FullEstimate,
}

/// A statistic and what its replicates say of its precision.
#[derive(Debug, Clone, PartialEq)]
pub struct ReplicateEstimate {
    /// The statistic of the whole sample.
    pub value: f64,
    /// Its standard error.
    pub se: f64,
    /// Degrees of freedom of the replicates.
    pub df: u64,
    /// The statistic of each replicate.
    pub replicates: Vec<f64>,
}

impl ReplicateWeights {
    /// The statistic of the whole and of every replicate: R's `withReplicates`.
    ///
    /// `weights` has one weight for each row, and `statistic` turns such weights into a number. It
    /// may do all that the whole sample's weights went through, calibration included.
    ///
    /// # Errors
    ///
    /// Those of the statistic; [`ReplicateError::NotFinite`] where it is no number in a replicate.
    /// (R leaves such replicates out, so that fewer squares are summed under the same scale.)
    pub fn estimate<E: From<ReplicateError>>(
        &self,
        weights: &[f64],
        centre: Centre,
        mut statistic: impl FnMut(&[f64]) -> Result<f64, E>,
    ) -> Result<ReplicateEstimate, E> {
        let value = statistic(weights)?;
        let mut replicates = Vec::with_capacity(self.replicates());
        let mut reweighted = Vec::with_capacity(weights.len());
        for replicate in 0..self.replicates() {
            self.weigh(replicate, weights, &mut reweighted)?;
            replicates.push(statistic(&reweighted)?);
        }
        let se = self.variance(value, &replicates, centre)?.sqrt();
        Ok(ReplicateEstimate { value, se, df: self.df, replicates })
    }

    /// The variance of a statistic from its value on the whole and on each replicate:
    /// scale × Σ rscale × (replicate − centre)²; R's `svrVar`.
    pub fn variance(
        &self,
        full: f64,
        replicate_estimates: &[f64],
        centre: Centre,
    ) -> Result<f64, ReplicateError> {
        if replicate_estimates.len() != self.replicates() {
            return Err(ReplicateError::Estimates {
                replicates: self.replicates(),
                estimates: replicate_estimates.len(),
            });
        }
        if !full.is_finite() {
            return Err(ReplicateError::NotFinite { replicate: None, value: full });
        }
        let (mut sum, mut count) = (0.0, 0.0);
        for (replicate, &value) in replicate_estimates.iter().enumerate() {
            if !value.is_finite() {
                return Err(ReplicateError::NotFinite { replicate: Some(replicate), value });
            }
            sum += value;
            count += 1.0;
        }
        let centre = match centre {
            Centre::FullEstimate => full,
            // Without replicates nothing varies, and nothing below is summed.
            Centre::MeanOfReplicates => sum / f64::max(count, 1.0),
        };
        let squares = replicate_estimates.iter().zip(&self.rscales);
        let sum: f64 = squares.map(|(value, rscale)| rscale * (value - centre).powi(2)).sum();
        Ok(self.scale * sum)
    }
}
