//! Tests short codes: from five characters on paper to the form of the open wave.

use std::collections::BTreeSet;
use std::path::Path;

use axum::body::Body;
use axum::http::{Request, StatusCode, header};
use sqlx::{AnyConnection, Connection as _, Executor as _};
use survey_defs::api::paths;
use survey_defs::api::problem::ProblemCode;
use survey_defs::short_code::ShortCode;
use survey_defs::wave::{Channel, Population, ServicePoint, Wave};
use tests::app::{Reply, TestApp};
use tests::process::command;
use tests::{postgres, waves};

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

/// A wave of transactions with a window of its own.
fn wave(id: &str, opens_at: &str, closes_at: &str) -> Wave {
    waves::changed(waves::wave("counter", Population::Transaction), |wave| {
        wave.id = id.parse().unwrap();
        wave.opens_at = opens_at.parse().unwrap();
        wave.closes_at = closes_at.parse().unwrap();
    })
}

async fn add(app: &TestApp, wave: &Wave, points: &[ServicePoint]) {
    app.state.store.create_wave(wave).await.unwrap();
    app.state.store.add_points(points, &waves::codes()).await.unwrap();
}

async fn code(app: &TestApp, wave: &str, point: &str) -> ShortCode {
    let codes = app.state.store.short_codes(&wave.parse().unwrap()).await.unwrap();
    codes[&point.parse().unwrap()]
}

/// Opens an address as a person's browser does.
async fn open(app: &TestApp, path: &str) -> Reply {
    let request = Request::get(path).header(header::ACCEPT, "text/html,application/xhtml+xml");
    app.send(request.body(Body::empty()).unwrap()).await
}

async fn leads_to(app: &TestApp, path: &str, target: &str) {
    let reply = open(app, path).await;
    assert_eq!(reply.status, StatusCode::SEE_OTHER, "{path}: {}", reply.body);
    assert_eq!(reply.headers[header::LOCATION], target, "{path}");
    assert_eq!(reply.headers[header::CACHE_CONTROL], "no-store");
    assert!(!reply.headers.contains_key(header::SET_COOKIE) && reply.body.is_empty());
}

#[tokio::test]
async fn a_code_leads_to_the_open_wave_whatever_wave_that_is() {
    survives_waves(&TestApp::start().await).await;
}

#[tokio::test]
async fn a_code_leads_to_the_open_wave_on_postgres() {
    survives_waves(&TestApp::start_on_postgres("short_codes").await).await;
}

async fn survives_waves(app: &TestApp) {
    let past = wave("dot-1", "2026-01-01T00:00:00Z", "2026-03-01T00:00:00Z");
    let point = |wave: &Wave| waves::point(wave, "cua-1", Channel::WallQr);
    let telephone = Some("024 3733 3333".to_owned().try_into().unwrap());
    add(app, &past, &[point(&past).with_telephone(telephone)]).await;
    let printed = code(app, "dot-1", "cua-1").await;
    let path = format!("/p/{printed}");

    let closed = open(app, &path).await;
    assert_eq!(closed.status, StatusCode::OK);
    for said in
        ["Hiện chưa có đợt khảo sát", "No survey is open", "Phường Ba Đình", "Quầy một cửa số 1"]
    {
        assert!(closed.body.contains(said), "{said}: {}", closed.body);
    }
    assert!(closed.body.contains("href=\"tel:02437333333\"") && closed.body.contains("href=\"/\""));
    assert!(!closed.body.contains("/s/") && !closed.body.contains("<script"), "{}", closed.body);

    // The wave is copied with other days; what hangs on the wall stays.
    let copied = wave("dot-2", "2026-03-01T00:00:00Z", "2026-04-01T00:00:00Z");
    add(app, &copied, &[point(&copied), waves::point(&copied, "cua-2", Channel::WallQr)]).await;
    assert_eq!(code(app, "dot-2", "cua-1").await, printed);
    let small = path.to_lowercase().replacen("/p/", "", 1);
    let other_typed = printed.as_str().replace('B', "8").replace('Z', "2").replace('U', "v");
    for typed in [
        path.clone(),
        format!("/p/{small}"),
        format!("{path}/"),
        format!("{path}?zarsrc=1303&phone=0912345678"),
        format!("/p/{other_typed}"),
        format!("{path}."),
    ] {
        leads_to(app, &typed, "/s/dot-2/cua-1").await;
    }
    // Of two the one that opened last, and never a simulated one.
    let latest = wave("dot-0", "2026-03-02T00:00:00Z", "2026-03-09T00:00:00Z");
    add(app, &latest, &[point(&latest)]).await;
    let trial = wave("dot-9", "2026-03-02T02:00:00Z", "2026-03-09T00:00:00Z");
    let trial = waves::changed(trial, |wave| wave.simulated = true);
    add(app, &trial, &[point(&trial)]).await;
    leads_to(app, &path, "/s/dot-0/cua-1").await;
    let of_trial = code(app, "dot-9", "cua-1").await;
    leads_to(app, &format!("/p/{of_trial}"), "/s/dot-9/cua-1").await;
    // After it has closed, the other one is still open; then none is.
    app.clock.set("2026-03-10T00:00:00Z".parse().unwrap());
    leads_to(app, &path, "/s/dot-2/cua-1").await;
    let closed = open(app, &format!("/p/{of_trial}")).await;
    assert!(closed.body.contains("mô phỏng"), "{}", closed.body);
    app.clock.set("2026-05-01T00:00:00Z".parse().unwrap());
    let closed = open(app, &path).await;
    assert!(
        closed.body.contains("href=\"tel:02437333333\""),
        "of an earlier wave: {}",
        closed.body
    );

    let codes =
        [printed, of_trial, code(app, "dot-2", "cua-2").await, code(app, "counter", "p1").await];
    let folded: BTreeSet<_> = codes.iter().map(ShortCode::folded).collect();
    assert_eq!(folded.len(), 4, "{codes:?}");
}

