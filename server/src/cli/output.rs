//! Tables, JSON and CSV on standard output; failures and progress on standard error.

use std::io::{self, Write};

use comfy_table::presets::UTF8_FULL_CONDENSED;
use comfy_table::{CellAlignment, Table};
use serde::Serialize;

/// How numbers come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// A table for people.
    Table,
    /// JSON, with every field; of analyses the same as that of the HTTP interface.
    Json,
    /// CSV with a header.
    Csv,
}

/// Prints text as it is. A reader that has seen enough, such as `head`, is no error.
pub(crate) fn raw(text: &str) {
    let mut stdout = io::stdout().lock();
    match stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            failure(&format!("the output cannot be written: {error}"));
        }
        _ => {}
    }
}

/// Prints a line.
pub(crate) fn line(text: &str) {
    raw(&format!("{text}\n"));
}

/// Prints what went wrong.
pub(crate) fn failure(text: &str) {
    // On a full disk there may be nowhere to say it; the exit code still does.
    let _ = writeln!(io::stderr(), "thuocdo: {text}");
}

/// Tells on standard error how far something is.
pub(crate) fn progress(text: &str) {
    let _ = writeln!(io::stderr(), "{text}");
}

/// Prints on standard error what must not be overlooked.
pub(crate) fn warning(text: &str) {
    let _ = writeln!(io::stderr(), "thuocdo: warning: {text}");
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints rows as CSV.
pub(crate) fn csv(header: &[&str], rows: &[Vec<String>]) -> anyhow::Result<()> {
    csv_rows(&[header.iter().map(|&name| name.to_owned()).collect()])?;
    csv_rows(rows)
}

/// Prints further rows of a CSV whose header is out already.
pub(crate) fn csv_rows(rows: &[Vec<String>]) -> anyhow::Result<()> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    for row in rows {
        writer.write_record(row)?;
    }
    raw(&String::from_utf8(writer.into_inner()?)?);
    Ok(())
}

/// Prints rows as a table; the first column is text, the others are numbers.
pub(crate) fn table(header: &[String], rows: &[Vec<String>]) {
    let is_number: Vec<bool> = (0..header.len()).map(|place| place > 0).collect();
    aligned(header, rows, &is_number);
}

/// Prints rows as a table, with numbers to the right.
pub(crate) fn aligned(header: &[String], rows: &[Vec<String>], is_number: &[bool]) {
    let mut table = Table::new();
    table.load_style(UTF8_FULL_CONDENSED).set_header(header);
    for row in rows {
        table.add_row(row);
    }
    for (column, _) in table.column_iter_mut().zip(is_number).filter(|(_, right)| **right) {
        column.set_cell_alignment(CellAlignment::Right);
    }
    line(&table.to_string());
}
