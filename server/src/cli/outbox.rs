//! `thuocdo outbox`: what a device could not send, from a file.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::{Context, ensure};
use survey_defs::api::OutboxKind;
use survey_defs::caller::Caller;

use super::{output, storage};
use crate::intake::outbox_file::{self, Imported, Outcome};

/// What to do with outboxes.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Import the file that a kiosk or phone exported because it could not send; importing it again
    /// is harmless.
    Import {
        /// The file.
        file: PathBuf,
    },
}

/// Imports an outbox.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    match arguments.action {
        Action::Import { file } => import(&file, &arguments.storage, caller).await,
    }
}

async fn import(path: &Path, storage: &storage::Options, caller: &Caller) -> anyhow::Result<()> {
    let name = path.display();
    let text = std::fs::read_to_string(path).with_context(|| format!("cannot read {name}"))?;
    storage::with_intake(storage, async |intake| {
        let file = outbox_file::open(&intake, &text).await;
        let file = file.with_context(|| format!("{name} is refused"))?;
        let imported = outbox_file::import(&intake, &file, caller).await?;
        output::line(&format!("{name}, exported {}: {} records", file.exported_at, imported.len()));
        for (outcome, count) in counts(&imported) {
            output::line(&format!("  {outcome}: {count}"));
        }
        let mut n_refused = 0;
        for Imported { id, kind: _, outcome } in &imported {
            if let Outcome::Refused(refusal) = outcome {
                n_refused += 1;
                output::line(&format!("  {id} is refused: {refusal}"));
            }
        }
        ensure!(
            n_refused == 0,
            "{n_refused} of {} records were refused and not stored; keep the file",
            imported.len()
        );
        Ok(())
    })
    .await
}

fn counts(imported: &[Imported]) -> BTreeMap<String, usize> {
    let mut counts = BTreeMap::new();
    for Imported { id: _, kind, outcome } in imported {
        let kind = match kind {
            OutboxKind::Submission => "submissions",
            OutboxKind::BreakOff => "break-offs",
        };
        let outcome = match outcome {
            Outcome::Recorded => "recorded".to_owned(),
            Outcome::Repeated => "recorded before".to_owned(),
            Outcome::Quarantined(reason) => format!("in quarantine ({reason})"),
            Outcome::Refused(_) => "refused".to_owned(),
        };
        *counts.entry(format!("{kind} {outcome}")).or_default() += 1;
    }
    counts
}
