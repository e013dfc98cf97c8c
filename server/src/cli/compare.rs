//! `thuocdo compare`: the units of a wave against the whole, each other, targets and an earlier
//! time.

use survey_defs::analysis::{ComparisonQuery, Grouping};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;
use survey_defs::score::Node;

use super::storage::{self, Access};
use super::tables::{AnalysisArgs, print_as};
use crate::catalogue::definitions::Definitions;

/// What is compared.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// A reporting period: 2026-q1, thanh-xuan:2026-q1, 2026-03, 2026 or 2026-01-01..2026-01-31.
    #[arg(long)]
    period: Option<PeriodRef>,
    /// The units: district, ward, agency or branch.
    #[arg(long)]
    by: Grouping,
    /// The part of the index: overall, content:policy, factor:access, item:access_signs.
    #[arg(long, default_value = "overall")]
    node: Node,
    /// A target in percent for every group and the whole; the default is the targets of the plans.
    #[arg(long, value_name = "PERCENT")]
    target: Option<f64>,
    /// The wave to compare with, of the same population.
    #[arg(long, value_name = "WAVE")]
    before_wave: Option<WaveId>,
    /// The period to compare with; the default wave is the same one.
    #[arg(long, value_name = "PERIOD")]
    before_period: Option<PeriodRef>,
    /// The joint error level of each kind of verdict.
    #[arg(long)]
    alpha: Option<f64>,
    #[command(flatten)]
    common: AnalysisArgs,
}

/// Prints the comparison.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, period, by, node, target, before_wave, before_period, alpha, common } =
        arguments;
    let selection = common.selection()?;
    let query = ComparisonQuery {
        wave,
        period,
        by,
        node,
        target,
        before_wave,
        before_period,
        alpha,
        selection,
    };
    let storage = common.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let analysis = storage.analysis()?;
        let table = analysis.result(&*store, &Definitions::embedded(), query).await;
        print_as(common.format, &*table?)
    })
    .await
}
