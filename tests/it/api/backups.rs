//! Tests `thuocdo backup`, `restore` and `verify`, as a person at a command line uses them.

use std::path::Path;
use std::process::Output;

use store::prelude::*;
use store::{Entry, Recorded, Source, SqliteStore};
use survey_defs::submission::{Context, Submission};
use survey_defs::wave::{Channel, Population};
use tests::drafts::{complete, instrument};
use tests::process::command;
use tests::waves;

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

/// Runs the program on a data folder.
fn thuocdo(data: &Path, arguments: &[&str]) -> Output {
    command(BINARY, arguments, data).output().unwrap()
}

fn said(output: &Output) -> String {
    let [out, err] = [&output.stdout, &output.stderr].map(|one| String::from_utf8_lossy(one));
    format!("{out}{err}")
}

fn done(output: &Output) {
    assert!(output.status.success(), "{}", said(output));
}

fn refused(output: &Output, sentence: &str) {
    assert_eq!(output.status.code(), Some(1), "{}", said(output));
    assert!(said(output).contains(sentence), "{}", said(output));
}

async fn open(data: &Path) -> SqliteStore {
    SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap()
}

/// A wave with so many submissions.
async fn fill(data: &Path, submissions: u128) {
    let store = open(data).await;
    let wave = waves::wave("counter", Population::Transaction);
    store.create_wave(&wave).await.unwrap();
    store.add_points(&[waves::point(&wave, "p1", Channel::WallQr)], &waves::codes()).await.unwrap();
    let instrument = instrument("counter");
    let entries: Vec<Entry> = (1..=submissions)
        .map(|number| {
            let level = u8::try_from(number % 5 + 1).unwrap();
            let draft = complete("counter", number, level);
            Entry {
                context: Context::read(&instrument, &wave, &draft.answers),
                submission: Submission::accept(&instrument, draft).unwrap(),
                received_at: waves::now(),
                source: Source::Api,
                unit: "00004@2025-07-01".parse().unwrap(),
                channel: Channel::WallQr,
                sampling: None,
            }
        })
        .collect();
    let recorded = store.record(&entries).await.unwrap();
    assert!(recorded.iter().all(|one| matches!(one, Recorded::Created(_))));
    store.close().await;
}

/// A write-ahead file with something in it makes the next one who opens the database look through
/// all of it.
fn is_closed(data: &Path) {
    let left = std::fs::metadata(data.join("thuocdo.sqlite-wal"));
    assert!(left.is_err_and(|error| error.kind() == std::io::ErrorKind::NotFound));
}

#[test]
fn where_there_is_no_database_none_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let typo = folder.path().join("typo");
    let file = folder.path().join("nothing.backup");
    for arguments in [
        &["verify"][..],
        &["backup", file.to_str().unwrap()],
        &["backup", "-"],
        &["score", "--wave", "counter", "--by", "ward"],
        &["wave", "list"],
    ] {
        let output = thuocdo(&typo, arguments);
        refused(&output, "there is no database in");
        assert_eq!(output.stdout, b"", "{arguments:?}");
        assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "{arguments:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_folder_in_which_a_server_was_started_takes_a_backup() {
    let folder = tempfile::tempdir().unwrap();
    let [data, elsewhere] = ["data", "elsewhere"].map(|name| folder.path().join(name));
    fill(&data, 9).await;
    done(&thuocdo(&data, &["wave", "list"]));
    is_closed(&data);
    let file = folder.path().join("one.backup");
    let file = file.to_str().unwrap();
    done(&thuocdo(&data, &["backup", file]));
    is_closed(&data);

    // It publishes its definitions before it finds that it cannot listen.
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let serve = ["serve", "--create", "--listen", &address];
    refused(&thuocdo(&elsewhere, &serve), "cannot listen");
    is_closed(&elsewhere);
    done(&thuocdo(&elsewhere, &["restore", file]));
    let verified = thuocdo(&elsewhere, &["verify"]);
    done(&verified);
    assert!(said(&verified).contains("9 submissions"), "{}", said(&verified));
    is_closed(&elsewhere);
}

