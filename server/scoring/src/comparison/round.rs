//! How numbers are printed.

use survey_defs::method::Rounding;

/// Rounds what is printed, each number once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Printed(pub(super) Rounding);

impl Printed {
    /// A score, a difference of scores, or a standard error. Never −0.
    pub(super) fn points(self, value: f64) -> f64 {
        self.0.round(value) + 0.0
    }
}

/// A p-value as it is printed.
pub(super) fn p_value(value: f64) -> f64 {
    Rounding { decimals: 4 }.round(value)
}
