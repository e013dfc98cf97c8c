//! Computes Cronbach's alpha.

use super::moments::{complete_rows, covariance};

/// How well items hang together; items in the order in which they were given.
#[derive(Debug, Clone, PartialEq)]
pub struct Alpha {
    /// Cronbach's alpha of the sum of the items: k/(k − 1) · (1 − Σ variances / variance of the
    /// sum). At most 1; below 0 where items contradict each other.
    pub raw: f64,
    /// Alpha of the sum of the standardised items: k·r̄ / (1 + (k − 1)·r̄); none where that sum is
    /// constant.
    pub standardised: Option<f64>,
    /// r̄, the mean correlation of two items.
    pub mean_correlation: f64,
    /// Complete rows behind the numbers.
    pub n: u64,
    /// One entry for each item.
    pub items: Vec<ItemReliability>,
}

/// An item beside the others.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct ItemReliability {
    /// Raw alpha of the other items; none where these are one item, or their sum is constant.
    pub alpha_if_dropped: Option<f64>,
    /// Correlation of the item with the sum of the others (corrected item–total correlation); none
    /// where that sum is constant.
    pub rest_correlation: Option<f64>,
}

/// Why there is no alpha; items and rows are counted from 0.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
pub enum AlphaError {
    /// Alpha compares items with each other.
    #[error("{items} items, but alpha needs 2")]
    TooFewItems {
        /// The number of items.
        items: usize,
    },
    /// Columns differ in length.
    #[error("item {item}: {rows} rows, but item 0 has {expected}")]
    Length {
        /// The item.
        item: usize,
        /// Its rows.
        rows: usize,
        /// Those of the first item.
        expected: usize,
    },
    /// Weights are not one for each row.
    #[error("{weights} weights for {rows} rows")]
    Weights {
        /// The number of weights.
        weights: usize,
        /// The number of rows.
        rows: usize,
    },
    /// A weight is negative or no number.
    #[error("row {row}: {weight} is not a weight")]
    Weight {
        /// The row.
        row: usize,
        /// The weight.
        weight: f64,
    },
    /// An answer is infinite.
    #[error("item {item}, row {row}: the answer is infinite")]
    Infinite {
        /// The item.
        item: usize,
        /// The row.
        row: usize,
    },
    /// Rows with an answer to all items.
    #[error("{rows} complete rows, but a variance needs 2")]
    TooFewRows {
        /// The number of complete rows.
        rows: u64,
    },
    /// All answers to an item are the same.
    #[error("item {item}: all answers of complete rows are the same")]
    NoVariance {
        /// The item.
        item: usize,
    },
    /// The sum of all items is constant, because they cancel out.
    #[error("the sum of all items does not vary")]
    NoTotalVariance,
    /// The matrix is not square.
    #[error("covariance matrix, row {row}: {found} entries for {expected} items")]
    NotSquare {
        /// The row.
        row: usize,
        /// Its entries.
        found: usize,
        /// The number of items.
        expected: usize,
    },
    /// An entry is no number, or not the same as its mirror image.
    #[error(
        "covariance matrix: row {row}, column {column} is {value}, its mirror image {mirrored}"
    )]
    NotSymmetric {
        /// The row.
        row: usize,
        /// The column.
        column: usize,
        /// The entry.
        value: f64,
        /// The entry of the column's row and the row's column.
        mirrored: f64,
    },
}

/// Cronbach's alpha of columns of answers, NaN where one is missing.
///
/// Rows with a missing answer are left out, unlike in R `psych` `alpha`, which takes each pair's
/// own rows: here all numbers rest on the same `n` people, and the covariance matrix is one that
/// data can have. Items must point in the same direction; none is reversed here.
///
/// Source: Cronbach 1951, "Coefficient alpha and the internal structure of tests", Psychometrika
/// 16.
///
/// # Errors
/// Fewer than 2 items or 2 complete rows, columns of different length, an infinite answer, an item
/// without variance among complete rows.
pub fn cronbach_alpha(items: &[&[f64]]) -> Result<Alpha, AlphaError> {
    let rows = items.first().map_or(0, |item| item.len());
    weighted_cronbach_alpha(items, &vec![1.0; rows])
}

