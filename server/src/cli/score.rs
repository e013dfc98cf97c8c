//! `thuocdo score`: the scores of a wave, the same numbers as everywhere.

use anyhow::bail;
use survey_defs::analysis::{
    Detail, Grouping, Quality, SamplingBasis, ScoreCell, ScoreQuery, ScoreTable, Suppression,
    Weighting,
};
use survey_defs::ids::{MethodId, WaveId};
use survey_defs::method::Status;
use survey_defs::score::Node;
use survey_defs::wave::Population;

use super::output::{self, Format};
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;

/// Which scores.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
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
    /// Only some answers: `channel=kiosk`, `respondent_type=organisation`, `quality=unflagged`;
    /// repeatable.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filters: Vec<String>,
    /// How deep: overall, content, factor or item.
    #[arg(long, default_value = "factor")]
    detail: Detail,
    /// Every form weighs the same although dossier counts are known.
    #[arg(long)]
    plain: bool,
    /// Design effects and effective sample sizes as well (in JSON and CSV).
    #[arg(long)]
    design_effects: bool,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the scores.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let format = arguments.format;
    let storage = arguments.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let scoreboard = storage.scoreboard()?;
        let query = query(arguments)?;
        let table = scoreboard.table(&*store, &Definitions::embedded(), query).await?;
        match format {
            Format::Json => output::json(&table),
            Format::Csv => csv(&table),
            Format::Table => {
                print(&table);
                Ok(())
            }
        }
    })
    .await
}

fn query(arguments: Arguments) -> anyhow::Result<ScoreQuery> {
    let Arguments {
        wave,
        by,
        period,
        method,
        filters,
        detail,
        plain,
        design_effects,
        format: _,
        storage: _,
    } = arguments;
    let mut query = ScoreQuery {
        wave,
        by,
        method,
        period,
        channel: None,
        respondent_type: None,
        quality: Quality::All,
        group: None,
        detail,
        plain,
        design_effects,
    };
    for filter in filters {
        match filter.split_once('=') {
            Some(("channel", word)) => query.channel = Some(word.parse()?),
            Some(("respondent_type", word)) => query.respondent_type = Some(word.parse()?),
            Some(("quality", word)) => query.quality = word.parse()?,
            _ => bail!("“{filter}” is no filter; use channel=…, respondent_type=… or quality=…"),
        }
    }
    Ok(query)
}

/// The level of a node and its id.
pub(super) fn words(node: &Node) -> (&str, &str) {
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
        "{}: {population}; instrument {}; method {} v{} ({status}); {}; errors {}; log position {}; \
         n < {} suppressed{}",
        table.wave_title.vi,
        table.instrument,
        table.method.id,
        table.method.version,
        weighting(table.weighting),
        match table.sampling {
            SamplingBasis::Plan => "of the sample plan",
            SamplingBasis::AsCollected => "between the days of a unit (no random sample)",
        },
        table.data_position,
        table.min_n,
        if table.approximate_groups { "; former districts are approximate" } else { "" },
    ));
    let mut header = vec![table.by.to_string(), "n".to_owned()];
    header.extend(table.nodes.iter().map(|label| words(&label.node).1.to_owned()));
    let decimals = usize::from(table.method.decimals);
    let shown = |cell: &ScoreCell| match (cell.suppressed, cell.score) {
        (Some(Suppression::TooFew), _) => format!("n<{}", table.min_n),
        (Some(Suppression::Complementary), _) => "…".to_owned(),
        (None, Some(score)) => {
            let error = cell.precision.map(|one| format!(" ±{:.decimals$}", one.se));
            let mark = if cell.caution { "*" } else { "" };
            format!("{score:.decimals$}{}{mark}", error.unwrap_or_default())
        }
        (None, None) => "–".to_owned(),
    };
    let rows: Vec<Vec<String>> = table
        .groups
        .iter()
        .map(|group| {
            let n = group.cells.first().and_then(|cell| cell.n);
            let n = n.map_or_else(|| "…".to_owned(), |n| n.to_string());
            let mut row = vec![group.group.name.vi.clone(), n];
            row.extend(group.cells.iter().map(shown));
            row
        })
        .collect();
    output::table(&header, &rows);
    output::line(&format!(
        "± standard error; * n < {}: read with caution; … not published, because a cell with too few \
         forms could be computed from it",
        table.caution_n,
    ));
}

fn weighting(weighting: Weighting) -> String {
    match weighting {
        Weighting::Plain => "plain".to_owned(),
        Weighting::SampleWeights => "sample weights".to_owned(),
        Weighting::PostStratified { version } => {
            format!("post-stratified to dossier counts v{version}")
        }
    }
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
            let precision = cell.precision.as_ref();
            let number = |number: Option<f64>| number.map(|it| it.to_string()).unwrap_or_default();
            row.push(number(precision.map(|one| one.se)));
            row.push(text(precision.map(|one| one.df)));
            row.push(number(precision.map(|one| one.ci_low)));
            row.push(number(precision.map(|one| one.ci_high)));
            row.push(number(precision.and_then(|one| one.deff)));
            row.push(cell.caution.to_string());
            row.push(word(cell.suppressed));
            row.push(word(cell.counts_suppressed));
            row.push(weighting(table.weighting));
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
        "se",
        "df",
        "ci_low",
        "ci_high",
        "deff",
        "caution",
        "suppressed",
        "counts_suppressed",
        "weighting",
        "method",
        "data_position",
        "simulated",
    ];
    output::csv(&header, &rows)
}

/// The word of a closed set as it stands on the wire.
fn word(value: Option<impl serde::Serialize>) -> String {
    match value.map(serde_json::to_value) {
        Some(Ok(serde_json::Value::String(word))) => word,
        _ => String::new(),
    }
}
