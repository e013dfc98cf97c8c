//! Tests scores after submissions.

use axum::http::StatusCode;
use survey_defs::analysis::{ScoreTable, Suppression};
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::ProblemCode;
use survey_defs::score::Node;
use survey_defs::wave::{Population, Takes};
use tests::app::TestApp;
use tests::drafts::complete;

async fn table(app: &TestApp, query: &str) -> ScoreTable {
    let reply = app.get(&format!("/api/v1/scores?{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

/// Posts forms `from..=to`; each third is dissatisfied.
async fn post(app: &TestApp, numbers: std::ops::RangeInclusive<u128>) {
    let drafts: Vec<_> =
        numbers.map(|n| complete("counter", n, if n % 3 == 0 { 2 } else { 5 })).collect();
    app.post_forms(&drafts).await;
}

#[tokio::test]
async fn a_score_appears_with_the_thirtieth_form_and_follows_every_new_one() {
    let app = TestApp::start().await;
    post(&app, 1..=29).await;
    let before = table(&app, "wave=counter&by=ward").await;
    let cell = before.groups[0].cells[0];
    assert_eq!((cell.n, cell.counts, cell.score), (None, None, None));
    assert_eq!(cell.suppressed, Some(Suppression::TooFew));

    post(&app, 30..=30).await;
    let after = table(&app, "wave=counter&by=ward").await;
    assert_eq!(after.provenance.versions.data_position, 30);
    assert_eq!(after.groups[0].group.name.vi, "Phường Ba Đình");
    let cell = after.groups[0].cells[0];
    assert_eq!((cell.n, cell.score), (Some(30), Some(66.67)));
    assert_eq!(cell.counts.unwrap().levels, [0, 50, 0, 0, 100]);
}

#[tokio::test]
async fn every_grouping_and_filter_gives_its_table() {
    let app = TestApp::start().await;
    post(&app, 1..=60).await;
    for (by, name) in [
        ("city", "Thành phố Hà Nội"),
        ("district", "Quận Ba Đình"),
        ("ward", "Phường Ba Đình"),
        ("month", "Tháng 3/2026"),
    ] {
        let table = table(&app, &format!("wave=counter&by={by}")).await;
        assert_eq!(table.groups.len(), 1, "{by}");
        assert_eq!(table.groups[0].group.name.vi, name);
        assert_eq!(table.groups[0].cells[0].n, Some(60), "{by}");
        assert_eq!(table.approximate_groups, by == "district");
    }
    for by in ["agency", "branch"] {
        assert_eq!(table(&app, &format!("wave=counter&by={by}")).await.groups, [], "{by}");
    }
    for (filter, n) in [
        ("channel=wall_qr", 1),
        ("channel=kiosk", 0),
        ("respondent_type=individual", 1),
        ("respondent_type=organisation", 0),
        ("period=2026-q1", 1),
        ("period=thanh-xuan:2026-q1", 1),
        ("period=2026-03", 1),
        ("period=2026-03-02..2026-03-02", 1),
        ("period=2025-q1", 0),
    ] {
        let table = table(&app, &format!("wave=counter&by=city&{filter}")).await;
        assert_eq!(table.groups.len(), n, "{filter}");
    }
}

#[tokio::test]
async fn methods_stand_beside_their_scores() {
    let app = TestApp::start().await;
    post(&app, 1..=60).await;
    // A third has level 2, two thirds level 5: the mean is 4.
    for (method, score) in [("t2b", 66.67), ("m5", 80.0), ("m4", 75.0), ("m4-factors", 75.0)] {
        let table = table(&app, &format!("wave=counter&by=city&method={method}")).await;
        assert_eq!(table.provenance.method.id.as_str(), method);
        assert_eq!(table.groups[0].cells[0].score, Some(score), "{method}");
    }
}

#[tokio::test]
async fn detail_goes_from_the_whole_to_single_statements() {
    let app = TestApp::start().await;
    for (detail, nodes) in [("overall", 1), ("content", 2), ("factor", 7), ("item", 13)] {
        let table = table(&app, &format!("wave=counter&by=city&detail={detail}")).await;
        assert_eq!(table.nodes.len(), nodes, "{detail}");
        assert_eq!(table.nodes[0].node, Node::Overall);
    }
}

#[tokio::test]
async fn the_population_belongs_to_the_wave_so_no_score_mixes_two() {
    let app = TestApp::start().await;
    post(&app, 1..=30).await;
    app.post_json(SUBMISSIONS, &complete("national", 100, 1)).await;
    let transactions = table(&app, "wave=counter&by=city").await;
    assert_eq!(transactions.provenance.population, Population::Transaction);
    assert_eq!(transactions.groups[0].cells[0].n, Some(30));
    let household = table(&app, "wave=national&by=city").await;
    assert_eq!(household.provenance.population, Population::Household);
    assert_eq!(household.groups[0].cells[0].suppressed, Some(Suppression::TooFew));
}

#[tokio::test]
async fn counts_cannot_be_filtered_by_what_they_do_not_know() {
    let app = TestApp::start().await;
    let csv = "unit,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n00004,1,2,12,55,30\n";
    app.take("single", Takes::LevelCounts).await;
    let reply = app.post("/api/v1/waves/single/imports", "text/csv", csv).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    for filter in ["channel=kiosk", "respondent_type=individual", "period=2026-q1"] {
        let reply = app.get(&format!("/api/v1/scores?wave=single&by=city&{filter}")).await;
        assert_eq!(reply.problem().code, ProblemCode::FilterDoesNotFit, "{filter}");
    }
    for (method, score) in [("t2b", 85.0), ("m5", 82.2), ("m4", 77.75)] {
        let table = table(&app, &format!("wave=single&by=city&method={method}")).await;
        assert_eq!(table.groups[0].cells[0].score, Some(score), "{method}");
    }
}
