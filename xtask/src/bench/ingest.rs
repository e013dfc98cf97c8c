//! Measures how many submissions a second are acknowledged after they are safe on disk.

use std::path::Path;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use super::client::{Client, UNLIMITED, add_devices, count, number, recorded};
use super::cluster::Cluster;
use super::server::Server;
use super::{Scratch, fsync, rounded};
use crate::build;
use crate::progress::note;
use crate::workspace::Workspace;

const CONNECTIONS: &str = "64";
const SINGLE_SECONDS: &str = "60";
const BATCH_SECONDS: &str = "20";
const POSTGRES_SECONDS: &str = "60";
const BATCH: &str = "50";

/// As many devices as connections.
const DEVICES: u64 = 64;

const SINGLE: [&str; 6] =
    ["single", "--phones", "--connections", CONNECTIONS, "--seconds", SINGLE_SECONDS];

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let thuocdo = build::build(workspace)?;
    let client = Client::build(workspace)?;
    let folder = Scratch::new(workspace.target.join("bench-ingest"))?;
    note("syncing pages, nothing else…");
    let fsync = fsync::per_second(folder.path())?;
    let sqlite = sqlite(&thuocdo, &client, folder.path())?;
    let postgres = postgres(workspace, &thuocdo, (&client, folder.path()))?;
    let failed = [&sqlite.single, &sqlite.batch, &postgres.single]
        .into_iter()
        .map(|result| count(result, "failed"))
        .sum::<Result<u64>>()?;
    let single = number(&sqlite.single, "per_second")?;
    Ok(json!({
        "bench": "ingest",
        "sqlite_single_per_s": rounded(single),
        "sqlite_p99_ms": rounded(number(&sqlite.single, "p99_ms")?),
        "sqlite_batch_per_s": rounded(number(&sqlite.batch, "per_second")?),
        "postgres_single_per_s": rounded(number(&postgres.single, "per_second")?),
        "fsync_per_s": rounded(fsync),
        "failed": failed + sqlite.missing + postgres.missing,
        "peak_rss_mb": rounded(sqlite.peak_rss_mb.max(postgres.peak_rss_mb)),
        "sqlite_single_per_fsync": rounded(single / fsync),
        "sqlite_p50_ms": rounded(number(&sqlite.single, "p50_ms")?),
        "sqlite_max_ms": rounded(number(&sqlite.single, "max_ms")?),
        "postgres_p99_ms": rounded(number(&postgres.single, "p99_ms")?),
        "rows": sqlite.rows + postgres.rows,
    })
    .to_string())
}

struct Sqlite {
    single: Value,
    batch: Value,
    rows: u64,
    /// Rows that were acknowledged and are not there, or are there twice.
    missing: u64,
    peak_rss_mb: f64,
}

fn sqlite(thuocdo: &Path, client: &Client, folder: &Path) -> Result<Sqlite> {
    let data = folder.join("data");
    let storage = ["--data-dir", data.to_str().context("the path is not UTF-8")?];
    client.add_wave(thuocdo, &storage)?;
    let codes = folder.join("codes");
    add_devices(thuocdo, &storage, (DEVICES, &codes))?;
    let codes = codes.to_str().context("the path is not UTF-8")?;
    let arguments = [&storage[..], &UNLIMITED].concat();
    let server = Server::serve(thuocdo, &arguments, &folder.join("sqlite.log"))?;
    note("SQLite, single records…");
    let single = client.run(&SINGLE, &[&server.address])?;
    let acknowledged = count(&single, "acknowledged")?;
    let missing = recorded(thuocdo, &storage)?.abs_diff(acknowledged);
    note("SQLite, batches…");
    let batches = [
        &["batch", "--codes", codes, "--connections", CONNECTIONS][..],
        &["--seconds", BATCH_SECONDS, "--records", BATCH],
    ]
    .concat();
    let batch = client.run(&batches, &[&server.address])?;
    let rows = recorded(thuocdo, &storage)?;
    let acknowledged = acknowledged + count(&batch, "acknowledged")?;
    let missing = missing + rows.abs_diff(acknowledged);
    Ok(Sqlite { single, batch, rows, missing, peak_rss_mb: server.peak_rss_mb()? })
}

struct Postgres {
    single: Value,
    rows: u64,
    missing: u64,
    peak_rss_mb: f64,
}

/// Two servers with one database.
fn postgres(
    workspace: &Workspace,
    thuocdo: &Path,
    (client, folder): (&Client, &Path),
) -> Result<Postgres> {
    let cluster = Cluster::start(workspace)?;
    let data = ["one", "two"].map(|name| folder.join(name).to_string_lossy().into_owned());
    let storage = data.each_ref().map(|data| ["--database", &cluster.url, "--data-dir", data]);
    client.add_wave(thuocdo, &storage[0])?;
    let [first, second] = storage.each_ref().map(|storage| [&storage[..], &UNLIMITED].concat());
    let one = Server::serve(thuocdo, &first, &folder.join("one.log"))?;
    let two = Server::serve(thuocdo, &second, &folder.join("two.log"))?;
    note("PostgreSQL, two servers, single records…");
    let single = [&SINGLE[..5], &[POSTGRES_SECONDS]].concat();
    let single = client.run(&single, &[&one.address, &two.address])?;
    let rows = recorded(thuocdo, &storage[0])?;
    let missing = rows.abs_diff(count(&single, "acknowledged")?);
    let peak_rss_mb = one.peak_rss_mb()?.max(two.peak_rss_mb()?);
    Ok(Postgres { single, rows, missing, peak_rss_mb })
}
