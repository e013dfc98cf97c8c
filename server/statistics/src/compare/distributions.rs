//! Computes the distributions that the tests and rank intervals need.

use crate::distribution::{normal_cdf, normal_quantile, student_t_cdf, student_t_quantile};

/// Above this, the expansions around the normal distribution have all the digits that matter, and
/// take no time that grows with the degrees of freedom.
const LARGE_DF: f64 = 1e5;

/// P(|Z| > |z|) for the standard normal distribution.
pub(super) fn normal_two_sided_p(z: f64) -> f64 {
    // The lower tail keeps its digits; 1 − the upper one would not.
    2.0 * normal_cdf(-z.abs())
}

/// The z with P(|Z| > z) = `p`.
pub(super) fn normal_two_sided_quantile(p: f64) -> f64 {
    -normal_quantile(0.5 * p)
}

/// P(|T| > |t|) for Student's t with `df` > 0 degrees of freedom.
pub(super) fn t_two_sided_p(t: f64, df: f64) -> f64 {
    if df > LARGE_DF {
        // Abramowitz & Stegun 26.7.8.
        return normal_two_sided_p((1.0 - 0.25 / df) / (t.powi(-2) + 0.5 / df).sqrt());
    }
    2.0 * student_t_cdf(-t.abs(), df)
}

/// The t with P(|T| > t) = `p`, for 0 < `p` < 1 and `df` > 0 degrees of freedom.
pub(super) fn t_two_sided_quantile(p: f64, df: f64) -> f64 {
    if df > LARGE_DF {
        // Abramowitz & Stegun 26.7.5, the first two terms.
        let z = normal_two_sided_quantile(p);
        let first = (z.powi(3) + z) / 4.0;
        let second = (5.0 * z.powi(5) + 16.0 * z.powi(3) + 3.0 * z) / 96.0;
        return z + first / df + second / (df * df);
    }
    -student_t_quantile(0.5 * p, df)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// R: `2 * pt(-t, df)` and `qt(1 - p / 2, df)`; `df` 0 stands for the normal distribution.
    const R_VALUES: &str = include_str!("../../../../tests/fixtures/r/student.csv");

    #[test]
    fn quantiles_lead_back_to_their_level() {
        for df in [1.0, 1.7, 3.0, 30.0, 1e3, 9e4, 1e6] {
            for level in (1..=60).step_by(10).map(|exponent| 0.5_f64.powi(exponent)) {
                let back = t_two_sided_p(t_two_sided_quantile(level, df), df);
                assert!((back / level - 1.0).abs() < 1e-7, "{level}, {df} df: {back}");
            }
        }
    }

    #[test]
    fn no_difference_is_too_small_or_too_large() {
        for df in [1.0, 30.0, 1e6] {
            for (t, p) in
                [(0.0, 1.0), (f64::MIN_POSITIVE, 1.0), (f64::MAX, 0.0), (f64::INFINITY, 0.0)]
            {
                assert!((t_two_sided_p(t, df) - p).abs() < 1e-12, "{t}, {df} df");
                assert!((t_two_sided_p(-t, df) - p).abs() < 1e-12, "{t}, {df} df");
            }
        }
    }

    #[test]
    fn equals_r() {
        for row in csv::Reader::from_reader(R_VALUES.as_bytes()).deserialize() {
            let (df, t, p, level, quantile): (f64, f64, f64, f64, f64) = row.unwrap();
            let (got_p, got_quantile) = if df > 0.0 {
                (t_two_sided_p(t, df), t_two_sided_quantile(level, df))
            } else {
                (normal_two_sided_p(t), normal_two_sided_quantile(level))
            };
            assert!((got_p - p).abs() <= 1e-8 * p + 1e-15, "P(|T| > {t}), {df} df: {got_p}, {p}");
            assert!(
                (got_quantile - quantile).abs() <= 1e-9 * quantile,
                "quantile at {level}, {df} df: {got_quantile}, {quantile}"
            );
        }
    }
}
