//! Tables, JSON and CSV on standard output; failures and progress on standard error.

use std::borrow::Cow;
use std::fmt::Write as _;
use std::io::{self, IsTerminal, Write};

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

/// Prints a line, or several.
pub(crate) fn line(text: &str) {
    raw(&format!("{}\n", visible(text)));
}

/// Prints what went wrong.
pub(crate) fn failure(text: &str) {
    // On a full disk there may be nowhere to say it; the exit code still does.
    let _ = writeln!(io::stderr(), "thuocdo: {}", visible(text));
}

/// Tells on standard error how far something is.
pub(crate) fn progress(text: &str) {
    let _ = writeln!(io::stderr(), "{}", visible(text));
}

/// Prints on standard error what must not be overlooked.
pub(crate) fn warning(text: &str) {
    let _ = writeln!(io::stderr(), "thuocdo: warning: {}", visible(text));
}

/// Text in which every character that a terminal obeys, or that changes the order in which a line is
/// read, is written as in JSON: `\u202e`. JSON stays the same JSON, because such characters stand in
/// its strings only.
fn visible(text: &str) -> Cow<'_, str> {
    if !text.contains(is_obeyed) {
        return Cow::Borrowed(text);
    }
    let mut visible = String::with_capacity(text.len());
    for character in text.chars() {
        if is_obeyed(character) {
            let _ = write!(visible, "\\u{:04x}", u32::from(character));
        } else {
            visible.push(character);
        }
    }
    Cow::Owned(visible)
}

/// Whether a terminal does something at this character instead of showing it.
fn is_obeyed(character: char) -> bool {
    match character {
        '\n' | '\t' => false,
        // Marks, embeddings, overrides and isolates of the bidirectional algorithm; line separators.
        '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
            true
        }
        _ => character.is_control(),
    }
}

/// Prints a value as JSON.
pub(crate) fn json(value: &impl Serialize) -> anyhow::Result<()> {
    line(&serde_json::to_string_pretty(value)?);
    Ok(())
}

/// Prints rows in a format: as JSON what they are, else their cells below a header.
pub(crate) fn rows<R: Serialize, const N: usize>(
    format: Format,
    header: [&str; N],
    rows: &[R],
    cells: impl Fn(&R) -> Vec<String>,
) -> anyhow::Result<()> {
    let all = || rows.iter().map(&cells).collect::<Vec<_>>();
    match format {
        Format::Json => json(&rows),
        Format::Csv => csv(&header, &all()),
        Format::Table => {
            table(&header.map(|name| name.replace('_', " ")), &all());
            Ok(())
        }
    }
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
        for cell in row {
            writer.write_field(&*no_formula(cell))?;
        }
        writer.write_record(None::<&[u8]>)?;
    }
    let text = String::from_utf8(writer.into_inner()?)?;
    if io::stdout().is_terminal() {
        raw(&visible(&text));
    } else {
        raw(&text);
    }
    Ok(())
}

/// A cell that a spreadsheet shows as it is. Names and reasons come from outside, and a spreadsheet
/// computes what begins like a formula; negative numbers begin like one, and stay numbers.
fn no_formula(cell: &str) -> Cow<'_, str> {
    let begins_like_one = cell.starts_with(['=', '+', '-', '@', '\t', '\r', '\n']);
    if begins_like_one && cell.parse::<f64>().is_err() {
        Cow::Owned(format!("'{cell}"))
    } else {
        Cow::Borrowed(cell)
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_terminal_obeys_nothing_that_is_printed() {
        let sent = "{\"t\":\"a\u{9b}2J\u{202e}b\u{85}\u{7}\u{1b}[31m\"}\n\tđúng 👍🏽 \u{200d}";
        let shown = visible(sent);
        assert_eq!(
            shown,
            "{\"t\":\"a\\u009b2J\\u202eb\\u0085\\u0007\\u001b[31m\"}\n\tđúng 👍🏽 \u{200d}"
        );
        assert!(matches!(visible("Phường Ba Đình\n"), Cow::Borrowed(_)));
        let json = "{\"comment\":\"a\u{202e}b\u{9b}\"}";
        let value: serde_json::Value = serde_json::from_str(&visible(json)).unwrap();
        assert_eq!(value["comment"], "a\u{202e}b\u{9b}");
    }

    #[test]
    fn a_spreadsheet_computes_nothing_that_is_printed() {
        for formula in ["=1+1", "=cmd|'/C x'!A0", "+A1", "-A1", "@SUM(1)", "\t=1", "\r=1", "-1+1"] {
            assert_eq!(no_formula(formula), format!("'{formula}"));
        }
        for plain in ["", "-0.5", "+3", "-1e-9", "Quầy 1 = một cửa", "'=1", "a-b", "-inf"] {
            assert_eq!(no_formula(plain), plain);
        }
    }
}
