//! `thuocdo import`: a CSV file into a wave.

use std::path::PathBuf;

use anyhow::Context;
use survey_defs::api::RowFinding;
use survey_defs::caller::Caller;
use survey_defs::ids::WaveId;

use super::output;
use super::storage::{self, Access};
use crate::catalogue::definitions::Definitions;
use crate::intake::import;
use crate::system::clock::{Clock, SystemClock};

/// Which file into which wave.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Microdata (columns `id`, `unit`, `date`, optional `channel` and `language`, optional `psu`,
    /// `weight`, `stratum` and `fpc` of a sample, and question ids), dossier counts (columns `unit`,
    /// `procedure_group` and `dossiers`) or level counts (columns `unit` or `month`, `item` unless there is one statement, and
    /// `very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied`).
    file: PathBuf,
    /// The wave; create it first with `thuocdo wave add`.
    #[arg(long)]
    wave: WaveId,
    #[command(flatten)]
    storage: storage::Options,
}

/// Imports the file, or names every invalid row and imports nothing.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    let Arguments { file, wave, storage } = arguments;
    let bytes =
        std::fs::read(&file).with_context(|| format!("cannot read the file {}", file.display()))?;
    storage::with(&storage, Access::Work, async |store| {
        let wave = store.wave(&wave).await?.with_context(|| {
            format!("there is no wave {wave}; create it with `thuocdo wave add`")
        })?;
        let definitions = Definitions::embedded();
        let report =
            import::import(&*store, &definitions, (&wave, bytes), SystemClock.now(), caller)
                .await?;
        for RowFinding { line, column: _, reason } in &report.warnings {
            output::warning(&format!("line {line}: {reason}"));
        }
        output::line(&format!(
            "imported {} rows ({} new) into wave {}",
            report.rows, report.created, report.wave
        ));
        Ok(())
    })
    .await
}
