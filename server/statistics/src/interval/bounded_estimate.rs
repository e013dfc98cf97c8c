//! Defines the input of intervals for bounded quantities.

use super::IntervalError;
use crate::Estimate;

/// An estimate as the intervals for bounded quantities need it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct BoundedEstimate {
    /// The estimate.
    pub value: f64,
    /// Its standard error, in the same unit.
    pub se: f64,
    /// Degrees of freedom of the design, above 0; infinite for the normal interval.
    pub df: f64,
    /// Rows behind it, at least 2.
    pub n: u64,
}

impl From<&Estimate> for BoundedEstimate {
    fn from(estimate: &Estimate) -> Self {
        Self { value: estimate.value, se: estimate.se, df: real(estimate.df), n: estimate.n }
    }
}

/// The least and the most that a mean can be, such as 0 to 100 or 20 to 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Bounds {
    low: f64,
    high: f64,
}

impl Bounds {
    /// A share: 0 to 1.
    pub const SHARE: Self = Self { low: 0.0, high: 1.0 };

    /// Checks that both are finite and `low` < `high`.
    pub fn new(low: f64, high: f64) -> Result<Self, IntervalError> {
        if low < high && low.is_finite() && high.is_finite() {
            Ok(Self { low, high })
        } else {
            Err(IntervalError::Bounds { low, high })
        }
    }

    /// The least.
    pub fn low(self) -> f64 {
        self.low
    }

    /// The most.
    pub fn high(self) -> f64 {
        self.high
    }

    /// Part of the scale, as a share of it, to a value.
    pub(super) fn value_of(self, share: f64) -> f64 {
        self.low + share * (self.high - self.low)
    }

    /// An estimate on this scale, as a share of it.
    pub(super) fn share_of(
        self,
        observed: &BoundedEstimate,
    ) -> Result<BoundedEstimate, IntervalError> {
        let range = self.high - self.low;
        let share = (observed.value - self.low) / range;
        // A weighted mean of equal values misses them by the rounding of a sum.
        let rounding = 1e-12;
        let value = if share.abs() <= rounding {
            0.0
        } else if (share - 1.0).abs() <= rounding {
            1.0
        } else if share > 0.0 && share < 1.0 {
            share
        } else {
            return Err(IntervalError::Value {
                value: observed.value,
                low: self.low,
                high: self.high,
            });
        };
        Ok(BoundedEstimate { value, se: observed.se / range, ..*observed })
    }
}

/// A count as a real number.
#[expect(clippy::cast_precision_loss, reason = "a count of rows is far below 2⁵³")]
pub(super) fn real(count: u64) -> f64 {
    count as f64
}
