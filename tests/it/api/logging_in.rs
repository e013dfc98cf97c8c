//! Tests how staff log in to the real program: the link that it prints, and the commands.

use std::fs::File;
use std::io::{BufRead as _, BufReader};
use std::os::fd::OwnedFd;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::process::Stdio;

use anyhow::{Context, Result, ensure};
use axum::http::{StatusCode, header};
use serde_json::{Value, json};
use survey_defs::api::paths;
use tests::process::{Connection, Launch, Program, command};

const BINARY: &str = env!("CARGO_BIN_EXE_thuocdo-in-tests");

/// What a command prints on standard output.
fn prints(folder: &Path, arguments: &[&str]) -> Result<String> {
    let output = command(BINARY, arguments, &folder.join("data")).output()?;
    ensure!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The token of a link.
fn token(link: &str) -> Result<&str> {
    Ok(link.split_once("/console#login=").with_context(|| format!("no link: {link}"))?.1)
}

/// Exchanges a token; the status, and what a browser sends from then on.
async fn log_in(program: &Program, token: &str) -> Result<(StatusCode, String)> {
    let mut connection = Connection::open(&program.address).await?;
    let answer = connection.post(paths::SESSION, json!({ "token": token }).to_string()).await?;
    let cookie =
        answer.headers.get(header::SET_COOKIE).map(|cookie| cookie.to_str()).transpose()?;
    let cookie = cookie.and_then(|cookie| cookie.split(';').next()).unwrap_or_default();
    Ok((answer.status, cookie.to_owned()))
}

async fn status(program: &Program, path: &str, header: (&str, &str)) -> Result<StatusCode> {
    Ok(Connection::open(&program.address).await?.get(path, header).await?.status)
}

#[tokio::test]
async fn a_server_prints_a_link_that_works_once_and_logs_neither_it_nor_the_session() -> Result<()>
{
    let folder = tempfile::tempdir()?;
    let launch = Launch::new(BINARY, folder.path()).environment([("RUST_LOG", "debug")]);
    let mut program = launch.serve().await?;
    let link = program.printed("Console: ").await?;
    ensure!(link.starts_with(&format!("http://{}/console#login=", program.address)), "{link}");
    let token = token(&link)?.to_owned();
    ensure!(status(&program, paths::WAVES, ("host", "localhost")).await? == 401);
    let (first, cookie) = log_in(&program, &token).await?;
    ensure!(first == StatusCode::CREATED, "{first}");
    ensure!(status(&program, paths::WAVES, ("cookie", &cookie)).await? == 200);
    let (second, none) = log_in(&program, &token).await?;
    ensure!(second == StatusCode::FORBIDDEN && none.is_empty(), "{second}");
    ensure!(program.terminate().await?.success());

    let log = launch.log();
    ensure!(log.contains(paths::SESSION), "requests are logged: {log}");
    let secret = cookie.split_once('=').context("a cookie")?.1;
    ensure!(!log.contains(&token) && !log.contains(secret), "a secret is in the log");
    // The session is in the database, and outlives the process.
    let mut again = launch.serve().await?;
    ensure!(status(&again, paths::WAVES, ("cookie", &cookie)).await? == 200);
    let other = again.printed("Console: ").await?;
    ensure!(other != link && !launch.log().contains(secret));
    Ok(())
}

#[tokio::test]
async fn the_command_line_gives_links_and_tokens_and_takes_them_back() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let run = |arguments: &[&str]| prints(folder.path(), arguments);
    let program = Launch::new(BINARY, folder.path()).serve().await?;
    let link = run(&["login-link", "--public-url", "https://survey.example/"])?;
    ensure!(link.starts_with("https://survey.example/console#login="), "{link}");
    let (began, cookie) = log_in(&program, token(&link)?).await?;
    ensure!(began == StatusCode::CREATED, "{began}");
    let unused = run(&["login-link"])?;
    ensure!(unused.starts_with("http://127.0.0.1:8080/console#login="), "{unused}");
    let other = run(&["login-link", "--listen", "0.0.0.0:9090"])?;
    ensure!(other.starts_with("http://127.0.0.1:9090/console#login="), "{other}");
    ensure!(run(&["login-link", "--public-url", "survey.example"]).is_err(), "no scheme");

    let bearer = run(&["token", "add", "prometheus", "--days", "30"])?;
    let bearer = format!("Bearer {bearer}");
    let metrics = async || status(&program, paths::METRICS, ("authorization", &bearer)).await;
    ensure!(metrics().await? == 200);
    let listed: Value = serde_json::from_str(&run(&["token", "list", "--format", "json"])?)?;
    ensure!(listed[0]["name"] == "prometheus" && listed[0]["state"] == "good", "{listed}");
    ensure!(!listed.to_string().contains(&bearer[15..]), "the secret is listed");
    for refused in
        [&["token", "add", "prometheus"][..], &["token", "add", "a b"], &["token", "revoke", "x"]]
    {
        ensure!(run(refused).is_err(), "{refused:?}");
    }

    // Somebody has seen a link: all sessions and links end, tokens do not.
    let fresh = run(&["login-link", "--end-sessions"])?;
    ensure!(status(&program, paths::WAVES, ("cookie", &cookie)).await? == 401);
    ensure!(log_in(&program, token(&unused)?).await?.0 == StatusCode::FORBIDDEN);
    ensure!(log_in(&program, token(&fresh)?).await?.0 == StatusCode::CREATED);
    ensure!(metrics().await? == 200);
    run(&["token", "revoke", "prometheus"])?;
    ensure!(metrics().await? == 401);
    ensure!(run(&["token", "list", "--format", "csv"])?.contains("prometheus,revoked,"));
    run(&["token", "add", "prometheus"])?;
    Ok(())
}

