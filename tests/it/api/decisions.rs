//! Tests decisions on records in quarantine, redaction and retention.

use axum::http::StatusCode;
use jiff::SignedDuration;
use server::intake::Refusal;
use server::intake::quarantine::{Blocker, Outcome, ReleaseRequest, reject, release};
use server::intake::redaction::{Extent, RedactionError, redact};
use server::operations::retention;
use store::{Expired, QuarantineEntry, QuarantineState};
use survey_defs::answer::Answer;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::api::{BatchReceipt, Receipt, RecordStatus, WaveView};
use survey_defs::audit::{AuditAction, NewAuditEntry};
use survey_defs::caller::{Actor, Caller, SystemTask};
use survey_defs::ids::WaveId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use survey_defs::wave::Channel;
use tests::app::TestApp;
use tests::devices::{Device, Secret};
use tests::drafts::{complete, draft, from_device, question};
use tests::waves;

const TEXT: &str = "Chị Lan ở quầy 3 rất tận tình";

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

fn audit(app: &TestApp, reason: &str) -> NewAuditEntry {
    NewAuditEntry::new(&Caller::loopback(), app.state.clock.now(), reason)
}

/// The program itself, as it drops what is over.
fn program() -> Caller {
    Caller::task(SystemTask::Retention)
}

async fn kept(app: &TestApp, number: u64) -> QuarantineEntry {
    let kept = app.state.store.quarantine_after(&counter(), number - 1, 1).await.unwrap();
    kept.into_iter().next().unwrap()
}

async fn released(app: &TestApp, number: u64) -> Outcome {
    released_overriding(app, number, &[]).await
}

async fn released_overriding(
    app: &TestApp,
    number: u64,
    overriding: &[QuarantineReason],
) -> Outcome {
    let kept = kept(app, number).await;
    let request =
        ReleaseRequest { audit: audit(app, "Đã xem."), overriding: overriding.to_vec() };
    release(&app.state.intake, &counter(), &kept, &request).await.unwrap()
}

/// At a point that does not exist.
fn at_point(number: u128, point: &str) -> Draft {
    Draft { point: point.parse().unwrap(), ..complete("counter", number, 4) }
}

#[tokio::test]
async fn a_record_of_a_point_that_came_later_is_released() {
    let app = TestApp::start().await;
    let sent = at_point(1, "p9");
    assert_eq!(app.post_json(SUBMISSIONS, &sent).await.status, StatusCode::ACCEPTED);
    let still = Outcome::Blocked(Blocker::Unfit(QuarantineReason::PointUnknown));
    assert_eq!(released(&app, 1).await, still);

    let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
    let point = waves::point(&wave, "p9", Channel::WallQr);
    app.state.store.add_points(&[point], &waves::codes()).await.unwrap();
    app.clock.set(waves::now() + SignedDuration::from_hours(1));
    assert_eq!(released(&app, 1).await, Outcome::Done);
    assert_eq!(released(&app, 1).await, Outcome::Before(QuarantineState::Released));
    let view: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((view.submissions, view.quarantined), (1, 0));
    let again = app.post_json(SUBMISSIONS, &sent).await;
    let receipt: Receipt = again.json();
    assert_eq!((again.status, receipt.status), (StatusCode::OK, RecordStatus::Recorded));
    assert_eq!(receipt.received_at, waves::now(), "when it arrived first");
}

#[tokio::test]
async fn what_cannot_count_is_said() {
    let app = TestApp::start().await;
    let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
    // Nothing required is answered, at a point that is not there yet.
    let incomplete = Draft { point: "p9".parse().unwrap(), ..draft("counter", 1) };
    let mut other_form = complete("counter", 2, 4);
    other_form.instrument.version = 9;
    let contradicting = at_point(3, "p9");
    for sent in [&incomplete, &other_form, &contradicting] {
        assert_eq!(app.post_json(SUBMISSIONS, sent).await.status, StatusCode::ACCEPTED);
    }
    let recorded = app.post_json(SUBMISSIONS, &complete("counter", 3, 4)).await;
    assert_eq!(recorded.status, StatusCode::CREATED);
    app.state
        .store
        .add_points(&[waves::point(&wave, "p9", Channel::WallQr)], &waves::codes())
        .await
        .unwrap();

    let Outcome::Blocked(Blocker::Refused(refusal)) = released(&app, 1).await else {
        panic!("it has no answers")
    };
    assert!(matches!(*refusal, Refusal::Invalid(_)), "{refusal}");
    let unfit = Blocker::Unfit(QuarantineReason::InstrumentVersion);
    assert_eq!(released(&app, 2).await, Outcome::Blocked(unfit));
    assert_eq!(released(&app, 3).await, Outcome::Blocked(Blocker::Recorded));
    assert_eq!(app.submissions("counter").await, 1);
    // Each can still be rejected.
    for number in 1..=3 {
        let decided = reject(&*app.state.store, &counter(), number, &audit(&app, "Hỏng.")).await;
        assert_eq!(decided.unwrap(), Outcome::Done);
    }
    let view: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((view.submissions, view.quarantined), (1, 0));
    let none = reject(&*app.state.store, &counter(), 4, &audit(&app, "x")).await;
    assert_eq!(none.unwrap(), Outcome::Unknown);
}

