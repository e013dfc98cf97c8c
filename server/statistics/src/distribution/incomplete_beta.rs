//! Computes the regularised incomplete beta function by its continued fraction.

use std::f64::consts::PI;

use super::expit;

/// A number between 0 and 1 and what is missing to 1, each with all of its digits.
#[derive(Clone, Copy)]
pub(super) struct Share {
    pub(super) of: f64,
    pub(super) rest: f64,
}

impl Share {
    pub(super) fn with_log_odds(log_odds: f64) -> Self {
        Self { of: expit(log_odds), rest: expit(-log_odds) }
    }

    fn swapped(self) -> Self {
        Self { of: self.rest, rest: self.of }
    }
}

/// The regularised incomplete beta function by its continued fraction (Abramowitz & Stegun 1964,
/// 26.5.8), evaluated by Lentz's method; it converges fast left of the mean.
pub(super) fn lower_tail(x: Share, a: f64, b: f64) -> f64 {
    if x.of <= 0.0 || x.rest <= 0.0 {
        return if x.of <= 0.0 { 0.0 } else { 1.0 };
    }
    if x.of > (a + 1.0) / (a + b + 2.0) {
        return 1.0 - lower_tail_below_mean(x.swapped(), b, a);
    }
    lower_tail_below_mean(x, a, b)
}

fn lower_tail_below_mean(x: Share, a: f64, b: f64) -> f64 {
    // Lentz's method replaces a zero by a number that is as good as it.
    let nonzero = |value: f64| if value.abs() < 1e-300 { 1e-300 } else { value };
    let mut numerator = 1.0;
    let mut denominator = 1.0 / nonzero(1.0 - (a + b) * x.of / (a + 1.0));
    let mut fraction = denominator;
    let mut step = 0.0;
    // Far more than the shapes of any survey need.
    while step < 1e7 {
        step += 1.0;
        let twice = a + 2.0 * step;
        let mut change = 1.0;
        for term in [
            step * (b - step) * x.of / ((twice - 1.0) * twice),
            -(a + step) * (a + b + step) * x.of / (twice * (twice + 1.0)),
        ] {
            denominator = 1.0 / nonzero(1.0 + term * denominator);
            numerator = nonzero(1.0 + term / numerator);
            change = numerator * denominator;
            fraction *= change;
        }
        if (change - 1.0).abs() < 1e-15 {
            break;
        }
    }
    density(x, a, b) * fraction / a
}

/// x^a (1 − x)^b / B(a, b), about its maximum, where the huge exponents cancel on paper instead of
/// in the computer (after Loader 2000, Fast and Accurate Computation of Binomial Probabilities).
pub(super) fn density(x: Share, a: f64, b: f64) -> f64 {
    let n = a + b;
    let exponent = a * ln_ratio_less_change(x.of, a / n) + b * ln_ratio_less_change(x.rest, b / n);
    let stirling = stirling_error(n) - stirling_error(a) - stirling_error(b);
    (a / n * b / (2.0 * PI)).sqrt() * (exponent + stirling).exp()
}

/// ln(x / centre) − (x − centre) / centre.
fn ln_ratio_less_change(x: f64, centre: f64) -> f64 {
    let u = (x - centre) / centre;
    if u.abs() < 0.01 {
        // −u²/2 + u³/3 − …, to the last digit.
        let mut sum = 0.0;
        for k in (2..=9).rev() {
            sum = 1.0 / f64::from(k) - u * sum;
        }
        -u * u * sum
    } else if u.abs() < 0.5 {
        u.ln_1p() - u
    } else {
        (x / centre).ln() - u
    }
}

/// What Stirling's formula for ln Γ(x) leaves out.
fn stirling_error(x: f64) -> f64 {
    if x < 10.0 {
        return libm::lgamma(x) - (x - 0.5) * x.ln() + x - 0.5 * (2.0 * PI).ln();
    }
    // Abramowitz & Stegun 1964, 6.1.41; the next term is below 1e-13 of the sum.
    let square = 1.0 / (x * x);
    let series =
        [-691.0 / 360_360.0, 1.0 / 1188.0, -1.0 / 1680.0, 1.0 / 1260.0, -1.0 / 360.0, 1.0 / 12.0];
    series.iter().fold(0.0, |sum, coefficient| sum * square + coefficient) / x
}
