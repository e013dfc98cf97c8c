//! Tests the commands about cases, as staff type them.

use std::path::Path;
use std::process::Output;

use jiff::SignedDuration;
use serde_json::Value;
use store::SqliteStore;
use store::prelude::*;
use store::{Entry, HanoiDay, SenderTag, Source, TaggedRecord};
use survey_defs::answer::Answer;
use survey_defs::submission::{Context, Submission};
use survey_defs::wave::{Channel, Population};
use tests::drafts::{complete, instrument, question};
use tests::process::command;
use tests::waves;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");
const TEXT: &str = "Chị Lan ở quầy 3";
const HOUR: [&str; 4] =
    ["--from", "2026-03-02T11:00:00+07:00", "--until", "2026-03-02T12:00:00+07:00"];

fn thuocdo(data: &Path, arguments: &[&str]) -> Output {
    command(BINARY, arguments, data).output().unwrap()
}

fn prints(data: &Path, arguments: &[&str]) -> String {
    let output = thuocdo(data, arguments);
    let errors = String::from_utf8(output.stderr).unwrap();
    assert!(output.status.success(), "{arguments:?}: {errors}");
    String::from_utf8(output.stdout).unwrap()
}

fn fails(data: &Path, arguments: &[&str]) -> String {
    let output = thuocdo(data, arguments);
    assert!(!output.status.success(), "{arguments:?}");
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

/// 40 forms at ten, and 60 an hour later, all with a text.
async fn prepare(data: &Path) {
    let store = SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap();
    let wave = waves::wave("counter", Population::Transaction);
    store.create_wave(&wave).await.unwrap();
    let point = waves::point(&wave, "p1", Channel::WallQr);
    store.add_points(std::slice::from_ref(&point), &waves::codes()).await.unwrap();
    let counter = instrument("counter");
    let entry = |number: u128| {
        let mut draft = complete("counter", number, if number > 40 { 5 } else { 3 });
        draft.answers.insert(question("comment"), Answer::Text(TEXT.to_owned()));
        let submission = Submission::accept(&counter, draft).unwrap();
        Entry {
            context: Context::read(&counter, &wave, &submission.draft().answers),
            submission,
            received_at: waves::now() + SignedDuration::from_hours(i64::from(number > 40)),
            source: Source::Api,
            unit: point.unit.clone(),
            channel: point.channel,
            sampling: None,
        }
    };
    store.record(&(1..=100).map(entry).collect::<Vec<_>>()).await.unwrap();
    store.close().await;
}

#[tokio::test]
async fn staff_open_examine_conclude_annul_confirm_and_undo() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    prepare(data).await;
    let case = |step: &str, more: &[&str]| {
        let mut all = vec!["--as", "Lan", "case", step, "--wave", "counter"];
        all.extend(more);
        prints(data, &all)
    };
    let of_one = ["--number", "1", "--because", "Đã xem."];
    let score = || -> Value {
        let score = ["score", "--wave", "counter", "--by", "city", "--format", "json"];
        serde_json::from_str(&prints(data, &score)).unwrap()
    };
    let stuffed = score();
    assert_eq!(stuffed["groups"][0]["cells"][0]["n"], 100);

    // No way to choose by answers, and no way without point, time and reason.
    let open = ["case", "open", "--wave", "counter"];
    for wrong in [
        &["--point", "p1", "--because", "x"][..],
        &[&HOUR[..], &["--because", "x"]].concat(),
        &[&HOUR[..], &["--point", "p1"]].concat(),
        &[&HOUR[..], &["--point", "p1", "--because", "x", "--where", "level=5"]].concat(),
        &[&HOUR[..], &["--point", "p9", "--because", "x"]].concat(),
    ] {
        fails(data, &[&open[..], wrong].concat());
    }
    let mut told = String::new();
    let noticed = [&HOUR[..], &["--point", "p1", "--because", "60 phiếu trong một giờ"]].concat();
    told += &case("open", &noticed);
    assert!(told.contains("case 1 is found") && told.contains("60 records by now"), "{told}");
    let wrong = ["case", "annul", "--wave", "counter", "--reason", "stuffed"];
    assert!(fails(data, &[&wrong[..], &of_one].concat()).contains("examine it first"));
    told += &case("hear", &[&["--who", "Trưởng bộ phận Một cửa"][..], &of_one].concat());
    told += &case("examine", &of_one);
    told += &case("recontact", &[&["--asked", "20", "--confirmed", "0"][..], &of_one].concat());
    told += &case("conclude", &of_one);
    let annul = ["--as", "Lan", "case", "annul", "--wave", "counter"];
    let unlisted = [&annul[..], &["--reason", "unwanted"], &of_one].concat();
    assert!(fails(data, &unlisted).contains("possible values"));
    told += &prints(data, &[&annul[..], &["--reason", "stuffed"], &of_one].concat());
    let next = "case confirm --wave counter --number 1 --because";
    assert!(told.contains("is proposed") && told.contains(next), "{told}");
    assert_eq!(score()["groups"], stuffed["groups"]);
    let confirm = ["case", "confirm", "--wave", "counter"];
    let lan = [&["--as", "lan"][..], &confirm, &of_one].concat();
    assert!(fails(data, &lan).contains("another person must confirm"));
    told += &prints(data, &[&["--as", "Minh"][..], &confirm, &of_one].concat());
    assert!(told.contains("case 1 is annulled"), "{told}");

    let after = score();
    assert_eq!(after["groups"][0]["cells"][0]["n"], 40);
    assert_eq!(after["groups"][0]["annulled"]["records"], 60);
    let table = prints(data, &["score", "--wave", "counter", "--by", "city"]);
    assert!(table.contains("Annulled") && table.contains("60"), "{table}");
    let quality = prints(data, &["quality", "--wave", "counter"]);
    assert!(quality.contains("if annulled forms counted"), "{quality}");
    assert!(prints(data, &["verify"]).contains("findings: 0"));
    let shown = case("show", &["--number", "1", "--format", "json"]);
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!((&shown["state"], &shown["records"]), (&"annulled".into(), &60.into()));
    assert_eq!(shown["counts"][0]["hour"], "2026-03-02T11:00:00");
    assert_eq!(shown["history"].as_array().unwrap().len(), 7);
    told += &case("show", &["--number", "1"]);
    told += &case("list", &[]);
    told += &case("list", &["--format", "csv"]);

    let backup = data.join("case.backup");
    prints(data, &["backup", backup.to_str().unwrap()]);
    let restored = tempfile::tempdir().unwrap();
    prints(restored.path(), &["restore", backup.to_str().unwrap()]);
    let again = ["score", "--wave", "counter", "--by", "city", "--format", "json"];
    let again: Value = serde_json::from_str(&prints(restored.path(), &again)).unwrap();
    assert_eq!(again, after, "a backup keeps what does not count");

    told += &case("undo", &of_one);
    let undone = score();
    assert_eq!(undone["groups"], stuffed["groups"]);
    assert_eq!(undone["annulments"], 2);
    let audit = prints(data, &["audit", "--wave", "counter", "--format", "csv"]);
    for action in [
        "case_opened",
        "case_heard",
        "case_examined",
        "case_contacted",
        "case_concluded",
        "annulment_proposed",
        "records_annulled",
        "annulment_undone",
    ] {
        assert!(audit.contains(action), "{action}: {audit}");
    }
    told += &audit;
    assert!(!told.contains(TEXT) && !told.contains("score"), "no answer and no score: {told}");
}