#[tokio::test]
async fn a_restored_database_knows_nobody() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let launch = Launch::new(BINARY, folder.path());
    let mut program = launch.serve().await?;
    let link = program.printed("Console: ").await?;
    let (_, cookie) = log_in(&program, token(&link)?).await?;
    let bearer = format!("Bearer {}", prints(folder.path(), &["token", "add", "script"])?);
    ensure!(status(&program, paths::WAVES, ("cookie", &cookie)).await? == 200);
    ensure!(status(&program, paths::WAVES, ("authorization", &bearer)).await? == 200);
    let backup = folder.path().join("one.backup");
    let backup = backup.to_str().context("a path in UTF-8")?;
    prints(folder.path(), &["backup", backup])?;

    let elsewhere = folder.path().join("elsewhere");
    std::fs::create_dir(&elsewhere)?;
    prints(&elsewhere, &["restore", backup])?;
    let restored = Launch::new(BINARY, &elsewhere).serve().await?;
    ensure!(status(&restored, paths::WAVES, ("cookie", &cookie)).await? == 401);
    ensure!(status(&restored, paths::WAVES, ("authorization", &bearer)).await? == 401);
    ensure!(prints(&elsewhere, &["token", "list", "--format", "json"])? == "[]");
    Ok(())
}

/// systemd keeps what a service prints, and more people read that than may log in.
#[test]
fn no_link_is_written_to_the_journal() -> Result<()> {
    let folder = tempfile::tempdir()?;
    let (reader, writer) = std::io::pipe()?;
    let pipe = File::from(OwnedFd::from(writer.try_clone()?)).metadata()?;
    let serve = ["serve", "--create", "--listen", "127.0.0.1:0"];
    let mut program = command(BINARY, &serve, folder.path());
    program.env("JOURNAL_STREAM", format!("{}:{}", pipe.dev(), pipe.ino()));
    let mut child = program.stdout(writer).stderr(Stdio::null()).spawn()?;
    // It holds the other end of the pipe.
    drop(program);
    let lines = BufReader::new(reader).lines();
    let console = lines.map_while(Result::ok).find(|line| line.starts_with("Console: "));
    child.kill()?;
    child.wait()?;
    let console = console.context("nothing about the console")?;
    ensure!(console.contains("thuocdo login-link") && !console.contains("login="), "{console}");
    Ok(())
}
