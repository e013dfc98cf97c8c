//! Measures what happens when all kiosks come back at once after an outage.

use anyhow::{Context as _, Result};
use serde_json::json;

use super::client::{Client, add_devices, count, number, recorded};
use super::server::Server;
use super::{Scratch, rounded};
use crate::build;
use crate::progress::note;
use crate::workspace::Workspace;

const KIOSKS: u64 = 1_000;
const RECORDS: u64 = 200;

/// All begin within this time, so that all is there well within a minute.
const SPREAD_SECONDS: u64 = 10;

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let thuocdo = build::build(workspace)?;
    let client = Client::build(workspace)?;
    let folder = Scratch::new(workspace.target.join("bench-storm"))?;
    let data = folder.path().join("data");
    let storage = ["--data-dir", data.to_str().context("the path is not UTF-8")?];
    client.add_wave(&thuocdo, &storage)?;
    note("adding 1,000 kiosks…");
    let codes = folder.path().join("codes");
    add_devices(&thuocdo, &storage, (KIOSKS, &codes))?;
    let codes = codes.to_str().context("the path is not UTF-8")?;
    // Kiosks of a whole city have more addresses than one.
    let arguments = [&storage[..], &["--connections-per-address", "0"]].concat();
    let server = Server::serve(&thuocdo, &arguments, &folder.path().join("server.log"))?;
    note("1,000 kiosks with 200 records each…");
    let [kiosks, records, spread] = [KIOSKS, RECORDS, SPREAD_SECONDS].map(|n| n.to_string());
    let storm = [
        "storm",
        "--kiosks",
        &kiosks,
        "--records",
        &records,
        "--spread-seconds",
        &spread,
        "--codes",
        codes,
    ];
    let result = client.run(&storm, &[&server.address])?;
    let rows = recorded(&thuocdo, &storage)?;
    let sent = KIOSKS * RECORDS;
    Ok(json!({
        "bench": "storm",
        "kiosks": KIOSKS,
        "sent": sent,
        "rows": rows,
        "lost": sent.saturating_sub(rows),
        "doubled": rows.saturating_sub(sent),
        "seconds": rounded(number(&result, "seconds")?),
        "per_second": rounded(number(&result, "per_second")?),
        "turned_away": count(&result, "turned_away")?,
        "broken": count(&result, "broken")?,
        "p99_ms": rounded(number(&result, "p99_ms")?),
        "max_ms": rounded(number(&result, "max_ms")?),
        "failed": count(&result, "failed")?,
        "peak_rss_mb": rounded(server.peak_rss_mb()?),
    })
    .to_string())
}
