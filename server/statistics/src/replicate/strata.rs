//! Checks the PSUs of each stratum.

use super::ReplicateError;
use crate::design::Psus;

/// The PSUs of each stratum, checked.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Strata {
    /// For each PSU its stratum.
    pub(super) of_psu: Vec<u32>,
    sizes: Vec<u32>,
    /// For each stratum the fraction of its population that was not drawn.
    not_drawn: Vec<f64>,
    names: Vec<String>,
}

impl Strata {
    /// The strata, and for each row its PSU.
    pub(super) fn of(psus: Psus) -> Result<(Self, Vec<u32>), ReplicateError> {
        let Psus { stratum_of_psu, psu_of_row, population_of_stratum, strata } = psus;
        if stratum_of_psu.is_empty() {
            return Err(ReplicateError::NoPsus);
        }
        let n_psus = stratum_of_psu.len();
        if let Some((row, &psu)) =
            psu_of_row.iter().enumerate().find(|(_, psu)| **psu as usize >= n_psus)
        {
            return Err(ReplicateError::UnknownPsu { row, psu, psus: n_psus });
        }
        let mut sizes = vec![0_u32; strata.len()];
        for (psu, &stratum) in stratum_of_psu.iter().enumerate() {
            *sizes.get_mut(stratum as usize).ok_or(ReplicateError::UnknownStratum {
                psu,
                stratum,
                strata: strata.len(),
            })? += 1;
        }
        let not_drawn = match population_of_stratum {
            None => vec![1.0; strata.len()],
            Some(populations) => not_drawn(&populations, &sizes, &strata)?,
        };
        Ok((Self { of_psu: stratum_of_psu, sizes, not_drawn, names: strata }, psu_of_row))
    }

    /// Strata given, with and without PSUs.
    pub(super) fn len(&self) -> usize {
        self.sizes.len()
    }

    /// PSUs in a stratum.
    pub(super) fn size(&self, stratum: u32) -> u32 {
        self.sizes[stratum as usize]
    }

    /// n / (n − 1), by which n − 1 PSUs stand for n.
    pub(super) fn spread(&self, stratum: u32) -> f64 {
        let n = f64::from(self.size(stratum));
        n / (n - 1.0)
    }

    /// The fraction of a stratum's population that was not drawn, 1 with replacement.
    pub(super) fn not_drawn(&self, stratum: u32) -> f64 {
        self.not_drawn[stratum as usize]
    }

    /// Fails on a stratum with one PSU among those selected.
    pub(super) fn forbid_lonely(
        &self,
        selected: impl Fn(u32) -> bool,
    ) -> Result<(), ReplicateError> {
        let lonely = |stratum: &&u32| self.size(**stratum) == 1 && selected(**stratum);
        match self.of_psu.iter().find(lonely) {
            None => Ok(()),
            Some(&stratum) => {
                Err(ReplicateError::LonelyPsu { stratum: self.names[stratum as usize].clone() })
            }
        }
    }

    /// PSUs minus strata, of the selected strata that have PSUs.
    pub(super) fn degrees_of_freedom(&self, selected: impl Fn(u32) -> bool) -> u64 {
        (0_u32..)
            .zip(&self.sizes)
            .filter(|(stratum, _)| selected(*stratum))
            .map(|(_, &size)| u64::from(size.saturating_sub(1)))
            .sum()
    }
}

fn not_drawn(
    populations: &[f64],
    sizes: &[u32],
    names: &[String],
) -> Result<Vec<f64>, ReplicateError> {
    if populations.len() != names.len() {
        return Err(ReplicateError::Populations {
            populations: populations.len(),
            strata: names.len(),
        });
    }
    let strata = populations.iter().zip(sizes).zip(names);
    strata
        .map(|((&population, &psus), name)| {
            let size = f64::from(psus);
            // Written so that NaN fails too.
            if !(population >= size && population > 0.0) {
                return Err(ReplicateError::Population {
                    stratum: name.clone(),
                    psus: psus as usize,
                    population,
                });
            }
            Ok(1.0 - size / population)
        })
        .collect()
}
