//! Records that are annulled count nowhere, until that is undone.

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use scoring::{Mirror, Policy};
use serde_json::Value;
use server::analysis::mirror::{Check, MirrorJob, compare};
use server::analysis::service::Analysis;
use server::intake::annulment::{self, Act, Annulment, Error};
use store::Annulled;
use store::backup::Findings;
use survey_defs::analysis::ScoreQuery;
use survey_defs::caller::{Account, ActorName, Caller, Role, Scope, SystemTask};
use survey_defs::case::{AnnulmentCause, CaseState, Devices, Origin, Rule, RuleFields};
use survey_defs::ids::{PersonId, PointId, WaveId};
use survey_defs::submission::Draft;
use survey_defs::wave::Channel;
use tempfile::TempDir;
use tests::app::TestApp;
use tests::callers::operator_named;
use tests::drafts::complete;
use tests::staff::bearer;
use tests::waves;
use uuid::Uuid;

const CAUSE: AnnulmentCause = AnnulmentCause::Stuffed;
const WARDS: &str = "/api/v1/scores?wave=counter&by=ward&detail=item";
/// All tables that records of a wave count in.
const TABLES: [&str; 7] = [
    WARDS,
    "/api/v1/scores?wave=counter&by=city&design_effects=true",
    "/api/v1/scores?wave=counter&by=month",
    "/api/v1/scores?wave=counter&by=ward&quality=unflagged",
    "/api/v1/comparison?wave=counter&by=ward",
    "/api/v1/series?waves=counter&by=ward",
    "/api/v1/quality?wave=counter",
];
const STUFFED: u128 = 120;

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

fn by(caller: &Caller) -> Act<'_> {
    Act { caller, reason: "Nhiều phiếu trong một giờ.".parse().unwrap() }
}

/// What arrives at a point in an hour.
fn rule(point: &str, from: Timestamp) -> Rule {
    let until = from + SignedDuration::from_hours(1);
    let origin = Origin::Point { point: point.parse().unwrap() };
    Rule::try_from(RuleFields { origin, from, until, devices: Devices::Any }).unwrap()
}

/// The hour in which records are stuffed.
fn the_hour() -> Timestamp {
    waves::now() + SignedDuration::from_hours(26)
}

/// 90 honest forms of several days, and in an hour between them, at the same point, others.
async fn fill(app: &TestApp, stuffed: u128) {
    let honest =
        |number: u128| complete("counter", number, if number.is_multiple_of(3) { 2 } else { 4 });
    let days: Vec<Vec<Draft>> =
        (0..9).map(|day| (1..=10).map(|n| honest(10 * day + n)).collect()).collect();
    for (day, drafts) in (0..).zip(&days) {
        app.clock.set(waves::now() + SignedDuration::from_hours(24 * day));
        app.post_forms(drafts).await;
        if day == 1 {
            app.clock.set(the_hour());
            let forms = (1_001..=1_000 + stuffed).map(|number| complete("counter", number, 5));
            app.post_forms(&forms.collect::<Vec<_>>()).await;
        }
    }
}

/// Tables without what says which state of the data they are of, and what was annulled.
async fn numbers(app: &TestApp) -> Vec<Value> {
    let mut tables = Vec::new();
    for path in TABLES {
        let reply = app.get(path).await;
        assert_eq!(reply.status, StatusCode::OK, "{path}: {}", reply.body);
        let mut table: Value = reply.json();
        strip(&mut table);
        tables.push(table);
    }
    tables
}

