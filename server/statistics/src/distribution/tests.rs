//! Tests distributions against numbers of R.

use super::*;
use crate::fixture::{self, assert_close};

#[test]
fn equal_those_of_r() {
    let rows = fixture::r("distributions");
    assert!(rows.len() > 2000);
    for row in rows {
        let (x, a, b) = (row.number("x"), row.number("a"), row.number("b"));
        let function = row.text("function");
        let actual = match function {
            "pnorm" => normal_cdf(x),
            "qnorm" => normal_quantile(x),
            "pt" => student_t_cdf(x, a),
            "qt" => student_t_quantile(x, a),
            "pbeta" => beta_cdf(x, a, b),
            "qbeta" => beta_quantile(x, a, b),
            other => panic!("{other}"),
        };
        let expected = row.number("value");
        let what = format!("{function}({x}, {a}, {b}): {actual:e} instead of {expected:e}");
        assert!((actual - expected).abs() <= 1e-9 * expected.abs(), "{what}");
    }
}

#[test]
fn far_tails_keep_their_digits() {
    for p in [1e-100, 1e-50, 1e-12, 1e-6] {
        assert_close(normal_cdf(normal_quantile(p)) / p, 1.0, 1e-10, "normal");
        assert_close(student_t_cdf(student_t_quantile(p, 7.5), 7.5) / p, 1.0, 1e-10, "t");
        let x = beta_quantile(p, 20.0, 3.0);
        assert_close(beta_cdf(x, 20.0, 3.0) / p, 1.0, 1e-10, "beta");
    }
    // F(x) = x^a where b is 1.
    assert_close(beta_quantile(1e-6, 0.25, 1.0) / 1e-24, 1.0, 1e-12, "power");
}

#[test]
fn ends_and_infinite_degrees_of_freedom() {
    let equal = |actual: f64, expected: f64| {
        assert!(actual.total_cmp(&expected).is_eq(), "{actual} instead of {expected}");
    };
    equal(normal_quantile(0.0), f64::NEG_INFINITY);
    equal(student_t_quantile(1.0, 3.0), f64::INFINITY);
    equal(beta_quantile(0.0, 2.0, 3.0), 0.0);
    equal(beta_quantile(1.0, 2.0, 3.0), 1.0);
    equal(beta_cdf(-1.0, 2.0, 3.0), 0.0);
    equal(beta_cdf(2.0, 2.0, 3.0), 1.0);
    equal(student_t_cdf(f64::NEG_INFINITY, 3.0), 0.0);
    equal(student_t_cdf(f64::INFINITY, 3.0), 1.0);
    equal(student_t_cdf(1.5, f64::INFINITY), normal_cdf(1.5));
    equal(student_t_quantile(0.9, f64::INFINITY), normal_quantile(0.9));
}

#[test]
fn outside_the_domain_there_is_no_number() {
    for p in [-0.1, 1.1, f64::NAN] {
        assert!(normal_quantile(p).is_nan());
        assert!(student_t_quantile(p, 3.0).is_nan());
        assert!(beta_quantile(p, 2.0, 3.0).is_nan());
    }
    for bad in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        assert!(student_t_cdf(0.3, bad).is_nan(), "{bad}");
        assert!(student_t_quantile(0.3, bad).is_nan(), "{bad}");
        assert!(beta_cdf(0.3, bad, 1.0).is_nan(), "{bad}");
        assert!(beta_quantile(0.3, 1.0, bad).is_nan(), "{bad}");
    }
    assert!(normal_cdf(f64::NAN).is_nan() && student_t_cdf(f64::NAN, 3.0).is_nan());
}

#[test]
fn no_size_takes_long_or_loses_all_digits() {
    // The median of equal shapes is known, and so is P(X ≤ x) = 1 − (1 − x)^b for a = 1.
    for shape in [1e4, 1e6, 1e9] {
        assert_close(beta_cdf(0.5, shape, shape), 0.5, 1e-11, "equal shapes");
        let x = -f64::exp_m1((-0.025_f64).ln_1p() / shape);
        assert_close(beta_quantile(0.025, 1.0, shape) / x, 1.0, 1e-11, "unequal shapes");
    }
    // Where t hands over to the normal, the expansion of the one about the other still holds
    // (Abramowitz & Stegun 1964, 26.7.5).
    for df in [1e8, 2.9e8, 3.1e8, 1e12] {
        let z = normal_quantile(0.025);
        let expected = z + (z.powi(3) + z) / (4.0 * df);
        assert_close(student_t_quantile(0.025, df) / expected, 1.0, 1e-8, "t");
    }
}
