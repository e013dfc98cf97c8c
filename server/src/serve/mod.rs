//! `thuocdo serve`: the composition root of the server, which runs until it is told to stop.

pub mod demo;

mod console_link;

use std::future::pending;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use anyhow::Context;
use posters::PublicUrl;
use prometheus_client::metrics::gauge::Gauge;
use scoring::Policy;
use store::Store;
use survey_defs::api::paths;
use tokio::net::TcpListener;
use tokio::signal::unix::{SignalKind, signal};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tracing::{info, warn};

use crate::analysis::mirror::{MirrorJob, Segments};
use crate::analysis::service::Analysis;
use crate::cli::output;
use crate::cli::storage::{self, Access};
use crate::http::limits::{Limits, Proxies};
use crate::http::options;
use crate::http::state::AppState;
use crate::http::unread::Rest;
use crate::http::{listen, router};
use crate::intake::Intake;
use crate::intake::quotas::PlaceRates;
use crate::intake::same_sender::SenderTagger;
use crate::operations::readiness::{self, Readiness, Reserve, Times};
use crate::operations::retention;
use crate::operations::watch::{Watch, Watched};
use crate::system::clock::SystemClock;
use crate::system::fd_limit;
use crate::system::metrics::Limit;
use crate::system::randomness::SystemRandomness;

/// A few scrapers; whoever else connects there must not use up memory.
const SCRAPERS: listen::Limits = listen::Limits {
    connections: 16,
    head: Duration::from_secs(20),
    write: Duration::from_secs(10),
    of_address: Some(8),
    buffer_bytes: 16 * 1024,
    head_bytes: 16 * 1024,
    rest: Rest { bytes: 0, time: Duration::ZERO },
    finish: Duration::ZERO,
};

/// How long tasks beside the server may take to end: nobody waits for their results.
const LEAVE: Duration = Duration::from_secs(2);

/// Where to listen.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The address to listen on.
    #[arg(long, env = "THUOCDO_LISTEN", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The address under which people reach this server, for posters. The default is the address
    /// under which the console was opened.
    #[arg(long, env = "THUOCDO_PUBLIC_URL")]
    pub public_url: Option<PublicUrl>,
    /// Make an empty database if there is none: for the first start only. A server whose disk is not
    /// mounted would otherwise tell phones that there is no such survey.
    #[arg(long)]
    pub create: bool,
    /// Do not keep which records of a day came from one network. Else it is kept for 30 days, as tags whose
    /// key is destroyed in the night; the form tells citizens of it.
    #[arg(long, env = "THUOCDO_NO_SENDER_TAGS")]
    pub no_sender_tags: bool,
    #[command(flatten)]
    storage: storage::Options,
    #[command(flatten)]
    limits: options::Options,
}

/// Runs the server.
pub(crate) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let storage = arguments.storage.clone();
    let access = if arguments.create { Access::Create } else { Access::Upgrade };
    storage::with(&storage, access, async |store| serve(store, arguments).await).await
}

async fn serve(store: Arc<dyn Store>, arguments: Arguments) -> anyhow::Result<()> {
    let segments = arguments.storage.segments()?;
    let analysis = Analysis::new(segments.clone());
    let mut state =
        AppState::new(store, analysis, Arc::new(SystemClock), Arc::new(SystemRandomness));
    state.limits = Arc::new(Limits::new(arguments.limits.settings()));
    let places = Arc::new(PlaceRates::new(arguments.limits.places()));
    let tagger =
        if arguments.no_sender_tags { SenderTagger::default() } else { SenderTagger::on() };
    let tagger = Arc::new(tagger);
    state.intake = Arc::new(Intake { places, tagger, ..Intake::clone(&state.intake) });
    let (folder, bytes) = (arguments.storage.data_dir.clone(), arguments.limits.disk_reserve_bytes);
    let reserve = arguments.storage.database.is_none().then_some(Reserve { folder, bytes });
    state.readiness = Arc::new(Readiness::new(Times::default(), reserve));
    state.recordings = arguments.storage.recordings();
    state.public_url = arguments.public_url;
    let listener = bind(arguments.listen).await?;
    let address = listener.local_addr()?;
    output::line(&format!("Listening on http://{address}"));
    if let Some(notice) = arguments.limits.notice(address) {
        output::line(&notice);
    }
    for line in console_link::lines(&state, address).await {
        output::line(&line);
    }
    let scraped = match arguments.limits.metrics_listen {
        Some(listen) => Some(bind(listen).await?),
        None => None,
    };
    let sockets = Sockets {
        listener,
        scraped,
        limits: arguments.limits.connections(),
        drain: arguments.limits.drain(),
    };
    until_stopped(sockets, state, segments).await
}

