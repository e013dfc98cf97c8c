//! Defines the confidence level.

use super::IntervalError;

/// A confidence level, strictly between 0 and 1.
#[derive(Debug, Clone, Copy, PartialEq, PartialOrd)]
pub struct Level(f64);

impl Level {
    /// 95 percent.
    pub const DEFAULT: Self = Self(0.95);

    /// Checks a level.
    pub fn new(level: f64) -> Result<Self, IntervalError> {
        if level > 0.0 && level < 1.0 { Ok(Self(level)) } else { Err(IntervalError::Level(level)) }
    }

    /// The level as a fraction.
    pub fn get(self) -> f64 {
        self.0
    }

    /// The probability left out on each side.
    pub(super) fn tail(self) -> f64 {
        0.5 * (1.0 - self.0)
    }
}

impl Default for Level {
    fn default() -> Self {
        Self::DEFAULT
    }
}
