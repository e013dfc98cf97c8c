//! What holds for any file.

use proptest::prelude::*;

use super::columns;
use crate::analyse::{
    Condition, LonelyPsu, Nesting, Request, Sampling, ShareInterval, Statistic, analyse,
};

/// Any design of the columns w, s, p and n, and every statistic of y and z.
fn requests() -> impl Strategy<Value = Request> {
    let sampling = (
        any::<[bool; 4]>(),
        prop::sample::select(vec![
            LonelyPsu::Fail,
            LonelyPsu::Remove,
            LonelyPsu::Adjust,
            LonelyPsu::Average,
        ]),
        prop::sample::select(vec![Nesting::Unique, Nesting::WithinStrata]),
    );
    let intervals = vec![ShareInterval::T, ShareInterval::Logit, ShareInterval::Beta];
    (sampling, prop::sample::select(intervals), any::<[bool; 2]>()).prop_map(
        |(([weight, strata, psu, fpc], lonely, nesting), share_interval, [by, condition])| {
            let column = |is_there: bool, name: &str| {
                if is_there { columns(&[name]) } else { Vec::new() }
            };
            Request {
                sampling: Sampling {
                    weight: weight.then(|| "w".to_owned()),
                    strata: column(strata, "s"),
                    psu: column(psu, "p"),
                    fpc: column(fpc, "n"),
                    lonely,
                    nesting,
                },
                statistics: vec![
                    Statistic::Mean("y".to_owned()),
                    Statistic::Total("y".to_owned()),
                    Statistic::Ratio { numerator: "y".to_owned(), denominator: "z".to_owned() },
                    Statistic::Share("z".to_owned()),
                    Statistic::Quantile { column: "y".to_owned(), probability: 0.5 },
                ],
                by: column(by, "g"),
                conditions: column(condition, "s")
                    .into_iter()
                    .map(|column| Condition { column, value: "0".to_owned() })
                    .collect(),
                share_interval,
                ..Request::default()
            }
        },
    )
}

fn files() -> impl Strategy<Value = String> {
    let value = prop_oneof![
        4 => (-3..4).prop_map(|value: i32| value.to_string()),
        1 => Just(String::new()),
        1 => prop::sample::select(vec!["1e300", "-1e300", "1e-300", "0.1"]).prop_map(str::to_owned),
    ];
    let row = (1..4, 0..2, 0..4, 0..3, value.clone(), value)
        .prop_map(|(w, s, p, g, y, z)| format!("{w},{s},{p},{},{g},{y},{z}\n", 9 + s));
    prop::collection::vec(row, 1..12).prop_map(|rows| format!("w,s,p,n,g,y,z\n{}", rows.concat()))
}

proptest! {
    /// Whatever small file: an error that says why, or numbers.
    #[test]
    fn nothing_but_numbers_comes_out(file in files(), request in requests()) {
        match analyse(file.as_bytes(), &request) {
            Err(error) => prop_assert!(!error.to_string().contains("NaN"), "{}", error),
            Ok(rows) => for row in rows {
                let numbers = [row.estimate, row.se, row.deff, row.ci_low, row.ci_high];
                prop_assert!(numbers.iter().flatten().all(|number| number.is_finite()), "{row:?}");
                prop_assert!(row.se.is_none_or(|se| se >= 0.0));
                let ends = row.ci_low.zip(row.ci_high);
                prop_assert!(ends.is_none_or(|(low, high)| low <= high), "{row:?}");
                prop_assert!(row.estimate.is_some() || row.domain.is_some(), "{row:?}");
            }
        }
    }

    /// The order of rows means nothing.
    #[test]
    fn rows_may_stand_in_any_order(file in files(), request in requests()) {
        let (header, rows) = file.split_once('\n').unwrap();
        let mut rows: Vec<&str> = rows.lines().collect();
        rows.reverse();
        let reversed = format!("{header}\n{}\n", rows.join("\n"));
        let huge = file.contains("e300") || file.contains("e-300");
        prop_assume!(!huge);
        let close = |a: Option<f64>, b: Option<f64>| match (a, b) {
            (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * (1.0 + a.abs()),
            (a, b) => a == b,
        };
        match (analyse(file.as_bytes(), &request), analyse(reversed.as_bytes(), &request)) {
            (Ok(first), Ok(second)) => {
                prop_assert_eq!(first.len(), second.len());
                for (first, second) in first.iter().zip(&second) {
                    prop_assert_eq!((&first.domain, first.df, first.n), (&second.domain, second.df, second.n));
                    prop_assert!(close(first.estimate, second.estimate), "{first:?} {second:?}");
                    prop_assert!(close(first.se, second.se), "{first:?} {second:?}");
                }
            }
            (first, second) => prop_assert_eq!(first.is_err(), second.is_err()),
        }
    }
}
