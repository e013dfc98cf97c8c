//! Compares our numbers with published ones.

mod analyse;

use axum::http::StatusCode;
use survey_defs::analysis::ScoreTable;
use survey_defs::wave::{Population, Takes};
use tests::app::TestApp;
use tests::waves;

const OPG: &str = include_str!("../../fixtures/oracle/opg_counts.csv");

#[tokio::test]
async fn the_six_months_give_the_percentage_that_the_service_published() {
    let app = TestApp::start().await;
    let years = waves::changed(waves::wave("single", Population::Transaction), |wave| {
        wave.id = "opg".parse().unwrap();
        wave.takes = Takes::LevelCounts;
        wave.opens_at = "2022-12-31T17:00:00Z".parse().unwrap();
    });
    app.add(&years).await;
    let reply = app.post("/api/v1/waves/opg/imports", "text/csv", OPG).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    let table: ScoreTable =
        app.get("/api/v1/scores?wave=opg&by=month&method=m4&detail=overall").await.json();
    let ours: Vec<(String, f64)> = table
        .groups
        .iter()
        .map(|group| (group.group.key.to_string(), group.cells[0].score.unwrap().round()))
        .collect();
    let mut reader = csv::Reader::from_reader(OPG.as_bytes());
    let published: Vec<(String, f64)> = reader
        .records()
        .map(|row| row.unwrap())
        .map(|row| (row[0].to_owned(), row[6].parse().unwrap()))
        .collect();
    assert_eq!(published.len(), 6);
    assert_eq!(ours, published);
}
