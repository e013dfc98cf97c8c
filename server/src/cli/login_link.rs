//! `thuocdo login-link`: a link that logs a browser into the console.

use std::net::SocketAddr;

use posters::PublicUrl;

use crate::auth::{links, sessions};
use crate::system::clock::{Clock as _, SystemClock};
use crate::system::randomness::SystemRandomness;

use super::output;
use super::storage::{self, Access};

/// For which server.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The address under which people reach the server, as for `serve`: the link leads there.
    #[arg(long, env = "THUOCDO_PUBLIC_URL", value_name = "URL")]
    public_url: Option<PublicUrl>,
    /// The address on which the server listens, as for `serve`: without a public address, the link is for
    /// a browser on this machine.
    #[arg(long, env = "THUOCDO_LISTEN", value_name = "ADDR", default_value = "127.0.0.1:8080")]
    listen: SocketAddr,
    /// End all sessions and all links first, because somebody may have one who should not.
    #[arg(long)]
    end_sessions: bool,
    #[command(flatten)]
    storage: storage::Options,
}

/// Makes a link and prints it.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { public_url, listen, end_sessions, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let now = SystemClock.now();
        if end_sessions {
            let ended = store.end_all_sessions(now).await?;
            output::progress(&format!("{ended} sessions ended, and all links"));
        }
        let secret = sessions::new_link(&*store, &SystemRandomness, now).await?;
        let server = public_url.map_or_else(|| links::local(listen), |url| url.to_string());
        output::line(&links::console(&server, &secret));
        if !links::keeps_sessions(&server) {
            output::warning(
                "browsers log in over https only, or over http on the server itself (127.0.0.1)",
            );
        }
        output::progress("It works once, for 15 minutes, and logs in for 12 hours.");
        Ok(())
    })
    .await
}
