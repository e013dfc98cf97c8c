//! Tests awkward designs on made-up data; the numbers are those of `tests/fixtures/r/design.R`.

use std::collections::BTreeMap;

use crate::Labels;
use crate::design::{Columns, Design, DesignError, LonelyPsu, Nesting, StageColumns};
use crate::estimate::{self, Domain, Estimate, EstimateError, Linearisation};

use super::support::{Table, assert_close, number};

#[test]
fn awkward_designs_have_the_numbers_of_r() {
    let mut compared = 0;
    let mut samples = BTreeMap::new();
    for row in Table::read("r/design.csv").rows() {
        let sample = samples.entry(&row["case"]).or_insert_with_key(|case| Sample::of(case));
        let what = format!("{row:?}");
        let found = sample.statistic(&row["statistic"], &row["variable"], &row["domain"]);
        assert_close(found.value, number(&row["value"]).unwrap(), &what);
        assert_close(found.df, number(&row["df"]).unwrap(), &what);
        compared += 1;
        // Computed with survey 4.1, which compares a lonely PSU with 0; see the test below.
        if row["case"] == "lonely_psu_adjust" && row["statistic"] == "total" {
            continue;
        }
        for (found, column) in [
            (found.se, "se"),
            (found.deff, "deff"),
            (found.ci_low, "ci_low"),
            (found.ci_high, "ci_high"),
        ] {
            match (found, number(&row[column])) {
                (Some(found), Some(expected)) => assert_close(found, expected, &what),
                (None, None) => {}
                (found, expected) => panic!("{what}: {column} is {found:?}, not {expected:?}"),
            }
        }
    }
    assert_eq!(compared, 582);
}

/// Computed by hand, as R's survey does since 4.3: a lonely PSU is compared with the mean of all sampled PSUs.
#[test]
fn a_lonely_psu_is_compared_with_all_others_in_totals() {
    let labels = |names: [&str; 4]| Some(Labels::of(names));
    let design = Design::new(Columns {
        rows: 4,
        weights: Some(vec![2.0, 2.0, 2.0, 3.0]),
        stages: vec![StageColumns {
            strata: labels(["A", "A", "A", "B"]),
            clusters: labels(["1", "1", "2", "3"]),
            fpc: None,
        }],
        lonely: LonelyPsu::Adjust,
        nesting: Nesting::Unique,
    })
    .unwrap();
    let y = [2.0, 3.0, 7.0, 10.0];
    let se = |selected: [bool; 4]| estimate::total(&design, &y, &selected).unwrap().se;
    // PSUs 10 and 14, and the lonely 30, whose mean is 18: 2 · (2² + 2²) + 12².
    assert_close(se([true; 4]), 160_f64.sqrt(), "the whole");
    // PSUs 4 and 0 of stratum A, whose mean is 2, and 30; all three have the mean 34/3.
    let expected = (2.0 * (4.0 + 4.0) + (30.0 - 34.0 / 3.0_f64).powi(2)).sqrt();
    assert_close(se([true, false, false, true]), expected, "a domain");
    // Without a row in the lonely stratum there is nothing to compare.
    assert_close(se([true, true, false, false]), (2.0 * 50.0_f64).sqrt(), "stratum A");
    // Influences of a mean add up to 0, so that nothing changes for it.
    let mean = estimate::mean(&design, &y, &[true; 4]).unwrap();
    let z = [2.0 * (2.0 + 3.0), 2.0 * 7.0, 3.0 * 10.0].map(f64::from);
    let (sizes, mu) = ([4.0, 2.0, 3.0], mean.value);
    let u: Vec<f64> = z.iter().zip(sizes).map(|(z, size)| (z - mu * size) / 9.0).collect();
    let within = f64::midpoint(u[0], u[1]);
    let expected = 2.0 * ((u[0] - within).powi(2) + (u[1] - within).powi(2)) + u[2].powi(2);
    assert_close(mean.se, expected.sqrt(), "the mean");
}

#[test]
fn a_lonely_psu_fails_only_where_the_domain_has_a_row_in_its_stratum() {
    let table = Table::read("r/design_sample.csv").without("part", "ssu");
    let design = table.design("w", &[["s", "p", "N1"]]);
    let y = table.numbers("y");
    let lonely = DesignError::LonelyPsu { stage: 1, stratum: "D".to_owned() };
    assert_eq!(
        estimate::mean(&design, &y, &table.domain("s", "")),
        Err(EstimateError::Design(lonely))
    );
    let elsewhere = estimate::mean(&design, &y, &table.domain("s", "A"));
    assert_eq!(elsewhere.map(|estimate| estimate.df), Ok(3));
}

