//! Sums of products of levels, from which alpha follows.

use statistics::reliability::{Alpha, AlphaError, alpha_from_covariance};

use crate::data::CellCode;

/// Sums over the forms that answer every statement of a factor. Whole numbers, so that they are the
/// same in whatever order and in however many parts forms are added up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Moments {
    /// The forms.
    pub(crate) n: u64,
    /// For each statement the sum of its levels.
    sums: Vec<u64>,
    /// For each statement, and each before it and itself, the sum of the products of their levels.
    products: Vec<Vec<u64>>,
}

impl Moments {
    pub(crate) fn none(statements: usize) -> Self {
        let products = (1..=statements).map(|width| vec![0; width]).collect();
        Self { n: 0, sums: vec![0; statements], products }
    }

    /// Adds rows, given as a column of cells for each statement. At most 2²⁰ of them, so that a
    /// product of two columns fits 32 bits.
    pub(crate) fn add(&mut self, columns: &[&[i8]]) {
        let rows = columns.first().map_or(0, |column| column.len());
        let mut complete = vec![1_u8; rows];
        for column in columns {
            for (complete, cell) in complete.iter_mut().zip(*column) {
                *complete &= u8::from(*cell > CellCode::NOT_APPLICABLE.0);
            }
        }
        let levels: Vec<Vec<u8>> = columns
            .iter()
            .map(|column| {
                let level = |(cell, complete): (&i8, &u8)| complete * cell.cast_unsigned();
                // A level is at most 5; a wrapped code of a missing answer is multiplied by 0.
                column.iter().zip(&complete).map(level).collect()
            })
            .collect();
        self.n += sum(&complete);
        for (one, products) in self.products.iter_mut().enumerate() {
            self.sums[one] += sum(&levels[one]);
            for (other, all) in products.iter_mut().enumerate() {
                let product = |(one, other): (&u8, &u8)| u32::from(*one) * u32::from(*other);
                let sum: u32 = levels[one].iter().zip(&levels[other]).map(product).sum();
                *all += u64::from(sum);
            }
        }
    }

    pub(crate) fn merge(&mut self, others: &Self) {
        self.n += others.n;
        for (mine, others) in self.sums.iter_mut().zip(&others.sums) {
            *mine += others;
        }
        let others = others.products.iter().flatten();
        for (mine, others) in self.products.iter_mut().flatten().zip(others) {
            *mine += others;
        }
    }

    /// Cronbach's alpha of the statements.
    pub(crate) fn alpha(&self) -> Result<Alpha, AlphaError> {
        let covariance = |one: usize, other: usize| {
            let product = self.products[one.max(other)][one.min(other)];
            let sums = i128::from(self.sums[one]) * i128::from(self.sums[other]);
            real(i128::from(self.n) * i128::from(product) - sums)
        };
        let statements = 0..self.sums.len();
        let row = |one: usize| statements.clone().map(|other| covariance(one, other)).collect();
        let covariances: Vec<Vec<f64>> = statements.clone().map(row).collect();
        alpha_from_covariance(&covariances, self.n)
    }
}

fn sum(bytes: &[u8]) -> u64 {
    u64::from(bytes.iter().map(|byte| u32::from(*byte)).sum::<u32>())
}

/// n² times a covariance; alpha does not depend on the factor.
#[expect(clippy::cast_precision_loss, reason = "the one rounding, of 16 digits")]
fn real(number: i128) -> f64 {
    number as f64
}