#[tokio::test]
async fn an_unknown_code_gives_people_a_hint_and_programs_a_problem() {
    let app = TestApp::start().await;
    let known = code(&app, "counter", "p1").await;
    for path in
        ["/p/22222", "/p/AB3K", "/p/AB3K77", "/p/1ILO0", "/p/%C4%90B3K7", "/p/%FF", "/p/%00"]
    {
        let page = open(&app, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        for said in ["Không có mã này", "There is no such code", "năm chữ", "href=\"/\""] {
            assert!(page.body.contains(said), "{path}: {said}: {}", page.body);
        }
        assert!(!page.body.contains(known.as_str()) && !page.body.contains("/s/"), "{path}");
        assert_eq!(app.get(path).await.problem().code, ProblemCode::NotFound, "{path}");
    }
    // There is no list of codes.
    for path in ["/p", "/p/", "/p/AB3K7/more"] {
        let page = open(&app, path).await;
        assert_eq!(page.status, StatusCode::NOT_FOUND, "{path}");
        assert!(page.body.contains("Không có trang này"), "{path}: {}", page.body);
    }
}

#[tokio::test]
async fn a_poster_carries_the_code_and_interviewers_have_none() {
    let mut app = TestApp::start().await;
    app.state.public_url = Some("https://hailong.example.vn".parse().unwrap());
    let wave = waves::wave("counter", Population::Transaction);
    let points = [
        waves::point(&wave, "dieu-tra", Channel::Interviewer),
        waves::point(&wave, "nhap", Channel::PaperEntry),
    ];
    app.state.store.add_points(&points, &waves::codes()).await.unwrap();
    let poster = |point: &str| paths::fill(paths::POSTER, &["counter", point]) + "?format=svg";
    let svg = app.get(&poster("p1")).await.body;
    let printed = code(&app, "counter", "p1").await;
    assert!(svg.contains(&format!("hailong.example.vn/p/{printed}")) && !svg.contains("/s/"));
    for point in ["dieu-tra", "nhap"] {
        let problem = app.get(&poster(point)).await.problem();
        assert_eq!(problem.code, ProblemCode::PointWithoutPoster);
        assert!(problem.detail.unwrap().contains(point));
        // Whoever brings the form may type the code all the same.
        let path = format!("/p/{}", code(&app, "counter", point).await);
        leads_to(&app, &path, &format!("/s/counter/{point}")).await;
    }
}

/// What a command prints, and whether it ended well.
fn thuocdo(data: &Path, arguments: &[&str]) -> (bool, String) {
    let output = command(BINARY, arguments, data).output().unwrap();
    let all = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(all).unwrap())
}

fn prints(data: &Path, arguments: &[&str]) -> String {
    let (done, said) = thuocdo(data, arguments);
    assert!(done, "{arguments:?}: {said}");
    said
}

/// The short addresses in a text, in order.
fn short_paths(text: &str) -> Vec<&str> {
    text.split_whitespace().filter(|word| word.starts_with("/p/")).collect()
}