#[tokio::test]
async fn staff_vouch_for_a_device_that_could_not_prove_itself() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let sent = from_device(1, kiosk.id);
    assert_eq!(app.post_json(SUBMISSIONS, &sent).await.status, StatusCode::ACCEPTED);
    assert_eq!(kept(&app, 1).await.reason, QuarantineReason::DeviceUnproven);
    assert_eq!(released(&app, 1).await, Outcome::Done);
    let record = app.state.store.submission(&counter(), sent.id).await.unwrap().unwrap();
    assert_eq!(record.draft.paradata, sent.paradata);
}

/// The word to the device was lost, staff have rejected, and then the reason went away.
#[tokio::test]
async fn what_was_rejected_never_counts() {
    let app = TestApp::start().await;
    let sent = at_point(1, "p9");
    let first = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!(first.status, StatusCode::ACCEPTED);
    reject(&*app.state.store, &counter(), 1, &audit(&app, "Thử máy.")).await.unwrap();
    let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
    app.state
        .store
        .add_points(&[waves::point(&wave, "p9", Channel::WallQr)], &waves::codes())
        .await
        .unwrap();
    app.clock.set(waves::now() + SignedDuration::from_hours(1));
    let again = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!((again.status, again.body), (StatusCode::ACCEPTED, first.body));
    // In a batch, others are not hindered, and another text with its id waits.
    let other =
        Draft { finished_at: sent.finished_at + SignedDuration::from_secs(1), ..sent.clone() };
    let batch = [sent, complete("counter", 2, 4), other];
    let results: BatchReceipt = app.post_json(SUBMISSIONS, &batch).await.json();
    let statuses: Vec<_> = results.results.iter().map(|one| one.status).collect();
    assert_eq!(statuses, [202, 201, 202]);
    let view: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((view.submissions, view.quarantined), (1, 1));
    assert_eq!(kept(&app, 2).await.state, QuarantineState::Waiting);
}

#[tokio::test]
async fn a_second_reason_needs_a_word_of_its_own() {
    use QuarantineReason::{DeviceUnproven, WindowClosed};
    let app = TestApp::start().await;
    let wave = app.state.store.wave(&counter()).await.unwrap().unwrap();
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    app.clock.set(wave.closes_at);
    // Late, at a point that is not there, of a device that proves nothing.
    let sent = Draft { point: "p9".parse().unwrap(), ..from_device(1, kiosk.id) };
    assert_eq!(app.post_json(SUBMISSIONS, &sent).await.status, StatusCode::ACCEPTED);
    // Late, and of a device that proves nothing.
    let late = from_device(2, kiosk.id);
    assert_eq!(app.post_json(SUBMISSIONS, &late).await.status, StatusCode::ACCEPTED);
    app.state
        .store
        .add_points(&[waves::point(&wave, "p9", Channel::WallQr)], &waves::codes())
        .await
        .unwrap();

    let remain = |reasons: &[_]| Outcome::Blocked(Blocker::Remain(reasons.to_vec()));
    assert_eq!(released(&app, 1).await, remain(&[DeviceUnproven, WindowClosed]));
    let one = released_overriding(&app, 1, &[DeviceUnproven]).await;
    assert_eq!(one, remain(&[WindowClosed]));
    assert_eq!(released(&app, 2).await, remain(&[WindowClosed]));
    assert_eq!(app.submissions("counter").await, 0);
    let both = released_overriding(&app, 1, &[WindowClosed, DeviceUnproven]).await;
    assert_eq!(both, Outcome::Done);
    assert_eq!(released_overriding(&app, 2, &[WindowClosed]).await, Outcome::Done);
    let log = app.state.store.audit_after(&counter(), 0, 9).await.unwrap();
    let reasons: Vec<_> = log.iter().map(|entry| entry.reason.as_str()).collect();
    let expected = [
        "Đã xem. (overriding device_unproven,window_closed)",
        "Đã xem. (overriding window_closed)",
    ];
    assert_eq!(reasons, expected);
}

