//! Tests servers and forms of different generations beside each other.

use axum::http::StatusCode;
use serde_json::{Value, json};
use survey_defs::api::paths::{BREAK_OFFS, HEALTH, SUBMISSIONS};
use survey_defs::api::problem::ProblemCode;
use survey_defs::generation::{GENERATION_HEADER, MOST_FIELDS, WIRE_GENERATION};
use tests::app::TestApp;
use tests::devices::{Device, Secret, heartbeat};
use tests::drafts::{break_off, complete, paradata};

const NEWER: u32 = WIRE_GENERATION + 1;

/// A record as a form of a generation sends it, with two fields that this server does not know.
fn of_generation(record: &impl serde::Serialize, generation: u32) -> Value {
    let mut record = serde_json::to_value(record).unwrap();
    record["generation"] = generation.into();
    record["hue"] = json!({ "b": 1, "a": [2.5, "ế"] });
    record["paradata"]["tilt"] = 3.into();
    record
}

fn form(number: u128, generation: u32) -> Value {
    let mut draft = complete("counter", number, 4);
    draft.paradata = Some(paradata(None));
    of_generation(&draft, generation)
}

/// A form must know whether a refusal comes from a server that is older than itself.
#[tokio::test]
async fn every_answer_says_the_generation_of_the_server() {
    let app = TestApp::start().await;
    let post = |body: String| app.post(SUBMISSIONS, "application/json", body);
    for reply in [
        app.get(HEALTH).await,
        app.get("/api/v1/waves/counter/points/p1/form").await,
        app.get("/api/v1/nothing").await,
        app.get(SUBMISSIONS).await,
        post(form(1, NEWER).to_string()).await,
        post("{}".into()).await,
        post(" ".repeat(3_000_000)).await,
        app.post(SUBMISSIONS, "text/plain", "{}").await,
    ] {
        let said = reply.headers.get(GENERATION_HEADER).map(|value| value.to_str().unwrap());
        assert_eq!(said, Some(WIRE_GENERATION.to_string().as_str()), "{}", reply.body);
    }
}

/// Servers of the release before refused the first new field for good.
#[tokio::test]
async fn what_a_newer_form_says_besides_is_kept_and_does_not_count() {
    let app = TestApp::start().await;
    let sent = form(1, NEWER);
    let first = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
    let again = app.post_json(SUBMISSIONS, &sent).await;
    assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body));

    let wave = "counter".parse().unwrap();
    let records = app.state.store.submissions_after(&wave, 0, 10).await.unwrap();
    let stored = serde_json::to_value(&records[0].draft).unwrap();
    assert_eq!(stored["extra"], json!({ "hue": sent["hue"] }));
    assert_eq!(stored["paradata"]["extra"], json!({ "tilt": 3 }));
    assert_eq!(stored["generation"], NEWER);
    let expected = complete("counter", 1, 4);
    assert_eq!(records[0].draft.answers, expected.answers);

    let mut aside = form(2, NEWER);
    aside["point"] = "p9".into();
    assert_eq!(app.post_json(SUBMISSIONS, &aside).await.status, StatusCode::ACCEPTED);
    let kept = app.state.store.quarantine_after(&wave, 0, 10).await.unwrap();
    let body: Value = serde_json::from_str(kept[0].body.as_deref().unwrap()).unwrap();
    assert_eq!(body["extra"]["hue"], sent["hue"], "the record's one text, as in the log");

    let report = of_generation(&break_off(3, None), NEWER);
    assert_eq!(app.post_json(BREAK_OFFS, &report).await.status, StatusCode::CREATED);
    assert_eq!(app.post_json(BREAK_OFFS, &report).await.status, StatusCode::OK);
}

#[tokio::test]
async fn only_a_newer_form_may_say_more_and_only_so_much() {
    let app = TestApp::start().await;
    let refused = async |path: &str, body: &Value| {
        let reply = app.post_json(path, body).await;
        assert_eq!(reply.problem().code, ProblemCode::BodyShape, "{body}");
        reply.problem().detail.unwrap_or_default()
    };
    assert_eq!(refused(SUBMISSIONS, &form(1, WIRE_GENERATION)).await, "unknown field `hue`");
    let report = of_generation(&break_off(1, None), WIRE_GENERATION);
    assert_eq!(refused(BREAK_OFFS, &report).await, "unknown field `hue`");
    let mut of_paradata = form(1, WIRE_GENERATION);
    of_paradata.as_object_mut().unwrap().remove("hue");
    assert_eq!(refused(SUBMISSIONS, &of_paradata).await, "unknown field `tilt`");
    let mut many = form(1, NEWER);
    for number in 0..MOST_FIELDS {
        many[format!("f{number}")] = 0.into();
    }
    refused(SUBMISSIONS, &many).await;
    let mut nul = form(1, NEWER);
    nul["hue"] = "\0".into();
    assert_eq!(refused(SUBMISSIONS, &nul).await, "unknown fields have no NUL");
    let mut long = form(1, NEWER);
    long["hue"] = "x".repeat(5_000).into();
    refused(SUBMISSIONS, &long).await;
    assert_eq!(app.submissions("counter").await, 0);
}

/// A server of the generation before keeps a field as unknown, which a later server knows: the same
/// record has two texts.
#[tokio::test]
async fn a_record_that_is_sent_to_servers_of_both_generations_is_there_once() {
    let app = TestApp::start().await;
    for (path, record) in [
        (SUBMISSIONS, serde_json::to_value(complete("counter", 1, 4)).unwrap()),
        (BREAK_OFFS, serde_json::to_value(break_off(1, None)).unwrap()),
    ] {
        let mut of_later = record;
        of_later["generation"] = NEWER.into();
        let mut of_earlier = of_later.clone();
        of_earlier["extra"] = json!({ "language": of_later["language"] });
        let first = app.post_json(path, &of_earlier).await;
        assert_eq!(first.status, StatusCode::CREATED, "{}", first.body);
        let again = app.post_json(path, &of_later).await;
        assert_eq!((again.status, &again.body), (StatusCode::OK, &first.body), "{path}");
        of_later["language"] = "en".into();
        let other = app.post_json(path, &of_later).await;
        assert_eq!(other.problem().code, ProblemCode::SubmissionConflict, "{path}");
    }
    assert_eq!(app.submissions("counter").await, 1);
}

#[tokio::test]
async fn a_newer_device_is_heard_too() {
    let app = TestApp::start().await;
    let kiosk = Device::enrolled(&app, Secret::pair()).await;
    let mut beat = serde_json::to_value(kiosk.next(&heartbeat(1))).unwrap();
    beat["hue"] = 1.into();
    let reply = kiosk.post(&app, &kiosk.heartbeats(), &beat).await;
    assert_eq!(reply.problem().code, ProblemCode::BodyShape);
    beat["generation"] = NEWER.into();
    let reply = kiosk.post(&app, &kiosk.heartbeats(), &beat).await;
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
}
