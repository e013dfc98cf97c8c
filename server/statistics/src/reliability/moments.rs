//! Computes covariances from columns of answers.

use super::AlphaError;

/// Rows with an answer to all items and a weight above 0, with that weight.
pub(super) fn complete_rows(
    items: &[&[f64]],
    weights: &[f64],
) -> Result<Vec<(usize, f64)>, AlphaError> {
    if items.len() < 2 {
        return Err(AlphaError::TooFewItems { items: items.len() });
    }
    let rows = items[0].len();
    if let Some(item) = items.iter().position(|item| item.len() != rows) {
        return Err(AlphaError::Length { item, rows: items[item].len(), expected: rows });
    }
    if weights.len() != rows {
        return Err(AlphaError::Weights { weights: weights.len(), rows });
    }
    for (item, answers) in items.iter().enumerate() {
        if let Some(row) = answers.iter().position(|answer| answer.is_infinite()) {
            return Err(AlphaError::Infinite { item, row });
        }
    }
    let mut complete = Vec::with_capacity(rows);
    for (row, &weight) in weights.iter().enumerate() {
        if !(weight >= 0.0 && weight.is_finite()) {
            return Err(AlphaError::Weight { row, weight });
        }
        if weight > 0.0 && items.iter().all(|item| !item[row].is_nan()) {
            complete.push((row, weight));
        }
    }
    if complete.len() < 2 {
        return Err(AlphaError::TooFewRows { rows: complete.len() as u64 });
    }
    Ok(complete)
}

/// Weighted covariances of items over some rows, divided by the sum of weights.
pub(super) fn covariance(
    items: &[&[f64]],
    rows: &[(usize, f64)],
) -> Result<Vec<Vec<f64>>, AlphaError> {
    let total: f64 = rows.iter().map(|(_, weight)| weight).sum();
    let mut centred = Vec::with_capacity(items.len());
    for (item, answers) in items.iter().enumerate() {
        let first = answers[rows[0].0];
        // Compared before averaging: a mean that is rounded makes a variance of equal answers.
        if rows.iter().all(|&(row, _)| answers[row].total_cmp(&first).is_eq()) {
            return Err(AlphaError::NoVariance { item });
        }
        let mean = rows.iter().map(|&(row, weight)| weight * answers[row]).sum::<f64>() / total;
        centred.push(rows.iter().map(|&(row, _)| answers[row] - mean).collect::<Vec<f64>>());
    }
    let mut covariance = vec![vec![0.0; items.len()]; items.len()];
    for one in 0..items.len() {
        for other in 0..=one {
            let products = centred[one].iter().zip(&centred[other]).zip(rows);
            let sum: f64 = products.map(|((one, other), (_, weight))| weight * one * other).sum();
            covariance[one][other] = sum / total;
            covariance[other][one] = sum / total;
        }
    }
    Ok(covariance)
}
