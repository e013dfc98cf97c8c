//! `thuocdo compare`: the units of a wave against the whole, each other, targets and an earlier
//! time.

/// For programs.
mod csv;
/// For people.
mod table;

use anyhow::bail;
use survey_defs::analysis::{ComparisonQuery, Grouping};
use survey_defs::ids::{MethodId, WaveId};

use super::output::{self, Format};
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;

/// What is compared.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The units: district, ward, agency or branch.
    #[arg(long)]
    by: Grouping,
    /// The part of the index: overall, content:policy, factor:access, item:access_signs.
    #[arg(long, default_value = "overall")]
    node: String,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<String>,
    /// The method; the wave's own if not given.
    #[arg(long)]
    method: Option<MethodId>,
    /// Only some answers: `channel=kiosk`, `respondent_type=organisation`; repeatable.
    #[arg(long = "where", value_name = "FIELD=VALUE")]
    filters: Vec<String>,
    /// A target in percent for every group and the whole; those of the plans if not given.
    #[arg(long, value_name = "PERCENT")]
    target: Option<f64>,
    /// The wave to compare with, of the same population.
    #[arg(long, value_name = "WAVE")]
    before_wave: Option<WaveId>,
    /// The period to compare with, of the same wave if no other is given.
    #[arg(long, value_name = "PERIOD")]
    before_period: Option<String>,
    /// Every form weighs the same although dossier counts are known.
    #[arg(long)]
    plain: bool,
    /// The joint error level of each kind of verdict.
    #[arg(long)]
    alpha: Option<f64>,
    /// How to print.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the comparison.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let format = arguments.format;
    let storage = arguments.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let scoreboard = storage.scoreboard()?;
        let query = query(arguments)?;
        let table = scoreboard.comparison(&*store, &Definitions::embedded(), query).await?;
        match format {
            Format::Json => output::json(&table),
            Format::Csv => csv::print(&table),
            Format::Table => {
                table::print(&table);
                Ok(())
            }
        }
    })
    .await
}

fn query(arguments: Arguments) -> anyhow::Result<ComparisonQuery> {
    let mut query = ComparisonQuery {
        wave: arguments.wave,
        by: arguments.by,
        node: Some(arguments.node),
        method: arguments.method,
        period: arguments.period,
        channel: None,
        respondent_type: None,
        target: arguments.target,
        before_wave: arguments.before_wave,
        before_period: arguments.before_period,
        plain: arguments.plain,
        alpha: arguments.alpha,
    };
    for filter in arguments.filters {
        match filter.split_once('=') {
            Some(("channel", word)) => query.channel = Some(word.parse()?),
            Some(("respondent_type", word)) => query.respondent_type = Some(word.parse()?),
            _ => bail!("“{filter}” is no filter; use channel=… or respondent_type=…"),
        }
    }
    Ok(query)
}
