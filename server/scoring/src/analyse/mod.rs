//! Design-based estimates of any file of microdata, with the meaning and the numbers of R's
//! `survey` package.
//!
//! A [`Request`] names the columns that say how the rows of a file were drawn, how weights are
//! adjusted to population totals, and what is estimated for which domains; [`analyse`] reads only
//! the columns that it needs and answers with [`Row`]s. Domains are estimated inside the full
//! design: rows outside count for the standard error, as in R's `subset` of a design.
//!
//! ```
//! use scoring::analyse::{Request, Sampling, Statistic, analyse};
//!
//! let file = b"street,weight,level\na,10,5\na,10,4\nb,20,2\nc,10,5\n";
//! let rows = analyse(
//!     file,
//!     &Request {
//!         sampling: Sampling {
//!             weight: Some("weight".to_owned()),
//!             psu: vec!["street".to_owned()],
//!             ..Sampling::default()
//!         },
//!         statistics: vec![Statistic::Mean("level".to_owned())],
//!         ..Request::default()
//!     },
//! )?;
//! assert_eq!((rows[0].estimate, rows[0].df, rows[0].n), (Some(3.6), 2, 4));
//! # Ok::<(), scoring::analyse::AnalyseError>(())
//! ```

mod request;
mod row;
mod error;

mod design;
mod domains;
mod estimates;
mod margin;
mod microdata;

#[cfg(test)]
mod tests;

pub use error::{AnalyseError, Place};
pub use margin::{MarginFile, read_margin};
pub use request::{
    Condition, PopulationTotal, Request, Sampling, ShareInterval, Statistic, Weighting,
};
pub use row::{Kind, NoEstimate, Row};
pub use statistics::design::{LonelyPsu, Nesting};
pub use statistics::interval::Level;
pub use statistics::weights::Margin;

use estimates::Estimator;
use microdata::{Microdata, Missing};
use statistics::design::Design;
use statistics::weights::StrangeWeight;

/// The estimates that a request asks of a file, delimited text (CSV) with a header or Parquet.
///
/// For each statistic the whole comes first, then each group of `by` in the order of its values:
/// numbers by size, words in Vietnamese order. Rows without a value are left out of a statistic,
/// rows without a `by` value are in no group. A group in which no row has a value has a row
/// without an estimate.
///
/// Reading Parquet blocks its thread; servers call this from a blocking task.
///
/// # Errors
/// See [`AnalyseError`]; the first problem that is met, with its column and row.
pub fn analyse(file: &[u8], request: &Request) -> Result<Vec<Row>, AnalyseError> {
    check(request)?;
    let (data, design) = read(file, request)?;
    estimate(&data, &design, request)
}

fn estimate(
    data: &Microdata,
    design: &Design,
    request: &Request,
) -> Result<Vec<Row>, AnalyseError> {
    let missing = Missing::new(&request.missing);
    for column in &request.likert {
        check_levels(data, column, &missing)?;
    }
    let domains = domains::all(data, design, request, &missing)?;
    let estimator = Estimator { request, data, missing: &missing, design, domains: &domains };
    let mut rows = Vec::new();
    for statistic in &request.statistics {
        rows.extend(estimator.rows(statistic)?);
    }
    Ok(rows)
}

/// The same with what whoever reads the estimates should know of the weights: one that is far from all others, and
/// how many a calibration has made negative, which no row can stand for. R's `calibrate` makes them, too, and says
/// nothing.
///
/// # Errors
/// Those of [`analyse`].
pub fn analyse_with_remarks(
    file: &[u8],
    request: &Request,
) -> Result<(Vec<Row>, Vec<String>), AnalyseError> {
    check(request)?;
    let (data, design) = read(file, request)?;
    let rows = estimate(&data, &design, request)?;
    Ok((rows, remarks(&data, &design, request)?))
}

fn remarks(
    data: &Microdata,
    design: &Design,
    request: &Request,
) -> Result<Vec<String>, AnalyseError> {
    let mut remarks = Vec::new();
    if let Some(column) = &request.sampling.weight {
        let weights = data.numbers(column, &Missing::of_design())?;
        let strange = StrangeWeight::among(&weights);
        remarks.extend(strange.map(|it| data.cell(column, it.row, it.to_string()).to_string()));
    }
    let negative = design.weights().iter().filter(|weight| **weight < 0.0).count();
    if negative > 0 {
        remarks.push(format!(
            "{negative} weights are negative after the calibration; rake, or merge cells of the margins"
        ));
    }
    Ok(remarks)
}

/// The columns that are needed, and the design with the weights that were asked for.
fn read(file: &[u8], request: &Request) -> Result<(Microdata, Design), AnalyseError> {
    let data = Microdata::read(file, &request.columns())?;
    let design = design::declare(&data, &request.sampling)?;
    let design = design::weigh(design, &data, &request.weighting)?;
    Ok((data, design))
}

fn check(request: &Request) -> Result<(), AnalyseError> {
    let refuse = |reason: &str| Err(AnalyseError::Request(reason.to_owned()));
    if request.statistics.is_empty() {
        return refuse("nothing to estimate was named");
    }
    let is_quantile = |statistic: &Statistic| matches!(statistic, Statistic::Quantile { .. });
    if request.level != Level::DEFAULT && request.statistics.iter().any(is_quantile) {
        return refuse("intervals of quantiles are 95% intervals; leave the level out");
    }
    let margins = request.weighting.margins();
    let is_repeated = |(place, margin): &(usize, &Margin)| {
        margins[..*place].iter().any(|other| other.name() == margin.name())
    };
    match margins.iter().enumerate().find(is_repeated) {
        Some((_, margin)) => refuse(&format!("two margins are called {}", margin.name())),
        None => Ok(()),
    }
}

/// Levels of satisfaction are the numbers 1 to 5.
fn check_levels(data: &Microdata, column: &str, missing: &Missing) -> Result<(), AnalyseError> {
    let is_level =
        |number: f64| (1..=5).map(f64::from).any(|level| level.total_cmp(&number).is_eq());
    let numbers = data.numbers(column, missing)?;
    match numbers.iter().position(|&number| !number.is_nan() && !is_level(number)) {
        Some(row) => {
            Err(data.cell(column, row, format!("{} is none of the levels 1 to 5", numbers[row])))
        }
        None => Ok(()),
    }
}
