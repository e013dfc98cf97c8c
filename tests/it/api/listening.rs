//! Tests connections: how many, how long, how they end.

use std::io::ErrorKind;
use std::sync::Arc;
use std::time::Duration;

use server::http::limits::{self, Proxies, Settings};
use server::http::listen::Limits;
use server::system::metrics::Limit;
use survey_defs::api::paths::SUBMISSIONS;
use tests::app::TestApp;
use tests::drafts::complete;
use tokio::io::AsyncWriteExt;

use super::sockets::{SocketServer, until};

/// Longer than any test.
const PATIENCE: Duration = Duration::from_mins(2);

const SHORT: Duration = Duration::from_millis(50);

/// Long enough for a test to send a short request on a busy machine.
const LONGER: Duration = Duration::from_millis(500);

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off_and_so_is_an_idle_connection() {
    let app = TestApp::start().await;
    let served = SocketServer::start(&app, Limits { head: LONGER, ..Limits::default() }).await;
    let mut slow = served.connect().await;
    slow.write("GET /healthz HTTP/1.1\r\nhost: loc").await;
    assert!(!slow.read_to_end().await.contains("200 OK"));
    let mut idle = served.connect().await;
    let mut answered = served.connect().await;
    assert!(answered.get("/healthz").await.starts_with("HTTP/1.1 200 OK"));
    assert_eq!(idle.read_to_end().await, "");
    assert_eq!(answered.read_to_end().await, "");
    until(|| app.state.metrics.connections().get() == 0).await;
}

#[tokio::test]
async fn a_head_that_is_too_large_is_refused() {
    let app = TestApp::start().await;
    let served =
        SocketServer::start(&app, Limits { buffer_bytes: 8_192, ..Limits::default() }).await;
    let mut large = served.connect().await;
    let cookie = "x".repeat(8_192);
    large.write(&format!("GET /healthz HTTP/1.1\r\nhost: a\r\ncookie: {cookie}\r\n\r\n")).await;
    assert!(large.read_to_end().await.starts_with("HTTP/1.1 431 "));
}

/// The documented limit was passed by heads of 100,000 bytes.
#[tokio::test]
async fn a_head_has_a_bound_in_bytes_and_in_headers() {
    let app = TestApp::start().await;
    let served = SocketServer::start(&app, Limits::default()).await;
    let long = |bytes: usize| format!("cookie: {}\r\n", "x".repeat(bytes));
    let many = |headers: usize| "x-a: b\r\n".repeat(headers);
    for (headers, status) in [
        (long(60_000), 200),
        (long(100_000), 431),
        (long(1_000_000), 431),
        (many(90), 200),
        (many(110), 431),
    ] {
        let mut connection = served.connect().await;
        let head =
            format!("GET /healthz HTTP/1.1\r\nhost: a\r\n{headers}connection: close\r\n\r\n");
        // It may be cut off while it is sent.
        let _ = connection.0.write_all(head.as_bytes()).await;
        let answer = connection.read_to_end().await;
        let is_cut_off = answer.is_empty() && headers.len() > 500_000;
        assert!(is_cut_off || answer.starts_with(&format!("HTTP/1.1 {status} ")), "{answer}");
    }
}

