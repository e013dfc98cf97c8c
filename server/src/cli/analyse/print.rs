//! Estimates on standard output.

use scoring::analyse::{PopulationTotal, Request, Row, Sampling, Weighting};

use crate::cli::output;

/// What a reader must know beside the numbers.
pub(super) fn notes(file: &str, request: &Request) -> Vec<String> {
    let Sampling { weight, strata, psu, fpc, lonely: _, nesting: _ } = &request.sampling;
    let mut parts = vec![file.to_owned()];
    let columns = [("weight", weight.as_slice()), ("strata", strata), ("PSU", psu), ("fpc", fpc)];
    for (what, columns) in columns {
        if !columns.is_empty() {
            parts.push(format!("{what} {}", columns.join(", ")));
        }
    }
    let (how, margins, totals) = match &request.weighting {
        Weighting::AsDrawn => ("", &[][..], &[][..]),
        Weighting::PostStratified(margin) => {
            ("post-stratified to", std::slice::from_ref(margin), &[][..])
        }
        Weighting::Raked(margins) => ("raked to", &margins[..], &[][..]),
        Weighting::Calibrated { margins, totals } => ("calibrated to", &margins[..], &totals[..]),
    };
    let margins = margins
        .iter()
        .map(|margin| format!("{how} {}, SHA-256 {}", margin.name(), margin.version()));
    let totals = totals
        .iter()
        .map(|PopulationTotal { column, total }| format!("{how} a total of {column} of {total}"));
    std::iter::once(parts.join("; ")).chain(margins).chain(totals).collect()
}

const HEADER: [&str; 11] = [
    "statistic",
    "variable",
    "level",
    "domain",
    "estimate",
    "se",
    "df",
    "deff",
    "ci_low",
    "ci_high",
    "n",
];

/// Prints every digit, for programs.
pub(super) fn csv(rows: &[Row]) -> anyhow::Result<()> {
    output::csv(&HEADER, &rows.iter().map(plain).collect::<Vec<_>>())
}

fn plain(row: &Row) -> Vec<String> {
    cells(row, |number| number.map(|number| number.to_string()).unwrap_or_default())
}

/// Prints a table for people.
pub(super) fn table(rows: &[Row]) {
    let shown = |number: Option<f64>| number.map_or_else(|| "–".to_owned(), |n| format!("{n:.4}"));
    let rows: Vec<Vec<String>> = rows.iter().map(|row| cells(row, shown)).collect();
    output::table(&HEADER.map(str::to_owned), &rows);
}

fn cells(row: &Row, number: impl Fn(Option<f64>) -> String) -> Vec<String> {
    let Row { statistic, variable, level, domain, estimate, se, df, deff, ci_low, ci_high, n } =
        row;
    vec![
        statistic.as_str().to_owned(),
        variable.clone(),
        level.clone().unwrap_or_default(),
        domain.clone().unwrap_or_default(),
        number(*estimate),
        number(*se),
        df.to_string(),
        number(*deff),
        number(*ci_low),
        number(*ci_high),
        n.to_string(),
    ]
}
