//! Rows that somebody has changed by hand.

use futures::TryStreamExt as _;
use sqlx::Executor as _;

use super::outside;
use crate::backup::tests::fixture;
use crate::backup::{Checker, FindingKind};
use crate::prelude::*;
use crate::sqlite::SqliteStore;

/// What is found in a copy of a sound database after somebody has taken its guards away and written
/// into it by hand.
async fn found(damage: &'static str) -> Vec<(FindingKind, Option<String>, Option<i64>)> {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("store.db");
    let store = SqliteStore::open(&file).await.unwrap();
    store.load(&mut fixture::rows(9).into_iter().map(Ok)).await.unwrap();
    let mut outside = outside(&file).await;
    let guards: Vec<String> =
        sqlx::query_scalar("SELECT name FROM sqlite_schema WHERE type = 'trigger'")
            .fetch_all(&mut outside)
            .await
            .unwrap();
    for guard in guards {
        outside.execute(sqlx::AssertSqlSafe(format!("DROP TRIGGER {guard}"))).await.unwrap();
    }
    outside.execute("PRAGMA foreign_keys = OFF").await.unwrap();
    outside.execute(damage).await.unwrap();
    let mut checker = Checker::new();
    let mut rows = store.dump().await.unwrap().rows;
    while let Some(row) = rows.try_next().await.unwrap() {
        checker.row(&row);
    }
    let findings = checker.finish().findings;
    let told = serde_json::to_string(&findings).unwrap();
    assert!(!told.contains("góp ý") && !told.contains("Nguyễn"), "{told}");
    findings.first.into_iter().map(|one| (one.kind, one.wave, one.number)).collect()
}

#[tokio::test]
async fn what_somebody_changes_by_hand_is_named() {
    use FindingKind::{Audit, Case, Column, Hash, Import, LogEnd, NumberGap, PositionGap};
    let w = |kind, number: i64| (kind, Some("w".to_owned()), Some(number));
    let counts = |kind, number: i64| (kind, Some("counts".to_owned()), Some(number));
    for (damage, expected) in [
        (
            "UPDATE submissions SET draft =
             (SELECT draft FROM submissions WHERE wave = 'w' AND position = 5)
             WHERE wave = 'w' AND position = 4",
            vec![w(Hash, 4), w(Column, 4)],
        ),
        ("DELETE FROM submissions WHERE position IN (6, 7)", vec![w(PositionGap, 6), w(LogEnd, 9)]),
        // Hidden well: the rows behind it have moved up, and the count is right.
        (
            "DELETE FROM submissions WHERE position = 9;
          UPDATE wave_logs SET submissions = 8 WHERE wave = 'w'",
            vec![w(LogEnd, 8)],
        ),
        (
            "UPDATE submissions SET position = 12 WHERE position = 9",
            vec![w(PositionGap, 9), w(LogEnd, 12)],
        ),
        ("UPDATE wave_logs SET position = 11 WHERE wave = 'w'", vec![w(LogEnd, 9)]),
        ("DELETE FROM wave_logs WHERE wave = 'w'", vec![w(Import, 5), w(LogEnd, 9)]),
        ("UPDATE submissions SET device = zeroblob(16) WHERE position = 6", vec![w(Column, 6)]),
        ("DELETE FROM redactions", vec![w(Audit, 3), w(Hash, 3)]),
        ("UPDATE quarantine SET body = '{}' WHERE number = 4", vec![w(Hash, 4)]),
        ("UPDATE quarantine SET state = 'waiting' WHERE number = 3", vec![w(Audit, 3)]),
        ("DELETE FROM audit_log WHERE number = 2", vec![w(NumberGap, 2), w(Audit, 2)]),
        ("DELETE FROM level_counts WHERE month <> ''", vec![counts(Import, 2)]),
        // Records that nobody has annulled, one more of those of a case, and an undoing that goes.
        ("INSERT INTO annulments VALUES ('w', 4, 3, 'annul')", vec![w(Case, 4), w(Case, 3)]),
        (
            "UPDATE case_records SET last_position = 5 WHERE case_number = 1 AND first_position = 4",
            vec![w(Case, 1), w(Case, 1), w(Case, 1)],
        ),
        ("DELETE FROM annulments WHERE number = 3", vec![w(Case, 2)]),
    ] {
        assert_eq!(found(damage).await, expected, "{damage}");
    }
}
