//! Analyses that are asked again: what has not changed is not sent, and what has is.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use scoring::Mirror;
use server::analysis::service::Analysis;
use server::intake::quarantine::{Outcome, ReleaseRequest, release};
use server::intake::redaction::{Extent, redact};
use survey_defs::analysis::{ScoreQuery, ScoreTable};
use survey_defs::answer::Answer;
use survey_defs::api::paths::SUBMISSIONS;
use survey_defs::audit::NewAuditEntry;
use survey_defs::caller::Caller;
use survey_defs::ids::WaveId;
use survey_defs::submission::Draft;
use survey_defs::wave::Channel;
use tests::app::{Reply, TestApp};
use tests::drafts::{complete, question};
use tests::staff::bearer;
use tests::waves;

const WARDS: &str = "/api/v1/scores?wave=counter&by=ward";

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

fn audit(app: &TestApp) -> NewAuditEntry {
    NewAuditEntry::new(&Caller::loopback(), app.state.clock.now(), "Đã xem.")
}

/// With 60 forms, of which each third is dissatisfied.
async fn filled() -> TestApp {
    let app = TestApp::start().await;
    let draft =
        |number: u128| complete("counter", number, if number.is_multiple_of(3) { 2 } else { 5 });
    let drafts: Vec<Draft> = (1..=60).map(draft).collect();
    app.post_forms(&drafts).await;
    app
}

fn tag(reply: &Reply) -> String {
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.body);
    reply.headers[header::ETAG].to_str().unwrap().to_owned()
}

async fn asked_again(app: &TestApp, path: &str, tags: &str) -> Reply {
    let request = Request::get(path)
        .header(header::HOST, "127.0.0.1:8080")
        .header(header::AUTHORIZATION, bearer())
        .header(header::IF_NONE_MATCH, tags);
    app.send(request.body(Body::empty()).unwrap()).await
}

#[tokio::test]
async fn each_analysis_is_sent_once_while_nothing_changes() {
    let app = filled().await;
    let mut tags = Vec::new();
    for path in [
        WARDS,
        "/api/v1/scores?wave=counter&by=city",
        "/api/v1/scores?wave=counter&by=ward&method=m4",
        "/api/v1/scores?wave=counter&by=ward&period=2026-03",
        "/api/v1/comparison?wave=counter&by=ward",
        "/api/v1/quality?wave=national",
        "/api/v1/quality?wave=counter",
        "/api/v1/series?waves=counter&by=ward",
    ] {
        let first = app.get(path).await;
        let tag = tag(&first);
        assert!(!tags.contains(&tag), "{path} has the tag of another question");
        let again = app.get(path).await;
        assert_eq!(
            (again.headers[header::ETAG].to_str().unwrap(), &again.body),
            (&*tag, &first.body)
        );
        for known in [tag.clone(), format!("\"other\", {tag}"), tag.replace("W/", ""), "*".into()] {
            let unchanged = asked_again(&app, path, &known).await;
            assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED, "{path} {known}");
            assert_eq!(unchanged.body, "");
            assert_eq!(unchanged.headers[header::ETAG], tag);
        }
        let changed = asked_again(&app, path, "W/\"other\"").await;
        assert_eq!((changed.status, &changed.body), (StatusCode::OK, &first.body));
        tags.push(tag);
    }
}

#[tokio::test]
async fn a_kept_result_is_the_computed_one() {
    let app = filled().await;
    let kept: Vec<String> = [app.get(WARDS).await, app.get(WARDS).await].map(|one| one.body).into();
    assert_eq!(kept[0], kept[1]);
    let fresh = Analysis::new(Mirror::new("nowhere".into()));
    let query: ScoreQuery = serde_json::from_str(r#"{"wave": "counter", "by": "ward"}"#).unwrap();
    let definitions = &app.state.catalogue.definitions;
    let computed = fresh.result(&*app.state.store, definitions, query).await.unwrap();
    assert_eq!(kept[1], serde_json::to_string(&*computed).unwrap());
}

#[tokio::test]
async fn what_happens_to_the_data_makes_a_new_tag() {
    let app = filled().await;
    let mut tags = vec![tag(&app.get(WARDS).await)];
    let changed = async |what: &str, tags: &mut Vec<String>| -> ScoreTable {
        let reply = asked_again(&app, WARDS, tags.last().unwrap()).await;
        let tag = tag(&reply);
        assert!(!tags.contains(&tag), "{what}");
        tags.push(tag);
        reply.json()
    };

    // A new record, with a text in which somebody is recognised.
    let mut sent = complete("counter", 61, 5);
    sent.answers.insert(question("comment"), Answer::Text("Chị Lan ở quầy 3".to_owned()));
    assert_eq!(app.post_json(SUBMISSIONS, &sent).await.status, StatusCode::CREATED);
    let table = changed("a record", &mut tags).await;
    assert_eq!(table.groups[0].cells[0].n, Some(61));
    assert_eq!(table.provenance.versions.audit_number, 0);

    let store = &*app.state.store;
    let why = ("Có tên người.".parse().unwrap(), &Caller::loopback());
    redact(&app.state.intake, (&counter(), sent.id), &Extent::AllText, why).await.unwrap();
    let table = changed("a redaction", &mut tags).await;
    assert_eq!(table.provenance.versions.audit_number, 1);

    // What waits in quarantine does not count, until it is released.
    let late = Draft { point: "p9".parse().unwrap(), ..complete("counter", 62, 5) };
    assert_eq!(app.post_json(SUBMISSIONS, &late).await.status, StatusCode::ACCEPTED);
    let same = asked_again(&app, WARDS, tags.last().unwrap()).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED);
    let wave = store.wave(&counter()).await.unwrap().unwrap();
    store.add_points(&[waves::point(&wave, "p9", Channel::WallQr)], &waves::codes()).await.unwrap();
    let waiting = store.quarantine_after(&counter(), 0, 1).await.unwrap().remove(0);
    let request = ReleaseRequest { audit: audit(&app), overriding: Vec::new() };
    let outcome = release(&app.state.intake, &counter(), &waiting, &request).await.unwrap();
    assert_eq!(outcome, Outcome::Done);
    let table = changed("a release", &mut tags).await;
    assert_eq!(table.groups[0].cells[0].n, Some(62));
    assert_eq!(table.provenance.versions.audit_number, 2);

    let dossiers = "unit,dossiers\n00004,900\n";
    let reply = app.post("/api/v1/waves/counter/imports", "text/csv", dossiers).await;
    assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
    let table = changed("dossier counts", &mut tags).await;
    assert_eq!(table.provenance.versions.dossiers_version, Some(1));
    let unweighted = app.get(&format!("{WARDS}&weights=none")).await;
    let table: ScoreTable = unweighted.json();
    assert_eq!(table.provenance.versions.dossiers_version, None);

    // Another wave changes nothing.
    let before = tags.last().unwrap();
    let elsewhere = app.post_json(SUBMISSIONS, &complete("national", 100, 4)).await;
    assert_eq!(elsewhere.status, StatusCode::CREATED);
    assert_eq!(asked_again(&app, WARDS, before).await.status, StatusCode::NOT_MODIFIED);
}
