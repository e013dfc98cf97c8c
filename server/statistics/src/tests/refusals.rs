//! Tests which designs and inputs are refused, and with which message.

use crate::Labels;
use crate::design::{Columns, Design, LonelyPsu, Nesting, StageColumns};
use crate::estimate::{self, Domain, EstimateError, Linearisation};

/// Four rows: districts 1 and 2 in stratum a, 3 in b, with a second stage.
fn good() -> Columns {
    let stage = |strata: &[&str], clusters: &[&str], fpc: [f64; 4]| StageColumns {
        strata: Some(Labels::of(strata)),
        clusters: Some(Labels::of(clusters)),
        fpc: Some(fpc.to_vec()),
    };
    Columns {
        rows: 4,
        weights: Some(vec![2.0, 2.0, 3.0, 3.0]),
        stages: vec![
            stage(&["a", "a", "b", "b"], &["1", "2", "3", "3"], [5.0, 5.0, 4.0, 4.0]),
            stage(&["x"; 4], &["7", "7", "7", "8"], [2.0, 3.0, 2.0, 2.0]),
        ],
        lonely: LonelyPsu::Fail,
        nesting: Nesting::Unique,
    }
}

#[test]
fn a_good_design_is_one() {
    assert!(Design::new(good()).is_ok());
}

type Change = fn(&mut Columns);

fn fpc(columns: &mut Columns, stage: usize) -> &mut Vec<f64> {
    columns.stages[stage - 1].fpc.as_mut().expect("an fpc")
}

fn weights(columns: &mut Columns) -> &mut Vec<f64> {
    columns.weights.as_mut().expect("weights")
}

#[test]
fn bad_columns_are_refused_by_name() {
    let table: &[(Change, &str)] = &[
        (|columns| columns.rows = 0, "the sample has no rows"),
        (|columns| columns.rows = 5, "weights: 4 values for 5 rows"),
        (|columns| weights(columns).truncate(3), "weights: 3 values for 4 rows"),
        (
            |columns| columns.stages[0].strata = Some(Labels::of(["a"])),
            "stage 1 strata: 1 values for 4 rows",
        ),
        (
            |columns| columns.stages[1].clusters = Some(Labels::of(["a"])),
            "stage 2 clusters: 1 values for 4 rows",
        ),
        (|columns| fpc(columns, 2).push(1.0), "stage 2 fpc: 5 values for 4 rows"),
        (|columns| weights(columns)[2] = 0.0, "row 2: the weight 0 is not a positive number"),
        (|columns| weights(columns)[1] = -1.0, "row 1: the weight -1 is not a positive number"),
        (
            |columns| weights(columns)[3] = f64::NAN,
            "row 3: the weight NaN is not a positive number",
        ),
        (
            |columns| weights(columns)[0] = f64::INFINITY,
            "row 0: the weight inf is not a positive number",
        ),
        (
            |columns| fpc(columns, 1)[2] = 0.0,
            "row 2: the fpc 0 of stage 1 is not a positive number",
        ),
        (
            |columns| fpc(columns, 2)[1] = f64::INFINITY,
            "row 1: the fpc inf of stage 2 is not a positive number",
        ),
        (
            |columns| *fpc(columns, 2) = vec![0.5; 4],
            "row 0: the fpc 0.5 of stage 2 is a sampling fraction, others are population sizes",
        ),
        (|columns| fpc(columns, 1)[1] = 6.0, "row 1: stage 1, stratum a: the fpc is 5 and 6"),
        (|columns| fpc(columns, 2)[3] = 3.0, "row 3: stage 2, stratum 3 / x: the fpc is 2 and 3"),
        (
            |columns| fpc(columns, 1)[..2].fill(1.0),
            "stage 1, stratum a: 2 clusters were drawn from a population of 1",
        ),
        (
            |columns| fpc(columns, 2)[2..].fill(1.5),
            "stage 2, stratum 3 / x: 2 clusters were drawn from a population of 1.5",
        ),
        (
            |columns| columns.stages[0].clusters = Some(Labels::of(["1", "2", "2", "3"])),
            "row 2: stage 1, cluster 2 lies in the strata a and b; if clusters are numbered anew in \
             each stratum, say so",
        ),
        (
            |columns| {
                columns.stages[1].strata = Some(Labels::of(["x", "x", "x", "y"]));
                columns.stages[1].clusters = Some(Labels::of(["7"; 4]));
            },
            "row 3: stage 2, cluster 3 / 7 lies in the strata 3 / x and 3 / y; if clusters are \
             numbered anew in each stratum, say so",
        ),
    ];
    for (change, message) in table {
        let mut columns = good();
        change(&mut columns);
        let refused = Design::new(columns).map(|_| ()).map_err(|error| error.to_string());
        assert_eq!(refused, Err((*message).to_owned()));
    }
}

