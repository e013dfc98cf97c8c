//! `thuocdo analyse`: design-based estimates of a file of microdata.

/// The words after the command.
mod arguments;
/// Files of population totals.
mod margins;
/// Estimates on standard output.
mod print;

use anyhow::Context;
use scoring::analyse::analyse_with_remarks;

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
    let estimated = spawn_blocking(move || analyse_with_remarks(&bytes, &request));
    let (rows, remarks) = estimated.await?.context(name)?;
    for remark in &remarks {
        output::warning(remark);
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
