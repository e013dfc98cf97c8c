//! Linearises statistics: the influence of each row, from which variances follow.

use std::sync::Arc;

use super::{Domain, Estimate, EstimateError};
use crate::design::{Design, DesignError, id};

/// A statistic with its influences, from which its variance and its covariance with others follow.
///
/// The influence of a row is the derivative of the statistic by the row's weight (Särndal,
/// Swensson & Wretman 1992, chapter 5.5); rows outside the domain have none. It belongs to the
/// design, with the weights, for which it was made.
#[derive(Debug, Clone, PartialEq)]
pub struct Linearisation {
    value: f64,
    /// Rows with and without a value, ascending.
    domain: Arc<[u32]>,
    /// Rows with a value, ascending.
    rows: Arc<[u32]>,
    /// Along `rows`.
    influences: Vec<f64>,
}

impl Linearisation {
    /// A mean; see [`mean`](super::mean).
    pub fn mean(design: &Design, y: &[f64], domain: &Domain) -> Result<Self, EstimateError> {
        let rows = domain.rows_with(design, &[("values", y)])?;
        let weights = design.weights();
        let population = sum(&rows, |row| weights[row]);
        if population == 0.0 {
            return Err(EstimateError::ZeroDenominator { n: count(&rows) });
        }
        // Counted from one of the values, so that equal values have that mean and no variance.
        let origin = y[rows[0] as usize];
        let value = origin + sum(&rows, |row| weights[row] * (y[row] - origin)) / population;
        Self::new((value, domain), rows.into(), |row| (y[row] - value) / population)
    }

    /// A total; see [`total`](super::total).
    pub fn total(design: &Design, y: &[f64], domain: &Domain) -> Result<Self, EstimateError> {
        let rows = domain.rows_with(design, &[("values", y)])?;
        let weights = design.weights();
        let value = sum(&rows, |row| weights[row] * y[row]);
        Self::new((value, domain), rows.into(), |row| y[row])
    }

    /// A ratio of totals; see [`ratio`](super::ratio).
    pub fn ratio(
        design: &Design,
        numerator: &[f64],
        denominator: &[f64],
        domain: &Domain,
    ) -> Result<Self, EstimateError> {
        let columns = [("numerator", numerator), ("denominator", denominator)];
        let rows = domain.rows_with(design, &columns)?;
        let weights = design.weights();
        let below = sum(&rows, |row| weights[row] * denominator[row]);
        // What is left of terms that cancel depends on their order.
        let size = sum(&rows, |row| (weights[row] * denominator[row]).abs());
        if below.abs() <= 1e-12 * size {
            return Err(EstimateError::ZeroDenominator { n: count(&rows) });
        }
        let value = sum(&rows, |row| weights[row] * numerator[row]) / below;
        Self::new((value, domain), rows.into(), |row| {
            (numerator[row] - value * denominator[row]) / below
        })
    }

