//! Estimates quantiles, with intervals by Woodruff's method.

use super::{Domain, EstimateError, Linearisation};
use crate::design::Design;
use crate::distribution::student_t_quantile;

/// Cumulative weights within this share of the total of each other are equal: sums of the same
/// weights in another order differ in the last digits and must not move a quantile.
const SAME_PROBABILITY: f64 = 1e-11;

/// A quantile with its 95% interval by Woodruff's method.
#[derive(Debug, Clone, PartialEq)]
pub struct Quantile {
    /// The smallest value up to which at least the asked share of the weights lies.
    pub value: f64,
    /// The length of the interval over twice the t quantile; none where a limit is missing.
    pub se: Option<f64>,
    /// The lower limit; none where the interval of the share starts below 0, so that the sample
    /// does not bound the quantile, or where there are no degrees of freedom.
    pub ci_low: Option<f64>,
    /// The upper limit; none where the interval of the share ends above 1, or where there are no
    /// degrees of freedom.
    pub ci_high: Option<f64>,
    /// Degrees of freedom of the design among the rows behind it, as in R.
    pub df: u64,
    /// Rows behind it.
    pub n: u64,
}

/// The quantile of the selected rows with a value at a probability from 0 to 1; 0.5 is the median.
///
/// The inverse of the weighted distribution function, with the interval of Woodruff (1952): the t
/// interval of the share of rows up to the quantile, turned into values by the same inverse. Equals
/// R's `svyquantile(~y, subset(design, selected), probability, na.rm = TRUE)` but for two faults of
/// `survey` 4.1: below the share of the smallest value it gives the second smallest (later versions
/// do not), and where the probability falls exactly on a value it gives the next one if rounding is
/// unlucky.
pub fn quantile(
    design: &Design,
    y: &[f64],
    selected: &[bool],
    probability: f64,
) -> Result<Quantile, EstimateError> {
    if !(0.0..=1.0).contains(&probability) {
        return Err(EstimateError::Probability { probability });
    }
    let distribution = Distribution::of(design, y, &Domain::of(selected))?;
    let value = distribution.inverse(probability);
    let up_to: Vec<f64> = y.iter().map(|y| if *y <= value { 1.0 } else { 0.0 }).collect();
    let domain = Domain::of(&with_value(y, selected));
    let share = Linearisation::mean(design, &up_to, &domain)?.estimate(design)?;

    let interval = critical_value(share.df)
        .map(|t| (t, share.value - t * share.se, share.value + t * share.se));
    let ci_low =
        interval.filter(|(_, low, _)| *low >= 0.0).map(|(_, low, _)| distribution.inverse(low));
    let ci_high =
        interval.filter(|(.., high)| *high <= 1.0).map(|(.., high)| distribution.inverse(high));
    let se = match (interval, ci_low, ci_high) {
        (Some((t, ..)), Some(low), Some(high)) => Some((high - low) / (2.0 * t)),
        (Some(_) | None, _, _) => None,
    };
    Ok(Quantile { value, se, ci_low, ci_high, df: share.df, n: share.n })
}

/// Values in ascending order with the weights up to and including each.
struct Distribution {
    values: Vec<f64>,
    cumulative: Vec<f64>,
}

impl Distribution {
    fn of(design: &Design, y: &[f64], domain: &Domain) -> Result<Self, EstimateError> {
        let mut rows = domain.rows_with(design, &[("values", y)])?;
        rows.sort_by(|a, b| y[*a as usize].total_cmp(&y[*b as usize]));
        let mut total = 0.0;
        let cumulative = (rows.iter())
            .map(|&row| {
                total += design.weights()[row as usize];
                total
            })
            .collect();
        Ok(Self { values: rows.iter().map(|&row| y[row as usize]).collect(), cumulative })
    }

    fn inverse(&self, probability: f64) -> f64 {
        let total = self.cumulative[self.cumulative.len() - 1];
        let target = (probability - SAME_PROBABILITY) * total;
        let place = self.cumulative.iter().position(|&up_to| up_to >= target);
        self.values[place.unwrap_or(self.values.len() - 1)]
    }
}

fn with_value(y: &[f64], selected: &[bool]) -> Vec<bool> {
    y.iter().zip(selected).map(|(y, selected)| *selected && !y.is_nan()).collect()
}

/// The 0.975 quantile of Student's t; none for 0 degrees of freedom.
fn critical_value(df: u64) -> Option<f64> {
    let df = f64::from(u32::try_from(df).unwrap_or(u32::MAX));
    (df > 0.0).then(|| student_t_quantile(0.975, df))
}
