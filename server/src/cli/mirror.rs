//! `thuocdo mirror`: the columnar mirror of the log, of which scores are read.

use anyhow::Context as _;
use scoring::Policy;
use survey_defs::ids::WaveId;

use super::{output, storage};
use crate::definitions::Definitions;
use crate::mirror::{Check, Keeper};

/// What to do with the mirror.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the segments of all waves, and how much of the log they cover.
    Status,
    /// Check all segments against their SHA-256, make damaged ones again, and mirror what is new.
    Check,
    /// Make all segments again from the log; the scores stay the same.
    Rebuild {
        /// Only this wave.
        #[arg(long)]
        wave: Option<WaveId>,
    },
}

/// Does it. What writes needs the mirror for itself: stop the server first.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    let store = storage::open(&storage).await?;
    let keeper = Keeper::new(storage.mirror(), Policy::DEFAULT);
    let definitions = Definitions::embedded();
    match action {
        Action::Status => {
            let mut rows = Vec::new();
            for wave in store.waves().await? {
                let submissions = store.log_end(&wave.id).await?.submissions;
                let segments = store.segments(&wave.id).await?;
                let mirrored: u64 = segments.iter().map(|segment| segment.rows).sum();
                rows.push(
                    [
                        wave.id.to_string(),
                        submissions.to_string(),
                        mirrored.to_string(),
                        String::new(),
                    ]
                    .to_vec(),
                );
                rows.extend(segments.into_iter().map(|segment| {
                    vec![String::new(), String::new(), segment.rows.to_string(), segment.name]
                }));
            }
            let header = ["wave", "forms", "in segments", "segment"].map(str::to_owned);
            output::table(&header, &rows);
        }
        Action::Check => {
            let kept = keeper.run(&*store, &definitions, Check::Contents).await?;
            output::line(&format!(
                "{} segments written, {} merged, {} dropped as damaged, {} left-overs removed",
                kept.written, kept.merged, kept.dropped, kept.removed
            ));
        }
        Action::Rebuild { wave } => {
            let waves = match wave {
                None => store.waves().await?,
                Some(id) => vec![store.wave(&id).await?.context("there is no such wave")?],
            };
            for wave in waves {
                let segments = keeper.rebuild(&*store, &definitions, &wave).await?;
                output::line(&format!("{}: {segments} segments", wave.id));
            }
        }
    }
    Ok(())
}
