//! Tests small cases that can be checked by hand.

use crate::Labels;
use crate::weights::{
    Adjustment, Auxiliary, NegativeWeights, PlanStage, Redistribution, base_weights, calibrate,
    kish, post_stratify, trim,
};

use super::samples::{Sample, close, margin};

#[test]
fn base_weights_are_products_over_stages() {
    let schools = PlanStage { population: vec![12.0, 12.0, 5.0], drawn: vec![4.0, 4.0, 5.0] };
    let pupils = PlanStage { population: vec![30.0, 8.0, 7.0], drawn: vec![10.0, 8.0, 2.0] };
    let weights = base_weights(&[schools, pupils]).unwrap();
    for (found, expected) in weights.iter().zip([9.0, 3.0, 3.5]) {
        close(*found, expected, 1e-15, "base weight");
    }
    assert_eq!(weights.len(), 3);
}

#[test]
fn kish_by_hand() {
    // Weights 1, 1, 2: n Σw² / (Σw)² = 3 · 6 / 16; the row of weight 0 was not drawn.
    let found = kish(&[1.0, 0.0, 1.0, 2.0]).unwrap();
    close(found.effect, 1.125, 1e-15, "effect");
    close(found.effective_n, 16.0 / 6.0, 1e-15, "effective n");
    let equal = kish(&[1e200; 7]).unwrap();
    close(equal.effect, 1.0, 1e-15, "effect of equal weights");
    close(equal.effective_n, 7.0, 1e-15, "effective n of equal weights");
}

#[test]
fn kish_is_one_plus_the_squared_coefficient_of_variation() {
    let weights = Sample::clusters().unequal().weights;
    let n = f64::from(u32::try_from(weights.len()).unwrap());
    let mean = weights.iter().sum::<f64>() / n;
    let variance = weights.iter().map(|weight| (weight - mean).powi(2)).sum::<f64>() / n;
    let found = kish(&weights).unwrap();
    close(found.effect, 1.0 + variance / (mean * mean), 1e-12, "effect");
    assert!(found.effect > 1.02);
}

#[test]
fn trimming_by_hand() {
    let all = Redistribution::AllRows;
    for (weights, limits, expected) in [
        // Nothing outside, nothing changes.
        ([1.0, 2.0, 3.0, 4.0], (0.0, f64::INFINITY), [1.0, 2.0, 3.0, 4.0]),
        // 7 in excess lift the others by 7/3.
        ([1.0, 2.0, 3.0, 17.0], (0.0, 10.0), [10.0 / 3.0, 13.0 / 3.0, 16.0 / 3.0, 10.0]),
        // 3 in excess lift the third row over the limit, which is cut in its turn.
        ([1.0, 2.0, 9.5, 13.0], (0.0, 10.0), [2.25, 3.25, 10.0, 10.0]),
        // 1 lacking is taken from the others.
        ([1.0, 4.0, 5.0, 6.0], (2.0, 9.0), [2.0, 11.0 / 3.0, 14.0 / 3.0, 17.0 / 3.0]),
        // Nobody inside: the difference goes to those that were cut at the other limit.
        ([0.0, 0.0, 20.0, 20.0], (1.0, 12.0), [8.0, 8.0, 12.0, 12.0]),
        // The mean is a limit.
        ([2.0, 4.0, 6.0, 8.0], (5.0, 9.0), [5.0, 5.0, 5.0, 5.0]),
        // A negative weight of a calibration.
        ([-1.0, 3.0, 4.0, 5.0], (0.5, 9.0), [0.5, 2.5, 3.5, 4.5]),
    ] {
        let trimmed = trim(&weights, limits.0, limits.1, &all).unwrap().weights;
        for (found, expected) in trimmed.iter().zip(expected) {
            close(*found, expected, 1e-12, &format!("{weights:?} within {limits:?}"));
        }
    }
    let cells = Redistribution::WithinCells(Labels::of(["a", "b", "a", "b"]));
    let trimmed = trim(&[1.0, 2.0, 17.0, 4.0], 0.0, 10.0, &cells).unwrap().weights;
    for (found, expected) in trimmed.iter().zip([8.0, 2.0, 10.0, 4.0]) {
        close(*found, expected, 1e-12, "within cells");
    }
}

/// Rows of weight 0 keep it, and bring no NaN into variances.
#[test]
fn rows_of_weight_zero_are_outside() {
    let weights = [2.0, 0.0, 4.0, 0.0, 1.0];
    let labels = [Labels::of(["a", "a", "b", "b", "b"])];
    let margin = margin("cell", &[("a", 10.0), ("b", 20.0)]);
    let post_stratified = post_stratify(&weights, &labels, &margin).unwrap();
    let one = crate::weights::SampleMargin { margin: &margin, variables: &labels };
    let raked = crate::weights::rake(&weights, &[one], crate::weights::Raking::default()).unwrap();
    let indicators = Auxiliary::indicators(&labels, &margin).unwrap();
    let calibrated = calibrate(&weights, indicators, NegativeWeights::Refuse).unwrap();
    let residuals = |adjustment: &Adjustment| {
        let mut weighted = vec![5.0, 0.0, 6.0, 0.0, 7.0];
        adjustment.project(&mut weighted);
        weighted
    };
    for adjusted in [post_stratified, raked, calibrated] {
        for (found, expected) in adjusted.weights.iter().zip([10.0, 0.0, 16.0, 0.0, 4.0]) {
            close(*found, expected, 1e-12, "weight");
        }
        let residuals = residuals(&adjusted.adjustment);
        assert!(residuals.iter().all(|value| value.is_finite()), "{residuals:?}");
        assert!(residuals[1].abs() + residuals[3].abs() == 0.0, "{residuals:?}");
        assert!(residuals[0].abs() < 1e-12 && residuals[2].abs() > 1.0, "{residuals:?}");
    }
}
