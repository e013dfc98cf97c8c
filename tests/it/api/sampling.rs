//! Tests sample plans in imported forms, and dossier counts.

use axum::http::StatusCode;
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{ImportKind, ImportReport};
use survey_defs::wave::Takes;
use tests::app::{Reply, TestApp};

async fn import(app: &TestApp, wave: &str, csv: &str) -> Reply {
    app.post(&fill(IMPORTS, &[wave]), "text/csv", csv.to_owned()).await
}

/// Line and column of each refused row.
async fn refused(app: &TestApp, wave: &str, csv: &str) -> Vec<(u64, String)> {
    let problem = import(app, wave, csv).await.problem();
    assert_eq!(problem.code, ProblemCode::ImportRejected);
    let rows = problem.rows.into_iter();
    rows.map(|row| (row.line, row.column.unwrap_or_default())).collect()
}

const PLAN: &str = "\
id,unit,date,stratum,psu,weight,fpc,access_overall
1,00004,2026-01-15,inner,a,2.5,40,5
2,00004,2026-01-15,inner,b,3,40,4
3,00008,2026-01-15,outer,c,1,,2
";

#[tokio::test]
async fn a_sample_plan_comes_with_the_forms() {
    let app = TestApp::start().await;
    app.take("counter", Takes::Sample).await;
    let reply = import(&app, "counter", PLAN).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    let plan = app.state.store.sample_plan(&"counter".parse().unwrap()).await.unwrap();
    let units: Vec<_> = plan.units.iter().map(|unit| unit.psu.as_str()).collect();
    assert_eq!(units, ["a", "b", "c"]);
}

#[tokio::test]
async fn plans_that_contradict_themselves_are_refused_row_by_row() {
    let app = TestApp::start().await;
    app.take("counter", Takes::Sample).await;
    let broken = "\
id,unit,date,stratum,psu,weight,fpc,access_overall
1,00004,2026-01-15,inner,a,0,40,5
2,00004,2026-01-15,inner,b,-1,40,5
3,00004,2026-01-15,inner,c,NaN,40,5
4,00004,2026-01-15,inner,d,x,40,5
5,00004,2026-01-15,inner,e,,40,5
6,00004,2026-01-15,inner,,2,40,5
7,00004,2026-01-15,inner,g,2,0.5,5
";
    let weights = (2..=6).map(|line| (line, "weight".to_owned()));
    let others = [(7, "psu"), (8, "fpc")];
    let expected: Vec<_> =
        weights.chain(others.map(|(line, column)| (line, column.to_owned()))).collect();
    assert_eq!(refused(&app, "counter", broken).await, expected);

    let contradictory = "\
id,unit,date,stratum,psu,weight,fpc,access_overall
1,00004,2026-01-15,inner,a,2,40,5
2,00004,2026-01-15,outer,a,2,40,5
3,00004,2026-01-15,inner,b,2,41,5
4,00004,2026-01-15,,,,,5
5,00004,2026-01-15,inner,c,2,,5
6,00004,2026-01-15,,d,2,40,5
";
    let expected = [(3, "psu"), (4, "fpc"), (5, "psu"), (6, "fpc"), (7, "stratum")]
        .map(|(line, it)| (line, it.to_owned()));
    assert_eq!(refused(&app, "counter", contradictory).await, expected);
    let too_many = "\
id,unit,date,stratum,psu,weight,fpc,access_overall
1,00004,2026-01-15,inner,a,2,1,5
2,00004,2026-01-15,inner,a,2,1,5
3,00004,2026-01-15,inner,b,2,1,5
";
    assert_eq!(refused(&app, "counter", too_many).await, [(4, "fpc".to_owned())]);
    assert_eq!(app.submissions("counter").await, 0);
}

#[tokio::test]
async fn a_later_file_must_fit_the_plan_of_the_wave() {
    let app = TestApp::start().await;
    app.take("counter", Takes::Sample).await;
    import(&app, "counter", PLAN).await;
    let elsewhere = "id,unit,date,stratum,psu,weight,fpc,access_overall\n\
                     9,00004,2026-01-15,outer,a,2,,5\n";
    assert_eq!(refused(&app, "counter", elsewhere).await, [(2, "psu".to_owned())]);
    let without = "id,unit,date,access_overall\n9,00004,2026-01-15,5\n";
    let problem = import(&app, "counter", without).await.problem();
    assert_eq!(problem.code, ProblemCode::WaveTakesOther);
}

#[tokio::test]
async fn dossiers_are_published_in_versions() {
    let app = TestApp::start().await;
    let first = "unit,procedure_group,dossiers\n00004,civil,120\n00004,land,80\n00008,,500\n";
    let report: ImportReport = import(&app, "counter", first).await.json();
    assert_eq!((report.kind, report.rows), (ImportKind::Dossiers { version: 1 }, 3));
    let second = "unit,dossiers\n00004,210\n";
    let report: ImportReport = import(&app, "counter", second).await.json();
    assert_eq!(report.kind, ImportKind::Dossiers { version: 2 });
    let again: ImportReport = import(&app, "counter", first).await.json();
    assert_eq!(again.kind, ImportKind::Dossiers { version: 3 });
    let current = app.state.store.dossiers(&"counter".parse().unwrap()).await.unwrap().unwrap();
    assert_eq!((current.version, current.rows.len()), (3, 3));
}

#[tokio::test]
async fn broken_dossiers_are_refused_row_by_row() {
    let app = TestApp::start().await;
    let broken = "unit,procedure_group,dossiers\n\
                  00004,civil,120\n00004,civil,3\n00004,,3\n99999,civil,3\n00008,Civil Law,3\n00008,land,-1\n";
    let expected =
        [(3, "procedure_group"), (4, "procedure_group"), (5, "unit"), (6, "procedure_group")];
    let mut expected: Vec<_> = expected.map(|(line, it)| (line, it.to_owned())).into();
    expected.push((7, "dossiers".to_owned()));
    assert_eq!(refused(&app, "counter", broken).await, expected);
    let good = "unit,dossiers\n00004,3\n";
    let household = refused(&app, "national", good).await;
    assert_eq!(household, [(2, "dossiers".to_owned())]);
}
