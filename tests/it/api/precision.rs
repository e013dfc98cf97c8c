//! Tests standard errors, weights and forms per dossier through the interface.

use std::fmt::Write as _;

use axum::http::StatusCode;
use survey_defs::analysis::{DossierCells, SamplingBasis, ScoreTable, Weighting};
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::wave::Takes;
use tests::app::TestApp;

async fn import(app: &TestApp, wave: &str, csv: String) {
    let reply = app.post(&fill(IMPORTS, &[wave]), "text/csv", csv).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
}

async fn table(app: &TestApp, query: &str) -> ScoreTable {
    let reply = app.get(&format!("/api/v1/scores?{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

/// Three of each of the ten people of the worked example in docs/SCORING.md.
fn worked_example() -> String {
    let levels = [("a", [5, 5, 4, 4, 2]), ("b", [4, 3, 3, 5, 2])];
    let mut csv = "id,unit,date,psu,weight,overall_satisfaction\n".to_owned();
    let people = levels.iter().flat_map(|(psu, levels)| levels.map(|level| (psu, level)));
    for (id, (psu, level)) in people.cycle().take(30).enumerate() {
        writeln!(csv, "{id},00004,2026-01-15,{psu},2.5,{level}").unwrap();
    }
    csv
}

#[tokio::test]
async fn the_worked_example_has_the_standard_error_of_the_document() {
    let app = TestApp::start().await;
    app.take("single", Takes::Sample).await;
    import(&app, "single", worked_example()).await;
    let table = table(&app, "wave=single&by=ward&detail=overall&design_effects=true").await;
    assert_eq!(table.provenance.sampling, SamplingBasis::Plan);
    assert_eq!(table.provenance.weighting, Weighting::SampleWeights);
    let cell = table.groups[0].cells[0];
    assert_eq!((cell.n, cell.score, cell.caution), (Some(30), Some(60.0), true));
    let precision = cell.precision.unwrap();
    assert_eq!((precision.se, precision.df), (20.0, 1));
    // 0.04 ÷ (0.24 ÷ 29) = 4.833, and 30 over that.
    let [deff, n_effective] = [precision.deff.unwrap(), precision.n_effective.unwrap()];
    assert_eq!((deff, n_effective), (4.83, 6.0));
    // With one degree of freedom t is 12.7: nothing is known but the ends of the scale.
    assert_eq!((precision.ci_low, precision.ci_high), (0.0, 100.0));
}

#[tokio::test]
async fn forms_stand_for_the_dossiers_of_their_unit() {
    let app = TestApp::start().await;
    let mut csv = "id,unit,date,overall_satisfaction\n".to_owned();
    for id in 0..100 {
        // Ward one: 60 forms, 30 satisfied. Ward two: 40 forms, all satisfied.
        let (unit, level) = if id < 60 { ("00004", id % 2 * 3 + 1) } else { ("00008", 5) };
        let day = id % 20 + 1;
        writeln!(csv, "{id},{unit},2026-01-{day:02},{level}").unwrap();
    }
    import(&app, "single", csv).await;
    let plain = table(&app, "wave=single&by=city&detail=overall").await;
    assert_eq!(plain.provenance.sampling, SamplingBasis::AsCollected);
    assert_eq!(plain.provenance.weighting, Weighting::None);
    assert_eq!(plain.groups[0].cells[0].score, Some(70.0));
    assert_eq!(plain.groups[0].forms_per_dossier, None);

    import(&app, "single", "unit,dossiers\n00004,900\n00008,100\n00025,500\n".to_owned()).await;
    let weighted = table(&app, "wave=single&by=city&detail=overall").await;
    assert_eq!(
        weighted.provenance.weighting,
        Weighting::PostStratified { version: 1, cells: DossierCells::Units }
    );
    // 0.9 × 50 + 0.1 × 100.
    assert_eq!(weighted.groups[0].cells[0].score, Some(55.0));
    assert!(weighted.groups[0].cells[0].precision.is_some());
    let ratio = weighted.groups[0].forms_per_dossier.unwrap();
    assert_eq!((ratio.dossiers, ratio.uncovered), (1500, 500));
    assert!((ratio.ratio - 100.0 / 1500.0).abs() < 1e-12, "{ratio:?}");

    let asked = table(&app, "wave=single&by=city&detail=overall&weights=none").await;
    assert_eq!(asked.groups, plain.groups);
    let wards = table(&app, "wave=single&by=ward&detail=overall").await;
    let scores: Vec<_> = wards.groups.iter().map(|ward| ward.cells[0].score).collect();
    assert_eq!(scores, [Some(50.0), Some(100.0)]);
}

#[tokio::test]
async fn dossiers_that_lack_a_unit_with_forms_are_a_clear_problem() {
    let app = TestApp::start().await;
    // Forms of a unit that has no service point, so the dossiers need not cover it.
    let mut csv = "id,unit,date,overall_satisfaction\n".to_owned();
    for id in 0..30 {
        writeln!(csv, "{id},00008,2026-01-15,4").unwrap();
    }
    import(&app, "single", csv).await;
    import(&app, "single", "unit,dossiers\n00004,100\n".to_owned()).await;
    let problem = app.get("/api/v1/scores?wave=single&by=ward").await.problem();
    assert_eq!(problem.code.as_str(), "dossiers_do_not_fit");
    assert!(problem.detail.unwrap().contains("00008@2025-07-01"));
    let plain = table(&app, "wave=single&by=ward&weights=none").await;
    assert_eq!(plain.groups[0].cells[0].n, Some(30));
}

#[tokio::test]
async fn dossiers_must_cover_every_unit_with_a_service_point() {
    let app = TestApp::start().await;
    let csv = "unit,dossiers\n00008,100\n";
    let reply = app.post(&fill(IMPORTS, &["single"]), "text/csv", csv).await;
    let problem = reply.problem();
    assert_eq!(problem.code.as_str(), "import_rejected");
    assert!(problem.rows[0].reason.contains("00004@2025-07-01 has a service point"));
}
