//! Makes jackknife replicates.

use super::{Factors, Psus, ReplicateError, ReplicateWeights, Strata};

impl ReplicateWeights {
    /// The jackknife of an unstratified design: R's `as.svrepdesign(design, type = "JK1")`.
    ///
    /// One replicate for each PSU leaves it out and multiplies the others by n / (n − 1). The scale
    /// is (n − 1) / n, times the fraction of the population that was not drawn. n − 1 degrees of
    /// freedom, none where the whole population was drawn.
    pub fn jk1(psus: Psus) -> Result<Self, ReplicateError> {
        if psus.strata.len() > 1 {
            return Err(ReplicateError::Stratified(psus.strata.len()));
        }
        let mut jackknife = Self::jkn(psus)?;
        // As in R, the common factor is the scale; `jkn` has it in each replicate.
        jackknife.scale = jackknife.rscales.first().copied().unwrap_or(0.0);
        jackknife.rscales.fill(1.0);
        Ok(jackknife)
    }

    /// The jackknife of a stratified design: R's `as.svrepdesign(design, type = "JKn")`.
    ///
    /// One replicate for each PSU leaves it out and multiplies the others of its stratum by
    /// n / (n − 1), where n counts the stratum's PSUs. The replicate's scale is (n − 1) / n, times
    /// the fraction of the stratum's population that was not drawn. As in R a stratum that was
    /// drawn as a whole has no replicates. PSUs minus strata degrees of freedom, of the strata with
    /// replicates: the rank that R takes.
    ///
    /// # Errors
    ///
    /// [`ReplicateError::LonelyPsu`] names a stratum with one PSU that was not the whole of it.
    pub fn jkn(psus: Psus) -> Result<Self, ReplicateError> {
        let (strata, psu_of_row) = Strata::of(psus)?;
        let varies = |stratum: u32| strata.not_drawn(stratum) > 0.0;
        strata.forbid_lonely(varies)?;
        let left_out: Vec<u32> = (0_u32..)
            .zip(&strata.of_psu)
            .filter(|(_, stratum)| varies(**stratum))
            .map(|(psu, _)| psu)
            .collect();
        let rscale = |&psu: &u32| {
            let stratum = strata.of_psu[psu as usize];
            strata.not_drawn(stratum) / strata.spread(stratum)
        };
        Ok(Self {
            rscales: left_out.iter().map(rscale).collect(),
            df: strata.degrees_of_freedom(varies),
            factors: Factors::Jackknife(left_out),
            scale: 1.0,
            strata,
            psu_of_row,
        })
    }
}
