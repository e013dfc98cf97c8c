//! Carries an adjustment of weights over to variances.

use std::sync::Arc;

use super::basis::Basis;
use super::cells::Cells;
use super::sum::group_sums;

/// Weights after a step, with what the step does to variances.
#[derive(Debug, Clone)]
pub struct AdjustedWeights {
    /// One for each row.
    pub weights: Vec<f64>,
    /// For `Design::adjusted`.
    pub adjustment: Adjustment,
}

/// What an adjustment of weights does to variances: the part of an influence that the known
/// population totals explain has none.
///
/// The residual technique (Deville & Särndal 1992; Särndal, Swensson & Wretman 1992, chapter 6), in
/// the form of R's `svyrecvar`. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Adjustment {
    kind: Arc<Kind>,
}

#[derive(Debug)]
enum Kind {
    Unprojected,
    PostStratification(PostStratification),
    Raking(RakingFit),
    Calibration(Calibration),
}

/// Means within cells are weighted by the weights before the adjustment.
#[derive(Debug)]
struct PostStratification {
    of_row: Vec<u32>,
    before: Vec<f64>,
    after: Vec<f64>,
    /// The sum of weights before the adjustment in each cell.
    sums: Vec<f64>,
}

/// Means within cells are unweighted.
#[derive(Debug)]
struct RakingFit {
    /// The combination of cells that each row is in.
    of_row: Vec<u32>,
    /// For each margin the cell of each combination.
    cells: Vec<Vec<u32>>,
    after: Vec<f64>,
    /// Rows of positive weight in each combination.
    counts: Vec<f64>,
    sweeps: u32,
}

/// Residuals of the regression on the auxiliary variables, weighted by the weights before.
#[derive(Debug)]
struct Calibration {
    basis: Basis,
    /// The weight after, over the square root of the weight before.
    scale: Vec<f64>,
}

impl Adjustment {
    /// Replaces weighted influences (weight × influence, one per row of the whole design) by their
    /// residuals. Weights are those after the last adjustment.
    ///
    /// R projects adjustments in the order in which they were made, and numbers equal R's if this
    /// is done so. Totals that the *last* of several adjustments meets then keep a standard error,
    /// though they cannot vary: residuals of the last one should be taken first. Known totals that
    /// are to have none belong in one calibration.
    pub fn project(&self, weighted: &mut [f64]) {
        match &*self.kind {
            Kind::Unprojected => {}
            Kind::PostStratification(post_stratified) => post_stratified.project(weighted),
            Kind::Raking(raked) => raked.project(weighted),
            Kind::Calibration(calibrated) => calibrated.project(weighted),
        }
    }

    /// Of a step after which influences stay what they are.
    pub(super) fn unprojected() -> Self {
        Self { kind: Arc::new(Kind::Unprojected) }
    }

    pub(super) fn post_stratified(cells: &Cells<'_>, before: &[f64], after: &[f64]) -> Self {
        let of_row = cells.of_row.clone();
        let sums = group_sums(cells.margin.cells().len(), &of_row, before.iter().copied());
        let (before, after) = (before.to_vec(), after.to_vec());
        let kind = Kind::PostStratification(PostStratification { of_row, before, after, sums });
        Self { kind: Arc::new(kind) }
    }

    pub(super) fn raked(
        of_row: Vec<u32>,
        cells: Vec<Vec<u32>>,
        after: &[f64],
        sweeps: u32,
    ) -> Self {
        let combinations = of_row.iter().max().map_or(0, |last| *last as usize + 1);
        let present = after.iter().map(|weight| if *weight > 0.0 { 1.0 } else { 0.0 });
        let counts = group_sums(combinations, &of_row, present);
        let after = after.to_vec();
        Self { kind: Arc::new(Kind::Raking(RakingFit { of_row, cells, after, counts, sweeps })) }
    }

    /// `basis` spans the auxiliary variables times the square root of the weights before.
    pub(super) fn calibrated(basis: Basis, before: &[f64], after: &[f64]) -> Self {
        let scale = after.iter().zip(before).map(|(after, before)| over(*after, before.sqrt()));
        let scale = scale.collect();
        Self { kind: Arc::new(Kind::Calibration(Calibration { basis, scale })) }
    }
}

impl PostStratification {
    fn project(&self, weighted: &mut [f64]) {
        let Self { of_row, before, after, sums } = self;
        let at_before = weighted
            .iter()
            .zip(before)
            .zip(after)
            .map(|((weighted, before), after)| over(weighted * before, *after));
        let mut means = group_sums(sums.len(), of_row, at_before);
        means.iter_mut().zip(sums).for_each(|(mean, sum)| *mean = over(*mean, *sum));
        for ((weighted, cell), after) in weighted.iter_mut().zip(of_row).zip(after) {
            *weighted -= means[*cell as usize] * after;
        }
    }
}

impl RakingFit {
    fn project(&self, weighted: &mut [f64]) {
        let Self { of_row, cells, after, counts, sweeps } = self;
        let influences =
            weighted.iter().zip(after).map(|(weighted, after)| over(*weighted, *after));
        // What a sweep takes out is the same for all rows of a combination, so that sums of
        // combinations are all that it needs.
        let mut left = group_sums(counts.len(), of_row, influences);
        let mut taken = vec![0.0; counts.len()];
        let sizes: Vec<Vec<f64>> = cells.iter().map(|of| totals(of, counts)).collect();
        for _ in 0..*sweeps {
            for (of_combination, sizes) in cells.iter().zip(&sizes) {
                let mut means = totals(of_combination, &left);
                means.iter_mut().zip(sizes).for_each(|(mean, size)| *mean = over(*mean, *size));
                for (combination, cell) in of_combination.iter().enumerate() {
                    let mean = means[*cell as usize];
                    taken[combination] += mean;
                    left[combination] -= counts[combination] * mean;
                }
            }
        }
        for ((weighted, combination), after) in weighted.iter_mut().zip(of_row).zip(after) {
            *weighted -= taken[*combination as usize] * after;
        }
    }
}

impl Calibration {
    fn project(&self, weighted: &mut [f64]) {
        for (weighted, scale) in weighted.iter_mut().zip(&self.scale) {
            *weighted = over(*weighted, *scale);
        }
        self.basis.remove_from(weighted);
        for (weighted, scale) in weighted.iter_mut().zip(&self.scale) {
            *weighted *= scale;
        }
    }
}

/// The quotient, and 0 for rows of weight 0, which are outside the sample.
fn over(value: f64, divisor: f64) -> f64 {
    if divisor == 0.0 { 0.0 } else { value / divisor }
}

fn totals(cell_of: &[u32], values: &[f64]) -> Vec<f64> {
    let cells = cell_of.iter().max().map_or(0, |last| *last as usize + 1);
    group_sums(cells, cell_of, values.iter().copied())
}
