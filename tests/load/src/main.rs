//! `load`: posts submissions to a running server and prints what came of it as one line of JSON.

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::AtomicU32;
use std::time::{Duration, UNIX_EPOCH};

use anyhow::{Context as _, Result};
use clap::{Args, Parser};
use load::{
    Attack, Attackers, Forms, Ids, Origin, Report, Shape, SiegeReport, Steady, Storm, Target,
};
use serde::Serialize;

/// Posts submissions to a running server.
///
/// Prints one line of JSON; fails if anything was answered that must not be.
#[derive(Debug, Parser)]
enum Command {
    /// Single records without a pause.
    Single {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        pace: Pace,
    },
    /// Batches without a pause.
    Batch {
        #[command(flatten)]
        place: Place,
        #[command(flatten)]
        pace: Pace,
        /// Records in a batch.
        #[arg(long, default_value_t = 50)]
        records: usize,
    },
    /// Attackers who come without a pause, from addresses of their own behind a trusted proxy.
    Attack {
        #[command(flatten)]
        place: Place,
        /// Ask for this path instead of posting batches of forms.
        #[arg(long)]
        get: Option<String>,
        #[arg(long, default_value_t = 1)]
        attackers: u32,
        /// Of each attacker.
        #[arg(long, default_value_t = 40)]
        connections: u32,
        #[arg(long, default_value_t = 60)]
        seconds: u64,
    },
    /// An honest client: single forms, each on a connection of its own, from one address behind a
    /// trusted proxy.
    Honest {
        #[command(flatten)]
        place: Place,
        #[arg(long, default_value_t = 5)]
        per_second: u32,
        #[arg(long, default_value_t = 50)]
        seconds: u64,
    },
    /// Kiosks that come back after an outage, each with a queue.
    Storm {
        #[command(flatten)]
        place: Place,
        #[arg(long, default_value_t = 1_000)]
        kiosks: usize,
        /// Records in each queue.
        #[arg(long, default_value_t = 200)]
        records: usize,
        /// Records in one request.
        #[arg(long, default_value_t = 50)]
        batch: usize,
        /// The time in which they all begin.
        #[arg(long, default_value_t = 60)]
        spread_seconds: u64,
        /// What is not sent after this time is a failure.
        #[arg(long, default_value_t = 600)]
        patience_seconds: u64,
    },
}

/// What is sent where.
#[derive(Debug, Args)]
struct Place {
    /// Host and port; several servers of one database take turns.
    #[arg(long = "address", required = true)]
    addresses: Vec<String>,
    /// The wave.
    #[arg(long)]
    wave: String,
    /// The service point.
    #[arg(long)]
    point: String,
    /// The instrument of the wave, which asks its version 1.
    #[arg(long, default_value = "national")]
    instrument: String,
    /// Each request comes from another phone, behind a proxy that the server trusts.
    #[arg(long, conflicts_with = "codes")]
    phones: bool,
    /// A file with enrolment codes, a line each: the clients are the devices that it enrols, and prove
    /// each request.
    #[arg(long, value_name = "FILE")]
    codes: Option<PathBuf>,
}

/// How much.
#[derive(Debug, Args)]
struct Pace {
    #[arg(long, default_value_t = 64)]
    connections: usize,
    #[arg(long, default_value_t = 60)]
    seconds: u64,
}

// One thread: handing tasks from one to another would cost more than it wins.
#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Command::parse()).await {
        Ok(Outcome::Load(report)) => print(&report, report.failed == 0),
        Ok(Outcome::Attack(report)) => print(&report, true),
        Err(error) => {
            failure(&format!("{error:#}"));
            ExitCode::FAILURE
        }
    }
}

enum Outcome {
    Load(Report),
    Attack(SiegeReport),
}

async fn run(command: Command) -> Result<Outcome> {
    let report = match command {
        Command::Attack { place, get, attackers, connections, seconds } => {
            let attack = get.map_or(Attack::Post, Attack::Get);
            let duration = Duration::from_secs(seconds);
            let attackers = Attackers { addresses: attackers, connections, duration };
            let report = load::attack(&target(place).await?, attack, attackers).await;
            return Ok(Outcome::Attack(report));
        }
        Command::Honest { place, per_second, seconds } => {
            let duration = Duration::from_secs(seconds);
            load::honest(&target(place).await?, per_second, duration).await
        }
        Command::Single { place, pace } => {
            load::steady(&target(place).await?, pace.of(Shape::Single)).await
        }
        Command::Batch { place, pace, records } => {
            load::steady(&target(place).await?, pace.of(Shape::Batch(records))).await
        }
        Command::Storm { place, kiosks, records, batch, spread_seconds, patience_seconds } => {
            let spread = Duration::from_secs(spread_seconds);
            let patience = Duration::from_secs(patience_seconds);
            let second = Duration::from_secs(1);
            let storm = Storm { kiosks, records, batch, spread, patience, second };
            load::storm(&target(place).await?, storm).await
        }
    };
    Ok(Outcome::Load(report))
}

impl Pace {
    fn of(self, shape: Shape) -> Steady {
        let duration = Duration::from_secs(self.seconds);
        Steady { connections: self.connections, duration, shape }
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root reads the clock")]
async fn target(place: Place) -> Result<Arc<Target>> {
    let now = std::time::SystemTime::now().duration_since(UNIX_EPOCH)?;
    let now_ms = i64::try_from(now.as_millis()).context("a clock beyond all time")?;
    let Place { addresses, wave, point, instrument, phones, codes } = place;
    let forms = Forms::new(&instrument, (&wave, &point), now_ms)?;
    let ids = Ids::new(now_ms.unsigned_abs(), now.subsec_nanos());
    let origin = match (codes, addresses.first()) {
        (Some(file), Some(address)) => {
            let codes = std::fs::read_to_string(file).context("the codes")?;
            let codes: Vec<_> = codes.lines().map(str::to_owned).collect();
            Origin::devices(address, &codes).await?
        }
        _ if phones => Origin::Phones(AtomicU32::default()),
        _ => Origin::ThisMachine,
    };
    Ok(Arc::new(Target { addresses, forms, ids, origin }))
}

#[expect(clippy::print_stdout, reason = "the result of the program")]
fn print(report: &impl Serialize, is_good: bool) -> ExitCode {
    match serde_json::to_string(report) {
        Ok(line) => println!("{line}"),
        Err(error) => failure(&error.to_string()),
    }
    if is_good { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

#[expect(clippy::print_stderr, reason = "the command line prints")]
fn failure(text: &str) {
    eprintln!("load: {text}");
}
