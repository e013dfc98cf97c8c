//! Checks the scores of groups and their covariance matrix.

use super::distributions::t_two_sided_p;
use super::error::{CompareError, check_length, check_not_infinite};

/// Rounding that is forgiven when a matrix should be symmetric and correlations at most 1.
const ROUNDING: f64 = 1e-9;
/// Below this share of the two variances, the variance of a difference is only rounding.
const DEGENERATE: f64 = 1e-12;

/// Scores of groups that have passed the checks of [`Groups::new`].
#[derive(Debug, Clone, PartialEq)]
pub struct Groups {
    scores: Scores,
}

/// Scores of `k` groups with what is known of their precision, in the order of the groups.
#[derive(Debug, Clone, PartialEq)]
pub struct Scores {
    /// `k` scores in any unit; NaN where a group has none.
    pub values: Vec<f64>,
    /// `k` rows of `k` covariances of the scores as estimators (squared standard errors on the
    /// diagonal); NaN on the diagonal where a group has no standard error.
    pub covariance: Vec<Vec<f64>>,
    /// `k` degrees of freedom of the variances; 0 where nothing is known.
    pub df: Vec<u64>,
}

/// The difference of two estimates, and what chance alone would make of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Difference {
    /// The difference, in the unit of the scores.
    pub value: f64,
    /// Its standard error, greater than 0.
    pub se: f64,
    /// Degrees of freedom of the standard error.
    pub df: f64,
    /// Two-sided p-value of Student's t test of no difference, for this comparison by itself.
    pub p: f64,
    /// The p-value adjusted for the number of comparisons.
    pub adjusted_p: f64,
}

/// A score by itself.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    pub(super) value: f64,
    pub(super) variance: f64,
    pub(super) df: f64,
}

impl Groups {
    /// Checks scores.
    ///
    /// A group is *estimable* if it has a score, a variance greater than 0 and a degree of freedom.
    /// A variance of 0 counts as missing: it comes from answers that are all alike, and says
    /// nothing of the next answer.
    ///
    /// # Errors
    /// Lengths that differ, infinite scores, negative or infinite variances, a matrix that is not
    /// symmetric, a covariance of two estimable groups that is missing or beyond their variances.
    pub fn new(scores: Scores) -> Result<Self, CompareError> {
        let groups = scores.values.len();
        check_length("covariance matrix", scores.covariance.len(), groups)?;
        check_length("degrees of freedom", scores.df.len(), groups)?;
        check_not_infinite("score", &scores.values)?;
        for (row, covariances) in scores.covariance.iter().enumerate() {
            if covariances.len() != groups {
                return Err(CompareError::NotSquare {
                    row,
                    found: covariances.len(),
                    expected: groups,
                });
            }
            let value = covariances[row];
            if !is_variance(value) {
                let range = "0 or more, or NaN";
                return Err(CompareError::OutOfRange {
                    what: "variance",
                    group: row,
                    value,
                    range,
                });
            }
        }
        let checked = Self { scores };
        for first in 0..groups {
            for second in 0..first {
                checked.check_pair(first, second)?;
            }
        }
        Ok(checked)
    }

    /// The number of groups.
    pub fn len(&self) -> usize {
        self.scores.values.len()
    }

    /// Whether there are no groups.
    pub fn is_empty(&self) -> bool {
        self.scores.values.is_empty()
    }

    /// The scores as they were given.
    pub fn scores(&self) -> &Scores {
        &self.scores
    }

    /// The score of a group, if it is estimable.
    pub(super) fn estimable(&self, group: usize) -> Option<Score> {
        let Scores { values, covariance, df } = &self.scores;
        estimable(values[group], covariance[group][group], df[group])
    }

    pub(super) fn covariance(&self, first: usize, second: usize) -> f64 {
        self.scores.covariance[first][second]
    }

    fn check_pair(&self, first: usize, second: usize) -> Result<(), CompareError> {
        let (Some(one), Some(other)) = (self.estimable(first), self.estimable(second)) else {
            return Ok(());
        };
        let value = self.covariance(first, second);
        if !is_covariance(value, one.variance, other.variance) {
            return Err(CompareError::Covariance { first, second, value });
        }
        let scale = (one.variance * other.variance).sqrt();
        if (value - self.covariance(second, first)).abs() <= ROUNDING * scale {
            Ok(())
        } else {
            Err(CompareError::NotSymmetric { row: first, column: second })
        }
    }
}

impl Score {
    /// The variance of this score minus another, unless the two are as good as the same estimator.
    pub(super) fn difference_variance(self, other: Self, covariance: f64) -> Option<f64> {
        let sum = self.variance + other.variance;
        let variance = sum - 2.0 * covariance;
        (variance > DEGENERATE * sum).then_some(variance)
    }

    /// This score minus another, not yet adjusted.
    ///
    /// The degrees of freedom are the smaller of the two, the cautious choice where the two are
    /// correlated: the variance of the difference is not known better than its worst part.
    pub(super) fn minus(self, other: Self, covariance: f64) -> Option<Difference> {
        let variance = self.difference_variance(other, covariance)?;
        Some(Difference::of(self.value - other.value, variance, self.df.min(other.df)))
    }
}

impl Difference {
    /// A difference with its test, adjusted for a single comparison.
    pub(super) fn of(value: f64, variance: f64, df: f64) -> Self {
        let se = variance.sqrt();
        let p = t_two_sided_p(value / se, df);
        Self { value, se, df, p, adjusted_p: p }
    }
}

pub(super) fn estimable(value: f64, variance: f64, df: u64) -> Option<Score> {
    (value.is_finite() && variance > 0.0 && df > 0).then(|| Score {
        value,
        variance,
        df: as_float(df),
    })
}

pub(super) fn is_variance(value: f64) -> bool {
    value.is_nan() || (value >= 0.0 && value.is_finite())
}

/// Checks the covariance of a group with something outside the matrix.
pub(super) fn check_covariance(
    (what, group): (&'static str, usize),
    value: f64,
    (one, other): (Score, Score),
) -> Result<(), CompareError> {
    if is_covariance(value, one.variance, other.variance) {
        Ok(())
    } else {
        let range = "a covariance beside the two variances";
        Err(CompareError::OutOfRange { what, group, value, range })
    }
}

/// Cauchy–Schwarz: no covariance exceeds the product of the standard errors. NaN is none either.
fn is_covariance(value: f64, one: f64, other: f64) -> bool {
    value.abs() <= (one * other).sqrt() * (1.0 + ROUNDING)
}

/// Writes the adjusted p-values into those differences that exist.
pub(super) fn adjust_present<'a>(
    differences: impl Iterator<Item = &'a mut Difference>,
    adjust: impl Fn(&[f64]) -> Result<Vec<f64>, CompareError>,
) -> Result<(), CompareError> {
    let present: Vec<&mut Difference> = differences.collect();
    let raw: Vec<f64> = present.iter().map(|difference| difference.p).collect();
    for (difference, adjusted) in present.into_iter().zip(adjust(&raw)?) {
        difference.adjusted_p = adjusted;
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "degrees of freedom and counts stay below 2⁵³")]
pub(super) fn as_float(count: u64) -> f64 {
    count as f64
}
