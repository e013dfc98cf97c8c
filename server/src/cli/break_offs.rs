//! `thuocdo break-offs`: where people stopped.

use anyhow::Context;
use survey_defs::api::BreakOffSummary;
use survey_defs::ids::{QuestionId, WaveId};

use super::output::{self, Format};
use super::storage;
use crate::intake::break_offs;

/// Of which wave.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The output format.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints where people stopped, in the order of the questions.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, format, storage } = arguments;
    storage::with_intake(&storage, async |intake| {
        let wave = intake
            .catalogue
            .store
            .wave(&wave)
            .await?
            .with_context(|| format!("there is no wave {wave}"))?;
        let summary = break_offs::summary(&intake, &wave).await?;
        let header = ["last_item", "idle", "cancelled", "text"];
        match format {
            Format::Json => output::json(&summary),
            Format::Csv => {
                let rows: Vec<_> = summary.iter().map(|row| cells(row, "")).collect();
                output::csv(&header, &rows)
            }
            Format::Table => {
                let rows: Vec<_> = summary.iter().map(|row| cells(row, "(first screen)")).collect();
                output::table(&header.map(str::to_owned), &rows);
                Ok(())
            }
        }
    })
    .await
}

fn cells(row: &BreakOffSummary, first_screen: &str) -> Vec<String> {
    vec![
        row.last_item.as_ref().map_or(first_screen, QuestionId::as_str).to_owned(),
        row.idle.to_string(),
        row.cancelled.to_string(),
        row.text.as_ref().map(|text| text.vi.clone()).unwrap_or_default(),
    ]
}