#[test]
fn labels_that_are_numbered_anew_are_other_clusters() {
    let mut columns = good();
    columns.nesting = Nesting::WithinStrata;
    columns.stages[0].clusters = Some(Labels::of(["1", "2", "1", "1"]));
    let psus = Design::new(columns).unwrap().psus();
    assert_eq!(psus.psu_of_row, [0, 1, 2, 2]);
    assert_eq!(psus.stratum_of_psu, [0, 0, 1]);
    assert_eq!(psus.population_of_stratum, Some(vec![5.0, 4.0]));
    assert_eq!(psus.strata, ["a", "b"]);
}

#[test]
fn weights_follow_from_populations_of_all_stages_or_are_1() {
    let mut columns = good();
    columns.weights = None;
    let weights = Design::new(columns.clone()).unwrap().weights().to_vec();
    // 5/2 · 2/1, 5/2 · 3/1, and 4/1 · 2/2 twice.
    assert_eq!(weights, [5.0, 7.5, 4.0, 4.0]);
    columns.stages[1].fpc = None;
    assert_eq!(Design::new(columns).unwrap().weights(), [1.0; 4]);
}

fn rows(weights: &[f64]) -> Design {
    Design::new(Columns {
        rows: weights.len(),
        weights: Some(weights.to_vec()),
        stages: Vec::new(),
        lonely: LonelyPsu::Fail,
        nesting: Nesting::Unique,
    })
    .expect("a design")
}

#[test]
fn estimators_refuse_what_has_no_answer() {
    let design = rows(&[2.0, 2.0, 3.0]);
    let y = [1.0, f64::NAN, 4.0];
    let all = [true; 3];
    assert_eq!(estimate::mean(&design, &y, &[false; 3]), Err(EstimateError::EmptyDomain));
    assert_eq!(
        estimate::total(&design, &y, &[false, true, false]),
        Err(EstimateError::EmptyDomain)
    );
    let length = EstimateError::Length { column: "values", expected: 3, found: 2 };
    assert_eq!(estimate::mean(&design, &y[..2], &all), Err(length));
    let length = EstimateError::Length { column: "domain", expected: 3, found: 2 };
    assert_eq!(estimate::mean(&design, &y, &all[..2]), Err(length.clone()));
    assert_eq!(estimate::quantile(&design, &y, &all[..2], 0.5), Err(length));
    let infinite = EstimateError::Infinite { row: 2 };
    assert_eq!(estimate::total(&design, &[1.0, 2.0, f64::INFINITY], &all), Err(infinite));
    let zero = estimate::ratio(&design, &y, &[0.0; 3], &all);
    assert_eq!(zero, Err(EstimateError::ZeroDenominator { n: 2 }));
    assert_eq!(
        estimate::quantile(&design, &y, &all, 1.5),
        Err(EstimateError::Probability { probability: 1.5 })
    );
    let levels = ["no".to_owned()];
    assert_eq!(
        estimate::shares(&design, &[Some(0), None, Some(1)], &levels, &all),
        Err(EstimateError::UnknownCode { row: 2, code: 1, levels: 1 })
    );
    let huge = [1e300, 1e300, -1e300];
    let overflow = estimate::total(&design, &huge, &all).unwrap_err().to_string();
    assert_eq!(overflow, "the variance is too large for a number");
    let wrong = design.covariance(&[vec![1.0, f64::NAN, 0.0]]).unwrap_err().to_string();
    assert_eq!(wrong, "statistic 0, row 1: the influence NaN is not a finite number");
}

