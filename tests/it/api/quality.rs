//! Tests flags, the filter of flagged forms and the report on quality.

use axum::http::StatusCode;
use jiff::SignedDuration;
use server::analysis::quality::{JudgedForm, JudgedForms};
use survey_defs::analysis::{Flag, FlagFilter, QualityQuery, QualityReport, ScoreTable, Selection};
use survey_defs::answer::Answer;
use survey_defs::api::paths::QUALITY;
use survey_defs::api::problem::ProblemCode;
use survey_defs::submission::Draft;
use survey_defs::wave::Takes;
use tests::app::TestApp;
use tests::drafts::{complete, level};

/// A form of the national instrument with all levels but the lowest, filled in within some seconds.
fn varied(number: u128, seconds: i64) -> Draft {
    let mut draft = complete("national", number, 5);
    let levels = draft.answers.values_mut().filter(|one| matches!(one, Answer::Level(_)));
    let turn = usize::try_from(number % 5).unwrap();
    for (answer, given) in levels.zip([4, 5, 3, 4, 2].into_iter().cycle().skip(turn)) {
        *answer = level(given);
    }
    took(draft, seconds)
}

fn took(draft: Draft, seconds: i64) -> Draft {
    Draft { started_at: draft.finished_at - SignedDuration::from_secs(seconds), ..draft }
}

/// 60 careful forms, 30 that are straight-lining, 10 too fast, and one whose clock was set back.
async fn filled() -> TestApp {
    let app = TestApp::start().await;
    let careful = (1..=60).map(|number| varied(number, 300));
    let straight = (61..=90).map(|number| took(complete("national", number, 5), 300));
    let hasty = (91..=100).map(|number| varied(number, 20));
    let drafts: Vec<Draft> =
        careful.chain(straight).chain(hasty).chain([varied(101, -3_600)]).collect();
    app.post_forms(&drafts).await;
    app
}

async fn report(app: &TestApp, query: &str) -> QualityReport {
    let reply = app.get(&format!("{QUALITY}?wave=national{query}")).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.json()
}

#[tokio::test]
async fn a_report_flags_forms_and_deletes_none() {
    let app = filled().await;
    let report = report(&app, "").await;
    let counts = report.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.judged, counts.timed), (101, 101, 100));
    assert_eq!((counts.straight_lining, counts.low_variation, counts.speeding), (30, 30, 10));
    assert_eq!((counts.no_time, counts.flagged), (1, 41));
    assert_eq!(report.channels.len(), 1);
    assert_eq!(report.limits.least_answered, 15);
    let reliable = report.factors.iter().filter(|one| one.reliability.is_some()).count();
    assert_eq!((report.factors.len(), reliable), (9, 9));

    let whole = &report.scores[0];
    assert_eq!((whole.with.n, whole.without.n), (Some(101), Some(60)));
    let everything: ScoreTable = app.get("/api/v1/scores?wave=national&by=city").await.json();
    assert_eq!(everything.groups[0].cells[0], whole.with);
    let query = "/api/v1/scores?wave=national&by=city&quality=unflagged";
    let unflagged: ScoreTable = app.get(query).await.json();
    assert_eq!(unflagged.provenance.filters.quality, FlagFilter::Unflagged);
    assert_eq!(unflagged.groups[0].cells[0], whole.without);
    assert!(whole.difference.unwrap() < 0.0);
    assert_eq!(app.submissions("national").await, 101);
}

#[tokio::test]
async fn filters_narrow_the_report() {
    let app = filled().await;
    let unflagged = report(&app, "&quality=unflagged").await;
    let counts = unflagged.forms.counts.unwrap();
    assert_eq!((counts.forms, counts.flagged), (60, 0));
    let nobody = report(&app, "&channel=kiosk").await;
    assert_eq!((nobody.forms.counts, nobody.channels.len()), (None, 0));
    let march = report(&app, "&period=2026-03&respondent_type=household").await;
    assert_eq!(march.forms.counts.unwrap().forms, 101);
}

#[tokio::test]
async fn what_cannot_be_judged_is_refused() {
    let app = TestApp::start().await;
    let csv = "unit,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n00004,1,2,12,55,30\n";
    app.take("single", Takes::LevelCounts).await;
    let reply = app.post("/api/v1/waves/single/imports", "text/csv", csv).await;
    assert_eq!(reply.status, StatusCode::CREATED);
    for (path, code) in [
        ("/api/v1/quality?wave=single", ProblemCode::QualityNeedsForms),
        ("/api/v1/quality?wave=none", ProblemCode::WaveUnknown),
        ("/api/v1/quality?wave=national&quality=good", ProblemCode::QueryInvalid),
        ("/api/v1/quality?wave=national&period=never", ProblemCode::QueryInvalid),
        ("/api/v1/scores?wave=single&by=city&quality=unflagged", ProblemCode::FilterDoesNotFit),
    ] {
        assert_eq!(app.get(path).await.problem().code, code, "{path}");
    }
}

#[tokio::test]
async fn every_form_has_its_pattern() {
    let app = filled().await;
    let query = |quality| QualityQuery {
        wave: "national".parse().unwrap(),
        period: None,
        selection: Selection { quality, ..Selection::default() },
    };
    let all = listed(&app, &query(FlagFilter::All)).await;
    assert_eq!(
        all.iter().map(|one| one.position).collect::<Vec<_>>(),
        (1..=101).collect::<Vec<_>>()
    );
    let straight = &all[60];
    assert_eq!(straight.pattern.flags, [Flag::StraightLining, Flag::LowVariation]);
    assert_eq!(straight.pattern.intra_individual_sd, Some(0.0));
    assert_eq!((straight.seconds, &all[90].pattern.flags[..]), (Some(300), &[Flag::Speeding][..]));
    assert_eq!((all[100].seconds, all[100].pattern.seconds_per_answer), (None, None));
    assert_eq!(all[100].pattern.flags, [Flag::NoTime]);
    assert_eq!(listed(&app, &query(FlagFilter::Unflagged)).await.len(), 60);
}

async fn listed(app: &TestApp, query: &QualityQuery) -> Vec<JudgedForm> {
    let forms = JudgedForms::of(&*app.state.store, &app.state.catalogue.definitions, query).await;
    let mut forms = forms.unwrap();
    let mut all = Vec::new();
    while let Some(page) = forms.next_page().await.unwrap() {
        all.extend(page);
    }
    all
}
