//! Tests whether the server says that it can keep what it is given.

use std::sync::Arc;
use std::time::Duration;

use axum::http::StatusCode;
use jiff::Timestamp;
use server::operations::readiness::{Readiness, Reserve, Times};
use sqlx::{AnyConnection, Connection, Executor};
use survey_defs::api::paths::{METRICS, READY};
use survey_defs::api::problem::ProblemCode;
use tests::app::TestApp;
use tests::waves;
use tokio::task::yield_now;

use super::sockets::soon;

/// What `/readyz` says: nothing, or one word.
async fn word(app: &TestApp) -> Option<String> {
    let reply = app.get(READY).await;
    if reply.status == StatusCode::OK {
        return None;
    }
    let problem = reply.problem();
    assert_eq!(problem.code, ProblemCode::Unavailable);
    problem.detail
}

async fn probe(app: &TestApp) {
    app.state.readiness.probe(&*app.state.store, waves::now()).await;
}

async fn connection(url: &str) -> AnyConnection {
    sqlx::any::install_default_drivers();
    AnyConnection::connect(url).await.unwrap()
}

async fn written_at_ms(connection: &mut AnyConnection) -> i64 {
    let sql = "SELECT written_at_ms FROM readiness";
    sqlx::query_scalar(sql).fetch_one(connection).await.unwrap()
}

#[tokio::test]
async fn whoever_asks_makes_nobody_write() {
    let app = TestApp::start().await;
    let mut file = connection(&format!("sqlite://{}", app.database().display())).await;
    for _ in 0..3 {
        assert_eq!(word(&app).await, None);
    }
    assert_eq!(written_at_ms(&mut file).await, 0);
    probe(&app).await;
    assert_eq!(word(&app).await, None);
    assert_eq!(written_at_ms(&mut file).await, waves::now().as_millisecond());
}

#[tokio::test]
async fn a_disk_with_less_room_than_the_reserve_is_full() {
    let mut app = TestApp::start().await;
    for (bytes, expected) in [(u64::MAX, Some("disk_full")), (1, None)] {
        let folder = app.database().parent().unwrap().to_owned();
        let reserve = Reserve { folder, bytes };
        app.state.readiness = Arc::new(Readiness::new(Times::default(), Some(reserve)));
        probe(&app).await;
        assert_eq!(word(&app).await.as_deref(), expected);
        let line = format!("thuocdo_ready {}", u8::from(expected.is_none()));
        let metrics = app.get(METRICS).await.body;
        assert!(metrics.lines().any(|one| one == line), "{line} in {metrics}");
    }
}

#[tokio::test]
async fn a_database_that_somebody_holds_is_slow_and_then_refuses() {
    let mut app = TestApp::start().await;
    let times = Times { patience: Duration::from_millis(50), ..Times::default() };
    app.state.readiness = Arc::new(Readiness::new(times, None));
    let mut other = connection(&format!("sqlite://{}", app.database().display())).await;
    other.execute("BEGIN IMMEDIATE").await.unwrap();
    let slow = async {
        soon(async {
            while word(&app).await.as_deref() != Some("slow") {
                yield_now().await;
            }
        })
        .await;
    };
    tokio::join!(probe(&app), slow);
    assert_eq!(word(&app).await.as_deref(), Some("database"));
    other.execute("ROLLBACK").await.unwrap();
    app.state.readiness = Arc::new(Readiness::new(Times::default(), None));
    probe(&app).await;
    assert_eq!(word(&app).await, None);
}

#[tokio::test]
async fn a_damaged_or_missing_table_is_told_as_a_refusal() {
    let app = TestApp::start().await;
    let mut other = connection(&format!("sqlite://{}", app.database().display())).await;
    other.execute("ALTER TABLE readiness RENAME TO elsewhere").await.unwrap();
    probe(&app).await;
    assert_eq!(word(&app).await.as_deref(), Some("database"));
    other.execute("ALTER TABLE elsewhere RENAME TO readiness").await.unwrap();
    probe(&app).await;
    assert_eq!(word(&app).await, None);
}

#[tokio::test]
async fn a_server_that_stops_says_so() {
    let app = TestApp::start().await;
    app.state.limits.stop();
    assert_eq!(word(&app).await.as_deref(), Some("stopping"));
}

#[tokio::test]
async fn postgres_that_only_reads_or_is_held_is_not_ready() {
    let mut app = TestApp::start_on_postgres("readiness").await;
    let url = tests::postgres::url("readiness");
    let mut other = connection(&url).await;
    probe(&app).await;
    assert_eq!(word(&app).await, None);
    assert_eq!(written_at_ms(&mut other).await, waves::now().as_millisecond());

    let times = Times { patience: Duration::from_millis(50), ..Times::default() };
    app.state.readiness = Arc::new(Readiness::new(times, None));
    other.execute("BEGIN").await.unwrap();
    other.execute("UPDATE readiness SET written_at_ms = 1").await.unwrap();
    let slow = async {
        soon(async {
            while word(&app).await.as_deref() != Some("slow") {
                yield_now().await;
            }
        })
        .await;
        other.execute("ROLLBACK").await.unwrap();
    };
    tokio::join!(probe(&app), slow);

    other.execute("ALTER DATABASE readiness SET default_transaction_read_only = on").await.unwrap();
    let reading = store::PostgresStore::open_unchanged(&url).await.unwrap();
    let readiness = Readiness::default();
    readiness.probe(&reading, Timestamp::UNIX_EPOCH).await;
    assert_eq!(readiness.check().unwrap_err().as_str(), "read_only");
}
