//! A full disk and one that does not keep what it is given, under the real program.
//!
//! After a failed `fsync` the system may think that pages are on the disk which are not, so asking
//! again proves nothing. What was to be synchronised then was not acknowledged; SQLite goes back to
//! where it was before, and the next commit writes those pages of the write-ahead file anew. The
//! same holds for the database file: a checkpoint that failed is done again from the write-ahead
//! file, which is on the disk.

use std::path::Path;
use std::sync::Arc;

use store::SqliteStore;
use tests::disk::{FaultyDisk, Trouble};
use tests::ledger::{Addresses, Crowd, Ledger, Reader, SECRET, prepare};
use tests::process::Launch;

use super::BINARY;

const SIZES: [u32; 4] = [1, 1, 7, 10];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_when_the_disk_is_full() {
    outlives(Trouble::Full).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nothing_is_lost_when_the_disk_does_not_keep_what_it_is_given() {
    outlives(Trouble::Sync).await;
}

/// The disk fails three times under load, each time it is healed and the program goes on by itself;
/// then it fails once more, the program is killed, and the next one finds everything.
async fn outlives(trouble: Trouble) {
    let (disk, folder) = (FaultyDisk::new().unwrap(), tempfile::tempdir().unwrap());
    prepare(&open(folder.path()).await).await;
    // A full disk is full for the log as well.
    let concerned = match trouble {
        Trouble::Full => folder.path().to_owned(),
        Trouble::Sync | Trouble::Hang => folder.path().join("data"),
    };
    let environment = disk.environment(concerned.to_str().unwrap());
    let launch = Launch::new(BINARY, folder.path()).environment(environment);
    let mut program = launch.serve().await.unwrap();
    let ledger = Arc::new(Ledger::default());
    let addresses = Addresses::of([&program]);
    let crowd = Crowd::start(&ledger, &addresses, &SIZES);
    for _ in 0..3 {
        ledger.acknowledge_more(100).await;
        let before = disk.failures(trouble);
        disk.break_by(trouble);
        ledger.refuse_more(20).await;
        assert!(disk.failures(trouble) > before, "the disk has not failed");
        disk.heal();
        assert!(program.is_running());
    }
    // It goes on by itself.
    ledger.acknowledge_more(100).await;
    disk.break_by(trouble);
    ledger.refuse_more(5).await;
    program.kill().await.unwrap();
    disk.heal();
    let program = launch.serve().await.unwrap();
    addresses.moved(0, &program);
    ledger.acknowledge_more(100).await;
    crowd.stop().await;
    program.kill().await.unwrap();

    let mut log = Reader::default();
    log.read_on(&open(folder.path()).await).await;
    ledger.is_the_same_as(&log.numbers);
    let log = launch.log();
    assert!(!log.contains(SECRET) && !log.contains("panicked"), "{log}");
    assert!(trouble == Trouble::Full || log.contains("could not be served"), "{log}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn on_a_full_disk_the_program_says_why_it_does_not_start() {
    let (disk, folder) = (FaultyDisk::new().unwrap(), tempfile::tempdir().unwrap());
    let data = folder.path().join("data");
    let environment = disk.environment(data.to_str().unwrap());
    let launch = Launch::new(BINARY, folder.path()).environment(environment);
    disk.break_by(Trouble::Full);
    let error = format!("{:#}", launch.serve().await.unwrap_err());
    assert!(error.contains("could not be opened"), "{error}");
    assert!(error.contains("database or disk is full"), "{error}");
    assert!(!error.contains("panicked"), "{error}");
    disk.heal();
    launch.serve().await.unwrap().kill().await.unwrap();
}

async fn open(folder: &Path) -> SqliteStore {
    SqliteStore::open(&folder.join("data/thuocdo.sqlite")).await.unwrap()
}