#[test]
fn a_lonely_second_stage_is_named_with_its_cluster() {
    let table = Table::read("r/design_sample.csv").without("part", "psu");
    let design = table.design("", &[["s", "p", "N1"], ["t", "u", "N2"]]);
    let mean = estimate::mean(&design, &table.numbers("y"), &table.domain("s", ""));
    let lonely = DesignError::LonelyPsu { stage: 2, stratum: "C3 / t2".to_owned() };
    assert_eq!(mean, Err(EstimateError::Design(lonely)));
}

#[test]
fn nothing_to_average_over_is_an_error() {
    let table = Table::read("r/design_sample.csv").without("part", "psu");
    let stages = [["", "p", "N1"], ["", "u", "N2"]];
    let mut columns = table.columns("w", &stages);
    columns.lonely = LonelyPsu::Average;
    for stage in &mut columns.stages {
        stage.fpc = Some(vec![1000.0; columns.rows]);
    }
    // Every school stands alone in its district.
    columns.stages[1].clusters = columns.stages[0].clusters.clone();
    let design = Design::new(columns).unwrap();
    let mean = estimate::mean(&design, &table.numbers("y"), &table.domain("s", ""));
    let nothing = DesignError::NothingToAverage { stage: 2, stratum: "A1".to_owned() };
    assert_eq!(mean, Err(EstimateError::Design(nothing)));
}

#[test]
fn a_lonely_stratum_that_was_drawn_completely_contributes_nothing() {
    let table = Table::read("r/design_sample.csv").without("part", "ssu");
    let mut columns = table.columns("w", &[["s", "p", "N1"]]);
    let fpc = columns.stages[0].fpc.as_mut().unwrap();
    for (fpc, stratum) in fpc.iter_mut().zip(table.names("s")) {
        if stratum == "D" {
            *fpc = 1.0;
        }
    }
    let complete = Design::new(columns).unwrap();
    let removed = with_lonely(table.columns("w", &[["s", "p", "N1"]]), LonelyPsu::Remove);
    let y = table.numbers("y");
    let selected = table.domain("s", "");
    let found = estimate::mean(&complete, &y, &selected).unwrap();
    let expected = estimate::mean(&removed, &y, &selected).unwrap();
    assert_close(found.se, expected.se, "se");
}

struct Sample {
    table: Table,
    design: Design,
    group: &'static str,
}

struct Found {
    value: f64,
    se: Option<f64>,
    df: f64,
    deff: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
}

impl From<Estimate> for Found {
    fn from(estimate: Estimate) -> Self {
        let Estimate { value, se, df, deff, n: _ } = estimate;
        Self { value, se: Some(se), df: small(df), deff, ci_low: None, ci_high: None }
    }
}

impl Sample {
    fn of(case: &str) -> Self {
        let made_up = Table::read("r/design_sample.csv");
        let main = made_up.without("part", "psu").without("part", "ssu");
        let lonely = |option: &str| match option {
            "remove" => LonelyPsu::Remove,
            "adjust" => LonelyPsu::Adjust,
            "average" => LonelyPsu::Average,
            other => panic!("no option {other}"),
        };
        if let Some(option) = case.strip_prefix("lonely_psu_") {
            let table = made_up.without("part", "ssu");
            let columns = table.columns("w", &[["s", "p", "N1"]]);
            return Self { design: with_lonely(columns, lonely(option)), table, group: "g" };
        }
        if let Some(option) = case.strip_prefix("lonely_ssu_") {
            let table = made_up.without("part", "psu");
            let columns = table.columns("", &[["s", "p", "N1"], ["t", "u", "N2"]]);
            return Self { design: with_lonely(columns, lonely(option)), table, group: "g" };
        }
        let api = case.starts_with("api");
        let (weights, stages): (_, &[[&str; 3]]) = match case {
            "rows" => ("w", &[]),
            "strata" => ("w", &[["s", "", ""]]),
            "clusters" => ("w", &[["", "p", ""]]),
            "strata_clusters_fpc" => ("w", &[["s", "p", "N1"]]),
            "nested_labels" => ("w", &[["s", "pn", "N1"]]),
            "two_stages" => ("", &[["s", "p", "N1"], ["", "u", "N2p"]]),
            "two_stages_strata" => ("", &[["s", "p", "N1"], ["t", "u", "N2"]]),
            "two_stages_fractions" => ("", &[["s", "p", "f1"], ["t", "u", "f2"]]),
            "three_stages" => ("", &[["s", "p", "N1"], ["t", "u", "N2"], ["", "v", "N3"]]),
            // What comes after a stage with replacement does not matter.
            "second_with_replacement" => {
                ("w", &[["s", "p", "N1"], ["t", "u", ""], ["", "v", "N3"]])
            }
            "apisrs" => ("pw", &[["", "", "fpc"]]),
            "apistrat" => ("pw", &[["stype", "", "fpc"]]),
            "apiclus1" => ("pw", &[["", "dnum", "fpc"]]),
            "apiclus2" => ("", &[["", "dnum", "fpc1"], ["", "snum", "fpc2"]]),
            other => panic!("no case {other}"),
        };
        let table = if api { Table::read(&format!("oracle/{case}.csv")) } else { main };
        let mut columns = table.columns(weights, stages);
        if case == "nested_labels" {
            columns.nesting = Nesting::WithinStrata;
        }
        let design = Design::new(columns).expect("a design");
        Self { table, design, group: if api { "stype" } else { "g" } }
    }

