//! `thuocdo backup`: all of the database that must survive, in one file.

use std::io::{self, BufWriter};
use std::path::{Path, PathBuf};

use store::backup::{Summary, Table};

use super::output;
use super::storage::{self, Access};
use crate::operations::backup;
use crate::system::clock::{Clock as _, SystemClock};

/// Standard output in the place of a file.
const STDOUT: &str = "-";

/// Where to.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The new file, or `-` for standard output. Only its owner can read the file, and it gets its
    /// name when all of it is on disk. It contains the database, but neither the columnar mirror,
    /// which the program makes again, nor recorded readings. Restore it into SQLite or PostgreSQL.
    file: PathBuf,
    #[command(flatten)]
    storage: storage::Options,
}

/// Writes a backup. The server may go on working: what it holds is that of one moment.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { file, storage } = arguments;
    storage::with(&storage, Access::Look, async |store| {
        let progress = |rows| output::progress(&format!("{rows} rows written"));
        let now = SystemClock.now();
        if file == Path::new(STDOUT) {
            let output = BufWriter::new(io::stdout());
            let (_, summary) = backup::write(&*store, now, output, &progress).await?;
            output::progress(&format!("backup: {}", contents(&summary)));
        } else {
            let summary = backup::write_file(&*store, now, &file, &progress).await?;
            output::line(&format!("{}: {}", file.display(), contents(&summary)));
        }
        Ok(())
    })
    .await
}

/// How much a backup holds, in words.
pub(super) fn contents(summary: &Summary) -> String {
    let submissions = summary.rows.get(&Table::Submissions).copied().unwrap_or(0);
    let waves = summary.rows.get(&Table::Waves).copied().unwrap_or(0);
    format!("{submissions} submissions, {waves} waves, {} rows in all", summary.total())
}
