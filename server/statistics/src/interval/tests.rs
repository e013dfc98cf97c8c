//! Tests intervals against numbers of R and against their limits.

use super::*;
use crate::fixture::{self, assert_close};

struct Row {
    method: String,
    observed: BoundedEstimate,
    level: Level,
    expected: Interval,
}

fn rows() -> Vec<Row> {
    fixture::r("intervals")
        .into_iter()
        .map(|row| Row {
            method: row.text("method").to_owned(),
            observed: BoundedEstimate {
                value: row.number("value"),
                se: row.number("se"),
                df: row.number("df"),
                n: row.text("n").parse().unwrap(),
            },
            level: Level::new(row.number("level")).unwrap(),
            expected: Interval { low: row.number("low"), high: row.number("high") },
        })
        .collect()
}

fn agree(actual: Interval, row: &Row, tolerance: f64) {
    let what = format!("{} of {:?} at {:?}", row.method, row.observed, row.level);
    assert_close(actual.low, row.expected.low, tolerance, &what);
    assert_close(actual.high, row.expected.high, tolerance, &what);
}

#[test]
fn equal_those_of_r() {
    let mut seen = 0;
    for row in rows() {
        let BoundedEstimate { value, se, df, n } = row.observed;
        let successes = || row.observed.value.to_string().parse::<u64>().unwrap();
        let (actual, tolerance) = match row.method.as_str() {
            "mean" => (t(value, se, df, row.level), 1e-10),
            "xlogit" => (logit(value, se, df, row.level), 1e-10),
            // R fits a regression here, which stops before the last digits.
            "logit" => (logit(value, se, df, row.level), 1e-6),
            "beta" => (korn_graubard(&row.observed, row.level), 1e-10),
            "exact" => (exact(successes(), n, row.level), 1e-10),
            "wilson" => (wilson(successes(), n, row.level), 1e-10),
            other => panic!("{other}"),
        };
        agree(actual.unwrap(), &row, tolerance);
        seen += 1;
    }
    assert!(seen > 200);
}

#[test]
fn a_score_has_the_interval_of_its_share_of_the_scale() {
    let bounds = Bounds::new(20.0, 100.0).unwrap();
    let share = BoundedEstimate { value: 0.7, se: 0.03, df: 11.0, n: 400 };
    let score = BoundedEstimate { value: 76.0, se: 2.4, ..share };
    let expected = logit(0.7, 0.03, 11.0, Level::DEFAULT).unwrap();
    let actual = logit_between(&score, bounds, Level::DEFAULT).unwrap();
    assert_close(actual.low, 20.0 + 80.0 * expected.low, 1e-13, "low");
    assert_close(actual.high, 20.0 + 80.0 * expected.high, 1e-13, "high");
}

#[test]
fn at_a_bound_the_rows_count() {
    let percent = Bounds::new(0.0, 100.0).unwrap();
    // With as many degrees of freedom as rows less one it is Clopper–Pearson, whose limit is known.
    let all = BoundedEstimate { value: 100.0, se: 0.0, df: 29.0, n: 30 };
    let interval = logit_between(&all, percent, Level::DEFAULT).unwrap();
    assert_close(interval.low, 100.0 * 0.025_f64.powf(1.0 / 30.0), 1e-12, "low");
    assert_close(interval.high, 100.0, 0.0, "high");

    // Few degrees of freedom widen it; sums that round do not matter.
    let rounded = BoundedEstimate { value: 100.000_000_000_000_01, se: 1e-15, df: 4.0, ..all };
    let wider = logit_between(&rounded, percent, Level::DEFAULT).unwrap();
    assert!(wider.low < interval.low && wider.low > 0.0, "{wider:?}");

    let none = BoundedEstimate { value: 0.0, se: 0.0, df: 4.0, n: 30 };
    let mirrored = korn_graubard(&none, Level::DEFAULT).unwrap();
    assert_close(mirrored.low, 0.0, 0.0, "low");
    assert_close(100.0 * (1.0 - mirrored.high), wider.low, 1e-12, "high");
}