/// Cronbach's alpha from weighted covariances, as R's `cov.wt` gives them.
///
/// `weights` has one entry for each row, 0 or more, in any unit; a row of weight 0 is left out.
/// With equal weights the result is that of [`cronbach_alpha`].
///
/// # Errors
/// Those of [`cronbach_alpha`], and weights that are not one for each row, negative, or no number.
pub fn weighted_cronbach_alpha(items: &[&[f64]], weights: &[f64]) -> Result<Alpha, AlphaError> {
    let rows = complete_rows(items, weights)?;
    alpha_from_covariance(&covariance(items, &rows)?, rows.len() as u64)
}

/// Cronbach's alpha from a covariance matrix of items, for callers that accumulate moments.
///
/// `covariance` has one row and one column for each item; its unit and divisor do not matter. `n`
/// is the number of complete rows behind it.
///
/// # Errors
/// Fewer than 2 items or 2 rows, a matrix that is not square and symmetric or has an entry that is
/// no number, a variance that is not above 0, items that cancel out.
pub fn alpha_from_covariance(covariance: &[Vec<f64>], n: u64) -> Result<Alpha, AlphaError> {
    check(covariance, n)?;
    let k = count(covariance.len());
    let variances: Vec<f64> = (0..covariance.len()).map(|item| covariance[item][item]).collect();
    let trace: f64 = variances.iter().sum();
    let row_sums: Vec<f64> = covariance.iter().map(|row| row.iter().sum()).collect();
    let total: f64 = row_sums.iter().sum();
    let raw = alpha(k, trace, total).ok_or(AlphaError::NoTotalVariance)?;

    let mut correlations = 0.0;
    for (row, covariances) in covariance.iter().enumerate() {
        for (column, covariance) in covariances[..row].iter().enumerate() {
            correlations += covariance / (variances[row] * variances[column]).sqrt();
        }
    }
    let items = variances
        .iter()
        .zip(&row_sums)
        .map(|(&variance, &row_sum)| {
            let rest = total - 2.0 * row_sum + variance;
            let rest_trace = trace - variance;
            ItemReliability {
                alpha_if_dropped: if covariance.len() > 2 {
                    alpha(k - 1.0, rest_trace, rest)
                } else {
                    None
                },
                rest_correlation: varies(rest, rest_trace)
                    .then(|| ((row_sum - variance) / (variance * rest).sqrt()).clamp(-1.0, 1.0)),
            }
        })
        .collect();
    Ok(Alpha {
        raw,
        standardised: alpha(k, k, k + 2.0 * correlations),
        mean_correlation: correlations / (k * (k - 1.0) / 2.0),
        n,
        items,
    })
}

fn check(covariance: &[Vec<f64>], n: u64) -> Result<(), AlphaError> {
    let items = covariance.len();
    if items < 2 {
        return Err(AlphaError::TooFewItems { items });
    }
    if n < 2 {
        return Err(AlphaError::TooFewRows { rows: n });
    }
    for (row, entries) in covariance.iter().enumerate() {
        if entries.len() != items {
            return Err(AlphaError::NotSquare { row, found: entries.len(), expected: items });
        }
        if entries[row] <= 0.0 {
            return Err(AlphaError::NoVariance { item: row });
        }
    }
    for row in 0..items {
        for column in 0..=row {
            let (value, mirrored) = (covariance[row][column], covariance[column][row]);
            let scale = (covariance[row][row] * covariance[column][column]).sqrt();
            // Also false where an entry is NaN or infinite.
            let same = value.is_finite() && (value - mirrored).abs() <= 1e-9 * scale;
            if !same {
                return Err(AlphaError::NotSymmetric { row, column, value, mirrored });
            }
        }
    }
    Ok(())
}

fn alpha(k: f64, trace: f64, total: f64) -> Option<f64> {
    varies(total, trace).then(|| k / (k - 1.0) * (1.0 - trace / total))
}

/// Whether the variance of a sum is more than the rounding of its parts.
fn varies(total: f64, trace: f64) -> bool {
    total > 1e-12 * trace
}

#[expect(clippy::cast_precision_loss, reason = "the number of items stays below 2⁵³")]
fn count(items: usize) -> f64 {
    items as f64
}