fn wave_file(id: &str) -> String {
    let point = |point: &str, channel: &str| {
        format!(
            "[[points]]\nid = \"{point}\"\nwave = \"{id}\"\n\
             name = {{ vi = \"Quầy\", en = \"Counter\" }}\nunit = \"00004@2025-07-01\"\n\
             channel = \"{channel}\"\n"
        )
    };
    format!(
        "[wave]\nid = \"{id}\"\ntitle = {{ vi = \"Đợt\", en = \"Wave\" }}\n\
         population = \"transaction\"\ninstrument = {{ id = \"counter\", version = 1 }}\n\
         method = \"t2b\"\ngeography = \"2026-01-01\"\nopens_at = \"2026-01-01T00:00:00+07:00\"\n\
         closes_at = \"2027-01-01T00:00:00+07:00\"\nsimulated = false\n{}{}",
        point("ba-dinh", "wall_qr"),
        point("dieu-tra", "interviewer"),
    )
}

#[test]
fn codes_are_printed_kept_in_backups_and_on_posters() {
    let folder = tempfile::tempdir().unwrap();
    let [data, elsewhere, out] = ["data", "elsewhere", "out"].map(|name| folder.path().join(name));
    let file = |name: &str, content: String| {
        let path = folder.path().join(name);
        std::fs::write(&path, content).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let first = prints(&data, &["wave", "add", &file("1.toml", wave_file("dot-1"))]);
    let codes = short_paths(&first);
    assert_eq!(codes.len(), 2, "{first}");
    let copied = prints(&data, &["wave", "add", &file("2.toml", wave_file("dot-2"))]);
    assert_eq!(short_paths(&copied), codes);
    assert_eq!(short_paths(&prints(&data, &["wave", "show", "dot-1"])), codes);
    assert!(!thuocdo(&data, &["wave", "show", "dot-3"]).0);

    let url = ["--public-url", "https://hailong.example.vn", "--out", out.to_str().unwrap()];
    let of = ["poster", "--wave", "dot-1"];
    let printed = prints(&data, &[&of[..], &url].concat());
    let address = format!("https://hailong.example.vn{}", codes[0]);
    assert!(printed.contains(&address) && printed.contains("1 posters"), "{printed}");
    assert!(printed.contains("left out: service point dieu-tra has no poster"), "{printed}");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);
    let (done, said) = thuocdo(&data, &[&of[..], &["--point", "dieu-tra"], &url].concat());
    assert!(!done && said.contains("service point dieu-tra has no poster"), "{said}");
    assert_eq!(std::fs::read_dir(&out).unwrap().count(), 1);

    let backup = folder.path().join("one.backup");
    let backup = backup.to_str().unwrap();
    prints(&data, &["backup", backup]);
    prints(&data, &["verify", "--backup", backup]);
    prints(&elsewhere, &["restore", backup]);
    assert_eq!(short_paths(&prints(&elsewhere, &["wave", "show", "dot-2"])), codes);
    assert!(prints(&elsewhere, &["verify"]).contains("findings: 0"));
}

/// Brings a database of an earlier release up to date, as an operator does.
async fn upgraded(url: &str, dump: &'static str, data: &Path, more: &[&str]) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    connection.execute(sqlx::raw_sql(dump)).await.unwrap();
    connection.close().await.unwrap();
    prints(data, &[&["migrate"], more].concat());
    let mut all = BTreeSet::new();
    for wave in ["spring", "summer"] {
        let shown = prints(data, &[&["wave", "show", wave], more].concat());
        let again = prints(data, &[&["wave", "show", wave], more].concat());
        let codes = short_paths(&again);
        assert_eq!(short_paths(&shown), codes, "given once");
        assert_eq!(codes.len(), 2, "each service point has one: {shown}");
        all.extend(codes.into_iter().map(str::to_owned));
    }
    assert_eq!(all.len(), 4, "one of the waves is simulated");
}

#[tokio::test(flavor = "multi_thread")]
async fn service_points_of_an_earlier_release_get_codes() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thuocdo.sqlite");
    let dump = include_str!("../../fixtures/schema/sqlite-0005.sql");
    let url = format!("sqlite://{}?mode=rwc", file.display());
    upgraded(&url, dump, folder.path(), &[]).await;
}

#[tokio::test(flavor = "multi_thread")]
async fn service_points_of_an_earlier_release_get_codes_on_postgres() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::database("codes_upgraded");
    let dump = include_str!("../../fixtures/schema/postgres-0001.sql");
    upgraded(&url, dump, folder.path(), &["--database", &url]).await;
}