#[test]
fn a_level_that_does_not_occur_has_share_0() {
    let design = rows(&[2.0, 2.0, 3.0]);
    let levels = ["yes", "no", "perhaps"].map(str::to_owned);
    let codes = [Some(0), Some(1), Some(2)];
    let shares = estimate::shares(&design, &codes, &levels, &[true, true, false]).unwrap();
    let perhaps = &shares[2].estimate;
    assert_eq!((perhaps.value, perhaps.se, perhaps.deff, perhaps.n), (0.0, 0.0, None, 2));
    let only = estimate::shares(&design, &codes, &levels, &[false, true, false]).unwrap();
    assert_eq!((only[1].estimate.value, only[1].estimate.se), (1.0, 0.0));
}

#[test]
fn a_domain_of_one_psu_has_an_error_but_no_degrees_of_freedom() {
    let design = rows(&[2.0, 2.0, 3.0]);
    let y = [1.0, 5.0, 4.0];
    let one = estimate::total(&design, &y, &[true, false, false]).unwrap();
    assert!(one.se > 0.0);
    assert_eq!((one.df, one.deff), (0, None));
    let median = estimate::quantile(&design, &y, &[true, false, false], 0.5).unwrap();
    assert_eq!((median.value, median.se, median.ci_low, median.ci_high), (1.0, None, None, None));
}

#[test]
fn equal_values_have_no_error_and_no_design_effect() {
    let design = rows(&[1.1, 2.2, 3.3, 0.7]);
    let mean = estimate::mean(&design, &[0.1; 4], &[true; 4]).unwrap();
    assert_eq!((mean.value, mean.se, mean.deff), (0.1, 0.0, None));
}

#[test]
fn a_population_smaller_than_its_sample_has_no_design_effect() {
    let design = rows(&[0.5; 4]);
    let mean = estimate::mean(&design, &[1.0, 2.0, 3.0, 5.0], &[true; 4]).unwrap();
    assert_eq!(mean.deff, None);
}

#[test]
fn independent_waves_add_their_variances() {
    let wave = |value, se, df| estimate::Estimate { value, se, df, deff: None, n: 20 };
    let found = estimate::independent_difference(&wave(5.0, 3.0, 10), &wave(3.5, 4.0, 20));
    // (9 + 16)² / (9²/10 + 16²/20)
    assert_eq!((found.value, found.se), (1.5, 5.0));
    assert!((found.df - 625.0 / 20.9).abs() < 1e-12, "{found:?}");
    let none = estimate::independent_difference(&wave(5.0, 3.0, 0), &wave(3.5, 4.0, 20));
    assert_eq!(none.df.to_string(), "0");
    let exact = estimate::independent_difference(&wave(5.0, 0.0, 0), &wave(3.5, 4.0, 20));
    assert_eq!(exact.df.to_string(), "20");
    let both = estimate::independent_difference(&wave(5.0, 0.0, 3), &wave(3.5, 0.0, 4));
    assert_eq!((both.se, both.df), (0.0, 7.0));
}

#[test]
fn quantiles_invert_the_distribution_function() {
    let design = rows(&[1.0; 10]);
    let y: Vec<f64> = (1..=10).map(f64::from).collect();
    let at = |probability| estimate::quantile(&design, &y, &[true; 10], probability).unwrap().value;
    let expected =
        [(0.0, 1.0), (0.05, 1.0), (0.1, 1.0), (0.3, 3.0), (0.31, 4.0), (0.5, 5.0), (1.0, 10.0)];
    for (probability, value) in expected {
        assert_eq!(at(probability).to_string(), value.to_string(), "{probability}");
    }
}

#[test]
fn a_statistic_minus_itself_is_nothing() {
    let design = rows(&[2.0, 2.0, 3.0]);
    let mean = Linearisation::mean(&design, &[1.0, 5.0, 4.0], &Domain::whole(&design)).unwrap();
    let nothing = estimate::difference(&design, &mean, &mean).unwrap();
    assert_eq!((nothing.value, nothing.se, nothing.df), (0.0, 0.0, 2.0));
}