fn strip(value: &mut Value) {
    match value {
        Value::Object(fields) => {
            for said in ["data_position", "audit_number", "annulments", "annulled"] {
                fields.remove(said);
            }
            fields.values_mut().for_each(strip);
        }
        Value::Array(values) => values.iter_mut().for_each(strip),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// A concluded case about what arrived at the point in the hour.
async fn concluded(app: &TestApp, caller: &Caller) -> u64 {
    let (intake, wave) = (&app.state.intake, counter());
    let number = annulment::open(intake, &wave, &rule("p1", the_hour()), by(caller)).await.unwrap();
    let case = (&wave, number);
    let report = annulment::examine(intake, case, by(caller)).await.unwrap();
    assert_eq!((report.records(), report.case.state), (120, CaseState::Examined));
    assert_eq!(report.counts.len(), 1, "one unit, one point, one hour");
    assert_eq!(report.units[0].records, 120);
    annulment::conclude(intake, case, by(caller)).await.unwrap();
    number
}

async fn tag(app: &TestApp) -> String {
    let reply = app.get(WARDS).await;
    reply.headers[header::ETAG].to_str().unwrap().to_owned()
}

/// Another service point of the same unit.
async fn store_point(app: &TestApp) -> PointId {
    let store = &*app.state.store;
    let wave = store.wave(&counter()).await.unwrap().unwrap();
    let point = waves::point(&wave, "p2", Channel::WallQr);
    store.add_points(std::slice::from_ref(&point), &waves::codes()).await.unwrap();
    point.id.clone()
}

/// A mirror of the log in segments of a few rows, and scores from it.
struct Mirrored {
    folder: TempDir,
    analysis: Analysis,
}

impl Mirrored {
    async fn new(app: &TestApp) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let policy = Policy { tail: 15, small: 40, most: 3, largest: 60 };
        let job = MirrorJob::new(Mirror::new(folder.path().to_owned()), policy);
        let definitions = &app.state.catalogue.definitions;
        let report = job.run(&*app.state.store, definitions, Check::Contents).await.unwrap();
        assert!(report.written > 0, "{report:?}");
        let analysis = Analysis::new(Mirror::new(folder.path().to_owned()));
        Self { folder, analysis }
    }

    /// Scores from segments and tail are those from the log, to the letter.
    async fn agrees(&self, app: &TestApp) {
        let query = r#"{"wave": "counter", "by": "ward", "detail": "item"}"#;
        let query: ScoreQuery = serde_json::from_str(query).unwrap();
        let (store, definitions) = (&*app.state.store, &app.state.catalogue.definitions);
        let table = self.analysis.result(store, definitions, query).await.unwrap();
        assert_eq!(serde_json::to_string(&*table).unwrap(), app.get(WARDS).await.body);
        let (mut findings, mirror) =
            (Findings::default(), Mirror::new(self.folder.path().to_owned()));
        let compared = compare(store, definitions, &mirror.into(), &mut findings).await.unwrap();
        assert!(compared.rows > 100, "{compared:?}: all rows are compared, annulled or not");
        assert!(findings.is_empty(), "{findings:?}");
    }
}

/// Takes 120 stuffed records of 210 out and brings them back.
async fn stuffing_is_taken_out_and_back(app: &TestApp) {
    let honest = TestApp::start().await;
    fill(&honest, 0).await;
    let expected = numbers(&honest).await;
    fill(app, STUFFED).await;
    let (stuffed, first_tag) = (numbers(app).await, tag(app).await);
    assert_ne!(stuffed[0], expected[0], "stuffing moves the numbers");
    let mirrored = Mirrored::new(app).await;
    mirrored.agrees(app).await;

    let (lan, minh) = (operator_named("Lan"), operator_named("Minh"));
    let number = concluded(app, &lan).await;
    let (intake, wave) = (&app.state.intake, counter());
    let case = (&wave, number);
    let wish = annulment::annul(intake, case, CAUSE, by(&lan)).await.unwrap();
    assert_eq!(wish, Annulment::Proposed, "120 records are for two");
    assert_eq!(numbers(app).await, stuffed, "nothing has changed yet");
    annulment::confirm(intake, case, by(&minh)).await.unwrap();

    assert_eq!(numbers(app).await, expected);
    let second_tag = tag(app).await;
    assert_ne!(second_tag, first_tag);
    let table: Value = app.get(WARDS).await.json();
    assert_eq!((&table["annulments"], &table["data_position"]), (&1.into(), &210.into()));
    assert_eq!(table["groups"][0]["annulled"]["records"], 120);
    assert_eq!(table["groups"][0]["cells"][0]["n"], 90);
    let quality: Value = app.get("/api/v1/quality?wave=counter").await.json();
    let effect = &quality["annulled"];
    assert_eq!(effect["records"]["records"], 120);
    let whole = &effect["scores"][0];
    assert_eq!((&whole["with"]["n"], &whole["without"]["n"]), (&210.into(), &90.into()));
    mirrored.agrees(app).await;

    annulment::undo(intake, case, by(&minh)).await.unwrap();
    assert_eq!(numbers(app).await, stuffed, "to the letter");
    let third_tag = tag(app).await;
    assert!(![first_tag, second_tag].contains(&third_tag), "it is another state of the data");
    let table: Value = app.get(WARDS).await.json();
    assert_eq!(
        (&table["annulments"], &table["groups"][0]["annulled"]["records"]),
        (&2.into(), &0.into())
    );
    mirrored.agrees(app).await;
    let annulled = app.state.store.annulled(&wave).await.unwrap();
    assert_eq!((annulled.acts, annulled.positions.is_empty()), (2, true));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stuffed_records_are_taken_out_of_every_table_and_come_back() {
    stuffing_is_taken_out_and_back(&TestApp::start().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stuffed_records_are_taken_out_of_every_table_and_come_back_on_postgres() {
    stuffing_is_taken_out_and_back(&TestApp::start_on_postgres("annulment").await).await;
}

#[tokio::test]
async fn who_proposed_without_a_name_proposes_again_with_one() {
    let app = TestApp::start().await;
    fill(&app, STUFFED).await;
    let (intake, wave) = (&app.state.intake, counter());
    let name = |text| ActorName::new(text).unwrap();
    let unnamed = Caller::local_operator(name("root"), name("máy chủ"), None);
    let number = concluded(&app, &unnamed).await;
    let case = (&wave, number);
    annulment::annul(intake, case, CAUSE, by(&unnamed)).await.unwrap();
    let confirmed = annulment::confirm(intake, case, by(&operator_named("Minh"))).await;
    assert!(matches!(confirmed, Err(Error::SamePerson { .. })), "{confirmed:?}");
    let again = annulment::annul(intake, case, CAUSE, by(&operator_named("Lan"))).await.unwrap();
    assert_eq!(again, Annulment::Proposed);
    annulment::confirm(intake, case, by(&operator_named("Minh"))).await.unwrap();
}

#[tokio::test]
async fn another_person_must_confirm_and_units_may_do_nothing() {
    let app = TestApp::start().await;
    fill(&app, STUFFED).await;
    let (intake, wave, lan) = (&app.state.intake, counter(), operator_named("Lan"));
    let number = concluded(&app, &lan).await;
    let case = (&wave, number);
    let early = annulment::confirm(intake, case, by(&operator_named("Minh"))).await;
    assert!(matches!(early, Err(Error::NothingProposed { .. })), "{early:?}");
    annulment::annul(intake, case, CAUSE, by(&lan)).await.unwrap();
    let again = annulment::annul(intake, case, CAUSE, by(&operator_named("Minh"))).await;
    assert!(matches!(again, Err(Error::ProposedBefore { .. })), "{again:?}");
    let name = |text| ActorName::new(text).unwrap();
    let unnamed = Caller::local_operator(name("root"), name("máy chủ"), None);
    let elsewhere = Caller::local_operator(name("root"), name("other"), Some(name("LAN")));
    for same in [&lan, &unnamed, &elsewhere] {
        let confirmed = annulment::confirm(intake, case, by(same)).await;
        assert!(matches!(confirmed, Err(Error::SamePerson { .. })), "{same:?}: {confirmed:?}");
    }
    let person = PersonId::new(Uuid::from_u128(7));
    let accounts = Role::ALL.iter().filter(|role| **role != Role::Analyst).map(|role| {
        Caller::session(Account { person, name: name("Hoa"), role: *role }, Scope::AllUnits)
    });
    let others = [Caller::loopback(), Caller::task(SystemTask::Retention)];
    for caller in accounts.chain(others) {
        let refused = [
            annulment::open(intake, &wave, &rule("p1", the_hour()), by(&caller)).await.err(),
            annulment::examine(intake, case, by(&caller)).await.err(),
            annulment::hear(intake, case, name("Hoa"), by(&caller)).await.err(),
            annulment::contact(intake, case, (1, 0), by(&caller)).await.err(),
            annulment::conclude(intake, case, by(&caller)).await.err(),
            annulment::annul(intake, case, CAUSE, by(&caller)).await.err(),
            annulment::confirm(intake, case, by(&caller)).await.err(),
            annulment::keep(intake, case, by(&caller)).await.err(),
            annulment::undo(intake, case, by(&caller)).await.err(),
        ];
        for refused in refused {
            assert!(matches!(refused, Some(Error::NotAllowed)), "{caller:?}: {refused:?}");
        }
    }
    assert_eq!(app.state.store.annulled(&wave).await.unwrap(), Annulled::default());
    let found = annulment::find(&*app.state.store, &wave, number).await.unwrap();
    assert_eq!((found.state, found.history.len()), (CaseState::Concluded, 4));
    let user = Caller::local_operator(name("minh"), name("máy chủ"), None);
    let confirmed = annulment::confirm(intake, case, by(&user)).await.unwrap();
    assert_eq!(confirmed, CaseState::Annulled, "another user of the operating system");
}

#[tokio::test]
async fn what_comes_later_is_not_annulled_and_other_points_neither() {
    let app = TestApp::start().await;
    fill(&app, STUFFED).await;
    let (intake, wave, lan) = (&app.state.intake, counter(), operator_named("Lan"));
    // At the same time, at another point.
    app.clock.set(the_hour());
    let second = store_point(&app).await;
    let elsewhere = |number| Draft { point: second.clone(), ..complete("counter", number, 3) };
    app.post_forms(&(3_001..=3_003).map(elsewhere).collect::<Vec<_>>()).await;
    let number = concluded(&app, &lan).await;
    // And after the case was examined, in the same window.
    app.post_forms(&(4_001..=4_007).map(|n| complete("counter", n, 3)).collect::<Vec<_>>()).await;
    let case = (&wave, number);
    annulment::annul(intake, case, CAUSE, by(&lan)).await.unwrap();
    annulment::confirm(intake, case, by(&operator_named("Minh"))).await.unwrap();
    let table: Value = app.get(WARDS).await.json();
    assert_eq!(table["groups"][0]["cells"][0]["n"], 100);
    assert_eq!(table["groups"][0]["annulled"]["records"], 120);
    let report = annulment::report(&*app.state.store, &wave, number).await.unwrap();
    assert_eq!(report.records(), 120, "what was settled");

    let nowhere = annulment::open(intake, &wave, &rule("p9", the_hour()), by(&lan)).await;
    assert!(matches!(nowhere, Err(Error::UnknownPoint { .. })), "{nowhere:?}");
    let night = rule("p1", waves::now() - SignedDuration::from_hours(7));
    let empty = annulment::open(intake, &wave, &night, by(&lan)).await.unwrap();
    let early = annulment::annul(intake, (&wave, empty), CAUSE, by(&lan)).await;
    assert!(matches!(early, Err(Error::CannotFollow { .. })), "{early:?}");
    // A case about nothing can be ended, and annuls nothing.
    let examined = annulment::examine(intake, (&wave, empty), by(&lan)).await.unwrap();
    assert_eq!((examined.records(), examined.needs_second_person()), (0, false));
    annulment::conclude(intake, (&wave, empty), by(&lan)).await.unwrap();
    let annulled = annulment::annul(intake, (&wave, empty), CAUSE, by(&lan)).await;
    assert!(matches!(annulled, Err(Error::NoRecords { .. })), "{annulled:?}");
    let kept = annulment::keep(intake, (&wave, empty), by(&lan)).await.unwrap();
    assert_eq!(kept, CaseState::Kept);
}

#[tokio::test]
async fn few_records_are_for_one_person_until_they_add_up() {
    let app = TestApp::start().await;
    fill(&app, 0).await;
    let (intake, wave, lan) = (&app.state.intake, counter(), operator_named("Lan"));
    let mut outcomes = Vec::new();
    // Of 96 records 4 are 4 %, and 6 are more than 5 %.
    for (day, records) in [(10, 4), (11, 2)] {
        let hour = waves::now() + SignedDuration::from_hours(24 * day);
        app.clock.set(hour);
        let numbers = 5_000 + 10 * u128::try_from(day).unwrap()..;
        let forms = numbers.take(records).map(|number| complete("counter", number, 5));
        app.post_forms(&forms.collect::<Vec<_>>()).await;
        let number = annulment::open(intake, &wave, &rule("p1", hour), by(&lan)).await.unwrap();
        let case = (&wave, number);
        annulment::examine(intake, case, by(&lan)).await.unwrap();
        annulment::conclude(intake, case, by(&lan)).await.unwrap();
        outcomes.push(annulment::annul(intake, case, CAUSE, by(&lan)).await.unwrap());
    }
    assert_eq!(outcomes, [Annulment::Done, Annulment::Proposed]);
    // Four are a handful, so nobody is told how many, nor what they have answered.
    let table: Value = app.get(WARDS).await.json();
    let annulled = &table["groups"][0]["annulled"];
    assert_eq!((&annulled["records"], &annulled["fewer_than"]), (&Value::Null, &5.into()));
    let quality: Value = app.get("/api/v1/quality?wave=counter").await.json();
    assert_eq!(quality["annulled"]["scores"][0]["with"]["score"], Value::Null);
    let kept = annulment::keep(intake, (&wave, 2), by(&lan)).await.unwrap();
    assert_eq!(kept, CaseState::Kept);
}

/// Two cases of few records that two people annul at the same moment.
async fn two_at_once_add_up(app: &TestApp) {
    fill(app, 0).await;
    let (intake, wave) = (&app.state.intake, counter());
    let (lan, minh) = (operator_named("Lan"), operator_named("Minh"));
    for (day, by_whom) in [(10, &lan), (11, &minh)] {
        let hour = waves::now() + SignedDuration::from_hours(24 * day);
        app.clock.set(hour);
        let numbers = 5_000 + 10 * u128::try_from(day).unwrap()..;
        let forms = numbers.take(3).map(|number| complete("counter", number, 5));
        app.post_forms(&forms.collect::<Vec<_>>()).await;
        let number = annulment::open(intake, &wave, &rule("p1", hour), by(by_whom)).await.unwrap();
        annulment::examine(intake, (&wave, number), by(by_whom)).await.unwrap();
        annulment::conclude(intake, (&wave, number), by(by_whom)).await.unwrap();
    }
    // Of 96 records three are for one person, and six are not.
    let (first, second) = tokio::join!(
        annulment::annul(intake, (&wave, 1), CAUSE, by(&lan)),
        annulment::annul(intake, (&wave, 2), CAUSE, by(&minh)),
    );
    let (first, second) = (first.unwrap(), second.unwrap());
    let proposed = [first, second].into_iter().filter(|one| *one == Annulment::Proposed).count();
    assert_eq!(proposed, 1, "{first:?} {second:?}");
    assert_eq!(app.state.store.annulled(&wave).await.unwrap().positions.len(), 3);
}

#[tokio::test]
async fn what_two_people_annul_at_once_adds_up() {
    two_at_once_add_up(&TestApp::start().await).await;
}

#[tokio::test]
async fn what_two_people_annul_at_once_adds_up_on_postgres() {
    two_at_once_add_up(&TestApp::start_on_postgres("two_at_once").await).await;
}

#[tokio::test]
async fn a_browser_that_knows_the_table_gets_the_new_one() {
    let app = TestApp::start().await;
    fill(&app, STUFFED).await;
    let known = tag(&app).await;
    let asked = async || {
        let request = Request::get(WARDS)
            .header(header::HOST, "127.0.0.1:8080")
            .header(header::AUTHORIZATION, bearer())
            .header(header::IF_NONE_MATCH, &known);
        app.send(request.body(Body::empty()).unwrap()).await.status
    };
    assert_eq!(asked().await, StatusCode::NOT_MODIFIED);
    let (intake, wave, lan) = (&app.state.intake, counter(), operator_named("Lan"));
    let number = concluded(&app, &lan).await;
    annulment::annul(intake, (&wave, number), CAUSE, by(&lan)).await.unwrap();
    annulment::confirm(intake, (&wave, number), by(&operator_named("Minh"))).await.unwrap();
    assert_eq!(asked().await, StatusCode::OK);
}
