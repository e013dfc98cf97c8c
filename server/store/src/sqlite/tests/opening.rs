//! Opening, the look through the file, closing.

use std::collections::HashSet;
use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use sqlx::Executor;
use survey_defs::answer::Answer;
use survey_defs::audit::NewAuditEntry;
use survey_defs::caller::Caller;
use survey_defs::ids::{QuestionId, WaveId};
use survey_defs::quarantine::QuarantineReason;

use super::super::SqliteStore;
use super::{count, entries, open, outside};
use crate::conformance::{accept, add_a_device, entry, wrong_secrets_then};
use crate::devices::CodeRefusal;
use crate::error::StoreError;
use crate::prelude::*;
use crate::quarantine::{Decided, Quarantined};
use crate::submission_log::{Entry, Redacted};

#[tokio::test]
async fn a_file_that_is_no_database_is_corrupt() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    std::fs::write(&file, "Đây không phải là cơ sở dữ liệu. ".repeat(200)).unwrap();
    let error = SqliteStore::open(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn a_restart_gives_no_new_tries_of_a_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    add_a_device(&store).await;
    assert_eq!(wrong_secrets_then(&[&store], 5).await, (5, Err(CodeRefusal::Ended)));
    store.close().await;
    let store = SqliteStore::open(&file).await.unwrap();
    assert_eq!(wrong_secrets_then(&[&store], 1).await, (0, Err(CodeRefusal::Ended)));
}

#[tokio::test]
async fn nobody_else_may_read_what_was_there_before() {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let open_to_all = |path: &Path, mode: u32| {
        std::fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
    };
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..1)).await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&sibling_path(&file, suffix)), 0o600, "{suffix}");
    }
    store.close().await;
    open_to_all(&file, 0o664);
    SqliteStore::open_existing(&file).await.unwrap().close().await;
    assert_eq!(mode(&file), 0o600);
    // Whoever only looks, perhaps as another user, changes nothing.
    open_to_all(&file, 0o660);
    SqliteStore::open_unchanged(&file).await.unwrap().close().await;
    assert_eq!(mode(&file), 0o660);
}

/// The disk with the answers may be another one than that of the folder.
#[tokio::test]
async fn a_file_behind_a_link_is_private_and_locked_where_it_is() {
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o7777;
    let (folder, elsewhere) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (link, file) = (folder.path().join("store.db"), elsewhere.path().join("real.db"));
    std::os::unix::fs::symlink(&file, &link).unwrap();
    // The link leads to nothing yet.
    let store = open(&link).await;
    store.record(&entries(0..1)).await.unwrap();
    for suffix in ["", "-wal", "-shm"] {
        assert_eq!(mode(&sibling_path(&file, suffix)), 0o600, "{suffix}");
    }
    assert!(sibling_path(&file, "-lock").exists() && !sibling_path(&link, "-lock").exists());
    store.close().await;
    std::fs::set_permissions(&file, Permissions::from_mode(0o644)).unwrap();
    SqliteStore::open_existing(&link).await.unwrap().close().await;
    assert_eq!(mode(&file), 0o600);
}

#[tokio::test]
async fn an_empty_or_missing_database_is_made_only_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let error = SqliteStore::open_existing(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)) && !file.exists(), "{error:?}");
    std::fs::write(&file, "").unwrap();
    let error = SqliteStore::open_existing(&file).await.unwrap_err();
    assert!(matches!(error, StoreError::Empty), "{error:?}");
    SqliteStore::open_or_make(&file).await.unwrap().close().await;
    SqliteStore::open_existing(&file).await.unwrap().close().await;
    SqliteStore::open_unchanged(&file).await.unwrap().close().await;
}

fn sibling_path(file: &Path, suffix: &str) -> PathBuf {
    PathBuf::from(format!("{}{suffix}", file.display()))
}

/// A sound file of some pages, closed.
async fn closed(file: &Path) {
    let store = open(file).await;
    store.record(&entries(0..200)).await.unwrap();
    store.close().await;
}

/// Writes over the middle of the file, where rows are.
fn damage(file: &Path) {
    let mut bytes = std::fs::read(file).unwrap();
    // Among the submissions: what is read at the opening comes earlier.
    let from = bytes.len() / 4 * 3;
    bytes[from..from + 20_000].fill(0xA5);
    std::fs::write(file, bytes).unwrap();
}

#[tokio::test]
async fn closing_moves_everything_into_one_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..10)).await.unwrap();
    assert!(std::fs::metadata(sibling_path(&file, "-wal")).unwrap().len() > 0);
    store.close().await;
    assert!(!sibling_path(&file, "-wal").exists());
    let error = store.record(&entries(0..1)).await.unwrap_err();
    assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
    let alone = folder.path().join("alone.db");
    std::fs::copy(&file, &alone).unwrap();
    assert_eq!(count(&open(&alone).await).await, 10);
}

#[tokio::test]
async fn after_a_crash_a_damaged_file_is_not_opened() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    closed(&file).await;
    // What a process leaves that ended in the middle of its work.
    let store = open(&file).await;
    store.record(&entries(200..210)).await.unwrap();
    let crashed = folder.path().join("crashed.db");
    for suffix in ["", "-wal"] {
        std::fs::copy(sibling_path(&file, suffix), sibling_path(&crashed, suffix)).unwrap();
    }
    assert_eq!(count(&SqliteStore::open(&crashed).await.unwrap()).await, 210);
    let damaged = folder.path().join("damaged.db");
    for suffix in ["", "-wal"] {
        std::fs::copy(sibling_path(&file, suffix), sibling_path(&damaged, suffix)).unwrap();
    }
    damage(&damaged);
    let error = SqliteStore::open(&damaged).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
    assert!(error.to_string().contains("restore the last backup"), "{error}");
}

