//! Makes bootstrap replicates.

use rand::{Rng, RngExt};

use super::{Factors, Psus, ReplicateError, ReplicateWeights, Strata};

impl ReplicateWeights {
    /// The rescaling bootstrap of PSUs (Rao & Wu 1988): R's
    /// `as.svrepdesign(design, type = "subbootstrap")`.
    ///
    /// Each replicate draws, in each stratum of n PSUs, n − 1 of them with replacement, and
    /// multiplies each by n / (n − 1) times how often it was drawn. The scale is
    /// 1 / (replicates − 1). Finite populations do not enter, as in R: the variance is that of
    /// drawing with replacement. The degrees of freedom are those of the design, PSUs minus strata,
    /// or replicates − 1 where these are fewer; R takes the rank of the weights, which is the same
    /// unless replicates coincide.
    ///
    /// The same seed gives the same replicates. Memory is PSUs × replicates numbers.
    ///
    /// # Errors
    ///
    /// [`ReplicateError::LonelyPsu`] names a stratum with one PSU.
    pub fn bootstrap(
        psus: Psus,
        replicates: usize,
        rng: &mut impl Rng,
    ) -> Result<Self, ReplicateError> {
        if replicates < 2 {
            return Err(ReplicateError::TooFewReplicates(replicates));
        }
        let (strata, psu_of_row) = Strata::of(psus)?;
        strata.forbid_lonely(|_| true)?;
        let members = members(&strata);
        let n_psus = strata.of_psu.len();
        let mut factors = vec![0.0; n_psus * replicates];
        for replicate in factors.chunks_exact_mut(n_psus) {
            for (stratum, members) in (0_u32..).zip(&members) {
                let size = strata.size(stratum);
                for _ in 1..size {
                    let drawn = members[rng.random_range(0..size) as usize];
                    replicate[drawn] += strata.spread(stratum);
                }
            }
        }
        let drawn = u32::try_from(replicates - 1).unwrap_or(u32::MAX);
        Ok(Self {
            rscales: vec![1.0; replicates],
            scale: 1.0 / f64::from(drawn),
            df: strata.degrees_of_freedom(|_| true).min(u64::from(drawn)),
            factors: Factors::Drawn(factors),
            strata,
            psu_of_row,
        })
    }
}

/// For each stratum its PSUs.
fn members(strata: &Strata) -> Vec<Vec<usize>> {
    let mut members = vec![Vec::new(); strata.len()];
    for (psu, &stratum) in strata.of_psu.iter().enumerate() {
        members[stratum as usize].push(psu);
    }
    members
}
