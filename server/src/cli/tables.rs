//! Analyses on the command line: what all of them are asked alike, and how they are printed.

use std::mem::discriminant;

use anyhow::bail;
use serde::Serialize;
use survey_defs::analysis::{
    Cell, Column, Condition, Kind, Overview, Selection, Table, Tabular, Weights,
};
use survey_defs::ids::MethodId;
use survey_defs::score::Node;
use survey_defs::text::{Language, Text};

use super::output::{self, Format};
use super::storage;

/// What all analyses are asked alike.
#[derive(Debug, clap::Args)]
pub(super) struct AnalysisArgs {
    /// The method; the default is that of each wave.
    #[arg(long)]
    method: Option<MethodId>,
    /// Only some answers: `channel=kiosk`, `respondent_type=organisation`, `quality=unflagged`;
    /// repeatable.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    conditions: Vec<Condition>,
    /// Whether forms are weighted to the dossier counts: `known` (if there are any) or `none`. The
    /// weights of a sample plan always apply.
    #[arg(long, default_value = "known")]
    weights: Weights,
    /// The output format.
    #[arg(long, value_enum, default_value = "table")]
    pub(super) format: Format,
    #[command(flatten)]
    pub(super) storage: storage::Options,
}

impl AnalysisArgs {
    /// Which answers, and how they are scored.
    ///
    /// # Errors
    /// A field has two conditions.
    pub(super) fn selection(&self) -> anyhow::Result<Selection> {
        let Self { method, conditions, weights, .. } = self;
        for (place, one) in conditions.iter().enumerate() {
            let is_same_field = |other: &&Condition| discriminant(*other) == discriminant(one);
            if let Some(other) = conditions[..place].iter().find(is_same_field) {
                bail!("--where {other} and --where {one} are about one field; ask once for each");
            }
        }
        let asked = Selection { method: method.clone(), weights: *weights, ..Selection::default() };
        Ok(conditions.iter().copied().fold(asked, Selection::only))
    }
}

/// Prints a result.
pub(super) fn print_as<T: Tabular + Serialize>(format: Format, result: &T) -> anyhow::Result<()> {
    match format {
        Format::Json => output::json(result),
        Format::Csv => csv(&result.records()),
        Format::Table => {
            let Overview { notes, tables, remarks } = result.overview();
            each_line(&notes);
            tables.iter().for_each(table);
            each_line(&remarks);
            Ok(())
        }
    }
}

fn each_line(texts: &[Text]) {
    for text in texts {
        output::line(&text.en);
    }
}

/// Prints a table for programs, with a header.
pub(super) fn csv(table: &Table) -> anyhow::Result<()> {
    let header: Vec<&str> = table.columns().iter().map(|column| column.key.as_str()).collect();
    output::csv(&header, &raw(table))
}

/// Prints further rows of a table whose header is out already.
pub(super) fn csv_rows(table: &Table) -> anyhow::Result<()> {
    output::csv_rows(&raw(table))
}

fn raw(table: &Table) -> Vec<Vec<String>> {
    table.rows().iter().map(|row| row.iter().map(Cell::raw).collect()).collect()
}

/// Prints a table for people.
pub(super) fn table(table: &Table) {
    let header: Vec<String> = table.columns().iter().map(heading).collect();
    let row = |row: &Vec<Cell>| row.iter().map(shown).collect();
    let rows: Vec<Vec<String>> = table.rows().iter().map(row).collect();
    let is_number: Vec<bool> =
        table.columns().iter().map(|column| column.kind == Kind::Numbers).collect();
    output::aligned(&header, &rows, &is_number);
}

fn heading(column: &Column) -> String {
    let Column { key, title, kind: _ } = column;
    // Titles of statements are sentences; a part of the index is known by its key.
    let is_part = key.parse::<Node>().is_ok();
    if is_part { key.clone() } else { title.en.clone() }
}

/// The command line speaks English, but names are those on the signs of offices.
fn shown(cell: &Cell) -> String {
    match cell {
        Cell::Name(name) => name.vi.clone(),
        Cell::Score { se, caution, .. } => {
            let score = cell.shown(Language::En);
            let se = se.map(|se| format!(" ±{}", cell.with_its_decimals(se, Language::En)));
            [score, se.unwrap_or_default(), if *caution { "*".into() } else { String::new() }]
                .concat()
        }
        Cell::Empty
        | Cell::Missing
        | Cell::Suppressed { .. }
        | Cell::Key(_)
        | Cell::Text(_)
        | Cell::Count { .. }
        | Cell::Number { .. }
        | Cell::Difference { .. }
        | Cell::Share { .. }
        | Cell::Day(_)
        | Cell::Flag(_) => cell.shown(Language::En),
    }
}
