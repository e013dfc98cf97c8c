//! What the database itself refuses, and how it is laid out.

use sqlx::Executor;
use survey_defs::ids::WaveId;

use super::{count, entries, with_wave};
use crate::conformance::{comment_of, entry, other_content, wave};
use crate::error::StoreError;
use crate::prelude::*;
use crate::submission_log::Recorded;

#[tokio::test]
async fn the_database_refuses_to_change_what_is_recorded() {
    let (store, _) = with_wave().await;
    store.record(&entries(0..3)).await.unwrap();
    for sql in [
        "INSERT INTO points VALUES ('w', 'p', '', '', '', 'kiosk', NULL)",
        "INSERT INTO short_codes VALUES ('AB3K7', 'AB3K7', 'p', '', 'kiosk', TRUE, 0)",
        "INSERT INTO outbox_keys VALUES (1, decode(repeat('00', 32), 'hex'))",
        "INSERT INTO devices (id, wave, point, name, settings, created_at_ms, code_sha256,
         code_expires_at_ms) VALUES (gen_random_uuid(), 'w', 'p', '', '{}', 0,
         decode(repeat('00', 32), 'hex'), 0)",
        "INSERT INTO break_offs VALUES ('w', gen_random_uuid(), 0, 'idle', NULL, '{}',
         decode(repeat('00', 32), 'hex'))",
        "INSERT INTO audit_log (wave, number, at_ms, actor, door, reason, content)
         VALUES ('w', 1, 0, 'unnamed_staff', 'loopback', '', '{}')",
        "INSERT INTO quarantine (wave, number, submission, reason, state, received_at_ms, body,
         body_sha256) SELECT 'w', n, gen_random_uuid(), 'window_closed', state, 0, '{}',
         decode(repeat('00', 32), 'hex') FROM (VALUES (1, 'waiting'), (2, 'rejected')) AS q(n, state)",
    ] {
        store.pool.execute(sql).await.unwrap();
    }
    for sql in [
        "UPDATE submissions SET unit = 'x' WHERE position = 2",
        "UPDATE submissions SET draft = '{}' WHERE position = 2",
        "UPDATE submissions SET wave = 'x'",
        "DELETE FROM submissions WHERE position = 3",
        "INSERT INTO submissions SELECT 'elsewhere', position, id, 0, source, unit, channel,
         respondent_type, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, '', draft_sha256
         FROM submissions",
        "INSERT INTO level_counts VALUES ('w', '', '2026-02-30', 'q', 0, 0, 0, 0, 0, 0, 0, 1)",
        "INSERT INTO points VALUES ('w', 'q', '', '', '', 'pigeon', NULL)",
        "INSERT INTO short_codes VALUES ('AB3K9', 'AB3K7', 'q', '', 'kiosk', TRUE, 0)",
        "INSERT INTO short_codes VALUES ('AB3K9', 'AB3K9', 'p', '', 'kiosk', TRUE, 0)",
        "INSERT INTO short_codes VALUES ('AB3K', 'AB3K', 'q', '', 'kiosk', TRUE, 0)",
        "UPDATE short_codes SET place = 'q'",
        "DELETE FROM short_codes",
        "TRUNCATE short_codes",
        "INSERT INTO outbox_keys VALUES (2, decode(repeat('00', 32), 'hex'))",
        "UPDATE outbox_keys SET secret = decode(repeat('01', 32), 'hex')",
        "DELETE FROM outbox_keys",
        "TRUNCATE outbox_keys",
        "INSERT INTO waves VALUES ('x', '{')",
        "UPDATE devices SET key = decode(repeat('00', 32), 'hex')",
        "UPDATE devices SET heartbeat = '{}'",
        "UPDATE devices SET point = 'nowhere'",
        "UPDATE devices SET code_public = 'K7Q'",
        "UPDATE devices SET code_wrong_secrets = 6",
        "UPDATE break_offs SET reason = 'cancelled'",
        "DELETE FROM break_offs",
        "DELETE FROM devices",
        "UPDATE audit_log SET reason = 'x'",
        "DELETE FROM audit_log",
        "TRUNCATE audit_log",
        "UPDATE quarantine SET reason = 'point_unknown' WHERE number = 1",
        "UPDATE quarantine SET decided_at_ms = 1 WHERE number = 1",
        "UPDATE quarantine SET device = gen_random_uuid() WHERE number = 2",
        "UPDATE quarantine SET body = NULL WHERE number = 1",
        "UPDATE quarantine SET state = 'waiting' WHERE number = 2",
        "UPDATE quarantine SET body = '{ }' WHERE number = 2",
        "DELETE FROM quarantine",
        "INSERT INTO redactions VALUES ('w', 2, decode('00', 'hex'))",
    ] {
        assert!(store.pool.execute(sql).await.is_err(), "{sql}");
    }
    // Nor in the table of the wave itself.
    let partition: String =
        sqlx::query_scalar("SELECT min(tableoid::regclass::text) FROM submissions")
            .fetch_one(&store.pool)
            .await
            .unwrap();
    for sql in [
        format!("UPDATE {partition} SET draft = '' WHERE position = 2"),
        format!("DELETE FROM {partition}"),
    ] {
        assert!(store.pool.execute(sqlx::AssertSqlSafe(sql)).await.is_err());
    }
    for sql in [
        "UPDATE quarantine SET state = 'rejected' WHERE number = 1",
        "UPDATE quarantine SET body = NULL WHERE number = 1",
        // Position 2 becomes that of which the redaction has the hash.
        "INSERT INTO redactions SELECT wave, 2, draft_sha256 FROM submissions
         WHERE position = 1",
        "UPDATE submissions SET draft = (SELECT draft FROM submissions WHERE position = 1)
         WHERE position = 2",
    ] {
        store.pool.execute(sql).await.unwrap();
    }
    for sql in [
        "UPDATE submissions SET draft = '' WHERE position = 2",
        "UPDATE submissions SET draft = draft || ' ' WHERE position = 2",
        "UPDATE submissions SET draft = draft, unit = 'x' WHERE position = 2",
        "UPDATE redactions SET position = 3",
        "DELETE FROM redactions",
    ] {
        assert!(store.pool.execute(sql).await.is_err(), "{sql}");
    }
    assert_eq!(count(&store).await, 3);
}

