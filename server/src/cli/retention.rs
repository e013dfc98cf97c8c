//! `thuocdo retention`: drop what is kept no longer, now instead of at the next daily run.

use store::Expired;
use survey_defs::caller::Caller;

use super::output;
use super::storage::{self, Access};
use crate::intake::same_sender::SenderTagger;
use crate::operations::retention;
use crate::system::clock::{Clock, SystemClock};

/// Where.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// Write the whole SQLite file anew afterwards, as small as it can be. No answer is taken meanwhile,
    /// and the disk needs room for a second copy. Needed once for a file that an older version made;
    /// newer ones give room back by themselves.
    #[arg(long)]
    compact: bool,
    #[command(flatten)]
    storage: storage::Options,
}

/// Drops what is over.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    storage::with(&arguments.storage, Access::Work, async |store| {
        let Expired { codes, bodies } = retention::run(&*store, SystemClock.now(), caller).await?;
        output::line(&format!(
            "dropped: {codes} enrolment codes, {bodies} texts of rejected records"
        ));
        // The server drops the key from its own memory.
        let tagger = SenderTagger::default();
        retention::forget_senders(&*store, &tagger, SystemClock.now(), false).await?;
        if arguments.compact {
            store.compact().await?;
            output::line("the database was written anew");
        }
        Ok(())
    })
    .await
}
