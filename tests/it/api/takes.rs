//! Tests what a wave takes: forms, a drawn sample, or level counts, and nothing else.

use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use futures::future::join_all;
use serde_json::Value;
use survey_defs::api::paths::{BREAK_OFFS, FORM, IMPORTS, SUBMISSIONS, fill};
use survey_defs::api::problem::{Problem, ProblemCode};
use survey_defs::ids::WaveId;
use survey_defs::paradata::BreakOff;
use survey_defs::submission::Draft;
use survey_defs::wave::Takes;
use tests::app::{Reply, TestApp};
use tests::drafts::{break_off, complete, instrument};
use tests::process::command;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

const FORMS: &str = "id,unit,date,access_overall\n1,00004,2026-01-15,5\n";
const SAMPLE: &str = "id,unit,date,psu,weight,access_overall\n2,00004,2026-01-15,a,2.5,5\n";
const COUNTS: &str = "\
unit,item,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied
00004,access_overall,1,2,3,4,5
";

async fn import(app: &TestApp, csv: &str) -> Reply {
    app.post(&fill(IMPORTS, &["counter"]), "text/csv", csv.to_owned()).await
}

#[tokio::test]
async fn no_stranger_decides_what_a_wave_holds() {
    let app = TestApp::start().await;
    app.take("counter", Takes::Sample).await;
    let before = app.post_json(SUBMISSIONS, &complete("counter", 1, 4)).await;
    assert_eq!(before.problem().code, ProblemCode::WaveTakesOther);
    assert_eq!(import(&app, SAMPLE).await.status, StatusCode::CREATED);
    let after = app.post_json(SUBMISSIONS, &complete("counter", 2, 4)).await;
    assert_eq!(after.problem().code, ProblemCode::WaveTakesOther);
    assert_eq!(app.submissions("counter").await, 1);

    let wave = "counter".parse().unwrap();
    let instrument = instrument("counter").reference();
    let body = BreakOff { wave, instrument, ..break_off(1, None) };
    let refused = app.post_json(BREAK_OFFS, &body).await;
    assert_eq!(refused.problem().code, ProblemCode::WaveTakesOther);
    // Nobody fills in what cannot be sent.
    let form: Value = app.get(&fill(FORM, &["counter", "p1"])).await.json();
    assert_eq!(form["open"], false);
    let wave: Value = app.get("/api/v1/waves/counter").await.json();
    assert_eq!((&wave["wave"]["takes"], &wave["open"]), (&"sample".into(), &false.into()));
}

#[tokio::test]
async fn a_file_of_another_kind_is_refused_and_told_what_the_wave_takes() {
    let files = [(Takes::Forms, FORMS), (Takes::Sample, SAMPLE), (Takes::LevelCounts, COUNTS)];
    for (takes, fitting) in files {
        let app = TestApp::start().await;
        app.take("counter", takes).await;
        // Before the first record, and after it.
        for round in 0..2 {
            for (offered, file) in files.into_iter().filter(|(offered, _)| *offered != takes) {
                let Problem { code, detail, .. } = import(&app, file).await.problem();
                assert_eq!(code, ProblemCode::WaveTakesOther, "{offered} into {takes}, {round}");
                let detail = detail.unwrap();
                assert!(detail.contains(&format!("takes {takes}")), "{detail}");
            }
            if round == 0 {
                let reply = import(&app, fitting).await;
                assert_eq!(reply.status, StatusCode::CREATED, "{}", reply.body);
            }
        }
        // Dossiers are no records; every wave of transactions takes them.
        let dossiers = import(&app, "unit,dossiers\n00004,900\n").await;
        assert_eq!(dossiers.status, StatusCode::CREATED, "{}", dossiers.body);
    }
}

/// Servers believe for a minute that a wave takes forms; the database does not.
#[tokio::test]
async fn a_change_counts_at_once() {
    let app = TestApp::start().await;
    let (wave, instrument) = ("counter".parse().unwrap(), instrument("counter").reference());
    let ended = |number| BreakOff {
        wave: WaveId::clone(&wave),
        instrument: instrument.clone(),
        ..break_off(number, None)
    };
    let nowhere = Draft { point: "p99".parse().unwrap(), ..complete("counter", 2, 4) };
    assert_eq!(app.post_json(BREAK_OFFS, &ended(1)).await.status, StatusCode::CREATED);
    app.take("counter", Takes::Sample).await;
    let other = ProblemCode::WaveTakesOther;
    assert_eq!(app.post_json(BREAK_OFFS, &ended(2)).await.problem().code, other);
    assert_eq!(app.post_json(SUBMISSIONS, &nowhere).await.problem().code, other);
    assert_eq!(app.post_json(SUBMISSIONS, &complete("counter", 3, 4)).await.problem().code, other);
    app.take("counter", Takes::Forms).await;
    assert_eq!(app.post_json(BREAK_OFFS, &ended(2)).await.status, StatusCode::CREATED);
    let form = app.post_json(SUBMISSIONS, &complete("counter", 3, 4)).await;
    assert_eq!(form.status, StatusCode::CREATED, "{}", form.body);
}

