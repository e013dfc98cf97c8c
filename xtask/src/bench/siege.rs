//! Measures what strangers can make a server take, keep and do, while an honest client goes on.
//!
//! Attackers run at a low priority on the same machine, so that they cost the server what they ask of
//! it and not the processor that they need themselves.

use std::path::Path;
use std::process::Child;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};

use super::client::{Client, count, number};
use super::cluster::Cluster;
use super::server::Server;
use super::{Scratch, rounded};
use crate::build;
use crate::progress::note;
use crate::workspace::Workspace;

/// Each attack lasts so long; the honest client begins after it and ends before it.
const SECONDS: &str = "60";
const HONEST_SECONDS: &str = "50";

/// What strangers may put aside in a wave on a day.
const ROWS_OF_A_DAY: u64 = 2_000;

/// What attackers do.
struct Attack {
    name: &'static str,
    arguments: &'static [&'static str],
    /// Whether they post forms that are recorded, and how many addresses they have.
    stuffs_from: Option<f64>,
    /// What of it the server does at least once, or the attack was none.
    does: &'static str,
}

const ONE: Attack = Attack {
    name: "forms, one address × 40",
    arguments: &["--point", "p1", "--attackers", "1", "--connections", "40"],
    stuffs_from: Some(1.0),
    does: "recorded",
};
const TEN: Attack = Attack {
    name: "forms, ten addresses × 40",
    arguments: &["--point", "p1", "--attackers", "10", "--connections", "40"],
    stuffs_from: Some(10.0),
    does: "recorded",
};
const ASIDE: Attack = Attack {
    name: "forms that are kept aside, 40 addresses × 10",
    arguments: &["--point", "nowhere", "--attackers", "40", "--connections", "10"],
    stuffs_from: None,
    does: "aside",
};
const READING: Attack = Attack {
    name: "900 connections that read, one address",
    arguments: &[
        "--point",
        "p1",
        "--get",
        "/api/openapi.json",
        "--attackers",
        "1",
        "--connections",
        "900",
    ],
    stuffs_from: None,
    does: "answered",
};

/// What came of all attacks on one server.
#[derive(Default)]
struct Siege {
    honest_failed: u64,
    honest_p95_ms: f64,
    stuffed_per_address_per_minute: f64,
    kept_bytes_per_day: f64,
    peak_rss_mb: f64,
}

pub(super) fn run(workspace: &Workspace) -> Result<String> {
    let thuocdo = build::build(workspace)?;
    let client = Client::build(workspace)?;
    let folder = Scratch::new(workspace.target.join("bench-siege"))?;
    let data = folder.path().join("data");
    let storage = ["--data-dir", data.to_str().context("the path is not UTF-8")?];
    note("SQLite");
    let log = folder.path().join("sqlite.log");
    let sqlite = siege((&thuocdo, &client, &log), &storage, &[ONE, TEN, ASIDE, READING])?;
    let cluster = Cluster::start(workspace)?;
    let data = folder.path().join("postgres");
    let data = data.to_str().context("the path is not UTF-8")?;
    let storage = ["--database", &cluster.url, "--data-dir", data];
    note("PostgreSQL");
    let log = folder.path().join("postgres.log");
    let postgres = siege((&thuocdo, &client, &log), &storage, &[ONE, TEN, ASIDE])?;
    let worst = |of: fn(&Siege) -> f64| of(&sqlite).max(of(&postgres));
    Ok(json!({
        "bench": "siege",
        "honest_ok": sqlite.honest_failed + postgres.honest_failed == 0,
        "honest_p95_ms": rounded(worst(|siege| siege.honest_p95_ms)),
        "stuffed_per_address_per_minute":
            rounded(worst(|siege| siege.stuffed_per_address_per_minute)),
        "kept_bytes_per_day": rounded(worst(|siege| siege.kept_bytes_per_day)),
        "peak_rss_mb": rounded(worst(|siege| siege.peak_rss_mb)),
    })
    .to_string())
}

fn siege(
    (thuocdo, client, log): (&Path, &Client, &Path),
    storage: &[&str],
    attacks: &[Attack],
) -> Result<Siege> {
    client.add_wave(thuocdo, storage)?;
    let arguments = [storage, &["--trusted-proxy", "127.0.0.1"]].concat();
    let server = Server::serve(thuocdo, &arguments, log)?;
    let mut siege = Siege::default();
    for attack in attacks {
        note(attack.name);
        let task = [&["attack", "--seconds", SECONDS][..], attack.arguments].concat();
        let attackers = client.begin_attack(&task, &server.address)?;
        let honest = client.run(&["honest", "--seconds", HONEST_SECONDS], &[&server.address])?;
        siege.honest_failed += count(&honest, "failed")?;
        siege.honest_p95_ms = siege.honest_p95_ms.max(number(&honest, "p95_ms")?);
        let report = report_of(attackers)?;
        note(&report.to_string());
        ensure!(count(&report, "unread")? == 0, "answers to the attackers could not be read");
        let did = count(&report, attack.does)?;
        ensure!(did > 0, "the attack did nothing: {} is 0", attack.does);
        let minutes = number(&report, "seconds")? / 60.0;
        if let Some(addresses) = attack.stuffs_from {
            let stuffed = number(&report, "recorded")? / addresses / minutes;
            siege.stuffed_per_address_per_minute =
                siege.stuffed_per_address_per_minute.max(stuffed);
        }
        let kept = number(&report, "aside_bytes")?;
        // A minute that reaches what may be kept in a day is the day.
        let is_day = count(&report, "aside")? == ROWS_OF_A_DAY;
        let per_day = if is_day { kept } else { kept / minutes * 60.0 * 24.0 };
        siege.kept_bytes_per_day = siege.kept_bytes_per_day.max(per_day);
    }
    siege.peak_rss_mb = server.peak_rss_mb()?;
    Ok(siege)
}

fn report_of(attackers: Child) -> Result<Value> {
    let output = attackers.wait_with_output().context("the attackers cannot be waited for")?;
    ensure!(output.status.success(), "the attackers failed");
    serde_json::from_slice(&output.stdout).context("the attackers printed no result")
}
