//! Tests kiosks that come back after an outage and send their queues at the same time.

use std::sync::Arc;
use std::time::Duration;

use load::{Forms, Ids, Origin, Report, Storm, Target, storm};
use server::http::limits::{Client, Limits, Settings};
use server::http::routes::metrics::text;
use tests::app::TestApp;
use tests::devices::added;
use tests::live::LiveServer;
use tests::waves;
use tokio::task::yield_now;

use super::sockets::soon;

const KIOSKS: usize = 20;
const RECORDS: usize = 25;
const ALL: u64 = 500;

fn address(server: &LiveServer) -> String {
    server.origin.trim_start_matches("http://").to_owned()
}

async fn devices(server: &LiveServer, codes: &[String]) -> Origin {
    Origin::devices(&address(server), codes).await.expect("devices")
}

/// The same ids and contents on every call.
async fn send_off(server: &LiveServer, origin: Origin) -> Report {
    let now_ms = waves::now().as_millisecond();
    let address = address(server);
    let forms = Forms::new("national", ("national", "p1"), now_ms).expect("forms");
    let ids = Ids::new(now_ms.unsigned_abs(), 1);
    let target = Arc::new(Target { addresses: vec![address], forms, ids, origin });
    let queues = Storm {
        kiosks: KIOSKS,
        records: RECORDS,
        batch: 10,
        spread: Duration::ZERO,
        patience: Duration::from_mins(5),
        second: Duration::from_millis(2),
    };
    storm(&target, queues).await
}

/// Codes of as many devices.
async fn codes(app: &TestApp) -> Vec<String> {
    let mut codes = Vec::new();
    for _ in 0..KIOSKS {
        codes.push(added(app).await.code.into());
    }
    codes
}

#[tokio::test]
async fn queues_that_arrive_together_and_twice_are_in_the_log_once() {
    let app = TestApp::start().await;
    let server = LiveServer::start(&app).await.expect("a socket");

    let codes = codes(&app).await;
    let first = send_off(&server, devices(&server, &codes).await).await;
    assert_eq!((first.created, first.same, first.failed), (ALL, 0, 0), "{first:?}");
    assert_eq!((first.first_position, first.last_position), (1, ALL));

    let second = send_off(&server, devices(&server, &codes).await).await;
    assert_eq!((second.created, second.same, second.failed), (0, ALL, 0), "{second:?}");

    let wave = "national".parse().expect("an id");
    let end = app.state.store.log_end(&wave).await.expect("the store answers");
    assert_eq!((end.position, end.submissions), (ALL, ALL));
}

#[tokio::test]
async fn kiosks_that_are_turned_away_come_again_until_all_is_in_the_log_once() {
    let mut app = TestApp::start().await;
    // There is room for one batch or two.
    let settings = Settings { requests: 2, body_bytes: 32_768, ..Settings::default() };
    app.state.limits = Arc::new(Limits::new(settings));
    let server = LiveServer::start(&app).await.expect("a socket");
    let budget = &app.state.limits.budget;

    let origin = devices(&server, &codes(&app).await).await;
    // At first nobody gets in, for one reason and then for the other.
    let places = [Client::ThisMachine; 2].map(|client| budget.request(client));
    let full = async {
        until_refused(&app, "requests").await;
        let mut room = budget.body(None, Client::ThisMachine);
        assert_eq!(room.take(usize::MAX), Ok(()));
        drop(places);
        until_refused(&app, "body_bytes").await;
    };
    // A refusal without Retry-After is a failure.
    let (report, ()) = tokio::join!(send_off(&server, origin), full);
    assert!(report.turned_away >= 2, "{report:?}");
    assert_eq!((report.created, report.same, report.failed), (ALL, 0, 0), "{report:?}");

    let wave = "national".parse().expect("an id");
    let end = app.state.store.log_end(&wave).await.expect("the store answers");
    assert_eq!((end.position, end.submissions), (ALL, ALL));
    assert_eq!((budget.requests_under_way(), budget.bytes_under_way()), (0, 0));
}

/// Waits until a limit has turned somebody away.
async fn until_refused(app: &TestApp, limit: &str) {
    let line = format!("thuocdo_limit_refusals_total{{limit=\"{limit}\"}}");
    soon(async {
        while !text(&app.state).await.expect("metrics").contains(&line) {
            yield_now().await;
        }
    })
    .await;
}