/// Each fits the empty wave, and no two fit each other.
#[tokio::test]
async fn of_files_at_the_same_time_those_that_do_not_fit_are_refused() {
    let plans: [&[&str]; 2] = [
        &[
            "id,unit,date,stratum,psu,weight,fpc,access_overall\n1,00004,2026-01-15,s,a,2.5,50,5\n",
            "id,unit,date,stratum,psu,weight,fpc,access_overall\n2,00004,2026-01-15,s,b,2.5,51,5\n",
            "id,unit,date,stratum,psu,weight,fpc,access_overall\n3,00004,2026-01-15,t,a,2.5,50,5\n\
             4,00004,2026-01-15,s,c,2.5,52,5\n",
        ],
        &[
            "unit,item,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
             00004,access_overall,1,2,3,40,50\n",
            "unit,month,item,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
             00004,2026-02,access_overall,1,2,3,40,50\n",
            "month,item,very_dissatisfied,dissatisfied,neither,satisfied,very_satisfied\n\
             2026-02,access_overall,1,2,3,40,50\n",
        ],
    ];
    for (takes, files) in [Takes::Sample, Takes::LevelCounts].into_iter().zip(plans) {
        let app = TestApp::start().await;
        app.take("counter", takes).await;
        let replies = join_all(files.iter().map(|file| import(&app, file))).await;
        let taken = replies.iter().filter(|reply| reply.status == StatusCode::CREATED).count();
        assert_eq!(
            taken,
            1,
            "{takes}: {:?}",
            replies.iter().map(|it| &it.body).collect::<Vec<_>>()
        );
        for reply in replies.iter().filter(|reply| reply.status != StatusCode::CREATED) {
            assert_eq!(reply.problem().code, ProblemCode::ImportRejected);
        }
        let scores = app.get("/api/v1/scores?wave=counter&by=city").await;
        assert_eq!(scores.status, StatusCode::OK, "{}", scores.body);
    }
}

const WAVE: &str = r#"
[wave]
id = "ho-gia-dinh"
title = { vi = "Hộ gia đình", en = "Households" }
population = "household"
takes = "sample"
instrument = { id = "counter", version = 2 }
method = "t2b"
geography = "2026-01-01"
opens_at = "2026-01-01T00:00:00Z"
closes_at = "2036-01-01T00:00:00Z"
simulated = true
"#;

fn thuocdo(data: &Path, arguments: &[&str]) -> Result<String, String> {
    let output = command(BINARY, arguments, data).output().unwrap();
    let [stdout, stderr] = [output.stdout, output.stderr].map(|it| String::from_utf8(it).unwrap());
    if output.status.success() { Ok(stdout) } else { Err(stderr) }
}

#[test]
fn staff_change_it_while_the_wave_is_empty() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    let [wave, forms, plan] = ["wave.toml", "forms.csv", "plan.csv"].map(|name| data.join(name));
    let [wave, forms, plan] = [&wave, &forms, &plan].map(|path| path.to_str().unwrap());
    fs::write(wave, WAVE).unwrap();
    fs::write(forms, FORMS).unwrap();
    fs::write(plan, SAMPLE).unwrap();
    thuocdo(data, &["wave", "add", wave]).unwrap();
    let listed = thuocdo(data, &["wave", "list", "--format", "csv"]).unwrap();
    assert!(listed.contains("ho-gia-dinh,Hộ gia đình,household,sample,"), "{listed}");

    let refused = thuocdo(data, &["import", forms, "--wave", "ho-gia-dinh"]).unwrap_err();
    assert!(refused.contains("thuocdo wave takes"), "{refused}");
    let change = |takes| {
        thuocdo(data, &["wave", "takes", "ho-gia-dinh", takes, "--because", "Phiếu nhập tay"])
    };
    assert_eq!(change("forms").unwrap(), "wave ho-gia-dinh now takes forms\n");
    assert_eq!(change("forms").unwrap(), "wave ho-gia-dinh already takes forms\n");
    assert!(change("answers").unwrap_err().contains("forms, sample, level_counts"));
    thuocdo(data, &["import", forms, "--wave", "ho-gia-dinh"]).unwrap();
    let late = change("sample").unwrap_err();
    assert!(late.contains("has records"), "{late}");
    let refused = thuocdo(data, &["import", plan, "--wave", "ho-gia-dinh"]).unwrap_err();
    assert!(refused.contains("takes forms"), "{refused}");

    let log = thuocdo(data, &["audit", "--wave", "ho-gia-dinh", "--format", "json"]).unwrap();
    let log: Vec<Value> = serde_json::from_str(&log).unwrap();
    let told = [&log[0]["action"], &log[0]["before"], &log[0]["now"], &log[0]["reason"]];
    assert_eq!(told, ["takes_changed", "sample", "forms", "Phiếu nhập tay"]);
    assert_eq!(log.len(), 1);
    let verified = thuocdo(data, &["verify"]).unwrap();
    assert!(verified.contains("findings: 0"), "{verified}");
}