/// Where the server is reached, and how it is left.
pub(crate) struct Sockets {
    listener: TcpListener,
    /// For scrapers only.
    scraped: Option<TcpListener>,
    limits: listen::Limits,
    /// How long it says that it is not ready before it stops.
    drain: Duration,
}

impl Sockets {
    /// One socket with the usual limits.
    pub(crate) fn one(listener: TcpListener) -> Self {
        let limits = listen::Limits::default();
        Self { listener, scraped: None, limits, drain: Duration::ZERO }
    }
}

/// Opens the listening socket.
pub(crate) async fn bind(listen: SocketAddr) -> anyhow::Result<TcpListener> {
    TcpListener::bind(listen).await.with_context(|| format!("cannot listen on {listen}"))
}

/// Serves until SIGINT or SIGTERM, then finishes the requests that are under way. The mirror is kept
/// beside; it may be cut off at any moment. Closing the store is left to whoever has opened it.
pub(crate) async fn until_stopped(
    sockets: Sockets,
    state: AppState,
    segments: Segments,
) -> anyhow::Result<()> {
    let Sockets { listener, scraped, mut limits, drain } = sockets;
    limits.connections = fd_limit::connections(limits.connections);
    // They end with this function, also where it fails.
    let mut beside = JoinSet::new();
    let job = MirrorJob::new(segments, Policy::DEFAULT);
    beside.spawn(job.run_for_ever(
        Arc::clone(&state.store),
        Arc::clone(&state.catalogue.definitions),
        Arc::clone(&state.metrics),
    ));
    let readiness = Arc::clone(&state.readiness);
    let (store, clock) = (Arc::clone(&state.store), Arc::clone(&state.clock));
    beside.spawn(readiness::run_for_ever(readiness, store, clock));
    beside.spawn(retention::run_for_ever(
        Arc::clone(&state.store),
        Arc::clone(&state.clock),
        Arc::clone(&state.intake.tagger),
    ));
    let watch = Watch::new(Watched {
        store: Arc::clone(&state.store),
        definitions: Arc::clone(&state.catalogue.definitions),
        analysis: Arc::clone(&state.analysis),
        compute: Arc::clone(&state.limits.compute),
        metrics: Arc::clone(&state.metrics),
    });
    beside.spawn(watch.run_for_ever(Arc::clone(&state.clock)));
    if let Some(listener) = scraped {
        output::line(&format!("Metrics: http://{}{}", listener.local_addr()?, paths::METRICS));
        let router = router::metrics_router(state.clone());
        let server = listen::Server {
            router,
            limits: SCRAPERS,
            proxies: Proxies::default(),
            open: Gauge::default(),
            refused: state.metrics.refusals(Limit::AddressConnections),
        };
        beside.spawn(server.run(listener, pending()));
    }
    let mut terminate = signal(SignalKind::terminate())?;
    let readiness = Arc::clone(&state.limits);
    let stop = async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = tokio::signal::ctrl_c() => {}
        }
        readiness.stop();
        info!(seconds = drain.as_secs(), "stopping: not ready any more");
        sleep(drain).await;
        info!("stopping: finishing the requests under way");
    };
    let server = listen::Server {
        proxies: state.limits.proxies.clone(),
        open: state.metrics.connections(),
        refused: state.metrics.refusals(Limit::AddressConnections),
        router: router::router(state),
        limits,
    };
    server.run(listener, stop).await;
    if timeout(LEAVE, beside.shutdown()).await.is_err() {
        warn!("the tasks beside the server do not end");
    }
    info!("stopped");
    Ok(())
}