#[tokio::test]
async fn a_case_may_be_about_the_sender_of_a_record() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path();
    prepare(data).await;
    let store = SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap();
    let (day, tag) = (HanoiDay::of(waves::now()), SenderTag(*b"this tag"));
    let wave = || "counter".parse().unwrap();
    let tagged = [7, 45, 50, 99].map(|position| TaggedRecord { wave: wave(), position, day, tag });
    store.tag_senders(&tagged).await.unwrap();
    store.close().await;

    let open = |more: &[&'static str]| {
        let all = ["case", "open", "--wave", "counter", "--because", "Một mạng gửi nhiều phiếu."];
        [&all[..], more].concat()
    };
    let mut told = prints(data, &open(&["--same-sender-as", "45"]));
    assert!(told.contains("case 1 is found") && told.contains("4 records by now"), "{told}");
    told +=
        &prints(data, &open(&[&HOUR[..], &["--same-sender-as", "7", "--point", "p1"]].concat()));
    assert!(told.contains("case 2 is found") && told.contains("3 records by now"), "{told}");
    for unknown in ["1", "101", "0"] {
        let refused = fails(data, &open(&["--same-sender-as", unknown]));
        let because = format!("nothing is known of the sender of record {unknown} of wave counter");
        assert!(refused.contains(&because), "{refused}");
    }
    let examine = ["case", "examine", "--wave", "counter", "--number", "1", "--because", "Đã xem."];
    told += &prints(data, &examine);
    told += &prints(data, &["case", "show", "--wave", "counter", "--number", "1"]);
    told += &prints(data, &["case", "list", "--wave", "counter", "--format", "json"]);
    let list = prints(data, &["case", "list", "--wave", "counter", "--format", "csv"]);
    let row = "1,examined,4,,45,2026-03-02T00:00:00+07:00,2026-03-03T00:00:00+07:00,any,";
    assert!(list.contains(row), "the day of the record: {list}");
    let audit = prints(data, &["audit", "--wave", "counter"]);
    assert!(audit.contains("same sender as record 45"), "{audit}");
    assert!(audit.contains("same sender as record 7 at p1"), "{audit}");
    let backup = data.join("case.backup");
    prints(data, &["backup", backup.to_str().unwrap()]);
    let restored = tempfile::tempdir().unwrap();
    prints(restored.path(), &["restore", backup.to_str().unwrap()]);
    // No backup has tags, so the restored case can only be ended.
    let second = [&examine[..5], &["2", "--because", "Đã xem."]].concat();
    let examined = prints(restored.path(), &second);
    assert!(examined.contains("\n0 records"), "{examined}");
    let kept = ["case", "show", "--wave", "counter", "--number", "1"];
    assert!(prints(restored.path(), &kept).contains("4 records"));
    told += &[list, audit].concat();
    for secret in [TEXT, "this tag", "7468697320746167", "dGhpcyB0YWc"] {
        assert!(!told.contains(secret), "{secret}: {told}");
    }
}