    fn statistic(&self, statistic: &str, variable: &str, domain: &str) -> Found {
        let Self { table, design, group } = self;
        let selected = |level: &str| table.domain(group, level);
        let pair = |separator: char| {
            let (first, second) = variable.split_once(separator).expect("two variables");
            (table.numbers(first), table.numbers(second))
        };
        if let Some(probability) = statistic.strip_prefix("quantile") {
            let probability = number(probability).expect("a probability");
            let y = table.numbers(variable);
            let found = estimate::quantile(design, &y, &selected(domain), probability)
                .expect("an estimate");
            let estimate::Quantile { value, se, ci_low, ci_high, df, n: _ } = found;
            return Found { value, se, df: small(df), deff: None, ci_low, ci_high };
        }
        let estimate = match statistic {
            "mean" => estimate::mean(design, &table.numbers(variable), &selected(domain)),
            "total" => estimate::total(design, &table.numbers(variable), &selected(domain)),
            "ratio" => {
                let (above, below) = pair('/');
                estimate::ratio(design, &above, &below, &selected(domain))
            }
            "share" => {
                let (codes, levels) = table.categories(variable);
                let shares =
                    estimate::shares(design, &codes, &levels, &selected("")).expect("an estimate");
                let share = shares.into_iter().find(|share| share.level == domain);
                Ok(share.expect("a level").estimate)
            }
            "difference of domains" => {
                let (first, second) = domain.split_once('-').expect("two domains");
                let y = table.numbers(variable);
                let mean = |level| {
                    Linearisation::mean(design, &y, &Domain::of(&selected(level)))
                        .expect("an estimate")
                };
                return self.difference(&mean(first), &mean(second));
            }
            "difference of variables" => {
                let (first, second) = pair('-');
                let (first, second) = self.complete(first, second);
                let mean = |y: &[f64]| {
                    Linearisation::mean(design, y, &Domain::whole(design)).expect("an estimate")
                };
                return self.difference(&mean(&first), &mean(&second));
            }
            "combined ratio" => {
                let (above, below) = pair('/');
                let (above, below) = self.complete(above, below);
                let total = |y: &[f64]| {
                    Linearisation::total(design, y, &Domain::whole(design)).expect("an estimate")
                };
                let (a, b) = (total(&above), total(&below));
                let (va, vb) = (a.value(), b.value());
                let gradient = [(1.0 / vb, &a), (-va / vb.powi(2), &b)];
                let ratio = Linearisation::combine(va / vb, &gradient)
                    .estimate(design)
                    .expect("an estimate");
                return Found { deff: None, ..ratio.into() };
            }
            other => panic!("no statistic {other}"),
        };
        estimate.expect("an estimate").into()
    }

    fn difference(&self, a: &Linearisation, b: &Linearisation) -> Found {
        let difference = estimate::difference(&self.design, a, b).expect("an estimate");
        let matrix = estimate::covariance(&self.design, &[a, b]).expect("an estimate");
        let variance = matrix[0][0] + matrix[1][1] - 2.0 * matrix[0][1];
        assert_close(variance.sqrt(), difference.se, "by covariance");
        let estimate::Difference { value, se, df } = difference;
        Found { value, se: Some(se), df, deff: None, ci_low: None, ci_high: None }
    }

    /// Both variables missing where one is.
    fn complete(&self, mut first: Vec<f64>, mut second: Vec<f64>) -> (Vec<f64>, Vec<f64>) {
        assert_eq!(first.len(), self.design.rows());
        for (a, b) in first.iter_mut().zip(&mut second) {
            if a.is_nan() || b.is_nan() {
                (*a, *b) = (f64::NAN, f64::NAN);
            }
        }
        (first, second)
    }
}

fn with_lonely(mut columns: Columns, lonely: LonelyPsu) -> Design {
    columns.lonely = lonely;
    Design::new(columns).expect("a design")
}

fn small(df: u64) -> f64 {
    f64::from(u32::try_from(df).expect("a small number"))
}
