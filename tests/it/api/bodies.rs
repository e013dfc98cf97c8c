//! Tests how bodies arrive, and what becomes of those that do not.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use server::http::limits::{Limits, Quotas, Settings};
use server::http::listen;
use server::http::unread::Rest;
use survey_defs::api::paths::{ENROLMENTS, SUBMISSIONS};
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;
use tests::drafts::complete;

use super::sockets::{Connection, SocketServer, until};

/// The longest body that a stranger may post, or nearly.
const LONG: usize = 650_000;

/// An application behind a proxy on this machine, so that each connection has an address of its own.
async fn behind_a_proxy(settings: Settings) -> (TestApp, SocketServer) {
    let proxies = server::http::limits::Proxies::new(vec!["127.0.0.1/32".parse().unwrap()]);
    let mut app = TestApp::start().await;
    app.state.limits = Arc::new(Limits::new(Settings { proxies, ..settings }));
    let served = SocketServer::start(&app, listen::Limits::default()).await;
    (app, served)
}

/// The head of a post of a client.
fn head(path: &str, client: &str, framing: &str) -> String {
    format!(
        "POST {path} HTTP/1.1\r\nhost: localhost\r\nx-forwarded-for: {client}\r\n\
         content-type: application/json\r\n{framing}\r\n\r\n"
    )
}

fn length(bytes: usize) -> String {
    format!("content-length: {bytes}")
}

const CHUNKED: &str = "transfer-encoding: chunked";

async fn begin(served: &SocketServer, client: &str, framing: &str) -> Connection {
    let mut connection = served.connect().await;
    connection.write(&head(SUBMISSIONS, client, framing)).await;
    connection
}

async fn chunk(connection: &mut Connection, bytes: usize) {
    connection.write(&format!("{bytes:x}\r\n{}\r\n", " ".repeat(bytes))).await;
}

fn form(number: u128) -> String {
    serde_json::to_string(&complete("counter", number, 4)).unwrap()
}

/// 16 posts that announced 2 MiB each and sent nothing shut everybody out.
#[tokio::test]
async fn posts_that_only_announce_a_body_shut_nobody_out() {
    let (app, served) = behind_a_proxy(Settings::default()).await;
    let budget = &app.state.limits.budget;
    let mut silent = Vec::new();
    for client in 1..=8 {
        for _ in 0..10 {
            let client = format!("198.51.100.{client}");
            silent.push(begin(&served, &client, &length(LONG)).await);
        }
    }
    until(|| budget.requests_under_way() == 80).await;
    assert_eq!(budget.bytes_under_way(), 0, "nothing has come");
    let body = form(1);
    let mut honest = begin(&served, "203.0.113.1", &length(body.len())).await;
    honest.write(&body).await;
    let answer = honest.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
}

#[tokio::test]
async fn bodies_under_way_have_a_budget_and_forms_get_in_beside_large_ones() {
    let (app, served) =
        behind_a_proxy(Settings { body_bytes: 800_000, ..Settings::default() }).await;
    let budget = &app.state.limits.budget;
    // Alone at its address, it may have more than a quarter.
    let mut held = begin(&served, "198.51.100.1", &length(LONG)).await;
    held.write(&" ".repeat(600_000)).await;
    until(|| budget.bytes_under_way() == 600_000).await;
    let mut refused = begin(&served, "198.51.100.2", &length(LONG)).await;
    refused.write(&" ".repeat(200_000)).await;
    let answer = refused.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: ") && answer.contains("\"busy\""), "{answer}");
    until(|| budget.bytes_under_way() == 600_000).await;
    // What is left of the room, then of what is kept for small bodies.
    let mut more = begin(&served, "198.51.100.3", CHUNKED).await;
    chunk(&mut more, 99_900).await;
    until(|| budget.bytes_under_way() == 699_900).await;
    assert!(form(1).len() > 100);
    let small = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(small.status, StatusCode::CREATED, "{}", small.body);
    drop((held, more));
    until(|| budget.bytes_under_way() == 0).await;
}

#[tokio::test]
async fn those_who_trickle_from_one_address_do_not_stop_the_others() {
    let (app, served) =
        behind_a_proxy(Settings { body_bytes: 800_000, ..Settings::default() }).await;
    let budget = &app.state.limits.budget;
    let mut slow = begin(&served, "198.51.100.1", CHUNKED).await;
    chunk(&mut slow, 150_000).await;
    until(|| budget.bytes_under_way() == 150_000).await;
    let mut second = begin(&served, "198.51.100.1", CHUNKED).await;
    chunk(&mut second, 60_000).await;
    let answer = second.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("\"busy\""), "{answer}");

    let body = form(1);
    let mut honest = begin(&served, "198.51.100.2", CHUNKED).await;
    honest.write(&format!("{:x}\r\n{body}\r\n0\r\n\r\n", body.len())).await;
    let answer = honest.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    drop((slow, second));
    until(|| budget.bytes_under_way() == 0).await;
}

#[tokio::test]
async fn a_body_that_comes_in_pieces_is_put_together() {
    let (app, served) = behind_a_proxy(Settings::default()).await;
    let body = form(1);
    let mut posting = begin(&served, "198.51.100.1", &length(body.len())).await;
    let pieces = [&body[..10], &body[10..11], &body[11..]];
    let mut sent = 0;
    for piece in pieces {
        posting.write(piece).await;
        sent += piece.len();
        // The last piece may be answered before anybody looks.
        until(|| [0, sent].contains(&app.state.limits.budget.bytes_under_way())).await;
    }
    let answer = posting.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test]
