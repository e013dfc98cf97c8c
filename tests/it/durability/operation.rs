//! What an operator sees of the real program: whether it is ready, how it ends, what it warns of.

use std::path::Path;
use std::time::Duration;

use store::SqliteStore;
use survey_defs::api::paths::{HEALTH, READY, SUBMISSIONS};
use tests::disk::{FaultyDisk, Trouble};
use tests::ledger::{draft, prepare};
use tests::process::{Connection, Launch, Program, command};
use tokio::time::{Instant, interval, timeout};

use super::BINARY;

const READY_IN: Duration = Duration::from_mins(1);

/// Asks until the answer has a text.
async fn until(program: &Program, text: &str) {
    let mut ticks = interval(Duration::from_millis(50));
    let answer = async {
        while !program.get(READY, "").await.unwrap().contains(text) {
            ticks.tick().await;
        }
    };
    timeout(READY_IN, answer).await.unwrap_or_else(|_| panic!("/readyz never says {text}"));
}

/// It said 200 on a disk on which no post was kept.
#[tokio::test]
async fn a_server_with_too_little_room_on_the_disk_is_not_ready() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(BINARY, folder.path());
    let most = u64::MAX.to_string();
    let program = launch.clone().arguments(&["--disk-reserve-bytes", &most]).serve().await.unwrap();
    until(&program, "\"detail\":\"disk_full\"").await;
    assert!(program.get(HEALTH, "").await.unwrap().starts_with("HTTP/1.1 200 "));
    let answer = program.get(READY, "").await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 503 ") && answer.contains("retry-after: "), "{answer}");
    assert!(!answer.contains(folder.path().to_str().unwrap()), "{answer}");
    program.kill().await.unwrap();
    let program = launch.arguments(&["--disk-reserve-bytes", "0"]).serve().await.unwrap();
    until(&program, "ready").await;
    program.kill().await.unwrap();
}

#[tokio::test]
async fn a_server_whose_disk_keeps_nothing_or_hangs_is_not_ready_until_it_does() {
    let (disk, folder) = (FaultyDisk::new().unwrap(), tempfile::tempdir().unwrap());
    let data = folder.path().join("data");
    let environment = disk.environment(data.to_str().unwrap());
    let program =
        Launch::new(BINARY, folder.path()).environment(environment).serve().await.unwrap();
    for (trouble, word) in [(Trouble::Sync, "database"), (Trouble::Hang, "slow")] {
        until(&program, "200 OK").await;
        disk.break_by(trouble);
        until(&program, &format!("\"detail\":\"{word}\"")).await;
        disk.heal();
    }
    until(&program, "200 OK").await;
    program.kill().await.unwrap();
}

/// The process was there long after it had been told to end.
#[tokio::test]
async fn a_server_that_cannot_finish_ends_in_half_a_minute() {
    let (disk, folder) = (FaultyDisk::new().unwrap(), tempfile::tempdir().unwrap());
    let data = folder.path().join("data");
    prepare(&SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap()).await;
    let environment = disk.environment(data.to_str().unwrap());
    let program =
        Launch::new(BINARY, folder.path()).environment(environment).serve().await.unwrap();
    disk.break_by(Trouble::Hang);
    let address = program.address.clone();
    let body = serde_json::to_string(&draft(1)).unwrap();
    let post =
        tokio::spawn(
            async move { Connection::open(&address).await?.post(SUBMISSIONS, body).await },
        );
    let mut ticks = interval(Duration::from_millis(20));
    while disk.failures(Trouble::Hang) == 0 {
        ticks.tick().await;
    }
    let begun = Instant::now();
    program.terminate().await.unwrap();
    assert!(begun.elapsed() < Duration::from_secs(30), "{:?}", begun.elapsed());
    // Nobody was told that it is kept.
    let answer = post.await.unwrap();
    assert!(answer.as_ref().map_or(true, |answer| answer.status.as_u16() >= 500), "{answer:?}");
}

/// What the program says of the sender of a record.
fn same_sender(folder: &Path, position: &str) -> String {
    let arguments =
        ["same-sender", "--wave", "counter", "--position", position, "--format", "json"];
    let output = command(BINARY, &arguments, &folder.join("data")).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

/// The form says that a tag is kept, so a server does it without being told to.
#[tokio::test]
async fn a_server_keeps_tags_of_senders_unless_it_is_told_not_to() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    prepare(&SqliteStore::open(&data.join("thuocdo.sqlite")).await.unwrap()).await;
    let launch = Launch::new(BINARY, folder.path()).arguments(&["--trusted-proxy", "127.0.0.1/32"]);
    for (number, launch) in [(1, launch.clone()), (2, launch.arguments(&["--no-sender-tags"]))] {
        let program = launch.serve().await.unwrap();
        let mut connection = Connection::open(&program.address).await.unwrap();
        let body = serde_json::to_string(&draft(number)).unwrap();
        let answer = connection.post_for("198.51.100.1", SUBMISSIONS, body).await.unwrap();
        assert_eq!(answer.status, 201);
        if number == 1 {
            let mut ticks = interval(Duration::from_millis(50));
            let known = async {
                while !same_sender(folder.path(), "1").contains("\"records\": 1") {
                    ticks.tick().await;
                }
            };
            timeout(READY_IN, known).await.expect("nothing is known of the sender");
        }
        program.terminate().await.unwrap();
    }
    assert_eq!(same_sender(folder.path(), "2").trim(), "[]");
}

#[tokio::test]
async fn a_proxy_that_nobody_has_named_is_told_of_once() {
    let folder = tempfile::tempdir().unwrap();
    let launch = Launch::new(BINARY, folder.path());
    let program = launch.serve().await.unwrap();
    for _ in 0..3 {
        let answer = program.get(HEALTH, "x-forwarded-for: 198.51.100.1\r\n").await.unwrap();
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    program.terminate().await.unwrap();
    let log = launch.log();
    assert_eq!(log.matches("X-Forwarded-For").count(), 1, "{log}");
    assert!(log.contains("--trusted-proxy") && !log.contains("198.51.100.1"), "{log}");
}