#[tokio::test]
async fn the_database_refuses_to_change_cases() {
    let (store, _) = with_wave().await;
    store.record(&entries(0..3)).await.unwrap();
    for sql in [
        "INSERT INTO audit_log (wave, number, at_ms, actor, door, reason, content)
         VALUES ('w', 1, 0, 'unnamed_staff', 'loopback', '', '{}')",
        "INSERT INTO cases VALUES ('w', 1, '{}')",
        "INSERT INTO case_events VALUES ('w', 1, 1, 'found', 1)",
        "INSERT INTO case_records VALUES ('w', 1, 1, 2)",
        "INSERT INTO annulments VALUES ('w', 1, 1, 'annul')",
    ] {
        store.pool.execute(sql).await.unwrap();
    }
    for sql in [
        "UPDATE cases SET rule = '[]'",
        "DELETE FROM cases",
        "UPDATE case_events SET state = 'kept'",
        "DELETE FROM case_events",
        "UPDATE case_records SET last_position = 3",
        "DELETE FROM case_records",
        "UPDATE annulments SET act = 'undo'",
        "DELETE FROM annulments",
        "INSERT INTO cases VALUES ('w', 2, '{')",
        "INSERT INTO cases VALUES ('nowhere', 1, '{}')",
        "INSERT INTO case_events VALUES ('w', 2, 1, 'found', 1)",
        "INSERT INTO case_events VALUES ('w', 1, 2, 'found', 9)",
        "INSERT INTO case_events VALUES ('w', 1, 2, 'lost', 1)",
        "INSERT INTO case_records VALUES ('w', 1, 5, 4)",
        "INSERT INTO case_records VALUES ('w', 1, 0, 4)",
        "INSERT INTO annulments VALUES ('w', 2, 1, 'forget')",
        "INSERT INTO annulments VALUES ('w', 2, 2, 'annul')",
        "TRUNCATE cases CASCADE",
        "TRUNCATE case_events",
        "TRUNCATE case_records",
        "TRUNCATE annulments",
    ] {
        assert!(store.pool.execute(sql).await.is_err(), "{sql}");
    }
}

