//! `thuocdo analyse`: design-based estimates of a file of microdata.

/// The words after the command.
mod arguments;
/// Files of population totals.
mod margins;
/// Estimates on standard output.
mod print;

use anyhow::Context;
use scoring::analyse::{AnalyseError, Weighting, analyse, negative_weights};

use super::output::{self, Format};
use super::tables;
use crate::system::tasks::spawn_blocking;

pub(super) use arguments::Arguments;

/// Prints the estimates.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let format = arguments.format;
    let name = arguments.file.display().to_string();
    let bytes =
        std::fs::read(&arguments.file).with_context(|| format!("cannot read the file {name}"))?;
    let request = arguments.request()?;
    let notes = print::notes(&name, &request);
    let estimated = spawn_blocking(move || {
        let rows = analyse(&bytes, &request)?;
        let is_calibrated = matches!(request.weighting, Weighting::Calibrated { .. });
        let negative = if is_calibrated { negative_weights(&bytes, &request)? } else { 0 };
        Ok::<_, AnalyseError>((rows, negative))
    });
    let (rows, negative) = estimated.await?.context(name)?;
    if negative > 0 {
        output::warning(&format!(
            "{negative} weights are negative after the calibration; rake, or merge cells of the margins"
        ));
    }
    match format {
        Format::Json => output::json(&rows),
        Format::Csv => tables::csv(&print::table(&rows)),
        Format::Table => {
            for note in &notes {
                output::line(note);
            }
            tables::table(&print::table(&rows));
            Ok(())
        }
    }
}