/// Silent sockets of one address kept everybody out, probes included.
#[tokio::test]
async fn silent_sockets_and_unread_answers_of_one_address_keep_nobody_out() {
    let app = TestApp::start().await;
    let limits = Limits { connections: 200, head: PATIENCE, write: PATIENCE, ..Limits::default() };
    let served = SocketServer::start(&app, limits).await;
    let refused = app.state.metrics.refusals(Limit::AddressConnections);
    let mut held = Vec::new();
    for number in 1..=300 {
        let mut connection = served.connect().await;
        if number <= 25 && number % 2 == 0 {
            // More than the buffers of both ends hold, and nobody reads it.
            let request = "GET /api/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
            connection.write(&request.repeat(100)).await;
        }
        held.push(connection);
    }
    until(|| refused.get() == 275).await;
    assert_eq!(app.state.metrics.connections().get(), 25, "an eighth");
    assert_eq!(held[299].read_to_end().await, "", "it is closed at once");

    let mut other = served.connect_from("127.0.0.2").await;
    for path in ["/healthz", "/readyz"] {
        assert!(other.get(path).await.starts_with("HTTP/1.1 200 "), "{path}");
    }
    let body = serde_json::to_string(&complete("counter", 1, 4)).unwrap();
    other.begin_post(SUBMISSIONS, body.len()).await;
    other.write(&body).await;
    assert!(other.read_answer().await.starts_with("HTTP/1.1 201 "));
    drop(held);
    until(|| app.state.metrics.connections().get() == 1).await;
    assert!(served.connect().await.get("/healthz").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn a_trusted_proxy_may_have_all_connections() {
    let mut app = TestApp::start().await;
    let proxies = Proxies::new(vec!["127.0.0.2/32".parse().unwrap()]);
    app.state.limits = Arc::new(limits::Limits::new(Settings { proxies, ..Settings::default() }));
    let served = SocketServer::start(&app, Limits { connections: 16, ..Limits::default() }).await;
    let mut of_proxy = Vec::new();
    for _ in 0..10 {
        of_proxy.push(served.connect_from("127.0.0.2").await);
    }
    for connection in &mut of_proxy {
        assert!(connection.get("/healthz").await.starts_with("HTTP/1.1 200 "));
    }
    let _held = [served.connect().await, served.connect().await];
    assert_eq!(served.connect().await.read_to_end().await, "", "others have an eighth");
}

#[tokio::test]
async fn a_client_that_reads_nothing_is_cut_off() {
    let app = TestApp::start().await;
    let served = SocketServer::start(&app, Limits { write: SHORT, ..Limits::default() }).await;
    let mut deaf = served.connect().await;
    // More than the buffers of both ends hold.
    let request = "GET /api/openapi.json HTTP/1.1\r\nhost: localhost\r\n\r\n";
    deaf.write(&request.repeat(500)).await;
    until(|| app.state.metrics.connections().get() == 1).await;
    until(|| app.state.metrics.connections().get() == 0).await;
}

#[tokio::test]
async fn more_connections_than_allowed_wait_for_one_that_ends() {
    let app = TestApp::start().await;
    let limits = Limits { connections: 2, of_address: Some(0), ..Limits::default() };
    let served = SocketServer::start(&app, limits).await;
    let (mut first, mut second) = (served.connect().await, served.connect().await);
    let mut third = served.connect().await;
    third.write("GET /healthz HTTP/1.1\r\nhost: localhost\r\n\r\n").await;
    for _ in 0..20 {
        assert!(first.get("/readyz").await.starts_with("HTTP/1.1 200 OK"));
        assert!(second.get("/readyz").await.starts_with("HTTP/1.1 200 OK"));
    }
    assert_eq!(app.state.metrics.connections().get(), 2);
    assert_eq!(third.0.try_read(&mut [0]).unwrap_err().kind(), ErrorKind::WouldBlock);
    drop(first);
    assert!(third.read_answer().await.starts_with("HTTP/1.1 200 OK"));
}

#[tokio::test]
async fn a_server_that_stops_finishes_what_is_under_way() {
    let app = TestApp::start().await;
    let mut served = SocketServer::start(&app, Limits::default()).await;
    let body = serde_json::to_string(&complete("counter", 1, 4)).unwrap();
    let (half, rest) = body.split_at(body.len() / 2);
    let (mut posting, mut idle) = (served.connect().await, served.connect().await);
    idle.get("/healthz").await;
    posting.begin_post(SUBMISSIONS, body.len()).await;
    posting.write(half).await;
    until(|| app.state.limits.budget.requests_under_way() == 1).await;
    served.stop().await;
    assert_eq!(idle.read_to_end().await, "", "an idle connection is closed");
    posting.write(rest).await;
    let answer = posting.read_to_end().await;
    assert!(answer.starts_with("HTTP/1.1 201 Created"), "{answer}");
    assert_eq!(app.submissions("counter").await, 1);
    served.ended().await;
}

#[tokio::test]
async fn a_server_that_stops_waits_only_so_long() {
    let app = TestApp::start().await;
    let mut served = SocketServer::start(&app, Limits { finish: SHORT, ..Limits::default() }).await;
    let mut posting = served.connect().await;
    posting.begin_post(SUBMISSIONS, 100).await;
    until(|| app.state.limits.budget.requests_under_way() == 1).await;
    served.stop().await;
    served.ended().await;
    assert_eq!(posting.read_to_end().await, "");
}
