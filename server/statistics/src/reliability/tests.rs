//! Tests reliability and flags against numbers of R and cases by hand.

use std::collections::HashMap;

use proptest::prelude::*;

use super::*;

/// Chatterjee and Price's attitude data; the numbers in `oracle/README.md` are psych's.
const ATTITUDE: &str = include_str!("../../../../tests/fixtures/oracle/attitude.csv");
/// Made by `tests/fixtures/r/alpha.R`.
const R_VALUES: &str = include_str!("../../../../tests/fixtures/r/alpha.csv");

fn attitude() -> Vec<Vec<f64>> {
    let mut columns = vec![Vec::new(); 7];
    for row in csv::Reader::from_reader(ATTITUDE.as_bytes()).deserialize() {
        let row: Vec<f64> = row.unwrap();
        for (column, value) in columns.iter_mut().zip(row) {
            column.push(value);
        }
    }
    columns
}

fn slices(columns: &[Vec<f64>]) -> Vec<&[f64]> {
    columns.iter().map(Vec::as_slice).collect()
}

fn numbers(alpha: &Alpha) -> Vec<f64> {
    let items = alpha.items.iter().flat_map(|item| [item.alpha_if_dropped, item.rest_correlation]);
    [Some(alpha.raw), alpha.standardised, Some(alpha.mean_correlation)]
        .into_iter()
        .chain(items)
        .flatten()
        .collect()
}

#[test]
fn attitude_has_the_published_reliability() {
    let alpha = cronbach_alpha(&slices(&attitude())).unwrap();
    let printed = |number: f64| format!("{number:.12}");
    assert_eq!(printed(alpha.raw), "0.843142769565");
    assert_eq!(printed(alpha.standardised.unwrap()), "0.839083803030");
    assert_eq!(printed(alpha.mean_correlation), "0.426906642650");
    assert_eq!(alpha.n, 30);
    let dropped: Vec<String> =
        alpha.items.iter().map(|item| format!("{:.8}", item.alpha_if_dropped.unwrap())).collect();
    let expected = [
        "0.80976021",
        "0.79691746",
        "0.82784777",
        "0.80303098",
        "0.79538657",
        "0.86387231",
        "0.84046487",
    ];
    assert_eq!(dropped, expected);
}

#[test]
fn equals_r_with_holes_and_weights() {
    let mut expected: HashMap<(String, String), Vec<f64>> = HashMap::new();
    for row in csv::Reader::from_reader(R_VALUES.as_bytes()).deserialize() {
        let (case, quantity, value): (String, String, f64) = row.unwrap();
        expected.entry((case, quantity)).or_default().push(value);
    }
    let whole = attitude();
    let mut holes = attitude();
    for (item, row) in [(0, 2), (3, 2), (3, 10), (6, 29)] {
        holes[item][row] = f64::NAN;
    }
    let weights: Vec<f64> = (1..=30).map(|row| 0.5 + f64::from(row * 7 % 5)).collect();
    for (case, found) in [
        ("attitude", cronbach_alpha(&slices(&whole))),
        ("attitude_weighted", weighted_cronbach_alpha(&slices(&whole), &weights)),
        ("holes", cronbach_alpha(&slices(&holes))),
        ("holes_weighted", weighted_cronbach_alpha(&slices(&holes), &weights)),
    ] {
        let found = found.unwrap();
        let expected = |quantity: &str| &expected[&(case.to_owned(), quantity.to_owned())];
        let close = |found: f64, expected: f64| {
            assert!((found - expected).abs() < 1e-12, "{case}: {found}, R {expected}");
        };
        close(found.raw, expected("raw")[0]);
        close(found.standardised.unwrap(), expected("standardised")[0]);
        close(found.mean_correlation, expected("mean_correlation")[0]);
        #[expect(clippy::cast_precision_loss, reason = "at most 30")]
        let n = found.n as f64;
        close(n, expected("n")[0]);
        for (at, item) in found.items.iter().enumerate() {
            close(item.alpha_if_dropped.unwrap(), expected("if_dropped")[at]);
            close(item.rest_correlation.unwrap(), expected("rest_correlation")[at]);
        }
    }
}

