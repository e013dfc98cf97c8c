//! Importing level counts.

use jiff::civil::{Date, date};
use survey_defs::counts::LevelCounts;
use survey_defs::ids::QuestionId;
use survey_defs::wave::Takes;

use super::fixture::{entry, positions, sampled, wave, wave_id, wave_taking};
use super::imports::file;
use crate::error::{Conflict, StoreError};
use crate::imports::{ImportOutcome, LevelCountsRow};
use crate::store::Store;
use crate::submission_log::LogEnd;

checks! {
    counts_are_read_as_they_were_written,
    counts_move_the_end_of_the_wave,
    a_cell_is_counted_once,
    counts_that_cannot_be_stored_are_refused,
    a_wave_takes_one_kind_of_content,
}

fn row(unit: Option<&str>, month: Option<Date>, item: &str) -> LevelCountsRow {
    LevelCountsRow {
        unit: unit.map(|unit| unit.parse().unwrap()),
        month,
        item: QuestionId::new(item).unwrap(),
        counts: LevelCounts { levels: [1, 0, 3, 40, 500], not_applicable: 6, no_answer: 7 },
    }
}

async fn counts_are_read_as_they_were_written(store: &dyn Store) {
    store.create_wave(&wave_taking("w", Takes::LevelCounts)).await.unwrap();
    store.create_wave(&wave_taking("x", Takes::LevelCounts)).await.unwrap();
    let mut largest = row(Some("00004@2025-07-01"), Some(date(2025, 12, 1)), "q2");
    largest.counts.levels = [i64::MAX.unsigned_abs(); 5];
    let ordered = [
        row(None, None, "q1"),
        row(None, Some(date(2025, 1, 1)), "q1"),
        row(Some("00004@2025-07-01"), None, "q1"),
        row(Some("00004@2025-07-01"), Some(date(2025, 7, 1)), "q1"),
        largest,
        row(Some("00007@2020-03-01"), Some(date(2025, 2, 1)), "q1"),
        row(Some("00007@2020-03-01"), Some(date(2025, 2, 1)), "q2"),
    ];
    let mut rows = ordered.to_vec();
    rows.reverse();
    store.import_counts(&file("w", 1), &rows[..3]).await.unwrap();
    store.import_counts(&file("w", 2), &rows[3..]).await.unwrap();
    store.import_counts(&file("x", 1), &rows[..1]).await.unwrap();
    assert_eq!(store.level_counts(&wave_id("w")).await.unwrap(), ordered);
}

async fn counts_move_the_end_of_the_wave(store: &dyn Store) {
    store.create_wave(&wave_taking("w", Takes::LevelCounts)).await.unwrap();
    store.create_wave(&wave("x")).await.unwrap();
    store.record(&[entry("x", 1), entry("x", 2)]).await.unwrap();
    for (hash, item, position) in [(1, "q1", 1), (2, "q2", 2)] {
        let outcome =
            store.import_counts(&file("w", hash), &[row(None, None, item)]).await.unwrap();
        let ImportOutcome::Imported(receipt) = outcome else { panic!("{outcome:?}") };
        assert_eq!((receipt.position, receipt.rows, receipt.created), (position, 1, 1));
        let end = LogEnd { position, submissions: 0 };
        assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), end);

        let again = store.import_counts(&file("w", hash), &[row(None, None, item)]).await.unwrap();
        assert_eq!(again, ImportOutcome::Repeated(receipt));
        assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), end);
    }
    // Each wave counts for itself.
    assert_eq!(positions(&store.record(&[entry("x", 3)]).await.unwrap()), [Some(3)]);
}

async fn a_cell_is_counted_once(store: &dyn Store) {
    store.create_wave(&wave_taking("w", Takes::LevelCounts)).await.unwrap();
    let cells = [
        row(Some("00004@2025-07-01"), Some(date(2025, 7, 1)), "q1"),
        row(Some("00004@2025-07-01"), None, "q1"),
        row(None, Some(date(2025, 7, 1)), "q1"),
        row(None, None, "q1"),
    ];
    store.import_counts(&file("w", 1), &cells).await.unwrap();
    let end = store.log_end(&wave_id("w")).await.unwrap();
    let new = row(None, None, "q2");
    for cell in cells {
        let LevelCountsRow { unit, month, item, .. } = cell.clone();
        let error = store.import_counts(&file("w", 2), &[new.clone(), cell]).await.unwrap_err();
        let text = error.to_string();
        let StoreError::Conflict { what } = error else { panic!("{error:?}") };
        assert_eq!(what, Conflict::Counts { unit: unit.clone(), month, item });
        assert_eq!(text.contains("unit 00004@2025-07-01"), unit.is_some(), "{text}");
        assert_eq!(text.contains("month 2025-07"), month.is_some(), "{text}");
    }
    let error = store.import_counts(&file("w", 2), &[new.clone(), new]).await.unwrap_err();
    assert!(matches!(error, StoreError::Conflict { what: Conflict::Counts { .. } }), "{error:?}");
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), end);
    assert_eq!(store.level_counts(&wave_id("w")).await.unwrap().len(), 4);
}