    /// The shares of all levels of a categorical variable, one after the other, because each is as large as
    /// the sample; see [`shares`](super::shares).
    pub fn shares<'a>(
        design: &'a Design,
        codes: &'a [Option<u32>],
        levels: usize,
        domain: &'a Domain,
    ) -> Result<impl Iterator<Item = Result<Self, EstimateError>> + 'a, EstimateError> {
        let rows: Arc<[u32]> = domain.rows_with_code(design, codes, levels)?.into();
        let weights = design.weights();
        let population = sum(&rows, |row| weights[row]);
        if population == 0.0 {
            return Err(EstimateError::ZeroDenominator { n: count(&rows) });
        }
        Ok((0..id(levels)).map(move |level| {
            let is_level = |row: usize| f64::from(u8::from(codes[row] == Some(level)));
            let value = sum(&rows, |row| weights[row] * is_level(row)) / population;
            Self::new((value, domain), Arc::clone(&rows), |row| {
                (is_level(row) - value) / population
            })
        }))
    }

    /// A smooth function of statistics of one design, by its value and its gradient: the delta
    /// method (Särndal, Swensson & Wretman 1992, chapter 5.5). For a/b the gradient is
    /// 1/b for a and −a/b² for b. Equals R survey's `svycontrast`.
    pub fn combine(value: f64, gradient: &[(f64, &Self)]) -> Self {
        let mut terms: Vec<(u32, f64)> = Vec::new();
        for (slope, statistic) in gradient {
            let influences = statistic.influences.iter().map(|influence| slope * influence);
            terms.extend(statistic.rows.iter().copied().zip(influences));
        }
        terms.sort_by_key(|(row, _)| *row);
        let mut rows: Vec<u32> = Vec::with_capacity(terms.len());
        let mut influences: Vec<f64> = Vec::with_capacity(terms.len());
        for (row, influence) in terms {
            match influences.last_mut() {
                Some(last) if rows.last() == Some(&row) => *last += influence,
                Some(_) | None => {
                    rows.push(row);
                    influences.push(influence);
                }
            }
        }
        let domain = union(gradient.iter().map(|(_, statistic)| &statistic.domain));
        Self { value, domain, rows: rows.into(), influences }
    }

    /// The statistic.
    pub fn value(&self) -> f64 {
        self.value
    }

    /// The number of rows behind it.
    pub fn n(&self) -> u64 {
        count(&self.rows)
    }

    /// The rows behind it, ascending.
    pub fn rows(&self) -> &[u32] {
        &self.rows
    }

    /// Degrees of freedom of the design in the domain, whether or not its rows have a value, as R
    /// survey's `degf(subset(design, …))` has it.
    pub fn degrees_of_freedom(&self, design: &Design) -> u64 {
        design.degrees_of_freedom_at(self.domain.iter().copied())
    }

    /// The variance of the statistic; see [`Design::covariance`].
    pub fn variance(&self, design: &Design) -> Result<f64, DesignError> {
        let matrix = design.covariance_at(&self.rows, vec![self.influences.clone()])?;
        Ok(matrix[0])
    }

    /// The statistic with its standard error, degrees of freedom and design effect.
    pub fn estimate(&self, design: &Design) -> Result<Estimate, EstimateError> {
        let variance = self.variance(design)?;
        if !self.value.is_finite() {
            return Err(EstimateError::Overflow);
        }
        Ok(Estimate {
            value: self.value,
            se: variance.sqrt(),
            df: self.degrees_of_freedom(design),
            deff: self.simple_random_variance(design).map(|simple| variance / simple),
            n: self.n(),
        })
    }

    fn new(
        (value, domain): (f64, &Domain),
        rows: Arc<[u32]>,
        influence: impl Fn(usize) -> f64,
    ) -> Result<Self, EstimateError> {
        let influences: Vec<f64> = rows.iter().map(|&row| influence(row as usize)).collect();
        if value.is_finite() && influences.iter().all(|influence| influence.is_finite()) {
            Ok(Self { value, domain: domain.shared_rows(), rows, influences })
        } else {
            Err(EstimateError::Overflow)
        }
    }

    /// The variance that simple random sampling of as many rows without replacement would give:
    /// N² · (1−n/N) · S²/n of the influences, where the weights sum to N and S² is their weighted
    /// variance times n/(n−1) (R survey's `svyvar`). For a mean this is (N−n)/(N·n) times the
    /// variance of the values, as R has it.
    fn simple_random_variance(&self, design: &Design) -> Option<f64> {
        let weights = design.weights();
        let weighted = || {
            self.influences
                .iter()
                .zip(self.rows.iter())
                .map(|(influence, &row)| (weights[row as usize], influence))
        };
        let n = f64::from(id(self.rows.len()));
        let population: f64 = weighted().map(|(weight, _)| weight).sum();
        if n < 2.0 || population < n {
            return None;
        }
        let mean =
            weighted().map(|(weight, influence)| weight * influence).sum::<f64>() / population;
        let squares: f64 =
            weighted().map(|(weight, influence)| weight * (influence - mean).powi(2)).sum();
        let variance = squares / population * n / (n - 1.0);
        let simple = population * (population - n) / n * variance;
        (simple > 0.0 && simple.is_finite()).then_some(simple)
    }
}

/// The covariance matrix of statistics of one design, row by row.
pub fn covariance(
    design: &Design,
    statistics: &[&Linearisation],
) -> Result<Vec<Vec<f64>>, DesignError> {
    if statistics.is_empty() {
        return Ok(Vec::new());
    }
    let rows = union(statistics.iter().map(|statistic| &statistic.rows));
    let spread = |statistic: &&Linearisation| {
        let mut own = statistic.rows.iter().zip(&statistic.influences).peekable();
        let at = |row: &u32| own.next_if(|(own, _)| *own == row).map_or(0.0, |(_, &value)| value);
        rows.iter().map(at).collect::<Vec<f64>>()
    };
    let matrix = design.covariance_at(&rows, statistics.iter().map(spread).collect())?;
    Ok(matrix.chunks_exact(statistics.len()).map(<[f64]>::to_vec).collect())
}

/// All rows of some lists, ascending.
fn union<'a>(mut lists: impl Iterator<Item = &'a Arc<[u32]>> + Clone) -> Arc<[u32]> {
    let mut others = lists.clone().skip(1);
    match lists.next() {
        None => Arc::default(),
        Some(first) if others.all(|other| Arc::ptr_eq(first, other)) => Arc::clone(first),
        Some(first) => {
            let mut rows: Vec<u32> = lists.flat_map(|list| list.iter().copied()).collect();
            rows.extend(first.iter());
            rows.sort_unstable();
            rows.dedup();
            rows.into()
        }
    }
}

fn sum(rows: &[u32], value: impl Fn(usize) -> f64) -> f64 {
    rows.iter().map(|&row| value(row as usize)).sum()
}

/// How many rows there are.
fn count(rows: &[u32]) -> u64 {
    u64::from(id(rows.len()))
}
