//! Tests single records, batches, repetition, conflict and quarantine.

use axum::http::StatusCode;
use futures::future::join_all;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::problem::ProblemCode;
use survey_defs::api::{BatchReceipt, Receipt, RecordStatus};
use survey_defs::quarantine::QuarantineReason;
use tests::app::TestApp;
use tests::drafts::{complete, draft, level, question};
use tests::waves;

#[tokio::test]
async fn a_submission_is_recorded_once_and_its_receipt_repeats() {
    let app = TestApp::start().await;
    let first = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(first.status, StatusCode::CREATED);
    let receipt: Receipt = first.json();
    assert_eq!((receipt.status, receipt.position), (RecordStatus::Recorded, None));
    assert_eq!(receipt.received_at, waves::now());

    let again = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));

    let other = app.post_json(SUBMISSIONS, &complete("counter", 1, 5)).await;
    assert_eq!(other.problem().code, ProblemCode::SubmissionConflict);
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn sixty_four_identical_parallel_posts_make_one_row() {
    let app = TestApp::start().await;
    let draft = complete("counter", 1, 4);
    let replies = join_all((0..64).map(|_| app.post_json(SUBMISSIONS, &draft))).await;
    let count = |status| replies.iter().filter(|reply| reply.status == status).count();
    assert_eq!((count(StatusCode::CREATED), count(StatusCode::OK)), (1, 63));
    assert!(replies.iter().all(|reply| reply.body == replies[0].body));
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test]
async fn each_record_of_a_batch_has_its_own_result() {
    let app = TestApp::start().await;
    app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    let records = [
        serde_json::to_string(&complete("counter", 2, 3)).unwrap(),
        serde_json::to_string(&complete("counter", 1, 4)).unwrap(),
        serde_json::to_string(&complete("counter", 1, 1)).unwrap(),
        serde_json::to_string(&draft("counter", 3)).unwrap(),
        r#"{"id":"nothing"}"#.to_owned(),
        serde_json::to_string(&complete("counter", 2, 3)).unwrap(),
    ];
    let body = format!("[{}]", records.join(","));
    let reply = app.post(SUBMISSIONS, "application/json", body).await;
    assert_eq!(reply.status, StatusCode::OK);
    let BatchReceipt { results } = reply.json();
    let statuses: Vec<u16> = results.iter().map(|result| result.status).collect();
    assert_eq!(statuses, [201, 200, 409, 422, 400, 200]);
    let codes: Vec<_> = results.iter().filter_map(|r| r.problem.as_ref().map(|p| p.code)).collect();
    assert_eq!(
        codes,
        [ProblemCode::SubmissionConflict, ProblemCode::SubmissionInvalid, ProblemCode::BodyShape]
    );
    assert_eq!(app.submissions("counter").await, 2);
}

#[tokio::test]
async fn what_cannot_be_accepted_is_kept_aside_and_acknowledged() {
    let app = TestApp::start().await;
    let mut version = complete("counter", 1, 4);
    version.instrument.version = 2;
    let mut point = complete("counter", 2, 4);
    point.point = "p9".parse().unwrap();
    for (draft, reason) in
        [(version, QuarantineReason::InstrumentVersion), (point, QuarantineReason::PointUnknown)]
    {
        let reply = app.post_json(SUBMISSIONS, &draft).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED);
        let receipt: Receipt = reply.json();
        assert_eq!(receipt.status, RecordStatus::Quarantined(reason));
        assert_eq!(receipt.position, None);
        assert_eq!(app.post_json(SUBMISSIONS, &draft).await.body, reply.body);
    }
    let aside = app.state.store.quarantined(&"counter".parse().unwrap()).await.unwrap();
    assert_eq!(aside.values().sum::<u64>(), 2);
    assert_eq!(app.submissions("counter").await, 0);
}

#[tokio::test]
async fn the_window_is_decided_by_server_time_but_repetitions_are_always_acknowledged() {
    let app = TestApp::start().await;
    let first = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    app.clock.set("2027-01-01T00:00:00Z".parse().unwrap());
    let late = app.post_json(SUBMISSIONS, &complete("counter", 2, 4)).await;
    assert_eq!(late.status, StatusCode::ACCEPTED);
    let receipt: Receipt = late.json();
    assert_eq!(receipt.status, RecordStatus::Quarantined(QuarantineReason::WindowClosed));
    let again = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test]
async fn answers_are_stored_as_the_engine_leaves_them() {
    let app = TestApp::start().await;
    let mut draft = complete("counter", 1, 5);
    let text = survey_defs::answer::Answer::Text("Hoa\u{300} thuận".into());
    draft.answers.insert(question("comment"), text);
    // Asked only after a low level, so it is not relevant here and not stored.
    let problems = survey_defs::answer::Answer::Options(["waiting".parse().unwrap()].into());
    draft.answers.insert(question("problems"), problems);
    app.post_json(SUBMISSIONS, &draft).await;
    let wave = "counter".parse().unwrap();
    let records = app.state.store.submissions_after(&wave, 0, 10).await.unwrap();
    let stored = &records[0].draft.answers;
    assert_eq!(stored[&question("comment")], survey_defs::answer::Answer::Text("Hoà thuận".into()));
    assert!(!stored.contains_key(&question("problems")));
    assert_eq!(stored[&question("access_overall")], level(5));
    // The composed and the decomposed text are the same content.
    assert_eq!(app.post_json(SUBMISSIONS, &draft).await.status, StatusCode::OK);
}
