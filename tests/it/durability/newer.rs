//! Tests that a program refuses the database of a newer one.

use std::path::Path;
use std::process::Output;

use sqlx::{AnyConnection, Connection, Executor};
use store::prelude::*;
use store::{PostgresStore, SqliteStore};
use tests::postgres;
use tests::process::command;

use super::BINARY;

/// What the next program would leave behind.
const NEWER: &str = "INSERT INTO _sqlx_migrations
    (version, description, success, checksum, execution_time) VALUES (9999, 'later', TRUE, ";

async fn run_on(url: &str, sql: String) {
    sqlx::any::install_default_drivers();
    let mut connection = AnyConnection::connect(url).await.unwrap();
    connection.execute(sqlx::raw_sql(sqlx::AssertSqlSafe(sql))).await.unwrap();
}

fn start(arguments: &[&str], data: &Path) -> Output {
    command(BINARY, arguments, data).output().unwrap()
}

fn is_refused(output: &Output) {
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    assert!(said.contains("newer"), "{said}");
    assert!(said.lines().count() <= 2 && !said.contains("panicked"), "{said}");
}

#[tokio::test]
async fn a_newer_sqlite_database_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thuocdo.sqlite");
    SqliteStore::open(&file).await.unwrap().close().await;
    run_on(&format!("sqlite://{}", file.display()), format!("{NEWER} x'00', 0)")).await;
    is_refused(&start(&["serve", "--listen", "127.0.0.1:0"], folder.path()));
    is_refused(&start(&["wave", "list"], folder.path()));
    is_refused(&start(&["verify"], folder.path()));
}

/// A server whose disk is not mounted must not tell phones that there is no such survey.
#[tokio::test]
async fn the_server_makes_an_sqlite_or_postgres_database_only_where_that_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let empty = postgres::database("not_used_yet");
    for more in [vec![], vec!["--database", empty.as_str()]] {
        for command in [&["serve", "--listen", "127.0.0.1:0"][..], &["migrate"]] {
            let output = start(&[command, &more].concat(), &folder.path().join("data"));
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("thuocdo serve --create"), "{said}");
            assert!(!folder.path().join("data").exists());
        }
    }
}

const RELEASED: &str = include_str!("../../fixtures/schema/sqlite-0004.sql");

#[tokio::test]
async fn migrate_brings_the_database_of_an_older_program_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thuocdo.sqlite");
    run_on(&format!("sqlite://{}?mode=rwc", file.display()), RELEASED.to_owned()).await;
    let refused = start(&["wave", "list"], folder.path());
    let said = String::from_utf8_lossy(&refused.stderr);
    assert!(said.contains("older tables") && said.contains("thuocdo migrate"), "{said}");
    let migrated = start(&["migrate"], folder.path());
    assert!(migrated.status.success(), "{}", String::from_utf8_lossy(&migrated.stderr));
    let listed = start(&["wave", "list", "--format", "json"], folder.path());
    assert!(listed.status.success(), "{}", String::from_utf8_lossy(&listed.stderr));
}

/// Only `serve` and `migrate` bring tables up to date: all else must not do so under a running server.
#[tokio::test]
async fn looking_at_an_older_sqlite_or_postgres_database_does_not_bring_it_up_to_date() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("thuocdo.sqlite");
    SqliteStore::open(&file).await.unwrap().close().await;
    let postgres = postgres::database("older");
    PostgresStore::open(&postgres).await.unwrap().close().await;
    for (url, more) in [
        (format!("sqlite://{}", file.display()), vec![]),
        (postgres.clone(), vec!["--database", postgres.as_str()]),
    ] {
        run_on(&url, "DELETE FROM _sqlx_migrations".to_owned()).await;
        let backup = folder.path().join("a.backup");
        for command in [
            &["verify"][..],
            &["backup", backup.to_str().unwrap()],
            &["wave", "list"],
            &["device", "list"],
            &["retention"],
        ] {
            let output = start(&[command, &more].concat(), folder.path());
            let said = String::from_utf8_lossy(&output.stderr);
            assert_eq!(output.status.code(), Some(1), "{said}");
            assert!(said.contains("older tables") && said.contains("thuocdo migrate"), "{said}");
            assert!(!backup.exists());
        }
        let mut connection = AnyConnection::connect(&url).await.unwrap();
        let sql = "SELECT count(*) FROM _sqlx_migrations";
        let n: i64 = sqlx::query_scalar(sql).fetch_one(&mut connection).await.unwrap();
        assert_eq!(n, 0, "it is as it was");
    }
}

#[tokio::test]
async fn a_newer_postgresql_database_is_refused_in_a_sentence() {
    let folder = tempfile::tempdir().unwrap();
    let url = postgres::database("newer");
    drop(PostgresStore::open(&url).await.unwrap());
    run_on(&url, format!("{NEWER} '\\x00', 0)")).await;
    let arguments = ["serve", "--listen", "127.0.0.1:0", "--database", &url];
    is_refused(&start(&arguments, folder.path()));
}