#[test]
fn without_error_there_is_no_width() {
    let sure = BoundedEstimate { value: 0.3, se: 0.0, df: 4.0, n: 30 };
    let point = Interval { low: 0.3, high: 0.3 };
    assert_eq!(t(0.3, 0.0, 4.0, Level::DEFAULT), Ok(point));
    assert_eq!(logit(0.3, 0.0, 4.0, Level::DEFAULT), Ok(point));
    assert_eq!(korn_graubard(&sure, Level::DEFAULT), Ok(point));
    let nearly = korn_graubard(&BoundedEstimate { se: 1e-12, ..sure }, Level::DEFAULT).unwrap();
    assert!(nearly.high - nearly.low < 1e-10 && nearly.low < 0.3 && nearly.high > 0.3);
}

#[test]
fn inputs_out_of_range_are_errors() {
    let level = Level::DEFAULT;
    let fine = BoundedEstimate { value: 0.3, se: 0.1, df: 4.0, n: 30 };
    let percent = Bounds::new(0.0, 100.0).unwrap();
    for bad in [0.0, 1.0, -0.5, 95.0, f64::NAN] {
        assert!(matches!(Level::new(bad), Err(IntervalError::Level(_))), "{bad}");
    }
    for bad in [-0.1, 1.1, f64::NAN, f64::INFINITY] {
        assert!(matches!(logit(bad, 0.1, 4.0, level), Err(IntervalError::Value { .. })));
        let observed = BoundedEstimate { value: bad, ..fine };
        assert!(matches!(korn_graubard(&observed, level), Err(IntervalError::Value { .. })));
    }
    assert!(matches!(t(f64::NAN, 0.1, 4.0, level), Err(IntervalError::Value { .. })));
    for bound in [0.0, 1.0] {
        assert_eq!(logit(bound, 0.0, 4.0, level), Err(IntervalError::AtBound(bound)));
    }
    for bad in [-0.1, f64::NAN, f64::INFINITY] {
        for value in [0.0, 0.3, 1.0] {
            let observed = BoundedEstimate { value, se: bad, ..fine };
            let expected = |result| matches!(result, Err(IntervalError::StandardError(_)));
            assert!(expected(t(value, bad, 4.0, level)));
            assert!(expected(korn_graubard(&observed, level)));
            assert!(expected(logit_between(&observed, percent, level)));
        }
    }
    for bad in [0.0, -1.0, f64::NAN, f64::NEG_INFINITY] {
        for value in [0.0, 0.3, 1.0] {
            let observed = BoundedEstimate { value, df: bad, ..fine };
            let expected = |result| matches!(result, Err(IntervalError::DegreesOfFreedom(_)));
            assert!(expected(t(value, 0.1, bad, level)));
            assert!(expected(korn_graubard(&observed, level)));
            assert!(expected(logit_between(&observed, percent, level)));
        }
    }
    let one = BoundedEstimate { n: 1, ..fine };
    assert_eq!(korn_graubard(&one, level), Err(IntervalError::Rows { rows: 1, least: 2 }));
    assert_eq!(exact(0, 0, level), Err(IntervalError::Rows { rows: 0, least: 1 }));
    assert_eq!(wilson(3, 2, level), Err(IntervalError::Successes { successes: 3, n: 2 }));
    for (low, high) in [(1.0, 1.0), (2.0, 1.0), (f64::NAN, 1.0), (0.0, f64::INFINITY)] {
        assert!(Bounds::new(low, high).is_err(), "{low} {high}");
    }
}

proptest::proptest! {
    #[test]
    fn limits_are_numbers_within_the_bounds_around_the_estimate(
        share in 0.0..=1.0_f64,
        se in 0.0..0.6_f64,
        df in 0.3..1000.0_f64,
        n in 2..5000_u64,
        level in 0.01..0.999_f64,
    ) {
        let level = Level::new(level).unwrap();
        let bounds = Bounds::new(20.0, 100.0).unwrap();
        let observed = BoundedEstimate { value: 20.0 + 80.0 * share, se: 80.0 * se, df, n };
        let score = logit_between(&observed, bounds, level).unwrap();
        proptest::prop_assert!(20.0 <= score.low && score.high <= 100.0 + 1e-9);
        proptest::prop_assert!(score.low <= observed.value + 1e-9);
        proptest::prop_assert!(score.high >= observed.value - 1e-9);
        let observed = BoundedEstimate { value: share, se, df, n };
        let interval = korn_graubard(&observed, level).unwrap();
        proptest::prop_assert!(0.0 <= interval.low && interval.low <= interval.high);
        proptest::prop_assert!(interval.high <= 1.0);
    }
}
