//! `thuocdo mirror`: the columnar mirror of the log, of which scores are read.

use anyhow::Context as _;
use scoring::Policy;
use store::Store;
use survey_defs::ids::WaveId;

use super::output;
use super::storage::{self, Access};
use crate::analysis::mirror::{Check, MirrorJob, Segments, check_shared};
use crate::catalogue::definitions::Definitions;

/// What to do with the mirror.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the segments of all waves: how much of the log they cover, and where they are.
    Status,
    /// Check all segments against their SHA-256, here and in shared storage; repair or rebuild
    /// damaged ones, and mirror new records.
    Check,
    /// Rebuild all segments from the log; the scores stay the same.
    Rebuild {
        /// Only this wave.
        #[arg(long)]
        wave: Option<WaveId>,
    },
}

/// Does it. What writes needs the mirror for itself: stop the server first.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let segments = storage.segments()?;
        let job = MirrorJob::new(segments.clone(), Policy::DEFAULT);
        let definitions = Definitions::embedded();
        match action {
            Action::Status => status(&*store, &segments).await?,
            Action::Check => check(&*store, &segments, &job, &definitions).await?,
            Action::Rebuild { wave } => {
                let waves = match wave {
                    None => store.waves().await?,
                    Some(id) => vec![store.wave(&id).await?.context("there is no such wave")?],
                };
                for wave in waves {
                    let segments = job.rebuild(&*store, &definitions, &wave).await?;
                    output::line(&format!("{}: {segments} segments", wave.id));
                }
            }
        }
        Ok(())
    })
    .await
}

async fn check(
    store: &dyn Store,
    segments: &Segments,
    job: &MirrorJob,
    definitions: &Definitions,
) -> anyhow::Result<()> {
    let report = job.run(store, definitions, Check::Contents).await?;
    output::line(&format!(
        "{} segments written, {} merged, {} damaged ones dropped, {} unused files removed",
        report.written, report.merged, report.dropped, report.removed
    ));
    if let Some(shared) = segments.shared_storage() {
        let found = check_shared(segments, store, definitions).await?;
        output::line(&format!(
            "{}: {} segments are complete, {} were uploaded again, {} unlisted for an hour were \
             removed",
            shared.location(),
            found.whole,
            found.repaired + report.shared,
            report.discarded
        ));
    }
    Ok(())
}

async fn status(store: &dyn Store, segments: &Segments) -> anyhow::Result<()> {
    let (availability, unreachable) = match segments.availability().await {
        Ok(availability) => (availability, None),
        Err(error) => (segments.here().availability().await?, Some(error)),
    };
    let mut rows = Vec::new();
    for wave in store.waves().await? {
        let submissions = store.log_end(&wave.id).await?.submissions;
        let listed = store.segments(&wave.id).await?;
        let mirrored: u64 = listed.iter().map(|segment| segment.rows).sum();
        rows.push(vec![
            wave.id.to_string(),
            submissions.to_string(),
            mirrored.to_string(),
            String::new(),
            String::new(),
        ]);
        rows.extend(listed.into_iter().map(|segment| {
            let places = availability.places(&segment.name).join(", ");
            vec![String::new(), String::new(), segment.rows.to_string(), segment.name, places]
        }));
    }
    let header = ["wave", "forms", "in segments", "segment", "found"].map(str::to_owned);
    output::table(&header, &rows);
    let folder = segments.mirror().folder().display();
    output::line(&match segments.shared_storage() {
        None => format!("The segments are only in {folder}."),
        Some(shared) => format!(
            "Servers share the segments through {}; {folder} is a cache of those needed here.",
            shared.location()
        ),
    });
    if let Some(error) = unreachable {
        output::line(&format!("The shared storage could not be listed: {error}"));
    }
    Ok(())
}