#[test]
fn what_is_not_defined_is_none() {
    let two = alpha_from_covariance(&[vec![2.0, 1.0], vec![1.0, 2.0]], 9).unwrap();
    assert!(two.items.iter().all(|item| item.alpha_if_dropped.is_none()));
    assert!((two.items[0].rest_correlation.unwrap() - 0.5).abs() < 1e-15);
    // The first two items cancel out, so the third has nothing to go with.
    let cancel = alpha_from_covariance(
        &[vec![1.0, -1.0, 0.2], vec![-1.0, 1.0, -0.2], vec![0.2, -0.2, 1.0]],
        9,
    );
    let third = cancel.unwrap().items[2];
    assert_eq!(third, ItemReliability { alpha_if_dropped: None, rest_correlation: None });
    let standardised_cancel = alpha_from_covariance(&[vec![1.0, -2.0], vec![-2.0, 4.0]], 9);
    assert_eq!(standardised_cancel.unwrap().standardised, None);
}

#[test]
fn errors_name_what_is_wrong() {
    const NAN: f64 = f64::NAN;
    let up = [1.0, 2.0, 3.0];
    let table: [(Result<Alpha, AlphaError>, &str); 15] = [
        (cronbach_alpha(&[]), "0 items, but alpha needs 2"),
        (cronbach_alpha(&[&up]), "1 items, but alpha needs 2"),
        (cronbach_alpha(&[&up, &up[1..]]), "item 1: 2 rows, but item 0 has 3"),
        (cronbach_alpha(&[&up, &[NAN, NAN, 1.0]]), "1 complete rows, but a variance needs 2"),
        (
            cronbach_alpha(&[&up, &[0.1, 0.1, 0.1]]),
            "item 1: all answers of complete rows are the same",
        ),
        (
            cronbach_alpha(&[&up, &[2.0, 2.0, 3.0], &[1.0, 3.0, NAN]]),
            "item 1: all answers of complete rows are the same",
        ),
        (
            cronbach_alpha(&[&up, &[1.0, f64::INFINITY, 2.0]]),
            "item 1, row 1: the answer is infinite",
        ),
        (cronbach_alpha(&[&up, &[3.0, 2.0, 1.0]]), "the sum of all items does not vary"),
        (weighted_cronbach_alpha(&[&up, &up], &[1.0]), "1 weights for 3 rows"),
        (weighted_cronbach_alpha(&[&up, &up], &[1.0, -1.0, 1.0]), "row 1: -1 is not a weight"),
        (weighted_cronbach_alpha(&[&up, &up], &[1.0, 1.0, NAN]), "row 2: NaN is not a weight"),
        (
            weighted_cronbach_alpha(&[&up, &up], &[1.0, 0.0, 0.0]),
            "1 complete rows, but a variance needs 2",
        ),
        (
            alpha_from_covariance(&[vec![1.0, 0.5], vec![0.5]], 9),
            "covariance matrix, row 1: 1 entries for 2 items",
        ),
        (
            alpha_from_covariance(&[vec![1.0, 0.5], vec![0.4, 1.0]], 9),
            "covariance matrix: row 1, column 0 is 0.4, its mirror image 0.5",
        ),
        (
            alpha_from_covariance(&[vec![1.0, 0.5], vec![0.5, 0.0]], 9),
            "item 1: all answers of complete rows are the same",
        ),
    ];
    for (found, expected) in table {
        assert_eq!(found.map_err(|error| error.to_string()), Err(expected.to_owned()));
    }
}

#[test]
fn patterns_by_hand() {
    let answers = [4, 4, 0, 4, 5, -1, 3, 3];
    assert_eq!(longest_run(&answers), 3);
    assert_eq!(share_answered(&answers), Some(0.75));
    // R: sd(c(4, 4, 4, 5, 3, 3))
    assert!((intra_individual_sd(&answers).unwrap() - 0.752_772_652_709_081).abs() < 1e-14);
    assert_eq!(
        seconds_per_answer(Response { answers: &answers, time: Time::Seconds(12.0) }),
        Some(2.0)
    );
    assert_eq!(longest_run(&[0, -1]), 0);
    assert_eq!(intra_individual_sd(&[5, 0]), None);
    assert_eq!(intra_individual_sd(&[5; 33]), Some(0.0));
    assert_eq!(share_answered(&[]), None);
    let unknown = [Time::NotMeasured, Time::Unusable, Time::Seconds(-1.0), Time::Seconds(f64::NAN)];
    for time in unknown {
        assert_eq!(seconds_per_answer(Response { answers: &answers, time }), None);
    }
    assert_eq!(seconds_per_answer(Response { answers: &[0, 0], time: Time::Seconds(3.0) }), None);
}

