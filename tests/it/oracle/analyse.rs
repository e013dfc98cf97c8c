//! Compares the numbers of `analyse` with those of R's `survey`, row by row.

use std::collections::BTreeMap;

use scoring::analyse::{
    Condition, Kind, Margin, MarginFile, PopulationTotal, Request, Row, Sampling, ShareInterval,
    Statistic, Weighting, analyse, read_margin,
};

const SRS: &str = include_str!("../../fixtures/oracle/apisrs.csv");
const STRAT: &str = include_str!("../../fixtures/oracle/apistrat.csv");
const CLUS1: &str = include_str!("../../fixtures/oracle/apiclus1.csv");
const CLUS2: &str = include_str!("../../fixtures/oracle/apiclus2.csv");

/// Given with the data.
const EXPECTED: &str = include_str!("../../fixtures/oracle/expected.csv");
/// Computed by the script beside it.
const ANALYSE: &str = include_str!("../../fixtures/r/analyse.csv");

/// A row of expected numbers; empty fields are not given.
#[derive(Debug, serde::Deserialize)]
struct ExpectedEstimate {
    case: String,
    statistic: String,
    variable: String,
    level: Option<String>,
    domain: Option<String>,
    estimate: f64,
    se: f64,
    df: Option<u64>,
    deff: Option<f64>,
    ci_low: Option<f64>,
    ci_high: Option<f64>,
}

#[test]
fn every_row_of_the_oracle_is_met() {
    assert_eq!(check(EXPECTED), 90);
}

#[test]
fn adjusted_weights_groups_quantiles_and_intervals_of_shares_are_those_of_r() {
    assert_eq!(check(ANALYSE), 143);
}

/// Compares every row of a file of expected numbers; gives their number.
fn check(expected: &str) -> usize {
    let rows: Vec<ExpectedEstimate> =
        csv::Reader::from_reader(expected.as_bytes()).deserialize().map(Result::unwrap).collect();
    for row in &rows {
        let (file, request) = asked(row);
        let found = analyse(with_likert(file).as_bytes(), &request).unwrap();
        let found: Vec<&Row> = found
            .iter()
            .filter(|found| found.level == row.level && found.domain == row.domain)
            .collect();
        let &[found] = &found[..] else { panic!("{} rows for {row:?}", found.len()) };
        assert_eq!((found.statistic.as_str(), &found.variable), (&*row.statistic, &row.variable));
        assert_close("estimate", found.estimate, Some(row.estimate), row);
        assert_close("se", found.se, Some(row.se), row);
        if let Some(df) = row.df {
            assert_eq!(found.df, df, "{row:?}");
        }
        assert_close("deff", found.deff, row.deff, row);
        assert_close("ci_low", found.ci_low, row.ci_low, row);
        assert_close("ci_high", found.ci_high, row.ci_high, row);
    }
    rows.len()
}

/// What was given, to 1e-9 of itself; a standard error of nothing but rounding is 0.
fn assert_close(what: &str, found: Option<f64>, expected: Option<f64>, row: &ExpectedEstimate) {
    let Some(expected) = expected else { return };
    let found = found.unwrap_or_else(|| panic!("no {what} for {row:?}"));
    let tolerance = (1e-9 * expected.abs()).max(1e-12);
    assert!((found - expected).abs() <= tolerance, "{what} {found} for {row:?}");
}

/// The file and the request of an expected row: its design, its statistic and its domain.
fn asked(row: &ExpectedEstimate) -> (&'static str, Request) {
    let columns = |names: &[&str]| names.iter().map(|&name| name.to_owned()).collect();
    let weight = Some("pw".to_owned());
    let rows = Sampling { weight: weight.clone(), fpc: columns(&["fpc"]), ..Sampling::default() };
    let strata = Sampling { strata: columns(&["stype"]), ..rows.clone() };
    let clusters = Sampling { psu: columns(&["dnum"]), ..rows.clone() };
    let replaced = Sampling { weight, psu: columns(&["dnum"]), ..Sampling::default() };
    let stages = Sampling {
        psu: columns(&["dnum", "snum"]),
        fpc: columns(&["fpc1", "fpc2"]),
        ..Sampling::default()
    };
    let adjusted = |design: Sampling, weighting: Weighting| (design, weighting);
    let drawn = |design: Sampling| (design, Weighting::AsDrawn);
    let (file, (sampling, weighting)) = match row.case.trim_end_matches("_likert") {
        "apisrs" => (SRS, drawn(rows)),
        "apistrat" | "strat" | "strat_logit" | "strat_beta" => (STRAT, drawn(strata)),
        "apiclus1" | "clus1" | "clus1_logit" | "clus1_beta" => (CLUS1, drawn(clusters)),
        "apiclus1_nofpc" => (CLUS1, drawn(replaced)),
        "apiclus2" | "clus2" => (CLUS2, drawn(stages)),
        "apiclus2_1stage" => (CLUS2, drawn(replaced)),
        "apiclus1_poststratified" => {
            (CLUS1, adjusted(clusters, Weighting::PostStratified(school_types())))
        }
        "apiclus1_raked" => {
            (CLUS1, adjusted(clusters, Weighting::Raked(vec![school_types(), growth()])))
        }
        "post" => (STRAT, adjusted(strata, Weighting::PostStratified(growth()))),
        "cross" => (STRAT, adjusted(strata, Weighting::PostStratified(crossed()))),
        "raked" => (STRAT, adjusted(strata, Weighting::Raked(vec![growth(), awards()]))),
        "both" => {
            let margins = vec![growth(), awards()];
            (STRAT, adjusted(strata, Weighting::Calibrated { margins, totals: Vec::new() }))
        }
        "linear" | "linear_logit" | "linear_beta" => {
            let totals = vec![PopulationTotal { column: "api99".to_owned(), total: 3_914_069.0 }];
            let margins = vec![school_types()];
            (CLUS1, adjusted(clusters, Weighting::Calibrated { margins, totals }))
        }
        other => panic!("{other} has no design"),
    };
    let share_interval = match row.case.rsplit_once('_') {
        Some((_, "logit")) => ShareInterval::Logit,
        Some((_, "beta")) => ShareInterval::Beta,
        _ => ShareInterval::T,
    };
    let (by, conditions) = domain(row);
    let request = Request {
        sampling,
        weighting,
        statistics: vec![statistic(row)],
        by,
        conditions,
        missing: columns(&["NA"]),
        share_interval,
        ..Request::default()
    };
    (file, request)
}

