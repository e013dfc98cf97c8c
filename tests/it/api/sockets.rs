//! Tests the application on real sockets.

use std::future::Future;
use std::net::SocketAddr;
use std::time::Duration;

use server::http::listen::{Limits, Server};
use server::system::metrics::Limit;
use tests::app::TestApp;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::oneshot;
use tokio::task::{JoinHandle, yield_now};
use tokio::time::timeout;

/// How long something may take that must happen.
const PATIENCE: Duration = Duration::from_secs(20);

/// The application on a real socket, served as the program serves it.
pub(super) struct SocketServer {
    pub(super) address: SocketAddr,
    stop: Option<oneshot::Sender<()>>,
    task: JoinHandle<()>,
}

impl SocketServer {
    pub(super) async fn start(app: &TestApp, limits: Limits) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let server = Server {
            router: app.router(),
            limits,
            proxies: app.state.limits.proxies.clone(),
            open: app.state.metrics.connections(),
            refused: app.state.metrics.refusals(Limit::AddressConnections),
        };
        let task = tokio::spawn(server.run(listener, async {
            let _ = stopped.await;
        }));
        Self { address, stop: Some(stop), task }
    }

    pub(super) async fn connect(&self) -> Connection {
        Connection(TcpStream::connect(self.address).await.unwrap())
    }

    /// Connects from another address of this machine.
    pub(super) async fn connect_from(&self, address: &str) -> Connection {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind(SocketAddr::new(address.parse().unwrap(), 0)).unwrap();
        Connection(socket.connect(self.address).await.unwrap())
    }

    /// Tells the server to stop, and returns when nobody can connect any more.
    pub(super) async fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
        soon(async { while TcpStream::connect(self.address).await.is_ok() {} }).await;
    }

    /// Waits for the end of the server.
    pub(super) async fn ended(&mut self) {
        soon(&mut self.task).await.unwrap();
    }
}

impl Drop for SocketServer {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// A connection on which bytes are written as a test wants them.
pub(super) struct Connection(pub(super) TcpStream);

impl Connection {
    pub(super) async fn write(&mut self, text: &str) {
        self.0.write_all(text.as_bytes()).await.unwrap();
    }

    /// Sends the head of a post whose body has so many bytes, and none of the body.
    pub(super) async fn begin_post(&mut self, path: &str, length: usize) {
        self.write(&format!(
            "POST {path} HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             content-length: {length}\r\n\r\n"
        ))
        .await;
    }

    /// Gets a path whose answer is short, and leaves the connection open.
    pub(super) async fn get(&mut self, path: &str) -> String {
        self.write(&format!("GET {path} HTTP/1.1\r\nhost: localhost\r\n\r\n")).await;
        self.read_answer().await
    }

    /// Reads one answer with its body.
    pub(super) async fn read_answer(&mut self) -> String {
        let mut answer = Vec::new();
        soon(async {
            while !is_complete(&answer) {
                assert_ne!(self.0.read_buf(&mut answer).await.unwrap(), 0, "it was closed");
            }
        })
        .await;
        String::from_utf8(answer).unwrap()
    }

    /// Reads until the server closes the connection.
    pub(super) async fn read_to_end(&mut self) -> String {
        let mut answer = Vec::new();
        // A connection that is cut may be reset, which ends it as well.
        let _ = soon(self.0.read_to_end(&mut answer)).await;
        String::from_utf8(answer).unwrap()
    }
}

/// Whether a head and as much as it announces are there.
fn is_complete(answer: &[u8]) -> bool {
    let text = std::str::from_utf8(answer).unwrap();
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).unwrap();
    body.len() >= length.parse().unwrap()
}

/// What must happen soon; a test that waits for ever would say nothing.
pub(super) async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(PATIENCE, future).await.expect("it takes too long")
}

/// Waits for a state of the server.
pub(super) async fn until(mut condition: impl FnMut() -> bool) {
    soon(async {
        while !condition() {
            yield_now().await;
        }
    })
    .await;
}
