//! `thuocdo same-sender`: how many records came from the same sender as one of them on its day.

use anyhow::Context as _;
use serde::Serialize;
use survey_defs::ids::{PointId, WaveId};

use super::moment::shown_hour;
use super::output::{self, Format};
use super::storage::{self, Access};
use crate::intake::same_sender;

/// Which record.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The position of the record in the log of the wave.
    #[arg(long)]
    position: u64,
    /// The format of the output.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// A service point and hour.
#[derive(Debug, Serialize)]
struct Row {
    point: PointId,
    hour: String,
    records: u64,
}

/// Prints counts, never which records these are.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, position, format, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let counts = same_sender::counts(&*store, &wave, position).await?;
        let counts = counts.with_context(|| format!("wave {wave} has no record {position}"))?;
        let rows: Vec<Row> = counts
            .into_iter()
            .map(|count| Row {
                point: count.point,
                hour: shown_hour(count.hour),
                records: count.records,
            })
            .collect();
        if rows.is_empty() {
            output::warning(
                "nothing is known of the sender of this record: it is a device, this machine, or more than \
                 30 days ago, or the server ran with --no-sender-tags",
            );
        }
        let cells = |Row { point, hour, records }: &Row| {
            vec![point.to_string(), hour.clone(), records.to_string()]
        };
        output::rows(format, ["point", "hour", "records"], &rows, cells)
    })
    .await
}
