//! `thuocdo score`: the scores of a wave, the same numbers as everywhere.

use anyhow::bail;
use survey_defs::api::{Detail, Grouping, ScoreCell, ScoreQuery, ScoreTable};
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::method::Status;
use survey_defs::score::Node;
use survey_defs::wave::Population;

use super::output::{self, Format};
use super::{explain, storage};
use crate::definitions::Definitions;
use crate::scores::Scoreboard;

/// Which scores.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The grouping: city, district, ward, agency, branch, or month of receipt.
    #[arg(long)]
    by: Grouping,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<String>,
    /// The method; the wave's own if not given.
    #[arg(long)]
    method: Option<MethodId>,
    /// Only some answers: `channel=kiosk`, `respondent_type=organisation`; repeatable.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filters: Vec<String>,
    /// How deep: overall, content, factor or item.
    #[arg(long, default_value = "factor")]
    detail: Detail,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the scores.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let format = arguments.format;
    let store = storage::open(&arguments.storage).await?;
    let query = query(arguments)?;
    let scoreboard = Scoreboard::default();
    let table =
        scoreboard.table(&*store, &Definitions::embedded(), query).await.map_err(explain)?;
    match format {
        Format::Json => output::json(&table),
        Format::Csv => csv(&table),
        Format::Table => {
            print(&table);
            Ok(())
        }
    }
}

fn query(arguments: Arguments) -> anyhow::Result<ScoreQuery> {
    let Arguments { wave, by, period, method, filters, detail, format: _, storage: _ } = arguments;
    let mut query = ScoreQuery {
        wave,
        by,
        method,
        period,
        channel: None,
        respondent_type: None,
        group: None,
        detail,
    };
    for filter in filters {
        match filter.split_once('=') {
            Some(("channel", word)) => query.channel = Some(word.parse()?),
            Some(("respondent_type", word)) => query.respondent_type = Some(word.parse()?),
            _ => bail!("“{filter}” is no filter; use channel=… or respondent_type=…"),
        }
    }
    Ok(query)
}

/// The level of a node and its id.
fn words(node: &Node) -> (&str, &str) {
    match node {
        Node::Overall => ("overall", "overall"),
        Node::Content(id) => ("content", id.as_str()),
        Node::Factor(id) => ("factor", id.as_str()),
        Node::Item(id) => ("item", id.as_str()),
    }
}

fn print(table: &ScoreTable) {
    if table.simulated {
        output::line("DỮ LIỆU MÔ PHỎNG / SIMULATED DATA");
    }
    let population = match table.population {
        Population::Household => "household sample",
        Population::Transaction => "transactions (not SIPAS)",
    };
    let status = match table.method.status {
        Status::Confirmed => "confirmed",
        Status::Unconfirmed => "unconfirmed",
    };
    output::line(&format!(
        "{}: {population}; instrument {}; method {} v{} ({status}); log position {}; n < {} suppressed{}",
        table.wave_title.vi,
        table.instrument,
        table.method.id,
        table.method.version,
        table.data_position,
        table.min_n,
        if table.approximate_groups { "; former districts are approximate" } else { "" },
    ));
    let mut header = vec![table.by.to_string(), "n".to_owned()];
    header.extend(table.nodes.iter().map(|label| words(&label.node).1.to_owned()));
    let decimals = usize::from(table.method.decimals);
    let shown = |cell: &ScoreCell| match (cell.suppressed, cell.score) {
        (Some(_), _) => format!("n<{}", table.min_n),
        (None, Some(score)) => format!("{score:.decimals$}"),
        (None, None) => "–".to_owned(),
    };
    let rows: Vec<Vec<String>> = table
        .groups
        .iter()
        .map(|group| {
            let n = group.cells.first().and_then(|cell| cell.n);
            let n = n.map_or_else(|| format!("<{}", table.min_n), |n| n.to_string());
            let mut row = vec![group.group.name.vi.clone(), n];
            row.extend(group.cells.iter().map(shown));
            row
        })
        .collect();
    output::table(&header, &rows);
}

fn csv(table: &ScoreTable) -> anyhow::Result<()> {
    let text = |number: Option<u64>| number.map(|n| n.to_string()).unwrap_or_default();
    let mut rows = Vec::new();
    for group in &table.groups {
        for (label, cell) in table.nodes.iter().zip(&group.cells) {
            let counts = cell.counts.map(|counts| counts.levels.map(Some)).unwrap_or_default();
            let (level, node) = words(&label.node);
            let mut row = vec![
                group.group.key.clone(),
                group.group.name.vi.clone(),
                level.to_owned(),
                node.to_owned(),
                cell.score.map(|score| score.to_string()).unwrap_or_default(),
                text(cell.n),
            ];
            row.extend(counts.map(text));
            row.push(text(cell.counts.map(|counts| counts.not_applicable)));
            row.push(text(cell.counts.map(|counts| counts.no_answer)));
            row.push(if cell.suppressed.is_some() { "too_few" } else { "" }.to_owned());
            row.push(format!("{} v{}", table.method.id, table.method.version));
            row.push(table.data_position.to_string());
            row.push(table.simulated.to_string());
            rows.push(row);
        }
    }
    let header = [
        "group",
        "name",
        "level",
        "node",
        "score",
        "n",
        "level_1",
        "level_2",
        "level_3",
        "level_4",
        "level_5",
        "not_applicable",
        "no_answer",
        "suppressed",
        "method",
        "data_position",
        "simulated",
    ];
    output::csv(&header, &rows)
}
