//! From influences to variances.

use crate::data::Stratum;
use crate::influence::{Influences, Psu};

/// The variance of each statistic from the influences of PSUs: first-stage (“ultimate cluster”)
/// variance, Σ over strata of (1 − n/N) × n ÷ (n − 1) × Σ (z − z̄)², where n counts all PSUs of the
/// stratum in the wave and those without a contribution have z = 0.
///
/// Equals R's `svyrecvar` for one stage, with `options(survey.lonely.psu = "adjust")`: the one PSU
/// of a stratum contributes (1 − 1/N) × z², because the mean of all influences is 0.
/// Source: Särndal, Swensson & Wretman 1992, 5.5, applied to the totals of PSUs.
pub(crate) fn variances(influences: &Influences, strata: &[Stratum]) -> Vec<f64> {
    let width = influences.width;
    let mut variances = vec![0.0; width];
    let mut values = influences.values.as_slice();
    for psus in influences.psus.chunk_by(|one, next| one.stratum == next.stratum) {
        let (of_stratum, rest) = values.split_at(psus.len() * width);
        values = rest;
        let stratum = &strata[psus[0].stratum as usize];
        let (n, scale) = (f64::from(stratum.psus), scale(stratum));
        let present = real(psus.len());
        for (statistic, variance) in variances.iter_mut().enumerate() {
            let of_statistic = || of_stratum[statistic..].iter().step_by(width);
            let mean = if stratum.psus == 1 { 0.0 } else { of_statistic().sum::<f64>() / n };
            let squares: f64 = of_statistic().map(|z| (z - mean) * (z - mean)).sum();
            *variance += scale * (squares + (n - present) * mean * mean);
        }
    }
    variances
}

/// The covariance matrix, row by row, of statistics of which each has its own PSUs; see
/// [`variances`]. For each statistic the PSUs with their influences.
pub(crate) fn covariances(statistics: &[Vec<(Psu, f64)>], strata: &[Stratum]) -> Vec<Vec<f64>> {
    let mut matrix = vec![vec![0.0; statistics.len()]; statistics.len()];
    let mut all: Vec<(Psu, usize, f64)> = Vec::new();
    for (statistic, influences) in statistics.iter().enumerate() {
        all.extend(influences.iter().map(|(psu, z)| (*psu, statistic, *z)));
    }
    all.sort_unstable_by_key(|(psu, statistic, _)| (*psu, *statistic));
    for of_stratum in all.chunk_by(|one, next| one.0.stratum == next.0.stratum) {
        let stratum = &strata[of_stratum[0].0.stratum as usize];
        let (n, scale) = (f64::from(stratum.psus), scale(stratum));
        let mut sums = vec![0.0; statistics.len()];
        for of_psu in of_stratum.chunk_by(|one, next| one.0 == next.0) {
            for (_, one, z) in of_psu {
                sums[*one] += z;
                for (_, other, of_other) in of_psu {
                    matrix[*one][*other] += scale * z * of_other;
                }
            }
        }
        if stratum.psus > 1 {
            let some: Vec<usize> = (0..sums.len()).filter(|one| sums[*one].abs() > 0.0).collect();
            for one in &some {
                for other in &some {
                    matrix[*one][*other] -= scale * sums[*one] * sums[*other] / n;
                }
            }
        }
    }
    matrix
}

/// (1 − n/N) × n ÷ (n − 1), or 1 − 1/N for the only PSU of a stratum.
fn scale(stratum: &Stratum) -> f64 {
    let n = f64::from(stratum.psus);
    let unsampled = stratum.fpc.map_or(1.0, |population| 1.0 - n / population);
    if stratum.psus > 1 { unsampled * n / (n - 1.0) } else { unsampled }
}

#[expect(clippy::cast_precision_loss, reason = "a sample has fewer than 2⁵³ units")]
fn real(count: usize) -> f64 {
    count as f64
}