#[tokio::test]
async fn text_is_taken_out_and_the_record_still_counts() {
    let app = TestApp::start().await;
    let mut sent = complete("counter", 1, 4);
    sent.answers.insert(question("comment"), Answer::Text(TEXT.to_owned()));
    let receipt = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!(receipt.status, StatusCode::CREATED);
    // The same id with another text waits in quarantine, because its point is not there.
    let other = Draft { point: "p9".parse().unwrap(), ..sent.clone() };
    assert_eq!(app.post_json(SUBMISSIONS, &other).await.status, StatusCode::ACCEPTED);

    let (wave, store) = (counter(), &*app.state.store);
    let intake = &app.state.intake;
    let staff = Caller::loopback();
    let because = || ("Có tên cán bộ.".parse().unwrap(), &staff);
    let level = Extent::Questions(vec![question("access_overall")]);
    let refused = redact(intake, (&wave, sent.id), &level, because()).await.unwrap_err();
    assert!(matches!(refused, RedactionError::NoText(_)), "{refused}");
    let nobody = complete("counter", 9, 4).id;
    let refused = redact(intake, (&wave, nobody), &Extent::AllText, because()).await.unwrap_err();
    assert!(matches!(refused, RedactionError::Unknown { .. }), "{refused}");

    let report = redact(intake, (&wave, sent.id), &Extent::AllText, because()).await.unwrap();
    assert_eq!((report.questions, report.in_quarantine), (vec![question("comment")], vec![1]));
    let report = redact(intake, (&wave, sent.id), &Extent::AllText, because()).await.unwrap();
    assert_eq!(report.questions, [], "it is gone already");
    let record = store.submission(&wave, sent.id).await.unwrap().unwrap();
    assert!(!serde_json::to_string(&record.draft).unwrap().contains("Lan"));
    assert_eq!(record.draft.answers.len() + 1, sent.answers.len());
    // The phone that never got the answer repeats it, gets its receipt, and brings nothing back.
    let again = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &receipt.body));
    assert_eq!(store.submission(&wave, sent.id).await.unwrap().unwrap(), record);
    let log = store.audit_after(&wave, 0, 9).await.unwrap();
    assert_eq!(log.len(), 1);
    assert!(matches!(log[0].action, AuditAction::Redacted { position: 1, .. }));
    let view: WaveView = app.get("/api/v1/waves/counter").await.json();
    assert_eq!(view.submissions, 1);
}

#[tokio::test]
async fn what_is_over_is_dropped() {
    let app = TestApp::start().await;
    let (wave, store) = (counter(), &*app.state.store);
    Device::enrolled(&app, Secret::pair()).await;
    for number in [1, 2] {
        let reply = app.post_json(SUBMISSIONS, &at_point(number, "p9")).await;
        assert_eq!(reply.status, StatusCode::ACCEPTED);
    }
    // Decided long after it arrived.
    let after = |days: i64| waves::now() + SignedDuration::from_hours(24 * days);
    app.clock.set(after(150));
    reject(store, &wave, 1, &audit(&app, "Không tính.")).await.unwrap();
    assert_eq!(retention::run(store, after(2), &program()).await.unwrap(), Expired::default());
    let second = SignedDuration::from_secs(1);
    let codes = Expired { codes: 1, bodies: 0 };
    assert_eq!(retention::run(store, after(2) + second, &program()).await.unwrap(), codes);
    assert_eq!(retention::run(store, after(330), &program()).await.unwrap(), Expired::default());
    let bodies = Expired { codes: 0, bodies: 1 };
    assert_eq!(retention::run(store, after(330) + second, &program()).await.unwrap(), bodies);
    assert_eq!(kept(&app, 1).await.body, None);
    assert!(kept(&app, 2).await.body.is_some(), "nobody has decided yet");
    let log = store.audit_after(&wave, 1, 9).await.unwrap();
    let retention = Actor::System { task: SystemTask::Retention };
    assert_eq!((log.len(), &log[0].actor), (1, &retention));
}
