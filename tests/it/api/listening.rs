//! Tests connections: how many, how long, how they end.

use std::io::ErrorKind;
use std::time::Duration;

use server::http::listen::Limits;
use survey_defs::api::paths::SUBMISSIONS;
use tests::app::TestApp;
use tests::drafts::complete;

use super::sockets::{SocketServer, until};

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
    let served = SocketServer::start(&app, Limits { connections: 2, ..Limits::default() }).await;
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
