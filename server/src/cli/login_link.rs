//! `thuocdo login-link`: a link that logs a browser into the console.

use crate::auth::{links, sessions};
use crate::system::clock::{Clock as _, SystemClock};
use crate::system::randomness::SystemRandomness;

use super::output;
use super::storage::{self, Access};

/// For which server.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The address under which the browser reaches the server: https, or http on the server itself.
    #[arg(long, value_name = "URL", default_value = "http://127.0.0.1:8080")]
    url: String,
    /// End all sessions and all links first, because somebody may have one who should not.
    #[arg(long)]
    end_sessions: bool,
    #[command(flatten)]
    storage: storage::Options,
}

/// Makes a link and prints it.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { url, end_sessions, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let now = SystemClock.now();
        if end_sessions {
            let ended = store.end_all_sessions(now).await?;
            output::progress(&format!("{ended} sessions ended, and all links"));
        }
        let secret = sessions::new_link(&*store, &SystemRandomness, now).await?;
        output::line(&links::console(&url, &secret));
        output::progress("It works once, for 15 minutes, and logs in for 12 hours.");
        Ok(())
    })
    .await
}