#[test]
fn usual_flags() {
    let took = |start: &[i8], end: &[i8], time: Time| {
        let answers = [start, end].concat();
        flags(Response { answers: &answers, time }, Limits::USUAL)
    };
    let with = |start: &[i8], end: &[i8], seconds: f64| took(start, end, Time::Seconds(seconds));
    let both = Flags::STRAIGHT_LINING | Flags::LOW_VARIATION;
    let table = [
        ("a ward form is too short to judge", with(&[4; 9], &[], 60.0), Flags::empty()),
        ("one level on the long form", with(&[4; 33], &[], 200.0), both),
        ("not applicable does not break a run", with(&[4; 20], &[0, 4, 4], 200.0), both),
        ("two other answers at the end", with(&[4; 31], &[5, 5], 200.0), Flags::STRAIGHT_LINING),
        ("one stray answer", with(&[4; 16], &[[5].as_slice(), &[4; 16]].concat(), 200.0), {
            Flags::LOW_VARIATION
        }),
        ("a change of mind half-way", with(&[4; 16], &[5; 17], 200.0), Flags::empty()),
        ("nobody reads that fast", with(&[4; 4], &[5; 5], 17.9), Flags::SPEEDING),
        ("fast", with(&[4; 4], &[5; 5], 18.0), Flags::empty()),
        ("no time at all", with(&[4; 4], &[5; 5], 0.0), Flags::SPEEDING),
        ("not measured", took(&[4; 4], &[5; 5], Time::NotMeasured), Flags::empty()),
        ("the end is before the start", took(&[4; 4], &[5; 5], Time::Unusable), Flags::NO_TIME),
        ("nothing answered", with(&[0; 33], &[], 1.0), Flags::empty()),
    ];
    for (what, found, expected) in table {
        assert_eq!(found, expected, "{what}");
    }
}

#[test]
fn stored_bits_never_change() {
    assert_eq!(Flags::STRAIGHT_LINING.bits(), 1);
    assert_eq!(Flags::LOW_VARIATION.bits(), 2);
    assert_eq!(Flags::SPEEDING.bits(), 4);
    assert_eq!(Flags::NO_TIME.bits(), 8);
    assert_eq!(Flags::from_bits(15), Some(Flags::all()));
    assert_eq!(Flags::from_bits(16), None);
}

/// The chances in the documentation of `Limits::USUAL`, by going through all sequences of "same"
/// and "other" (each with probability 0.8 and 0.2) by their current and longest run.
#[test]
fn the_chances_that_explain_the_usual_limits() {
    let chance = |statements: u32| {
        let mut states = HashMap::from([((1_u32, 1_u32), 1.0)]);
        for _ in 1..statements {
            let mut next = HashMap::new();
            for ((run, longest), probability) in states {
                *next.entry((run + 1, longest.max(run + 1))).or_insert(0.0) += 0.8 * probability;
                *next.entry((1, longest)).or_insert(0.0) += 0.2 * probability;
            }
            states = next;
        }
        let flagged = |longest: u32| f64::from(longest) >= 0.9 * f64::from(statements);
        states
            .into_iter()
            .filter(|((_, longest), _)| flagged(*longest))
            .map(|(_, p)| p)
            .sum::<f64>()
    };
    let percent = [9, 15, 19, 33].map(|statements| 100.0 * chance(statements));
    let documented = [20.0, 7.0, 3.0, 0.3];
    for (percent, documented) in percent.iter().zip(documented) {
        assert!((percent / documented - 1.0).abs() < 0.2, "{percent}, {documented}");
    }
}

