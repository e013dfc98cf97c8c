//! `thuocdo verify`: whether every answer is there as it was received.

use std::path::PathBuf;

use anyhow::bail;
use serde_json::json;
use store::backup::{Checked, Finding, FindingKind, Findings};

use super::storage::{self, Access};
use super::{backup::contents, output};
use crate::analysis::mirror::{self, Compared};
use crate::catalogue::definitions::Definitions;
use crate::operations::backup;

/// What to check.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Check this backup instead of the database.
    #[arg(long, value_name = "FILE")]
    backup: Option<PathBuf>,
    /// The output format.
    #[arg(long, value_enum, default_value = "text")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// How findings come out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// A line for each finding, and one with counts.
    Text,
    /// JSON.
    Json,
}

/// Checks, prints what is wrong where, and fails if anything is. Nothing is changed.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { backup, format, storage } = arguments;
    let progress = |rows| output::progress(&format!("{rows} rows checked"));
    let (checked, compared) = if let Some(file) = backup {
        (backup::check_file(&file, &progress), None)
    } else {
        let (checked, compared) = database(&storage, &progress).await?;
        (checked, Some(compared))
    };
    match format {
        Format::Text => print(&checked, compared),
        Format::Json => print_json(&checked, compared)?,
    }
    match checked.findings.total() {
        0 => Ok(()),
        1 => bail!("1 finding"),
        findings => bail!("{findings} findings"),
    }
}

/// The database first, as the log is the truth, then the columns on disk.
async fn database(
    storage: &storage::Options,
    progress: backup::Progress<'_>,
) -> anyhow::Result<(Checked, Compared)> {
    let segments = storage.segments()?;
    storage::with(storage, Access::Look, async |store| {
        let damaged = store.full_check().await?;
        let mut checked = backup::check_database(&*store, progress).await?;
        for what in damaged {
            let (kind, wave, number) = (FindingKind::Database, None, None);
            checked.findings.add(Finding { kind, wave, number, what });
        }
        let definitions = Definitions::embedded();
        let compared =
            mirror::compare(&*store, &definitions, &segments, &mut checked.findings).await?;
        Ok((checked, compared))
    })
    .await
}

fn print(checked: &Checked, compared: Option<Compared>) {
    let Findings { counts, first } = &checked.findings;
    for Finding { kind, wave, number, what } in first {
        let wave = wave.as_ref().map(|wave| format!(" in wave {wave}")).unwrap_or_default();
        let number = number.map(|number| format!(" at {number}")).unwrap_or_default();
        output::line(&format!("{}{wave}{number}: {what}", kind.as_str()));
    }
    for (kind, count) in counts {
        let shown = first.iter().filter(|one| one.kind == *kind).count() as u64;
        if *count > shown {
            output::line(&format!("{}: {} more", kind.as_str(), count - shown));
        }
    }
    let segments = compared.map(|Compared { segments, rows }| {
        format!(", {segments} segments with {rows} rows compared with the log")
    });
    output::line(&format!(
        "checked: {}{}; findings: {}",
        contents(&checked.summary),
        segments.unwrap_or_default(),
        checked.findings.total()
    ));
}

fn print_json(checked: &Checked, compared: Option<Compared>) -> anyhow::Result<()> {
    output::json(&json!({
        "rows": checked.summary.rows,
        "waves": checked.summary.waves,
        "segments": compared.map(|one| one.segments),
        "segment_rows": compared.map(|one| one.rows),
        "findings": checked.findings,
    }))
}
