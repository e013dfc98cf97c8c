//! From a socket to the router: how many connections, how long they may take, and how they end.

use std::future::Future;
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::server::graceful::{GracefulShutdown, Watcher};
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::gauge::Gauge;
use tokio::net::{TcpListener, TcpStream};
use tokio::pin;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};
use tokio_io_timeout::TimeoutStream;
use tower::Service;
use tracing::{Instrument, debug, debug_span, warn};

use super::limits::{Proxies, Share, Shares};
use super::unread::{Rest, Watched};

/// What connections may use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Connections that are open at a time; the next one waits in the system's queue.
    pub connections: usize,
    /// Those of one address, unless it is a proxy's; the next one is closed at once. An eighth of all
    /// if it is not said, and 0 for no limit.
    pub of_address: Option<u32>,
    /// From the opening of a connection, or the last answer on it, to the end of the next request's
    /// head. So a connection that nobody uses is closed after it as well.
    pub head: Duration,
    /// How long an answer may wait for a client that reads nothing.
    pub write: Duration,
    /// The buffer of a connection, at least 8 KiB.
    pub buffer_bytes: usize,
    /// The largest head of a request.
    pub head_bytes: usize,
    /// What of a body is read away when its request was answered before its end.
    pub rest: Rest,
    /// How long requests under way may take when the server stops.
    pub finish: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            connections: 2_048,
            of_address: None,
            head: Duration::from_secs(20),
            write: Duration::from_secs(30),
            // 2,048 connections cannot hold more than 128 MiB.
            buffer_bytes: 64 * 1024,
            head_bytes: 64 * 1024,
            rest: Rest { bytes: 2 * 1024 * 1024, time: Duration::from_secs(2) },
            finish: Duration::from_secs(20),
        }
    }
}

/// The part of all connections that one address may have.
const PARTS_OF_CONNECTIONS: usize = 8;

/// A pause after the system has refused a connection for lack of descriptors or memory.
const ACCEPT_RETRY_DELAY: Duration = Duration::from_millis(500);

/// Serves a router on sockets.
#[derive(Debug, Clone)]
pub struct Server {
    /// What is served. It finds the address of its peer in [`ConnectInfo`].
    pub router: Router,
    /// What connections may use.
    pub limits: Limits,
    /// Proxies, whose connections are those of many.
    pub proxies: Proxies,
    /// How many are open.
    pub open: Gauge,
    /// How many were closed at once, because their address had its part.
    pub refused: Counter,
}

impl Server {
    /// Serves until `stop` is ready; then takes no connection any more, closes those that are idle,
    /// and lets requests under way finish for a while.
    pub async fn run(self, listener: TcpListener, stop: impl Future<Output = ()>) {
        let places = Arc::new(Semaphore::new(self.limits.connections));
        let shares = self.limits.shares();
        let graceful = GracefulShutdown::new();
        // They end with this function, also when somebody drops it.
        let mut connections = JoinSet::new();
        pin!(stop);
        loop {
            let accepted = tokio::select! {
                accepted = accept(&listener, &places) => accepted,
                () = &mut stop => break,
            };
            match accepted {
                Ok((stream, peer, place)) => {
                    let mut share = shares.holder(self.proxies.owner(peer.ip()));
                    if !share.grow(1) {
                        self.refused.inc();
                        drop(stream);
                        continue;
                    }
                    let connection = Connection { server: self.clone(), peer, place, share };
                    let span = debug_span!("connection");
                    let served = connection.serve(stream, graceful.watcher());
                    connections.spawn(served.instrument(span));
                }
                Err(error) if is_of_connection(&error) => {}
                Err(error) => {
                    warn!(%error, "a connection could not be accepted");
                    sleep(ACCEPT_RETRY_DELAY).await;
                }
            }
            while connections.try_join_next().is_some() {}
        }
        drop(listener);
        if timeout(self.limits.finish, graceful.shutdown()).await.is_err() {
            warn!("requests that take too long are cut off");
        }
    }
}

impl Limits {
    /// What each address has of the connections.
    fn shares(&self) -> Arc<Shares> {
        let of_address = match self.of_address {
            Some(0) => u32::MAX,
            Some(connections) => connections,
            None => u32::try_from(self.connections / PARTS_OF_CONNECTIONS).unwrap_or(u32::MAX),
        };
        Shares::of(of_address)
    }
}

/// Waits for a place first, so that the system's queue holds back those that do not fit.
async fn accept(
    listener: &TcpListener,
    places: &Arc<Semaphore>,
) -> io::Result<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, peer) = listener.accept().await?;
    Ok((stream, peer, place))
}

/// Errors of one connection that ended before it was accepted; they say nothing of the next.
fn is_of_connection(error: &io::Error) -> bool {
    matches!(
        error.kind(),
        io::ErrorKind::ConnectionRefused
            | io::ErrorKind::ConnectionAborted
            | io::ErrorKind::ConnectionReset
    )
}

struct Connection {
    server: Server,
    peer: SocketAddr,
    place: OwnedSemaphorePermit,
    share: Share,
}

impl Connection {
    async fn serve(self, stream: TcpStream, watcher: Watcher) {
        let Self { server: Server { router, limits, open, .. }, peer, place, share } = self;
        let _open = Open::new(open);
        // Without it a small answer may wait 40 ms for an acknowledgement.
        if let Err(error) = stream.set_nodelay(true) {
            debug!(%error, "a connection keeps its delay");
        }
        let mut stream = TimeoutStream::new(stream);
        stream.set_write_timeout(Some(limits.write));
        let service = service_fn(move |mut request: Request<Incoming>| {
            request.extensions_mut().insert(ConnectInfo(peer));
            let (request, is_unread) = Watched::of(request, limits.rest);
            let answer = router.clone().call(request);
            async move { answer.await.map(|answer| is_unread.tell(answer)) }
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(limits.head)
            .max_buf_size(limits.buffer_bytes)
            .max_header_size(limits.head_bytes)
            .serve_connection(TokioIo::new(Box::pin(stream)), service);
        if let Err(error) = watcher.watch(connection).await {
            debug!(%error, "a connection broke off");
        }
        drop((share, place));
    }
}

/// Counts a connection as open until it is dropped.
struct Open(Gauge);

impl Open {
    fn new(gauge: Gauge) -> Self {
        gauge.inc();
        Self(gauge)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        self.0.dec();
    }
}
