//! One long story through the whole interface, told to the application on each database: status,
//! headers and body of every answer are the same to the byte.

mod plot;
mod teller;

use tests::app::TestApp;

use self::plot::story;
use self::teller::Exchange;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_and_postgres_answer_the_same() {
    let on_sqlite = story(&TestApp::start().await).await;
    let on_postgres = story(&TestApp::start_on_postgres("story").await).await;
    assert_eq!(on_sqlite.len(), on_postgres.len());
    for (sqlite, postgres) in on_sqlite.iter().zip(&on_postgres) {
        assert_eq!(sqlite, postgres);
    }
    is_worth_telling(&on_sqlite);
}

/// The story passes through what it is meant to pass through.
fn is_worth_telling(told: &[Exchange]) {
    assert!(told.len() >= 100, "{} answers", told.len());
    for status in [200, 201, 202, 400, 403, 404, 405, 409, 413, 415, 422] {
        let n = told.iter().filter(|one| one.status == status).count();
        assert!(n > 0, "nothing was answered with {status}");
    }
    assert!(told.iter().all(|one| one.status < 500));
}
