//! Tests imports of files into a wave.

use axum::http::StatusCode;
use survey_defs::api::paths::{IMPORTS, fill};
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{ImportKind, ImportReport};
use survey_defs::wave::Takes;
use tests::app::{Reply, TestApp};

async fn import(app: &TestApp, wave: &str, csv: &str) -> Reply {
    app.post(&fill(IMPORTS, &[wave]), "text/csv", csv.to_owned()).await
}

const MICRODATA: &str = "\
id,unit,date,channel,access_overall,officials_overall,staff_helped,waiting_minutes,comment
1,00004,2026-01-15,paper_entry,5,4,no,15,\"Tốt, nhanh\"
2,00004@2025-07-01,2026-02-15,kiosk,na,2,yes,,
3/b,SNV,2026-02-16,,3,,no,0,
";

#[tokio::test]
async fn microdata_is_imported_and_a_repetition_is_refused() {
    let app = TestApp::start().await;
    let reply = import(&app, "counter", MICRODATA).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    let report: ImportReport = reply.json();
    assert_eq!((report.kind, report.rows, report.created), (ImportKind::Microdata, 3, 3));
    assert_eq!(app.submissions("counter").await, 3);

    let again = import(&app, "counter", MICRODATA).await;
    assert_eq!(again.problem().code, ProblemCode::ImportRepeated);
    assert_eq!(app.submissions("counter").await, 3);

    let records = app.state.store.submissions_after(&"counter".parse().unwrap(), 0, 9).await;
    let units: Vec<String> = records.unwrap().iter().map(|r| r.unit.to_string()).collect();
    assert_eq!(units, ["00004@2025-07-01", "00004@2025-07-01", "SNV@2025-03-01"]);
}

#[tokio::test]
async fn a_form_counts_once_whatever_files_it_comes_in() {
    let app = TestApp::start().await;
    import(&app, "counter", MICRODATA).await;
    // Another file with another form.
    let more = "id,unit,date,access_overall\n2b,00004,2026-02-15,1\n";
    let report: ImportReport = import(&app, "counter", more).await.json();
    assert_eq!((report.rows, report.created), (1, 1));
    let corrected = MICRODATA.replace(",15,", ",16,");
    let problem = import(&app, "counter", &corrected).await.problem();
    assert_eq!(problem.code, ProblemCode::ImportConflict);
    let detail = problem.detail.unwrap();
    assert!(detail.starts_with("line 2: the form “1” is in the wave already"), "{detail}");
    assert_eq!(app.submissions("counter").await, 4);
    // The number of a form is its own in each wave.
    let ward = "id,unit,date,officials_polite\n1,00004,2026-02-15,1\n";
    assert_eq!(import(&app, "ward", ward).await.status, StatusCode::CREATED);
}

#[tokio::test]
async fn every_broken_row_is_named_and_nothing_is_imported() {
    let app = TestApp::start().await;
    let csv = "\
id,unit,date,channel,access_overall,staff_helped,waiting_minutes
1,00004,2026-01-15,paper_entry,5,no,15
2,99999,2026-01-15,paper_entry,5,no,15
3,00004,15/1/2026,paper_entry,6,maybe,15
4,00004,2026-01-15,pigeon,5,no,-3
5,00004,2026-01-15,paper_entry,5
6,,2026-01-15,paper_entry,5,no,15
1,00004,2026-01-16,paper_entry,5,no,15
,00004,2026-01-16,paper_entry,5,no,15
8,00004,2025-12-31,paper_entry,5,no,15
9,00004,2026-03-03,paper_entry,5,no,15
10,00004,9999-12-31,paper_entry,5,no,15
11,00004,-009999-01-01,paper_entry,5,no,15
";
    let problem = import(&app, "counter", csv).await.problem();
    assert_eq!(problem.code, ProblemCode::ImportRejected);
    let found: Vec<(u64, &str)> =
        problem.rows.iter().map(|row| (row.line, row.column.as_deref().unwrap_or("-"))).collect();
    assert_eq!(
        found,
        [
            (3, "unit"),
            (4, "date"),
            (4, "access_overall"),
            (5, "channel"),
            (6, "-"),
            (7, "unit"),
            (8, "id"),
            (9, "id"),
            (10, "date"),
            (11, "date"),
            (12, "date"),
            (13, "date")
        ]
    );
    assert!(problem.rows[0].reason.contains("99999"), "{}", problem.rows[0].reason);
    assert_eq!(app.submissions("counter").await, 0);
}

