//! `thuocdo score`: the scores of a wave, the same numbers as everywhere.

use survey_defs::analysis::{Detail, GroupKey, Grouping, ScoreQuery};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;

use super::storage::{self, Access};
use super::tables::{AnalysisArgs, print_as};
use crate::catalogue::definitions::Definitions;

/// Which scores.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<PeriodRef>,
    /// The grouping: city, district, ward, agency, branch, or month of receipt.
    #[arg(long)]
    by: Grouping,
    /// Only this group: city, a unit such as 00004@2025-07-01, or a month such as 2026-03.
    #[arg(long)]
    group: Option<GroupKey>,
    /// The level of detail: overall, content, factor or item.
    #[arg(long, default_value = "factor")]
    detail: Detail,
    /// Also print design effects and effective sample sizes (JSON and CSV).
    #[arg(long)]
    design_effects: bool,
    #[command(flatten)]
    common: AnalysisArgs,
}

/// Prints the scores.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, period, by, group, detail, design_effects, common } = arguments;
    let selection = common.selection()?;
    let query = ScoreQuery { wave, period, by, group, detail, design_effects, selection };
    let storage = common.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let analysis = storage.analysis()?;
        let table = analysis.result(&*store, &Definitions::embedded(), query).await;
        print_as(common.format, &*table?)
    })
    .await
}