#[tokio::test]
async fn damage_that_is_found_later_is_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    closed(&file).await;
    damage(&file);
    let store = SqliteStore::open(&file).await.unwrap();
    let error = loop {
        if let Err(error) = store.prove_durable(Timestamp::UNIX_EPOCH).await {
            break error;
        }
        tokio::task::yield_now().await;
    };
    assert!(matches!(error, StoreError::Corrupt { .. }), "{error:?}");
}

#[tokio::test]
async fn beside_another_process_the_file_is_not_looked_through() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    closed(&file).await;
    let serving = open(&file).await;
    serving.record(&entries(300..301)).await.unwrap();
    // The write-ahead file is there, but nothing has crashed: a damage is none of its business.
    damage(&file);
    let command = SqliteStore::open(&file).await.unwrap();
    drop(command);
}

/// Bytes that tell something of a compressed text.
const PIECE: usize = 12;

/// The n-th submission with a text that is hardly smaller when it is compressed.
fn of_many_words(n: u64) -> Entry {
    let mut draft = entry("w", n).submission.draft().clone();
    let letters = (0..300_u32).filter_map(|n| char::from_u32(0x4e00 + n * n * 7_919 % 20_000));
    draft.answers.insert(QuestionId::new("comment").unwrap(), Answer::Text(letters.collect()));
    Entry { submission: accept(draft), ..entry("w", n) }
}

/// Long texts reach into pages of their own.
#[tokio::test]
async fn what_is_redacted_or_released_leaves_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    let mut all = entries(0..50);
    all.push(of_many_words(7_777));
    store.record(&all).await.unwrap();
    let wave = WaveId::new("w").unwrap();
    let kept = |n, body: &str| Quarantined {
        submission: entry("w", n).submission.draft().id,
        wave: wave.clone(),
        point: "p1".parse().unwrap(),
        reason: QuarantineReason::WindowClosed,
        received_at: Timestamp::UNIX_EPOCH,
        proven: false,
        session: None,
        body: body.to_owned(),
    };
    store.quarantine(&[kept(8_888, &"rất dài ".repeat(2_000))]).await.unwrap();
    let frames = async || -> Vec<Vec<u8>> {
        let sql = "SELECT draft FROM submissions ORDER BY position";
        sqlx::query_scalar(sql).fetch_all(&store.readers).await.unwrap()
    };
    let long = "rất dài rất dài".as_bytes();
    let bytes = || {
        [file.clone(), sibling_path(&file, "-wal")]
            .map(|path| std::fs::read(path).unwrap_or_default())
    };
    let is_in_file =
        |text: &[u8]| bytes().iter().any(|bytes| bytes.windows(text.len()).any(|one| one == text));
    let before = frames().await;
    assert!(is_in_file(&before[50]) && is_in_file(long));

    let audit = NewAuditEntry::new(&Caller::loopback(), Timestamp::UNIX_EPOCH, "");
    let released = store.release(&wave, 1, &entry("w", 8_888), &audit).await.unwrap();
    assert_eq!(released, Decided::Done);
    let mut draft = all[50].submission.draft().clone();
    let comment = QuestionId::new("comment").unwrap();
    draft.answers.remove(&comment);
    assert_eq!(store.redact(&draft, &[comment], &audit).await.unwrap(), Redacted::Done);
    let after = frames().await;
    assert_ne!(before[50], after[50]);
    store.close().await;
    assert!(!is_in_file(long));
    // The new text is written over a part of the old one. Of the rest nothing may be left.
    let kept: HashSet<&[u8]> = after.iter().flat_map(|frame| frame.windows(PIECE)).collect();
    let gone: HashSet<&[u8]> =
        before[50].windows(PIECE).filter(|piece| !kept.contains(piece)).collect();
    assert!(gone.len() > 500, "{}", gone.len());
    let bytes = bytes();
    let left = bytes.iter().flat_map(|bytes| bytes.windows(PIECE)).find(|one| gone.contains(one));
    assert_eq!(left, None);
    assert!(is_in_file(&before[49]), "the others are there");
}

/// Another process writes for a long time, and so does this one.
#[tokio::test]
async fn readers_do_not_wait_for_writers() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = open(&file).await;
    store.record(&entries(0..10)).await.unwrap();
    let mut other_process = outside(&file).await;
    other_process.execute("BEGIN IMMEDIATE").await.unwrap();
    other_process.execute("INSERT INTO waves (id, content) VALUES ('later', '{}')").await.unwrap();
    let next = entries(10..11);
    let wave = WaveId::new("w").unwrap();
    let post = store.record(&next);
    let read = async {
        for _ in 0..20 {
            assert_eq!(store.submissions_after(&wave, 0, 99).await.unwrap().len(), 10);
            assert_eq!(store.waves().await.unwrap().len(), 1);
        }
        other_process.execute("ROLLBACK").await.unwrap();
    };
    let (posted, ()) = futures::join!(post, read);
    posted.unwrap();
    assert_eq!(count(&store).await, 11);
}
