//! Tests what is refused, and with which message.

use crate::Labels;
use crate::weights::{
    Auxiliary, Margin, MarginCell, NegativeWeights, PlanStage, Raking, Redistribution,
    SampleMargin, WeightError, base_weights, calibrate, kish, post_stratify, rake, trim,
};

use super::samples::{crossed, margin};

const WEIGHTS: [f64; 4] = [1.0, 2.0, 3.0, 4.0];

fn plan(population: [f64; 2], drawn: [f64; 2]) -> Result<Vec<f64>, WeightError> {
    let full = PlanStage { population: vec![3.0, 3.0], drawn: vec![1.0, 1.0] };
    base_weights(&[full, PlanStage { population: population.into(), drawn: drawn.into() }])
}

fn new_margin(variables: &[&str], cells: &[(&[&str], f64)]) -> Result<Margin, WeightError> {
    let strings = |names: &[&str]| names.iter().map(ToString::to_string).collect();
    let cells = cells
        .iter()
        .map(|(names, total)| MarginCell { names: strings(names), total: *total })
        .collect();
    Margin::new("M", "1", strings(variables), cells)
}

fn sex() -> Vec<Labels> {
    vec![Labels::of(["f", "f", "m", "m"])]
}

fn age() -> Vec<Labels> {
    vec![Labels::of(["old", "young", "old", "young"])]
}

fn post_stratified(cells: &[(&str, f64)]) -> Result<Vec<f64>, WeightError> {
    post_stratify(&WEIGHTS, &sex(), &margin("sex", cells)).map(|adjusted| adjusted.weights)
}

fn raked(
    first: (&Margin, &[Labels]),
    second: (&Margin, &[Labels]),
    raking: Raking,
) -> Result<Vec<f64>, WeightError> {
    let of = |(margin, variables)| SampleMargin { margin, variables };
    rake(&WEIGHTS, &[of(first), of(second)], raking).map(|adjusted| adjusted.weights)
}

fn calibrated(columns: &[(&str, [f64; 4], f64)]) -> Result<Vec<f64>, WeightError> {
    let auxiliaries = columns.iter().map(|(name, values, total)| Auxiliary {
        name: (*name).to_owned(),
        values: values.to_vec(),
        total: *total,
    });
    calibrate(&WEIGHTS, auxiliaries.collect(), NegativeWeights::Refuse)
        .map(|adjusted| adjusted.weights)
}

