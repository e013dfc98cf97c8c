//! `thuocdo series`: scores over time, the same numbers as everywhere.

use jiff::civil::Date;
use survey_defs::analysis::{Grouping, List, SeriesQuery};
use survey_defs::ids::WaveId;
use survey_defs::period::PeriodRef;
use survey_defs::score::Node;

use super::storage::{self, Access};
use super::tables::{AnalysisArgs, print_as};
use crate::catalogue::definitions::Definitions;

/// Which series.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The waves, separated by commas, in the order of the points; all of one population.
    #[arg(long, visible_alias = "wave", value_name = "WAVE,…")]
    waves: List<WaveId>,
    /// The points of a single wave: reporting periods, separated by commas, as for `score`.
    #[arg(long, value_name = "PERIOD,…")]
    periods: Option<List<PeriodRef>>,
    /// The grouping: city, district, ward, agency or branch.
    #[arg(long)]
    by: Grouping,
    /// The day whose units are the groups; the default is the latest geography of the waves.
    #[arg(long, value_name = "DAY")]
    geography: Option<Date>,
    /// The part of the index: overall, content:policy, factor:access, item:access_signs.
    #[arg(long, default_value = "overall")]
    node: Node,
    #[command(flatten)]
    common: AnalysisArgs,
}

/// Prints the series.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { waves, periods, by, geography, node, common } = arguments;
    let query = SeriesQuery { waves, periods, by, geography, node, selection: common.selection()? };
    let storage = common.storage.clone();
    storage::with(&storage, Access::Work, async |store| {
        let (analysis, definitions) = (storage.analysis()?, Definitions::embedded());
        let table = analysis.result(&*store, &definitions, query).await;
        print_as(common.format, &*table?)
    })
    .await
}