fn any_items() -> impl Strategy<Value = Vec<Vec<f64>>> {
    let answer = prop_oneof![9 => (1..=5_u8).prop_map(f64::from), 1 => Just(f64::NAN)];
    (2..6_usize, 8..25_usize).prop_flat_map(move |(items, rows)| {
        prop::collection::vec(prop::collection::vec(answer.clone(), rows), items)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn alpha_knows_no_order_constants_or_weight_units(
        (items, order) in any_items().prop_flat_map(|items| {
            let order: Vec<usize> = (0..items.len()).collect();
            (Just(items), Just(order).prop_shuffle())
        }),
        constant in -50..50_i8,
    ) {
        let Ok(alpha) = cronbach_alpha(&slices(&items)) else { return Ok(()) };
        // Near the pole every number is only rounding.
        prop_assume!(alpha.raw.abs() < 1e3);
        let turned: Vec<Vec<f64>> = order
            .iter()
            .map(|at| items[*at].iter().map(|answer| answer + f64::from(constant)).collect())
            .collect();
        let mut expected = alpha.clone();
        expected.items = order.iter().map(|at| alpha.items[*at]).collect();
        let found = cronbach_alpha(&slices(&turned)).unwrap();
        prop_assert!((found.raw - expected.raw).abs() < 1e-6);
        prop_assert!((found.mean_correlation - expected.mean_correlation).abs() < 1e-9);
        for (found, expected) in found.items.iter().zip(&expected.items) {
            if let (Some(found), Some(expected)) = (found.rest_correlation, expected.rest_correlation) {
                prop_assert!((found - expected).abs() < 1e-6);
            }
        }
        let weighted = weighted_cronbach_alpha(&slices(&items), &vec![2.5; items[0].len()]).unwrap();
        prop_assert!((weighted.raw - alpha.raw).abs() < 1e-6);
    }

    #[test]
    fn alpha_equals_its_definition(items in any_items()) {
        let complete: Vec<usize> = (0..items[0].len())
            .filter(|row| items.iter().all(|item| !item[*row].is_nan()))
            .collect();
        let variance = |values: &[f64]| {
            #[expect(clippy::cast_precision_loss, reason = "at most 25")]
            let n = values.len() as f64;
            let mean = values.iter().sum::<f64>() / n;
            values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0)
        };
        let total: Vec<f64> =
            complete.iter().map(|row| items.iter().map(|item| item[*row]).sum()).collect();
        match cronbach_alpha(&slices(&items)) {
            Ok(alpha) => {
                let parts: f64 = items
                    .iter()
                    .map(|item| variance(&complete.iter().map(|row| item[*row]).collect::<Vec<_>>()))
                    .sum();
                #[expect(clippy::cast_precision_loss, reason = "at most 5")]
                let k = items.len() as f64;
                let expected = k / (k - 1.0) * (1.0 - parts / variance(&total));
                prop_assert!((alpha.raw - expected).abs() <= 1e-9 * expected.abs().max(1.0));
                prop_assert_eq!(alpha.n, complete.len() as u64);
                prop_assert!(numbers(&alpha).iter().all(|number| number.is_finite()));
            }
            Err(AlphaError::TooFewRows { rows }) => prop_assert_eq!(rows, complete.len() as u64),
            Err(AlphaError::NoVariance { item }) => {
                let values: Vec<f64> = complete.iter().map(|row| items[item][*row]).collect();
                prop_assert!(variance(&values) < 1e-20);
            }
            Err(AlphaError::NoTotalVariance) => prop_assert!(variance(&total) < 1e-9),
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    #[test]
    fn patterns_equal_a_slow_count(answers in prop::collection::vec(-2..=5_i8, 0..40)) {
        let answered: Vec<i8> = answers.iter().copied().filter(|level| *level > 0).collect();
        let slow = (0..answered.len())
            .flat_map(|from| (from..answered.len()).map(move |to| (from, to)))
            .filter(|&(from, to)| answered[from..=to].iter().all(|level| *level == answered[from]))
            .map(|(from, to)| to + 1 - from)
            .max()
            .unwrap_or(0);
        prop_assert_eq!(longest_run(&answers) as usize, slow);
        prop_assert!(longest_run(&answers) as usize <= answered.len());
        let reversed: Vec<i8> = answers.iter().rev().copied().collect();
        prop_assert_eq!(longest_run(&reversed), longest_run(&answers));
        prop_assert_eq!(intra_individual_sd(&reversed), intra_individual_sd(&answers));
        if let Some(sd) = intra_individual_sd(&answers) {
            #[expect(clippy::cast_precision_loss, reason = "at most 40")]
            let n = answered.len() as f64;
            let mean = answered.iter().map(|level| f64::from(*level)).sum::<f64>() / n;
            let squares: f64 = answered.iter().map(|level| (f64::from(*level) - mean).powi(2)).sum();
            prop_assert!((sd - (squares / (n - 1.0)).sqrt()).abs() < 1e-12);
        }
    }
}
