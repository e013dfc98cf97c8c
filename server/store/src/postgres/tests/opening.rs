//! Other versions, URLs, settings.

use cluster::Cluster;
use futures::future::join_all;
use sqlx::{Connection, Executor, PgConnection};

use super::super::connection;
use super::{PostgresStore, fresh_database, shared, with_wave};
use crate::error::StoreError;
use crate::obstacle::Obstacle;
use crate::prelude::*;

#[tokio::test]
async fn a_database_of_a_newer_program_is_left_alone() {
    let (store, url) = with_wave().await;
    let newer = "INSERT INTO _sqlx_migrations VALUES (9999, 'later', now(), TRUE, '', 0)";
    store.pool.execute(newer).await.unwrap();
    let error = PostgresStore::open(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Version(_)), "{error:?}");
}

#[tokio::test]
async fn looking_at_a_database_changes_nothing() {
    let cluster = shared();
    let url = cluster.create_database("looked_at").unwrap();
    let error = PostgresStore::open_unchanged(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Outdated), "{error:?}");
    let error = PostgresStore::open_unchanged(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Outdated), "still no tables: {error:?}");
    PostgresStore::open(&url).await.unwrap().close().await;
    let store = PostgresStore::open_unchanged(&url).await.unwrap();
    assert_eq!(store.waves().await.unwrap().len(), 0);
    let older = "DELETE FROM _sqlx_migrations
         WHERE version = (SELECT max(version) FROM _sqlx_migrations)";
    store.pool.execute(older).await.unwrap();
    let error = PostgresStore::open_unchanged(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Outdated), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn several_servers_may_start_on_an_empty_database_at_once() {
    let cluster = shared();
    let url = cluster.create_database("started_at_once").unwrap();
    let opened = join_all((0..4).map(|_| PostgresStore::open(&url))).await;
    assert!(opened.iter().all(Result::is_ok), "{opened:?}");
}

#[tokio::test]
async fn a_connection_waits_for_the_disk_and_for_nothing_else_for_ever() {
    let url = fresh_database().await;
    let asked = "pool_size=2&options=-c%20synchronous_commit%3Doff%20-c%20statement_timeout%3D5s";
    let store = PostgresStore::open(&format!("{url}?{asked}")).await.unwrap();
    assert_eq!(store.pool.options().get_max_connections(), 2);
    for (name, value) in [
        ("synchronous_commit", "on"),
        ("transaction_isolation", "read committed"),
        ("statement_timeout", "5s"),
        ("lock_timeout", "10s"),
        ("idle_in_transaction_session_timeout", "30s"),
        ("plan_cache_mode", "force_custom_plan"),
        ("application_name", "thuocdo"),
    ] {
        let set: String = sqlx::query_scalar("SELECT current_setting($1)")
            .bind(name)
            .fetch_one(&store.pool)
            .await
            .unwrap();
        assert_eq!(set, value, "{name}");
    }
}

#[test]
fn a_database_on_another_machine_needs_encryption_that_is_checked() {
    let check = |url: &str| connection::check_encryption(&url.parse().unwrap());
    for here in [
        "postgres://u@localhost/x",
        "postgres://u@127.0.0.1/x",
        "postgres://u@127.8.0.1/x?sslmode=disable",
        "postgres://u@[::1]/x",
        "postgres:///x?host=/run/postgresql",
        "postgres://u@db.example/x?sslmode=verify-full",
        "postgres://u@10.0.0.5/x?sslmode=verify-full",
    ] {
        assert!(check(here).is_ok(), "{here}");
    }
    for elsewhere in [
        "postgres://u:geheim@db.example/x",
        "postgres://u:geheim@db.example/x?sslmode=prefer",
        "postgres://u:geheim@db.example/x?sslmode=require",
        "postgres://u:geheim@db.example/x?sslmode=verify-ca",
        "postgres://u:geheim@10.0.0.5/x",
        "postgres://u:geheim@[2001:db8::1]/x",
        "postgres://u:geheim@localhost.example/x",
    ] {
        let error = check(elsewhere).unwrap_err();
        assert!(matches!(error, StoreError::Unsafe { .. }), "{elsewhere}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error:?}");
    }
}