/// What was tried, and how the message must begin.
type Refusal = (Result<Vec<f64>, WeightError>, &'static str);

fn plans_and_margins() -> Vec<Refusal> {
    vec![
        (base_weights(&[]), "the plan has no stage"),
        (plan([3.0, 4.0], [1.0, 5.0]), "row 2, stage 2: 5 units drawn from 4"),
        (plan([0.0, 4.0], [0.0, 1.0]), "row 1, stage 2: 0 units drawn from 0"),
        (plan([3.0, f64::NAN], [1.0, 1.0]), "row 2, stage 2: 1 units drawn from NaN"),
        (plan([3.0, f64::INFINITY], [1.0, 1.0]), "row 2, stage 2: 1 units drawn from inf"),
        (plan([3.0, 3.0], [f64::NAN, 1.0]), "row 1, stage 2: NaN units drawn from 3"),
        (
            base_weights(&[PlanStage { population: vec![1.0, 2.0], drawn: vec![1.0] }]),
            "drawn of stage 1 has 1 entries, but there are 2 rows",
        ),
        (new_margin(&[], &[]).map(|_| vec![]), "margin M has no variable"),
        (new_margin(&["sex"], &[]).map(|_| vec![]), "margin M has no cell"),
        (
            new_margin(&["sex", "age"], &[(&["f"], 1.0)]).map(|_| vec![]),
            "margin M has 2 variables, but the cell f has 1",
        ),
        (
            new_margin(&["sex", "age"], &[(&["f", "old"], 1.0), (&["f", "old"], 2.0)])
                .map(|_| vec![]),
            "margin M: cell sex=f, age=old is there twice",
        ),
        (
            new_margin(&["sex"], &[(&["f"], -1.0)]).map(|_| vec![]),
            "margin M, cell sex=f: the total is -1, but must be finite and ≥ 0",
        ),
        (
            new_margin(&["sex"], &[(&["f"], f64::NAN)]).map(|_| vec![]),
            "margin M, cell sex=f: the total is NaN, but must be finite and ≥ 0",
        ),
    ]
}

fn post_stratifications() -> Vec<Refusal> {
    let sexes = margin("sex", &[("f", 50.0), ("m", 50.0)]);
    vec![
        (
            post_stratify(&[1.0, -2.0], &[Labels::of(["f", "m"])], &sexes).map(|a| a.weights),
            "row 2: the weight is -2, but must be finite and not negative",
        ),
        (
            post_stratify(&[1.0], &sex(), &sexes).map(|adjusted| adjusted.weights),
            "sex has 4 entries, but there are 1 rows",
        ),
        (
            post_stratify(&WEIGHTS, &[], &sexes).map(|adjusted| adjusted.weights),
            "margin sex has 1 variables, but the sample has 0",
        ),
        (
            post_stratified(&[("f", 1.0), ("m", 1.0), ("x", 5.0)]),
            "margin sex, cell sex=x: 5 in the population, but no row with a weight",
        ),
        (post_stratified(&[("f", 1.0)]), "row 3: margin sex has no cell sex=m"),
        (
            post_stratified(&[("f", 1.0), ("m", 0.0)]),
            "row 3: margin sex has a total of 0 in cell sex=m",
        ),
        (
            post_stratify(&[1.0, 0.0], &[Labels::of(["f", "m"])], &sexes).map(|a| a.weights),
            "margin sex, cell sex=m: 50 in the population, but no row with a weight",
        ),
        (
            post_stratify(
                &WEIGHTS,
                &[sex(), age()].concat(),
                &crossed(&["sex", "age"], &[(vec!["f", "old"], 1.0), (vec!["m", "old"], 1.0)]),
            )
            .map(|adjusted| adjusted.weights),
            "row 2: margin sex×age has no cell sex=f, age=young",
        ),
    ]
}

fn rakings() -> Vec<Refusal> {
    let sexes = margin("sex", &[("f", 50.0), ("m", 50.0)]);
    let ages = margin("age", &[("old", 40.0), ("young", 60.0)]);
    let raking = Raking::default();
    // The only young row is a man: women can only be half of all if all men are young.
    let fewer = [Labels::of(["f", "f", "m", "m"]), Labels::of(["old", "old", "old", "young"])];
    let hard = margin("age", &[("old", 50.0), ("young", 50.0)]);
    let (hard_sex, hard_age) = (&fewer[..1], &fewer[1..]);
    vec![
        (
            raked(
                (&sexes, &sex()),
                (&margin("age", &[("old", 40.0), ("young", 61.0)]), &age()),
                raking,
            ),
            "margin sex has a grand total of 100, margin age of 101",
        ),
        (
            raked((&margin("sex", &[("f", 100.0)]), &sex()), (&ages, &age()), raking),
            "row 3: margin sex has no cell sex=m",
        ),
        (
            raked((&sexes, &sex()), (&ages, &age()), Raking { max_iterations: 1, ..raking }),
            "raking stopped after 1 iterations: margin sex, cell sex=f is off by 0.0",
        ),
        (
            raked((&sexes, hard_sex), (&hard, hard_age), raking),
            "raking stopped after 1000 iterations: margin sex, cell sex=m is off by 0.0",
        ),
    ]
}

fn calibrations() -> Vec<Refusal> {
    let ones = ("one", [1.0; 4], 10.0);
    let ages = margin("age", &[("old", 40.0), ("young", 60.0)]);
    vec![
        (
            calibrated(&[("one", [1.0, f64::NAN, 1.0, 1.0], 10.0)]),
            "auxiliary variable one, row 2: not a finite number",
        ),
        (
            calibrated(&[("one", [1.0; 4], f64::INFINITY)]),
            "auxiliary variable one, the total: not a finite number",
        ),
        (
            calibrated(&[
                ones,
                ("x", [1.0, 2.0, 3.0, 4.0], 30.0),
                ("y", [3.0, 5.0, 7.0, 9.0], 70.0),
            ]),
            "auxiliary variable y is a linear combination of those before it",
        ),
        (
            calibrated(&[
                ones,
                ("x", [1.0, 2.0, 3.0, 4.0], 30.0),
                ("y", [3.0, 5.0, 7.0, 9.0], 80.0),
            ]),
            "auxiliary variable y has a total of 80; those before it imply 70",
        ),
        (
            calibrated(&[("zero", [0.0; 4], 0.0)]),
            "auxiliary variable zero is a linear combination of those before it",
        ),
        (
            calibrated(&[("zero", [0.0; 4], 1.0)]),
            "auxiliary variable zero has a total of 1; those before it imply 0",
        ),
        (
            calibrated(&[ones, ("x", [1.0, 2.0, 3.0, 4.0], 39.0)]),
            "row 1: calibration gives the negative weight -0.",
        ),
        (
            calibrate(&[1.0], vec![Auxiliary::intercept(2, 5.0)], NegativeWeights::Allow)
                .map(|adjusted| adjusted.weights),
            "(intercept) has 2 entries, but there are 1 rows",
        ),
        (
            Auxiliary::indicators(&sex(), &ages).map(|_| vec![]),
            "row 1: margin age has no cell age=f",
        ),
    ]
}

fn trimmings() -> Vec<Refusal> {
    let all = Redistribution::AllRows;
    vec![
        (
            trim(&WEIGHTS, 5.0, 2.0, &all).map(|adjusted| adjusted.weights),
            "weights cannot be limited to 5 … 2",
        ),
        (
            trim(&WEIGHTS, f64::NAN, 2.0, &all).map(|adjusted| adjusted.weights),
            "weights cannot be limited to NaN … 2",
        ),
        (
            trim(&WEIGHTS, 0.0, 2.0, &all).map(|adjusted| adjusted.weights),
            "all rows: the mean weight 2.5 is outside the limits 0 … 2",
        ),
        (
            trim(&WEIGHTS, 3.0, 9.0, &all).map(|adjusted| adjusted.weights),
            "all rows: the mean weight 2.5 is outside the limits 3 … 9",
        ),
        (
            trim(&WEIGHTS, 0.0, 3.0, &Redistribution::WithinCells(sex().remove(0)))
                .map(|adjusted| adjusted.weights),
            "cell m: the mean weight 3.5 is outside the limits 0 … 3",
        ),
        (
            trim(&[1.0], 0.0, 3.0, &Redistribution::WithinCells(sex().remove(0)))
                .map(|adjusted| adjusted.weights),
            "the column of cells has 4 entries, but there are 1 rows",
        ),
        (
            trim(&[1.0, f64::NAN], 0.0, 3.0, &all).map(|adjusted| adjusted.weights),
            "row 2: the weight is NaN, but must be finite and not negative",
        ),
        (kish(&[0.0, 0.0]).map(|_| vec![]), "no row has a positive weight"),
        (
            kish(&[1.0, f64::NAN]).map(|_| vec![]),
            "row 2: the weight is NaN, but must be finite and not negative",
        ),
    ]
}

#[test]
fn refusals() {
    let tables =
        [plans_and_margins(), post_stratifications(), rakings(), calibrations(), trimmings()];
    for (result, expected) in tables.into_iter().flatten() {
        let message = result.expect_err(expected).to_string();
        assert!(message.starts_with(expected), "{message:?} instead of {expected:?}");
    }
}

/// The message names the gap that is left, and the gap shrinks with iterations.
#[test]
fn no_convergence_names_the_gap() {
    let sexes = margin("sex", &[("f", 50.0), ("m", 50.0)]);
    let ages = margin("age", &[("old", 40.0), ("young", 60.0)]);
    let gap_after = |max_iterations| {
        let raking = Raking { max_iterations, ..Raking::default() };
        match raked((&sexes, &sex()), (&ages, &age()), raking) {
            Err(WeightError::NoConvergence { iterations, gap, .. }) => {
                assert_eq!(iterations, max_iterations);
                gap
            }
            other => panic!("{other:?}"),
        }
    };
    let gaps = [gap_after(0), gap_after(1), gap_after(2)];
    assert!(gaps[0] > gaps[1] && gaps[1] > gaps[2] && gaps[2] > 1e-12, "{gaps:?}");
    assert!(raked((&sexes, &sex()), (&ages, &age()), Raking::default()).is_ok());
}