async fn a_post_is_counted_before_its_body_is_read() {
    let quotas = Quotas { requests: 1, ..Quotas::NONE };
    let (app, served) = behind_a_proxy(Settings { quotas, ..Settings::default() }).await;
    let mut first = begin(&served, "198.51.100.1", &length(10)).await;
    first.write("12345").await;
    until(|| app.state.limits.budget.bytes_under_way() == 5).await;
    let mut second = begin(&served, "198.51.100.1", &length(10)).await;
    let answer = second.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 429 ") && answer.contains("retry-after: "), "{answer}");
    assert_eq!(app.state.limits.budget.bytes_under_way(), 5);
}

#[tokio::test]
async fn a_body_has_a_bound_whether_it_says_its_length_or_not() {
    let (_app, served) = behind_a_proxy(Settings::default()).await;
    let mut endless = begin(&served, "198.51.100.1", CHUNKED).await;
    for _ in 0..7 {
        chunk(&mut endless, 100_000).await;
    }
    let answer = endless.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
    // A device may send a batch of 200.
    let device = format!("{}\r\nthuocdo-device: {}", length(2_000_000), uuid::Uuid::nil());
    let mut of_device = begin(&served, "198.51.100.2", &device).await;
    of_device.write(&" ".repeat(2_000_000)).await;
    let answer = of_device.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 400 "), "{answer}");
    let mut declared = served.connect().await;
    declared.write(&head(ENROLMENTS, "198.51.100.3", &length(1_000_000_000))).await;
    let answer = declared.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
}

#[tokio::test]
async fn a_body_that_stops_coming_is_told_so() {
    let body_silence = Duration::from_millis(50);
    let (app, served) = behind_a_proxy(Settings { body_silence, ..Settings::default() }).await;
    let mut slow = begin(&served, "198.51.100.1", &length(100)).await;
    slow.write("{").await;
    let answer = slow.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 408 "), "{answer}");
    assert!(answer.contains("\"body_silent\"") && answer.contains("connection: close"), "{answer}");
    assert_eq!(app.state.limits.budget.requests_under_way(), 0);
    assert_eq!(app.state.limits.budget.bytes_under_way(), 0);
}

#[tokio::test]
async fn a_body_that_trickles_does_not_hold_its_place() {
    let request_time = Duration::from_millis(50);
    let (app, served) = behind_a_proxy(Settings { request_time, ..Settings::default() }).await;
    let mut slow = begin(&served, "198.51.100.1", &length(100)).await;
    slow.write("{").await;
    let answer = slow.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 503 "), "{answer}");
    assert!(answer.contains("retry-after: ") && answer.contains("\"timeout\""), "{answer}");
    assert_eq!(app.state.limits.budget.requests_under_way(), 0);
    assert_eq!(app.state.limits.budget.bytes_under_way(), 0);
}

/// Nginx said 502 instead, because its connection was cut while it sent the body.
#[tokio::test]
async fn whoever_sends_all_of_a_body_gets_the_answer_that_refuses_it() {
    let quotas = Quotas { requests: 4, ..Quotas::NONE };
    let (app, served) = behind_a_proxy(Settings { quotas, ..Settings::default() }).await;
    let large = 1_900_000;
    for (path, length_of_body, refused) in
        [(ENROLMENTS, large, "413"), (SUBMISSIONS, large, "413"), (SUBMISSIONS, LONG, "429")]
    {
        let mut sending = served.connect().await;
        sending.write(&head(path, "198.51.100.1", &length(length_of_body))).await;
        sending.write(&" ".repeat(length_of_body)).await;
        let answer = sending.read_to_end().await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {refused} ")), "{refused}: {answer}");
        assert!(answer.contains("connection: close"), "{answer}");
        assert!(refused != "429" || answer.contains("retry-after: "), "{answer}");
    }
    until(|| app.state.metrics.connections().get() == 0).await;
    // What was read to its end leaves the connection open.
    let mut whole = begin(&served, "198.51.100.2", &length(2)).await;
    whole.write("{}").await;
    let answer = whole.read_answer().await;
    assert!(answer.starts_with("HTTP/1.1 400 ") && !answer.contains("connection:"), "{answer}");
    assert!(whole.get("/healthz").await.starts_with("HTTP/1.1 200 "));
}

#[tokio::test]
async fn what_is_left_of_a_body_is_read_up_to_a_bound() {
    let app = TestApp::start().await;
    for rest in [
        Rest { bytes: 1_000, time: Duration::from_mins(1) },
        Rest { bytes: usize::MAX, time: Duration::from_millis(50) },
    ] {
        let served =
            SocketServer::start(&app, listen::Limits { rest, ..listen::Limits::default() }).await;
        let mut endless = served.connect().await;
        endless.begin_post(ENROLMENTS, 1_000_000_000).await;
        let answer = endless.read_answer().await;
        assert!(answer.starts_with("HTTP/1.1 413 "), "{answer}");
        if rest.bytes == 1_000 {
            endless.write(&" ".repeat(2_000)).await;
        }
        until(|| app.state.metrics.connections().get() == 0).await;
    }
    let reply = app.post(ENROLMENTS, "application/json", " ".repeat(20_000)).await;
    assert_eq!(reply.problem().code, ProblemCode::BodyTooLarge);
}