#[test]
fn what_is_wrong_with_an_address_is_told_without_its_password() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    drop(std::fs::create_dir(&data));
    let serve = ["serve", "--listen", "127.0.0.1:0"];
    for (name, variable, url) in [
        ("--database", "THUOCDO_DATABASE", "mysql://u:geheim@127.0.0.1/x"),
        ("--database", "THUOCDO_DATABASE", "postgres://u:geheim@[/x"),
        ("--segments", "THUOCDO_SEGMENTS", "http://u:geheim@127.0.0.1/x"),
        ("--segments", "THUOCDO_SEGMENTS", "s3://u:geheim@127.0.0.1/x"),
    ] {
        let typed = thuocdo(&data, &[&serve[..], &[name, url]].concat());
        let mut command = command(BINARY, &serve, &data);
        let set = command.env(variable, url).output().unwrap();
        for output in [typed, set] {
            assert!(!output.status.success(), "{url}: {}", said(&output));
            assert!(!said(&output).contains("geheim"), "{url}: {}", said(&output));
            assert!(!said(&output).is_empty());
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_is_restored_elsewhere_with_the_same_scores() {
    let folder = tempfile::tempdir().unwrap();
    let [data, elsewhere] = ["data", "elsewhere"].map(|name| folder.path().join(name));
    fill(&data, 120).await;
    let file = folder.path().join("one.backup");
    let file = file.to_str().unwrap();
    done(&thuocdo(&data, &["backup", file]));
    refused(&thuocdo(&data, &["backup", file]), "exists already");
    let names: Vec<_> = std::fs::read_dir(folder.path()).unwrap().collect();
    assert_eq!(names.len(), 2, "the folder and the file, nothing aside: {names:?}");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    }
    done(&thuocdo(&data, &["verify", "--backup", file]));

    done(&thuocdo(&elsewhere, &["restore", file]));
    is_closed(&elsewhere);
    refused(&thuocdo(&elsewhere, &["restore", file]), "not empty");
    is_closed(&elsewhere);
    let verified = thuocdo(&elsewhere, &["verify"]);
    done(&verified);
    assert!(said(&verified).contains("120 submissions"), "{}", said(&verified));
    let score = ["score", "--wave", "counter", "--by", "ward", "--format", "json"];
    let (one, other) = (thuocdo(&data, &score), thuocdo(&elsewhere, &score));
    done(&one);
    assert_eq!(String::from_utf8_lossy(&one.stdout), String::from_utf8_lossy(&other.stdout));
    // Through a pipe it is the same but for the time.
    let piped = thuocdo(&data, &["backup", "-"]);
    done(&piped);
    let copy = folder.path().join("piped.backup");
    std::fs::write(&copy, &piped.stdout).unwrap();
    done(&thuocdo(&data, &["verify", "--backup", copy.to_str().unwrap()]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_damaged_backup_is_refused_and_nothing_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let [data, elsewhere] = ["data", "elsewhere"].map(|name| folder.path().join(name));
    fill(&data, 30).await;
    let file = folder.path().join("one.backup");
    done(&thuocdo(&data, &["backup", file.to_str().unwrap()]));
    let sound = std::fs::read(&file).unwrap();
    let damaged = folder.path().join("damaged.backup");
    let name = damaged.to_str().unwrap();
    let mut flipped = sound.clone();
    flipped[sound.len() / 2] ^= 4;
    for (content, sentence) in [
        (flipped.as_slice(), "the checksum does not match"),
        (&sound[..sound.len() - 1], "the file ends before the frame does"),
        (b"SQLite format 3", "not a backup of this program"),
    ] {
        std::fs::write(&damaged, content).unwrap();
        refused(&thuocdo(&elsewhere, &["restore", name]), sentence);
        assert!(!elsewhere.exists(), "no database is made");
        let verified = thuocdo(&data, &["verify", "--format", "json", "--backup", name]);
        refused(&verified, sentence);
        let json: serde_json::Value = serde_json::from_slice(&verified.stdout).unwrap();
        assert_eq!(json["findings"]["counts"]["unreadable"], 1, "{json}");
    }
}