#[tokio::test]
async fn the_engine_checks_imported_rows_but_leaves_questions_open() {
    let app = TestApp::start().await;
    let csv = "id,unit,date,access_overall,staff_helped,waiting_minutes\n\
               1,00004,2026-01-15,5,maybe,15\n2,00004,2026-01-16,,,99999\n";
    let problem = import(&app, "counter", csv).await.problem();
    let found: Vec<_> = problem.rows.iter().map(|row| (row.line, row.column.as_deref())).collect();
    assert_eq!(found, [(2, Some("staff_helped")), (3, Some("waiting_minutes"))]);
}

#[tokio::test]
async fn broken_files_are_refused_as_a_whole() {
    let app = TestApp::start().await;
    for (csv, line, column) in [
        ("id,unit,date,colour\n1,00004,2026-01-15,red\n", 1, Some("colour")),
        ("unit,unit\n1,2\n", 1, Some("unit")),
        ("unit,date\n", 1, None),
        ("", 1, None),
        ("month,very_satisfied\n2026-02,3\n", 2, Some("very_dissatisfied")),
    ] {
        let is_counts = csv.starts_with("month");
        app.take("single", if is_counts { Takes::LevelCounts } else { Takes::Forms }).await;
        let problem = import(&app, "single", csv).await.problem();
        assert_eq!(problem.code, ProblemCode::ImportRejected, "{csv}");
        assert_eq!(problem.rows[0].line, line, "{csv}");
        assert_eq!(problem.rows[0].column.as_deref(), column, "{csv}");
    }
    let reply = app.post(&fill(IMPORTS, &["single"]), "text/csv", b"a\n\xff\n".to_vec()).await;
    assert_eq!(reply.problem().rows[0].line, 2);
    let reply = app.post(&fill(IMPORTS, &["single"]), "application/json", "{}").await;
    assert_eq!(reply.problem().code, ProblemCode::ContentType);
    let large = vec![b'a'; 8 * 1024 * 1024 + 1];
    let problem = app.post(&fill(IMPORTS, &["single"]), "text/csv", large).await.problem();
    assert_eq!(problem.code, ProblemCode::BodyTooLarge);
    assert!(problem.detail.is_some_and(|detail| detail.contains("thuocdo import")));
}

#[tokio::test]
async fn broken_counts_are_named_and_nothing_is_imported() {
    let app = TestApp::start().await;
    app.take("single", Takes::LevelCounts).await;
    let csv = "\
month,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied
2026-01,1,2,3,4,5
2026-13,1,2,3,4,5
2026-02,1,2,x,4,5
2026-03,1,2,3,4,-5
2026-01,1,2,3,4,5
2025-12,1,2,3,4,5
2026-04,1,2,3,4,5
,1,2,3,4,5
";
    let problem = import(&app, "single", csv).await.problem();
    let found: Vec<_> = problem.rows.iter().map(|row| (row.line, row.column.as_deref())).collect();
    assert_eq!(
        found,
        [
            (3, Some("month")),
            (4, Some("neither")),
            (5, Some("very_satisfied")),
            (6, Some("item")),
            (7, Some("month")),
            (8, Some("month")),
            (9, Some("unit")),
        ]
    );
    let reasons: Vec<&str> = problem.rows[4..].iter().map(|row| &*row.reason).collect();
    let expected = [
        "2025-12 is outside the wave, 2026-01-01 to 2026-12-31",
        "2026-04 is in the future",
        "the row has neither a unit nor a month",
    ];
    assert_eq!(reasons, expected);
    let good = "month,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
                2026-02,1,2,3,4,50\n";
    let report: ImportReport = import(&app, "single", good).await.json();
    assert_eq!((report.kind, report.created), (ImportKind::LevelCounts, 1));
    // A total beside its parts.
    let total = "unit,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
                 00004,1,2,3,4,50\n";
    assert_eq!(import(&app, "single", total).await.problem().code, ProblemCode::ImportRejected);
    // The same month again, in another file.
    let other = good.replace("50", "51");
    assert_eq!(import(&app, "single", &other).await.problem().code, ProblemCode::ImportConflict);
}