#[tokio::test]
async fn a_connection_that_would_lose_answers_is_refused() {
    let url = fresh_database().await;
    for setting in ["synchronous_commit = off", "default_transaction_isolation = 'serializable'"] {
        // As behind a pooler that drops what the connection asks for.
        let mut connection = PgConnection::connect(&url).await.unwrap();
        connection::check_durability(&mut connection).await.unwrap();
        let set = format!("SET {setting}");
        connection.execute(sqlx::AssertSqlSafe(set)).await.unwrap();
        let error = connection::check_durability(&mut connection).await.unwrap_err();
        let (name, _) = setting.split_once(' ').unwrap();
        let name = name.trim_start_matches("default_");
        assert!(matches!(error, StoreError::Unsafe { .. }), "{error:?}");
        assert!(error.to_string().contains(name), "{error}");
    }
}

#[tokio::test]
async fn a_database_without_fsync_is_refused() {
    let cluster = Cluster::start().unwrap();
    let url = cluster.create_database("without_fsync").unwrap();
    PostgresStore::open(&url).await.unwrap().close().await;
    cluster.kill().unwrap();
    cluster.restart_with("-c fsync=off").unwrap();
    for error in [
        PostgresStore::open(&url).await.unwrap_err(),
        PostgresStore::open_unchanged(&url).await.unwrap_err(),
    ] {
        assert!(matches!(error, StoreError::Unsafe { .. }), "{error:?}");
        assert!(error.to_string().contains("fsync = off"), "{error}");
    }
}

#[tokio::test]
async fn postgres_that_only_reads_stands_in_the_way_of_writes() {
    let url = fresh_database().await;
    let store = PostgresStore::open(&url).await.unwrap();
    store.prove_durable(jiff::Timestamp::UNIX_EPOCH).await.unwrap();
    let sql =
        "DO $$ BEGIN EXECUTE format('ALTER DATABASE %I SET default_transaction_read_only = on',
               current_database()); END $$";
    store.pool.execute(sql).await.unwrap();
    let store = PostgresStore::open_unchanged(&url).await.unwrap();
    let error = store.prove_durable(jiff::Timestamp::UNIX_EPOCH).await.unwrap_err();
    assert_eq!(error.obstacle(), Obstacle::ReadOnly, "{error:?}");
}

#[tokio::test]
async fn tables_are_made_only_where_that_is_asked_for() {
    let url = shared().create_database("not_used_yet").unwrap();
    let error = PostgresStore::open_existing(&url).await.unwrap_err();
    assert!(matches!(error, StoreError::Empty), "{error:?}");
    PostgresStore::open_or_make(&url).await.unwrap().close().await;
    PostgresStore::open_existing(&url).await.unwrap().close().await;
}

#[tokio::test]
async fn a_database_that_cannot_be_reached_is_unavailable_and_no_error_tells_the_password() {
    let cluster = shared();
    let port = cluster.port();
    for url in [
        format!("postgres://postgres:geheim@127.0.0.1:{port}/does_not_exist"),
        format!("postgres://nobody:geheim@127.0.0.1:{port}/postgres"),
        "postgres://postgres:geheim@127.0.0.1:1/postgres".to_owned(),
    ] {
        let error = PostgresStore::open(&url).await.unwrap_err();
        assert!(matches!(error, StoreError::Unavailable(_)), "{url}: {error:?}");
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error:?}");
    }
    for url in ["postgres://a:geheim@[/x", "postgres://a:geheim@h/x?pool_size=1", "geheim"] {
        let error = PostgresStore::open(url).await.unwrap_err();
        assert!(!format!("{error} {error:?}").contains("geheim"), "{error:?}");
    }
}
