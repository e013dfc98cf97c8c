//! Tests later versions of instruments: what they offer is taken, kept and served.

use std::fmt::Write as _;

use axum::http::StatusCode;
use survey_defs::analysis::{DossierCells, ScoreTable, Weighting};
use survey_defs::api::FormPackage;
use survey_defs::api::paths::{IMPORTS, SUBMISSIONS, fill};
use survey_defs::instrument::{Continuity, Instrument, embedded_version};
use survey_defs::submission::Draft;
use survey_defs::wave::Population;
use tests::app::TestApp;
use tests::drafts::{complete, option, question};
use tests::waves;

/// A complete form of version 2 of the counter form, with an answer to “is staff helping you”.
fn second(number: u128, helped: Option<&str>) -> Draft {
    let mut draft = complete("counter", number, 4);
    draft.wave = "counter-2".parse().unwrap();
    draft.instrument.version = 2;
    draft.answers.remove(&question("staff_helped"));
    draft.answers.extend(helped.map(|word| (question("staff_helped"), option(word))));
    draft
}

async fn start() -> TestApp {
    let app = TestApp::start().await;
    app.add(&waves::wave_of_version("counter", 2, Population::Transaction)).await;
    app
}

#[tokio::test]
async fn prefer_not_to_say_is_taken_and_kept_as_neither_yes_nor_no() {
    let app = start().await;
    let cases = [
        (None, None),
        (Some("undisclosed"), None),
        (Some("yes"), Some(true)),
        (Some("no"), Some(false)),
    ];
    for ((helped, _), number) in cases.iter().zip(1..) {
        let reply = app.post_json(SUBMISSIONS, &second(number, *helped)).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{helped:?}: {}", reply.body);
    }
    let csv = "id,unit,date,access_overall,staff_helped\n1,00004,2026-02-15,5,undisclosed\n";
    let path = fill(IMPORTS, &["counter-2"]);
    let reply = app.post(&path, "text/csv", csv.to_owned()).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);

    let wave = "counter-2".parse().unwrap();
    let records = app.state.store.submissions_after(&wave, 0, 9).await.unwrap();
    let all = cases.into_iter().chain([(Some("undisclosed"), None)]);
    assert_eq!(records.len(), 5);
    for (record, (helped, known)) in records.iter().zip(all) {
        assert_eq!(record.context.staff_helped, known, "{helped:?}");
        let answer = record.draft.answers.get(&question("staff_helped")).cloned();
        assert_eq!(answer, helped.map(option));
    }
}

#[tokio::test]
async fn version_1_still_needs_the_answer_and_offers_no_third_choice() {
    let app = start().await;
    for helped in [None, Some("undisclosed")] {
        let mut draft = second(1, helped);
        draft.wave = "counter".parse().unwrap();
        draft.instrument.version = 1;
        let problem = app.post_json(SUBMISSIONS, &draft).await.problem();
        assert_eq!(problem.violations.len(), 1, "{helped:?}");
        assert_eq!(problem.violations[0].question, question("staff_helped"));
    }
}

#[tokio::test]
async fn the_map_and_the_head_are_served_with_the_instrument() {
    let app = start().await;
    let counter: Instrument = app.get("/api/v1/instruments/counter/2").await.json();
    assert_eq!(Some(&counter), embedded_version("counter", 2).as_ref());
    let map = counter.definition().comparability.as_ref().unwrap();
    let said = map.of(&question("staff_helped")).unwrap();
    assert_eq!((map.previous, said.continuity), (1, Continuity::Continues));
    let package: FormPackage = app.get("/api/v1/waves/counter-2/points/p1/form").await.json();
    assert_eq!(package.instrument, counter.as_asked());
    let ward: Instrument = app.get("/api/v1/instruments/ward/2").await.json();
    assert_eq!(ward.definition().head.as_ref().unwrap().form.vi, "Mẫu số 02");
    let first = app.get("/api/v1/instruments/ward/1").await;
    assert!(!first.body.contains("\"head\"") && !first.body.contains("comparability"));
}

/// 60 forms of Ba Đình, half of them satisfied, about land and civil status; 40 of Giảng Võ, all
/// satisfied, about land. Every statement is answered alike.
fn ward_forms(group: &str) -> String {
    let mut csv = format!("id,unit,date,officials_polite{group}\n");
    for id in 0..100 {
        let (unit, level) = if id < 60 { ("00004", id % 2 * 3 + 1) } else { ("00008", 5) };
        let kind = if (30..60).contains(&id) { ",civil_status" } else { ",land" };
        let kind = if group.is_empty() { "" } else { kind };
        let day = id % 20 + 1;
        writeln!(csv, "{id},{unit},2026-02-{day:02},{level}{kind}").unwrap();
    }
    csv
}

#[tokio::test]
async fn a_ward_form_without_procedure_group_stands_for_the_dossiers_of_its_unit() {
    let app = start().await;
    app.add(&waves::wave_of_version("ward", 2, Population::Transaction)).await;
    let import = async |wave: &str, csv: String| {
        let reply = app.post(&fill(IMPORTS, &[wave]), "text/csv", csv).await;
        assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    };
    let scored = async |wave: &str| -> (Weighting, ScoreTable) {
        let path = format!("/api/v1/scores?wave={wave}&by=city&detail=item");
        let table: ScoreTable = app.get(&path).await.json();
        (table.provenance.weighting, table)
    };
    let grouped = "unit,procedure_group,dossiers\n00004,land,500\n00004,civil_status,400\n\
                   00008,land,60\n00008,social,40\n";
    for (wave, group) in [("ward-2", ""), ("ward", ",procedure_group")] {
        import(wave, ward_forms(group)).await;
        import(wave, grouped.to_owned()).await;
    }

    let (weighting, by_unit) = scored("ward-2").await;
    assert_eq!(weighting, Weighting::PostStratified { version: 1, cells: DossierCells::Units });
    let ratio = by_unit.groups[0].forms_per_dossier.unwrap();
    assert_eq!((ratio.dossiers, ratio.uncovered), (1000, 0));
    let polite =
        by_unit.nodes.iter().position(|node| node.node.to_string() == "item:officials_polite");
    // 0.9 × 50 + 0.1 × 100.
    assert_eq!(by_unit.groups[0].cells[polite.unwrap()].score, Some(55.0));
    // Counts that are totals from the start weigh the same.
    import("ward-2", "unit,dossiers\n00004,900\n00008,100\n".to_owned()).await;
    let (weighting, by_total) = scored("ward-2").await;
    assert_eq!(weighting, Weighting::PostStratified { version: 2, cells: DossierCells::Units });
    assert_eq!(by_total.groups, by_unit.groups);

    let (weighting, by_group) = scored("ward").await;
    let cells = DossierCells::ProcedureGroups;
    assert_eq!(weighting, Weighting::PostStratified { version: 1, cells });
    assert_eq!(by_group.groups[0].forms_per_dossier.unwrap().uncovered, 40);
}
