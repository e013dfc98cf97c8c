//! `thuocdo restore`: a backup into an empty database.

use std::path::PathBuf;

use anyhow::Context as _;

use super::storage::{self, Access};
use super::{backup::contents, output};
use crate::operations::backup;

/// Which backup, where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The backup. The program reads it to its end before it touches the database, and refuses a
    /// damaged one.
    file: PathBuf,
    #[command(flatten)]
    storage: storage::Options,
}

/// Restores a backup, all of it or nothing.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { file, storage } = arguments;
    let name = file.display();
    let (header, summary) =
        backup::inspect(&file).with_context(|| format!("{name} was not restored"))?;
    output::progress(&format!(
        "{name}, begun {} by version {}: {}",
        header.created_at,
        header.program,
        contents(&summary)
    ));
    storage::with(&storage, Access::Restore, async |store| {
        let progress = |rows| output::progress(&format!("{rows} rows loaded"));
        let loaded = backup::load(&*store, &file, &progress)
            .await
            .with_context(|| format!("{name} was not restored; the database is unchanged"))?;
        output::line(&format!("restored: {}", contents(&loaded)));
        Ok(())
    })
    .await
}