#[tokio::test]
async fn errors_do_not_quote_answers() {
    let (store, _) = with_wave().await;
    store.record(&entries(0..1)).await.unwrap();
    // The details of these errors have the values.
    let error = store.pool.execute("INSERT INTO submissions SELECT * FROM submissions").await;
    let told = format!("{:?}", StoreError::from(error.unwrap_err()));
    assert!(told.contains("23505") && !told.contains("(w"), "{told}");
    let error = store.pool.execute("INSERT INTO waves VALUES ('secret', 'góp ý')").await;
    let told = format!("{:?}", StoreError::from(error.unwrap_err()));
    assert!(!told.contains("secret") && !told.contains("góp"), "{told}");

    store.pool.execute("DROP TRIGGER submissions_never_change ON submissions").await.unwrap();
    let broken = "UPDATE submissions SET draft = replace(draft, '\"text\":', '\"level\":')";
    store.pool.execute(broken).await.unwrap();
    let wave = WaveId::new("w").unwrap();
    let error = store.submissions_after(&wave, 0, 1).await.unwrap_err();
    assert!(matches!(error, StoreError::Corrupt { what: "a submission", .. }), "{error:?}");
    let told = format!("{error} {error:?}");
    assert!(!told.contains(&comment_of(0)[..5]), "{told}");
    // The log itself still knows the submission.
    let same = [entry("w", 0), other_content(&entry("w", 0))];
    let recorded = store.record(&same).await.unwrap();
    assert!(matches!(recorded[..], [Recorded::Same(_), Recorded::Conflict]));
}

/// A name of 200 letters is longer than a table may have, and a quote ends no statement.
#[tokio::test]
async fn each_wave_has_partitions_whatever_it_is_called() {
    let (store, _) = with_wave().await;
    let long = "x".repeat(200);
    for id in ["'; DROP TABLE waves; --", &long] {
        let insert = sqlx::query("INSERT INTO waves VALUES ($1, '{}')").bind(id);
        insert.execute(&store.pool).await.unwrap();
    }
    let bounds: Vec<String> = sqlx::query_scalar(
        "SELECT pg_get_expr(relpartbound, oid) FROM pg_class
         WHERE relispartition AND relkind = 'r' AND relname LIKE 'submissions%' ORDER BY oid",
    )
    .fetch_all(&store.pool)
    .await
    .unwrap();
    let literals = ["w", "''; DROP TABLE waves; --", &long];
    let expected = literals.map(|literal| format!("FOR VALUES IN ('{literal}')"));
    assert_eq!(bounds, expected);
}

#[tokio::test]
async fn a_wave_is_read_through_the_indices_of_its_partition() {
    let (store, _) = with_wave().await;
    store.create_wave(&wave("x")).await.unwrap();
    store.record(&entries(0..500)).await.unwrap();
    store.pool.execute("ANALYZE submissions").await.unwrap();
    for (sql, index) in [
        (
            "SELECT draft FROM submissions WHERE wave = 'w' AND position > 7
             ORDER BY position LIMIT 9",
            "pkey",
        ),
        (
            "SELECT position FROM submissions
             WHERE wave = 'w' AND id = ANY(ARRAY['00000000-0000-0000-0000-000000000001'::uuid])",
            "wave_id_key",
        ),
        (
            "SELECT min(received_at_ms) FROM submissions
             WHERE wave = 'w' AND device = '00000000-0000-0000-0000-000000000001'
             AND device_sequence >= 3",
            "wave_device",
        ),
    ] {
        let explain = sqlx::AssertSqlSafe(format!("EXPLAIN {sql}"));
        let plan: Vec<String> = sqlx::query_scalar(explain).fetch_all(&store.pool).await.unwrap();
        let plan = plan.join("\n");
        assert!(
            plan.contains(index) && !plan.contains("Sort") && !plan.contains("Append"),
            "{plan}"
        );
    }
}