fn statistic(row: &ExpectedEstimate) -> Statistic {
    let variable = row.variable.clone();
    match &*row.statistic {
        "mean" => Statistic::Mean(variable),
        "total" => Statistic::Total(variable),
        "ratio" => {
            let (numerator, denominator) = variable.split_once('/').unwrap();
            let (numerator, denominator) = (numerator.to_owned(), denominator.to_owned());
            Statistic::Ratio { numerator, denominator }
        }
        "share" => Statistic::Share(variable),
        "quantile" => {
            let probability = row.level.as_ref().unwrap().parse().unwrap();
            Statistic::Quantile { column: variable, probability }
        }
        other => panic!("{other} is no statistic"),
    }
}

/// As groups, but for one case in which the domain is a condition.
fn domain(row: &ExpectedEstimate) -> (Vec<String>, Vec<Condition>) {
    let pairs = row.domain.iter().flat_map(|domain| domain.split(';'));
    let pairs: Vec<(&str, &str)> = pairs.map(|pair| pair.split_once('=').unwrap()).collect();
    if row.case == "clus2" && pairs.iter().any(|(column, _)| *column == "stype") {
        let condition = |(column, value): (&str, &str)| Condition {
            column: column.to_owned(),
            value: value.to_owned(),
        };
        return (Vec::new(), pairs.into_iter().map(condition).collect());
    }
    (pairs.into_iter().map(|(column, _)| column.to_owned()).collect(), Vec::new())
}

fn school_types() -> Margin {
    margin("stype", "stype,total\nE,4421\nH,755\nM,1018\n")
}

fn growth() -> Margin {
    margin("sch.wide", "sch.wide,total\nNo,1072\nYes,5122\n")
}

fn awards() -> Margin {
    margin("awards", "awards,total\nNo,2027\nYes,4167\n")
}

fn crossed() -> Margin {
    let cells = "E,No,472\nE,Yes,3949\nH,No,334\nH,Yes,421\nM,No,266\nM,Yes,752\n";
    margin("crossed", &format!("stype,sch.wide,total\n{cells}"))
}

fn margin(name: &str, content: &str) -> Margin {
    read_margin(MarginFile { name, version: "1", content: content.as_bytes() }).unwrap()
}

/// The file with `api00` cut into the levels 1 to 5 and the share of the upper two.
fn with_likert(file: &str) -> String {
    let mut reader = csv::Reader::from_reader(file.as_bytes());
    let mut writer = csv::Writer::from_writer(Vec::new());
    let mut header = reader.headers().unwrap().clone();
    let api00 = header.iter().position(|name| name == "api00").unwrap();
    header.extend(["likert", "top2"]);
    writer.write_record(&header).unwrap();
    for record in reader.records() {
        let mut record = record.unwrap();
        let score: f64 = record[api00].parse().unwrap();
        let level = 1 + [500.0, 600.0, 700.0, 800.0].iter().filter(|&&cut| score > cut).count();
        record.extend([level.to_string(), u8::from(level >= 4).to_string()]);
        writer.write_record(&record).unwrap();
    }
    String::from_utf8(writer.into_inner().unwrap()).unwrap()
}

#[test]
fn the_oracle_covers_every_kind_of_estimate() {
    let mut kinds: BTreeMap<&str, usize> = BTreeMap::new();
    let rows: Vec<ExpectedEstimate> = [EXPECTED, ANALYSE]
        .iter()
        .flat_map(|file| csv::Reader::from_reader(file.as_bytes()).into_deserialize())
        .map(Result::unwrap)
        .collect();
    for row in &rows {
        *kinds.entry(&row.statistic).or_default() += 1;
    }
    let all = [Kind::Mean, Kind::Quantile, Kind::Ratio, Kind::Share, Kind::Total];
    assert_eq!(kinds.into_keys().collect::<Vec<_>>(), all.map(Kind::as_str));
}