async fn counts_that_cannot_be_stored_are_refused(store: &dyn Store) {
    store.create_wave(&wave_taking("w", Takes::LevelCounts)).await.unwrap();
    let mut too_large = row(None, None, "q2");
    too_large.counts.no_answer = i64::MAX.unsigned_abs() + 1;
    for bad in [row(None, Some(date(2025, 7, 2)), "q2"), too_large] {
        let rows = [row(None, None, "q1"), bad];
        let error = store.import_counts(&file("w", 1), &rows).await.unwrap_err();
        assert!(matches!(error, StoreError::Invalid { .. }), "{error:?}");
    }
    assert_eq!(store.log_end(&wave_id("w")).await.unwrap(), LogEnd::default());
}

async fn a_wave_takes_one_kind_of_content(store: &dyn Store) {
    store.create_wave(&wave("w")).await.unwrap();
    store.create_wave(&wave_taking("s", Takes::Sample)).await.unwrap();
    store.create_wave(&wave_taking("x", Takes::LevelCounts)).await.unwrap();
    let counts = [row(None, None, "q1")];
    let (forms, sample, level_counts) = (Takes::Forms, Takes::Sample, Takes::LevelCounts);
    // Twice: what a wave takes does not depend on whether it has something.
    for round in 0..2 {
        for (result, wave, takes, offered) in [
            (store.record(&[entry("x", 3)]).await.map(drop), "x", level_counts, forms),
            (store.record(&[sampled("x", 3)]).await.map(drop), "x", level_counts, sample),
            (store.record(&[entry("s", 4)]).await.map(drop), "s", sample, forms),
            (store.record(&[sampled("w", 5)]).await.map(drop), "w", forms, sample),
            (store.import(&file("s", 2), &[entry("s", 4)]).await.map(drop), "s", sample, forms),
            (store.import(&file("w", 2), &[sampled("w", 5)]).await.map(drop), "w", forms, sample),
            (store.import_counts(&file("w", 3), &counts).await.map(drop), "w", forms, level_counts),
            (
                store.import_counts(&file("s", 3), &counts).await.map(drop),
                "s",
                sample,
                level_counts,
            ),
        ] {
            let error = result.unwrap_err();
            let StoreError::Conflict { what } = error else { panic!("{error:?}") };
            assert_eq!(what, Conflict::Takes { wave: wave_id(wave), takes, offered });
        }
        // One that does not fit spoils nothing for others.
        let [fit, unfit] = ["w", "x"].map(|wave| [entry(wave, 10 + round)]);
        let (fit, unfit) = tokio::join!(store.record(&fit), store.record(&unfit));
        assert_eq!(positions(&fit.unwrap()), [Some(round + 1)]);
        assert!(matches!(unfit, Err(StoreError::Conflict { .. })), "{unfit:?}");
        store.record(&[sampled("s", 20 + round)]).await.unwrap();
        let cell = row(None, None, ["q1", "q2"][usize::try_from(round).unwrap()]);
        store.import_counts(&file("x", 4 + u8::try_from(round).unwrap()), &[cell]).await.unwrap();
        for wave in ["w", "s", "x"] {
            assert_eq!(store.log_end(&wave_id(wave)).await.unwrap().position, round + 1);
        }
    }
    // Forms of both kinds in one call: none is taken.
    let mixed = store.record(&[entry("w", 30), sampled("w", 31)]).await;
    assert!(mixed.is_err(), "{mixed:?}");
    let mixed = store.record(&[entry("s", 30), sampled("s", 31)]).await;
    assert!(mixed.is_err(), "{mixed:?}");
    for wave in ["w", "s"] {
        assert_eq!(store.submissions_after(&wave_id(wave), 0, 9).await.unwrap().len(), 2);
    }
}
