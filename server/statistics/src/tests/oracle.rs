//! Tests estimators against published and reference numbers.

use crate::design::Design;
use crate::estimate::{self, Estimate};

use super::support::{Table, assert_close, number};

/// Every row of the published results that needs no adjusted weights.
#[test]
fn the_api_samples_have_the_numbers_of_r() {
    let mut compared = 0;
    for row in Table::read("oracle/expected.csv").rows() {
        let (case, likert) = match row["case"].strip_suffix("_likert") {
            Some(case) => (case, true),
            None => (row["case"].as_str(), false),
        };
        let Some((table, design)) = sample(case) else { continue };
        let sample = Sample { table, design, likert };
        let domain = row["domain"].strip_prefix("stype=").unwrap_or("");
        let found = sample.estimate(&row["statistic"], &row["variable"], (&row["level"], domain));

        let what = format!("{row:?}");
        assert_close(found.value, number(&row["estimate"]).unwrap(), &what);
        assert_close(found.se, number(&row["se"]).unwrap(), &what);
        if let Some(df) = number(&row["df"]) {
            assert_eq!(found.df.to_string(), df.to_string(), "{what}");
        }
        if let Some(deff) = number(&row["deff"]) {
            assert_close(found.deff.unwrap(), deff, &what);
        }
        compared += 1;
    }
    assert_eq!(compared, 86);
}

struct Sample {
    table: Table,
    design: Design,
    likert: bool,
}

impl Sample {
    fn estimate(&self, statistic: &str, variable: &str, (level, domain): (&str, &str)) -> Estimate {
        let Self { table, design, .. } = self;
        let selected = table.domain("stype", domain);
        let found = match statistic {
            "mean" => estimate::mean(design, &self.numbers(variable), &selected),
            "total" => estimate::total(design, &self.numbers(variable), &selected),
            "ratio" => {
                let (above, below) = variable.split_once('/').expect("a ratio");
                let (above, below) = (self.numbers(above), self.numbers(below));
                estimate::ratio(design, &above, &below, &selected)
            }
            "share" => {
                let (codes, levels) = self.categories(variable);
                let shares = estimate::shares(design, &codes, &levels, &selected);
                shares.map(|shares| {
                    let share = shares.into_iter().find(|share| share.level == level);
                    share.expect("a level").estimate
                })
            }
            other => panic!("no statistic {other}"),
        };
        found.expect("an estimate")
    }

    fn numbers(&self, variable: &str) -> Vec<f64> {
        match variable {
            "likert" if self.likert => self.likert().into_iter().map(f64::from).collect(),
            "top2" if self.likert => {
                self.likert().into_iter().map(|level| f64::from(u8::from(level >= 4))).collect()
            }
            other => self.table.numbers(other),
        }
    }

    fn categories(&self, variable: &str) -> (Vec<Option<u32>>, Vec<String>) {
        if variable == "likert" {
            let codes = self.likert().into_iter().map(|level| Some(u32::from(level) - 1)).collect();
            (codes, (1..=5).map(|level| level.to_string()).collect())
        } else {
            self.table.categories(variable)
        }
    }

    /// `api00` cut at 500, 600, 700 and 800, right-closed.
    fn likert(&self) -> Vec<u8> {
        let level = |y: &f64| {
            1 + [500.0, 600.0, 700.0, 800.0].map(|cut| u8::from(*y > cut)).iter().sum::<u8>()
        };
        self.table.numbers("api00").iter().map(level).collect()
    }
}

fn sample(case: &str) -> Option<(Table, Design)> {
    let (file, weights, stages): (_, _, &[[&str; 3]]) = match case {
        "apisrs" => ("apisrs", "pw", &[["", "", "fpc"]]),
        "apistrat" => ("apistrat", "pw", &[["stype", "", "fpc"]]),
        "apiclus1" => ("apiclus1", "pw", &[["", "dnum", "fpc"]]),
        "apiclus1_nofpc" => ("apiclus1", "pw", &[["", "dnum", ""]]),
        "apiclus2" => ("apiclus2", "", &[["", "dnum", "fpc1"], ["", "snum", "fpc2"]]),
        "apiclus2_1stage" => ("apiclus2", "pw", &[["", "dnum", ""]]),
        _ => return None,
    };
    let table = Table::read(&format!("oracle/{file}.csv"));
    let design = table.design(weights, stages);
    Some((table, design))
}
