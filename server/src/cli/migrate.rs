//! `thuocdo migrate`.

use super::output;
use super::storage::{self, Access};

/// Which database.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(flatten)]
    storage: storage::Options,
}

/// Brings the tables up to date, completely or not at all.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    storage::with(&arguments.storage, Access::Upgrade, async |_| {
        output::line("the tables are those of this version");
        Ok(())
    })
    .await
}
