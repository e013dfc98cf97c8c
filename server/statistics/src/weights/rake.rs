//! Rakes weights to the totals of several margins.

use super::adjustment::{AdjustedWeights, Adjustment};
use super::cells::{Cells, Crossing};
use super::sum::{check_weights, group_sums};
use super::{Margin, WeightError, check_one_population};
use crate::Labels;

/// A margin and its variables in the sample, in the order of the margin.
#[derive(Debug, Clone, Copy)]
pub struct SampleMargin<'a> {
    /// Totals of the population.
    pub margin: &'a Margin,
    /// For each variable of the margin one entry for each row.
    pub variables: &'a [Labels],
}

/// When raking stops.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Raking {
    /// The largest difference to any margin total, as a share of that total. Grand totals of two
    /// margins that differ by more are contradictory: no weights could meet both.
    pub tolerance: f64,
    /// The most often that all margins are fitted in turn.
    pub max_iterations: u32,
    /// How often an influence has the means within all margins taken out in turn. R does it 10
    /// times; margins that are strongly associated need more until nothing is left (4·10⁻⁸
    /// of the standard error in `tests/fixtures/r/weights.csv`).
    pub sweeps: u32,
}

impl Default for Raking {
    fn default() -> Self {
        Self { tolerance: 1e-12, max_iterations: 1000, sweeps: 10 }
    }
}

/// Scales weights to all margins in turn until they meet every one: iterative proportional fitting
/// (Deming & Stephan 1940), R's `rake`.
///
/// The adjustment subtracts from an influence its mean within the categories of each margin in
/// turn. As in R these means are *not* weighted (each row of positive weight counts once), other
/// than in [`post_stratify`](super::post_stratify); with one margin and unequal weights the two
/// therefore give equal weights and slightly different standard errors.
///
/// # Errors
/// [`WeightError::ContradictoryMargins`] before any iteration, [`WeightError::NoConvergence`], and
/// those of [`post_stratify`](super::post_stratify) for each margin.
pub fn rake(
    weights: &[f64],
    margins: &[SampleMargin<'_>],
    raking: Raking,
) -> Result<AdjustedWeights, WeightError> {
    check_weights(weights)?;
    let populations: Vec<&Margin> = margins.iter().map(|of| of.margin).collect();
    check_one_population(&populations, raking.tolerance)?;
    let margins: Vec<Cells<'_>> = margins
        .iter()
        .map(|SampleMargin { margin, variables }| Cells::of(margin, variables, weights.len()))
        .collect::<Result<_, _>>()?;
    for cells in &margins {
        cells.filled_sums(weights)?;
    }

    let table = Table::of(weights, &margins);
    let factors = table.fit(&margins, raking)?;
    let new: Vec<f64> =
        table.of_row.iter().zip(weights).map(|(c, weight)| weight * factors[*c as usize]).collect();
    let Table { of_row, cells, .. } = table;
    let adjustment = Adjustment::raked(of_row, cells, &new, raking.sweeps);
    Ok(AdjustedWeights { weights: new, adjustment })
}

/// Rows that are in the same cell of every margin always get the same factor, so that fitting runs
/// over the combinations of cells that occur instead of over rows.
struct Table {
    of_row: Vec<u32>,
    /// For each margin the cell of each combination.
    cells: Vec<Vec<u32>>,
    /// The sum of weights of each combination.
    weights: Vec<f64>,
}

impl Table {
    fn of(weights: &[f64], margins: &[Cells<'_>]) -> Self {
        let Crossing { of_row, first_rows } =
            Crossing::of(weights.len(), margins.iter().map(|cells| cells.of_row.as_slice()));
        let cells = margins
            .iter()
            .map(|margin| first_rows.iter().map(|row| margin.of_row[*row]).collect())
            .collect();
        let weights = group_sums(first_rows.len(), &of_row, weights.iter().copied());
        Self { of_row, cells, weights }
    }

    /// The factor of each combination.
    fn fit(&self, margins: &[Cells<'_>], raking: Raking) -> Result<Vec<f64>, WeightError> {
        let mut scales: Vec<Vec<f64>> =
            margins.iter().map(|cells| vec![1.0; cells.margin.cells().len()]).collect();
        let mut iterations = 0;
        loop {
            let Some((gap, place, cell)) = self.largest_gap(margins, &scales) else {
                return Ok(self.factors(&scales));
            };
            if gap <= raking.tolerance {
                return Ok(self.factors(&scales));
            }
            if iterations == raking.max_iterations {
                let margin = margins[place].margin;
                let (margin, cell) = (margin.name().to_owned(), margin.describe_cell(cell));
                return Err(WeightError::NoConvergence { iterations, margin, cell, gap });
            }
            for (place, cells) in margins.iter().enumerate() {
                let sums = self.sums(place, cells, &scales);
                for ((scale, sum), cell) in
                    scales[place].iter_mut().zip(sums).zip(cells.margin.cells())
                {
                    if cell.total > 0.0 {
                        *scale *= cell.total / sum;
                    }
                }
            }
            iterations += 1;
        }
    }

    /// The largest relative difference to a total, with its margin and cell.
    fn largest_gap(
        &self,
        margins: &[Cells<'_>],
        scales: &[Vec<f64>],
    ) -> Option<(f64, usize, usize)> {
        let gaps = margins.iter().enumerate().flat_map(|(place, cells)| {
            let sums = self.sums(place, cells, scales);
            let gap = move |(cell, sum): (usize, f64)| {
                let total = cells.margin.cells()[cell].total;
                (total > 0.0).then(|| ((sum - total).abs() / total, place, cell))
            };
            sums.into_iter().enumerate().filter_map(gap)
        });
        gaps.max_by(|a, b| a.0.total_cmp(&b.0))
    }

    fn sums(&self, place: usize, cells: &Cells<'_>, scales: &[Vec<f64>]) -> Vec<f64> {
        let factors = self.factors(scales);
        let fitted = self.weights.iter().zip(factors).map(|(weight, factor)| weight * factor);
        group_sums(cells.margin.cells().len(), &self.cells[place], fitted)
    }

    /// Always multiplied anew from the scales of cells: rounding does not pile up over iterations.
    fn factors(&self, scales: &[Vec<f64>]) -> Vec<f64> {
        let mut factors = vec![1.0; self.weights.len()];
        for (cells, scales) in self.cells.iter().zip(scales) {
            for (factor, cell) in factors.iter_mut().zip(cells) {
                *factor *= scales[*cell as usize];
            }
        }
        factors
    }
}
