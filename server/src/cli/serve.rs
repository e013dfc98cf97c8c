//! `thuocdo serve`: the server until it is told to stop.

use std::net::SocketAddr;
use std::sync::Arc;

use anyhow::Context;
use posters::PublicUrl;
use scoring::{Mirror, Policy};
use survey_defs::api::paths;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tracing::info;

use super::{output, storage};
use crate::clock::SystemClock;
use crate::definitions::Definitions;
use crate::mirror::Keeper;
use crate::randomness::SystemRandomness;
use crate::router::router;
use crate::scores::Scoreboard;
use crate::state::{AppState, StaffAccess};

/// Where to listen.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// The address to listen on. The console and the scores are served on a loopback address only.
    #[arg(long, env = "THUOCDO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// A proxy forwards requests from the network to this address, so the console and the scores
    /// stay closed although it is a loopback address.
    #[arg(long)]
    pub behind_proxy: bool,
    /// The address under which people reach this server, for posters; without it, the address under
    /// which the console was opened.
    #[arg(long, env = "THUOCDO_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    #[command(flatten)]
    storage: storage::Options,
}

/// Runs the server.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let store = storage::open(&arguments.storage).await?;
    let mirror = arguments.storage.mirror();
    let state = AppState {
        store,
        definitions: Arc::new(Definitions::embedded()),
        scoreboard: Arc::new(Scoreboard::new(mirror.clone())),
        clock: Arc::new(SystemClock),
        randomness: Arc::new(SystemRandomness),
        guesses: Arc::default(),
        staff: if arguments.behind_proxy {
            StaffAccess::Closed
        } else {
            StaffAccess::for_address(arguments.listen)
        },
        audio: arguments.storage.audio(),
        public_url: arguments.public_url,
    };
    let listener = bind(arguments.listen).await?;
    let address = listener.local_addr()?;
    output::line(&format!("Listening on http://{address}"));
    output::line(&match state.staff {
        StaffAccess::Loopback | StaffAccess::Demo => format!(
            "Console: http://{address}{} (only from this machine, until there are accounts; if a \
             proxy forwards to this address, start with --behind-proxy)",
            paths::CONSOLE_PAGE
        ),
        StaffAccess::Closed => "The console and the scores are closed, because this server can \
                                be reached from the network and there are no accounts yet; use \
                                the command line."
            .to_owned(),
    });
    until_stopped(listener, state, mirror).await
}

/// Opens the listening socket.
pub(super) async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))
}

/// Serves until SIGINT or SIGTERM, then finishes the requests that are under way. The mirror is kept
/// beside; it may be cut off at any moment.
pub(super) async fn until_stopped(
    listener: TcpListener,
    state: AppState,
    mirror: Mirror,
) -> anyhow::Result<()> {
    let keeper = Keeper::new(mirror, Policy::DEFAULT);
    let keeping = keeper.run_for_ever(Arc::clone(&state.store), Arc::clone(&state.definitions));
    let keeping = tokio::spawn(keeping);
    let mut terminate = signal(SignalKind::terminate())?;
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        info!("stopping: finishing the requests under way");
    };
    axum::serve(listener, router(state)).with_graceful_shutdown(stop).await?;
    keeping.abort();
    info!("stopped");
    Ok(())
}
