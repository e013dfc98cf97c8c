//! Importing microdata.

use super::fixture::{entry, listed, other_content, positions, submission_id, time, wave, wave_id};
use crate::error::{Conflict, StoreError};
use crate::imports::{Import, ImportOutcome, ImportReceipt};
use crate::store::Store;
use crate::submission_log::{Entry, LogEnd, Source};

checks! {
    a_file_is_imported_once,
    an_import_is_all_or_nothing,
    rows_in_the_log_are_left_alone,
    rows_of_another_wave_are_refused,
    an_import_needs_its_wave,
    a_file_without_rows_leaves_the_wave_empty,
    a_file_is_checked_anew_after_another_one,
}

pub(super) fn file(wave: &str, hash: u8) -> Import {
    let imported_at = time("2026-04-01T00:00:00.001999Z");
    Import { wave: wave_id(wave), file_sha256: [hash; 32], imported_at, checked_after: None }
}

fn rows(numbers: std::ops::Range<u64>) -> Vec<Entry> {
    numbers.map(|n| Entry { source: Source::Import, ..entry("w", n) }).collect()
}

async fn a_file_is_imported_once(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    store.record(&[entry("w", 0)]).await.unwrap();
    // More than is held in memory at a time.
    let rows = rows(1..1_102);
    let imported_at = time("2026-04-01T00:00:00.001Z");
    let receipt = ImportReceipt { position: 1_102, rows: 1_101, created: 1_101, imported_at };
    let outcome = store.import(&file("w", 1), &rows).await.unwrap();
    assert_eq!(outcome, ImportOutcome::Imported(receipt));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap().submissions, 1_102);

    let later = Import { imported_at: time("2026-05-01T00:00:00Z"), ..file("w", 1) };
    let outcome = store.import(&later, &rows).await.unwrap();
    assert_eq!(outcome, ImportOutcome::Repeated(receipt));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap().submissions, 1_102);

    let elsewhere = store.import(&file("x", 1), &[entry("x", 5_000)]).await.unwrap();
    assert!(matches!(elsewhere, ImportOutcome::Imported(_)));
    assert_eq!(positions(&store.record(&[entry("w", 6_000)]).await.unwrap()), [Some(1_103)]);
}

async fn an_import_is_all_or_nothing(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.record(&[entry("w", 1_100)]).await.unwrap();
    let before = store.log_end(&wave_id("w")).await.unwrap();
    let mut rows = rows(0..1_102);
    rows[1_100] = other_content(&rows[1_100]);
    let error = store.import(&file("w", 1), &rows).await.unwrap_err();
    let StoreError::Conflict { what } = error else { panic!("{error:?}") };
    assert_eq!(what, Conflict::Submission(submission_id(1_100)));
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), before);
    assert_eq!(listed(store, "w").await.len(), 1);

    // The refused file is not remembered, and its positions are not lost.
    rows[1_100] = entry("w", 1_100);
    let outcome = store.import(&file("w", 1), &rows).await.unwrap();
    assert!(matches!(outcome, ImportOutcome::Imported(ImportReceipt { position: 1_102, .. })));
}

async fn rows_in_the_log_are_left_alone(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.import(&file("w", 1), &rows(0..5)).await.unwrap();
    let outcome = store.import(&file("w", 2), &rows(0..8)).await.unwrap();
    let ImportOutcome::Imported(receipt) = outcome else { panic!("{outcome:?}") };
    assert_eq!((receipt.rows, receipt.created, receipt.position), (8, 3, 8));
    assert_eq!(listed(store, "w").await.len(), 8);
}

async fn rows_of_another_wave_are_refused(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    let error = store.import(&file("w", 1), &[entry("w", 1), entry("x", 2)]).await.unwrap_err();
    assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
}

async fn an_import_needs_its_wave(store: &dyn Store) {
    for rows in [vec![], vec![entry("nowhere", 1)]] {
        let error = store.import(&file("nowhere", 1), &rows).await.unwrap_err();
        assert!(matches!(error, StoreError::UnknownWave(wave) if wave == wave_id("nowhere")));
    }
    let error = store.import_counts(&file("nowhere", 1), &[]).await.unwrap_err();
    assert!(matches!(error, StoreError::UnknownWave(_)), "{error:?}");
}

async fn a_file_without_rows_leaves_the_wave_empty(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    for outcome in [
        store.import(&file("w", 1), &[]).await.unwrap(),
        store.import_counts(&file("w", 2), &[]).await.unwrap(),
    ] {
        let ImportOutcome::Imported(receipt) = outcome else { panic!("{outcome:?}") };
        assert_eq!((receipt.rows, receipt.created, receipt.position), (0, 0, 0));
    }
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
}

async fn a_file_is_checked_anew_after_another_one(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    let count = async || store.import_count(&wave_id("w")).await.unwrap();
    let checked = |hash, after| Import { checked_after: Some(after), ..file("w", hash) };
    assert_eq!(count().await, 0);
    // Both were checked against the empty wave, and one of them knows nothing of the other.
    let (one, other) = (checked(1, 0), checked(2, 0));
    let (one_row, other_row) = (rows(0..1), rows(1..2));
    let both = tokio::join!(store.import(&one, &one_row), store.import(&other, &other_row));
    let both = [both.0.unwrap(), both.1.unwrap()];
    assert_eq!(both.iter().filter(|outcome| **outcome == ImportOutcome::Outrun).count(), 1);
    assert_eq!((count().await, listed(store, "w").await.len()), (1, 1));

    let outrun = usize::from(both[1] == ImportOutcome::Outrun);
    let (again, row) = [(checked(1, 1), &one_row), (checked(2, 1), &other_row)][outrun].clone();
    assert!(matches!(store.import(&again, row).await, Ok(ImportOutcome::Imported(_))));
    // The same file is told first.
    assert!(matches!(store.import(&one, &one_row).await, Ok(ImportOutcome::Repeated(_))));
    assert_eq!((count().await, listed(store, "w").await.len()), (2, 2));
}
