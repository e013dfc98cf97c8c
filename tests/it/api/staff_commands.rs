//! Tests the commands that decide on records, as staff type them.

use std::path::Path;
use std::process::Output;

use store::prelude::*;
use store::{QuarantineState, SqliteStore};
use survey_defs::answer::Answer;
use survey_defs::ids::WaveId;
use survey_defs::quarantine::QuarantineReason;
use survey_defs::submission::Draft;
use survey_defs::wave::{Channel, Population};
use tests::drafts::{complete, question};
use tests::process::command;
use tests::waves;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");
const TEXT: &str = "Chị Lan ở quầy 3";

fn thuocdo(data: &Path, arguments: &[&str]) -> Output {
    command(BINARY, arguments, data).output().unwrap()
}

/// What a command prints that ends well.
fn prints(data: &Path, arguments: &[&str]) -> String {
    let output = thuocdo(data, arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn fails(data: &Path, arguments: &[&str]) -> String {
    let output = thuocdo(data, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    let all = [output.stdout, output.stderr].concat();
    String::from_utf8(all).unwrap()
}

fn counter() -> WaveId {
    "counter".parse().unwrap()
}

async fn open(data: &Path) -> SqliteStore {
    SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap()
}

/// Five records of a phone that were kept aside, the last at a point that never comes.
async fn prepare(data: &Path) {
    let store = open(data).await;
    let wave = waves::wave("counter", Population::Transaction);
    store.create_wave(&wave).await.unwrap();
    store.add_points(&[waves::point(&wave, "p1", Channel::WallQr)], &waves::codes()).await.unwrap();
    for n in 1..=5 {
        let mut draft: Draft = complete("counter", n, 4);
        draft.answers.insert(question("comment"), Answer::Text(TEXT.to_owned()));
        if n == 5 {
            draft.point = "p9".parse().unwrap();
        }
        let reason =
            if n == 5 { QuarantineReason::PointUnknown } else { QuarantineReason::WindowClosed };
        store
            .quarantine(&[store::Quarantined {
                submission: draft.id,
                wave: counter(),
                point: draft.point.clone(),
                reason,
                received_at: waves::now(),
                proven: false,
                session: None,
                body: serde_json::to_string(&draft).unwrap(),
            }])
            .await
            .unwrap();
    }
    store.close().await;
}

async fn states(data: &Path) -> Vec<QuarantineState> {
    let store = open(data).await;
    let all = store.quarantine_after(&counter(), 0, 99).await.unwrap();
    store.close().await;
    all.into_iter().map(|one| one.state).collect()
}

#[tokio::test]
async fn staff_list_show_release_reject_and_redact() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    prepare(data).await;
    let of = ["--wave", "counter"];
    let with = |command: &[&'static str], more: &[&'static str]| [command, &of, more].concat();

    let listed = prints(data, &with(&["quarantine", "list"], &["--format", "csv"]));
    assert_eq!(listed.lines().count(), 6, "{listed}");
    assert!(listed.lines().nth(5).unwrap().contains("point_unknown,waiting"), "{listed}");
    assert!(!listed.contains("Lan"), "no answers");
    let json = prints(data, &with(&["quarantine", "list"], &["--format", "json"]));
    let rows: serde_json::Value = serde_json::from_str(&json).unwrap();
    assert_eq!((&rows[0]["number"], &rows[0]["in_window"]), (&1.into(), &true.into()));
    let shown = thuocdo(data, &with(&["quarantine", "show"], &["--number", "2"]));
    assert!(String::from_utf8(shown.stdout).unwrap().contains(TEXT));
    assert!(String::from_utf8(shown.stderr).unwrap().contains("warning"));

    for wrong in [
        &["--number", "1"][..],
        &["--number", "1", "--because", "  "],
        &["--because", "x"],
        &["--all", "--because", "x"],
        &["--all", "--reason", "window_closed", "--number", "1", "--because", "x"],
        &["--number", "3-1", "--because", "x"],
    ] {
        fails(data, &with(&["quarantine", "release"], wrong));
    }
    let days: Vec<_> =
        listed.lines().skip(1).map(|line| line.rsplit(',').next().unwrap()).collect();
    assert!(days.iter().all(|days| days.parse::<u32>().is_ok_and(|days| days > 30)), "{listed}");
    let warned = thuocdo(data, &with(&["quarantine", "list"], &[])).stderr;
    let warned = String::from_utf8(warned).unwrap();
    assert!(warned.contains("5 records have waited for more than 30 days"), "{warned}");
    let because = ["--because", "Kiosk mất mạng, đã kiểm tra."];
    let more = [&["--number", "1,2-3"][..], &because].concat();
    let told = prints(data, &with(&["quarantine", "release"], &more));
    assert!(told.contains("3 released, 0 decided before"), "{told}");
    let more = [&["--number", "5"][..], &because].concat();
    let told = fails(data, &with(&["quarantine", "release"], &more));
    assert!(told.contains("no such service point"), "{told}");
    let more = [&["--number", "77"][..], &because].concat();
    let told = fails(data, &with(&["quarantine", "reject"], &more));
    assert!(told.contains("there is no number 77"), "{told}");
    let more = [&["--all", "--reason", "window_closed"][..], &because].concat();
    let told = prints(data, &with(&["quarantine", "reject"], &more));
    assert!(told.contains("1 rejected, 0 decided before"), "only what still waits: {told}");
    // A decision is for good; the same one again changes nothing.
    let more = [&["--number", "4"][..], &because].concat();
    let told = fails(data, &with(&["quarantine", "release"], &more));
    assert!(told.contains("4 was rejected before, for good"), "{told}");
    let told = prints(data, &with(&["quarantine", "reject"], &more));
    assert!(told.contains("0 rejected, 1 decided before"), "{told}");
    let released = QuarantineState::Released;
    let others = [QuarantineState::Rejected, QuarantineState::Waiting];
    assert_eq!(states(data).await, [&[released; 3][..], &others].concat());

    let id = complete("counter", 2, 4).id.to_string();
    let redact = ["redact", "--wave", "counter", "--submission", &id, "--as", "Nguyễn Thị Lan"];
    assert!(fails(data, &[&redact[..], &["--because", "a\nb"]].concat()).contains("line breaks"));
    let level = [&redact[..], &["--question", "access_overall", "--because", "x"]].concat();
    assert!(fails(data, &level).contains("is not a text"));
    let all = [&redact[..], &["--because", "Có tên người."]].concat();
    let told = prints(data, &all);
    assert!(told.contains("comment") && told.contains("backups"), "{told}");
    assert!(prints(data, &all).contains("nothing to remove"));
    let store = open(data).await;
    let record = store.submission(&counter(), complete("counter", 2, 4).id).await.unwrap();
    assert!(!record.unwrap().draft.answers.contains_key(&question("comment")));
    store.close().await;

    // Of what only quarantine has: rejected before, and still waiting.
    let id = complete("counter", 4, 4).id.to_string();
    let aside = ["redact", "--wave", "counter", "--submission", &id, "--because", "Có tên người."];
    let told = fails(data, &aside);
    let command = "thuocdo quarantine reject --wave counter --number 4 --drop-text --because";
    assert!(told.contains(command), "{told}");
    let more = [&["--number", "4,5", "--drop-text"][..], &because].concat();
    let told = prints(data, &with(&["quarantine", "reject"], &more));
    assert!(told.contains("2 rejected without their text, 0 decided before"), "{told}");
    let told = prints(data, &with(&["quarantine", "reject"], &more));
    assert!(told.contains("0 rejected without their text, 2 decided before"), "{told}");
    fails(data, &with(&["quarantine", "show"], &["--number", "4"]));
    assert!(fails(data, &aside).contains("has no submission"));
    assert!(prints(data, &["verify"]).contains("findings: 0"));

    let csv = prints(data, &with(&["audit"], &["--format", "csv"]));
    assert!(csv.lines().nth(5).unwrap().contains("says “Nguyễn Thị Lan”\",redacted,"), "{csv}");
    let json = prints(data, &with(&["audit"], &["--format", "json"]));
    let log: serde_json::Value = serde_json::from_str(&json).unwrap();
    let actions: Vec<_> = log.as_array().unwrap().iter().map(|entry| &entry["action"]).collect();
    let first = ["released", "released", "released", "rejected", "redacted"];
    let then = ["bodies_dropped", "rejected", "bodies_dropped"];
    assert_eq!(actions, [&first[..], &then].concat());
    assert_eq!(csv.lines().count(), 1 + actions.len());
    assert_eq!(log[4]["action"], "redacted");
    assert_eq!(log[4]["questions"], serde_json::json!(["comment"]));
    // Who it was, as the operating system knows them.
    assert_eq!(log[4]["actor"]["kind"], "local_operator");
    assert!(log[4]["actor"]["user"].is_string() && log[4]["actor"]["host"].is_string());
    assert_eq!(log[4]["door"], "command_line");
    // What they call themselves, if they have said it.
    assert_eq!(log[4]["actor"]["claimed_name"], "Nguyễn Thị Lan");
    assert_eq!(log[3]["actor"]["claimed_name"], serde_json::Value::Null);
    // What arrived in March 2026 and was rejected is over when its time is; codes there are none.
    assert!(prints(data, &["retention"]).contains("0 enrolment codes"));
    assert_eq!(states(data).await.len(), 5);
}
