//! Adjusts p-values for the number of comparisons.

use super::error::CompareError;

/// Multiplies every p-value by their number, at most 1: R `p.adjust(p, "bonferroni")`.
///
/// Takes and returns one value for each test, from 0 to 1.
///
/// # Errors
/// A p-value that is missing or outside 0 to 1.
pub fn bonferroni(p: &[f64]) -> Result<Vec<f64>, CompareError> {
    check(p)?;
    let tests = count(p.len());
    Ok(p.iter().map(|p| (p * tests).min(1.0)).collect())
}

/// Holm's step-down adjustment: R `p.adjust(p, "holm")`.
///
/// Rejecting where the result is at most alpha keeps the chance of any false rejection (the
/// family-wise error rate) at alpha, whatever the dependence of the tests. Source: Holm 1979, "A
/// simple sequentially rejective multiple test procedure", Scandinavian Journal of Statistics 6.
///
/// # Errors
/// A p-value that is missing or outside 0 to 1.
pub fn holm(p: &[f64]) -> Result<Vec<f64>, CompareError> {
    check(p)?;
    let mut adjusted = vec![0.0; p.len()];
    let mut largest: f64 = 0.0;
    for (place, test) in ascending(p).into_iter().enumerate() {
        largest = largest.max(count(p.len() - place) * p[test]).min(1.0);
        adjusted[test] = largest;
    }
    Ok(adjusted)
}

/// Benjamini and Hochberg's step-up adjustment: R `p.adjust(p, "BH")`.
///
/// Rejecting where the result is at most alpha keeps the expected share of false ones among the
/// rejections (the false discovery rate) at alpha, for independent or positively dependent tests.
/// Source: Benjamini & Hochberg 1995, "Controlling the false discovery rate", JRSS-B 57.
///
/// # Errors
/// A p-value that is missing or outside 0 to 1.
pub fn benjamini_hochberg(p: &[f64]) -> Result<Vec<f64>, CompareError> {
    check(p)?;
    let tests = count(p.len());
    let mut adjusted = vec![0.0; p.len()];
    let mut smallest: f64 = 1.0;
    for (place, test) in ascending(p).into_iter().enumerate().rev() {
        smallest = smallest.min(tests / count(place + 1) * p[test]);
        adjusted[test] = smallest;
    }
    Ok(adjusted)
}

fn check(p: &[f64]) -> Result<(), CompareError> {
    match p.iter().position(|p| !(0.0..=1.0).contains(p)) {
        None => Ok(()),
        Some(group) => Err(CompareError::OutOfRange {
            what: "p-value",
            group,
            value: p[group],
            range: "from 0 to 1",
        }),
    }
}

/// The tests in ascending order of their p-values.
fn ascending(p: &[f64]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..p.len()).collect();
    order.sort_by(|&one, &other| p[one].total_cmp(&p[other]));
    order
}

#[expect(clippy::cast_precision_loss, reason = "the number of tests stays below 2⁵³")]
fn count(tests: usize) -> f64 {
    tests as f64
}
