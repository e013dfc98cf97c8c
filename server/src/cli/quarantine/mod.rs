//! `thuocdo quarantine`: list, show, release and reject what was kept aside.

/// Which numbers are meant.
mod numbers;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use serde::Serialize;
use store::{Actor, NewAct, QuarantineEntry, QuarantineState, Store};
use survey_defs::api::QuarantineReason;
use survey_defs::ids::WaveId;
use survey_defs::wave::Wave;

use self::numbers::Selection;
use super::output::{self, Format};
use super::{explain, storage};
use crate::http::state::AppState;
use crate::intake::quarantine::{self, Outcome, PAGE, Permission};

/// Who has not decided after so many days is reminded.
const LONG_WAIT_DAYS: i64 = 30;

/// What to do with what was kept aside.
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List what was kept aside, without answers.
    List {
        /// The wave.
        #[arg(long)]
        wave: WaveId,
        /// How to print.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Print one record as it arrived, with its answers.
    Show {
        /// The wave.
        #[arg(long)]
        wave: WaveId,
        /// Its number, from `thuocdo quarantine list`.
        #[arg(long)]
        number: u64,
    },
    /// Let records count, as if they had arrived without the reason for which they were kept aside.
    Release {
        #[command(flatten)]
        decision: Decision,
        /// What else is overruled, separated by commas: `device_revoked`, `device_unproven`,
        /// `window_closed`.
        #[arg(long, value_delimiter = ',')]
        although: Vec<QuarantineReason>,
    },
    /// Decide that records never count. Their texts are dropped 180 days later.
    Reject {
        #[command(flatten)]
        decision: Decision,
        /// Drop the texts now, also those of records that were rejected before, because somebody is
        /// recognised by them or asks for it. The SHA-256 stays.
        #[arg(long)]
        drop_text: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Decision {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    #[command(flatten)]
    selection: Selection,
    /// Why, for whoever reads the acts.
    #[arg(long, value_parser = super::reason)]
    because: String,
}

/// What is shown of a record: no answers.
#[derive(Serialize)]
struct Row {
    number: u64,
    submission: String,
    reason: QuarantineReason,
    state: &'static str,
    received_at: Timestamp,
    /// Whether it arrived while the wave was open.
    in_window: bool,
    device: Option<String>,
    sequence: Option<u64>,
    /// How many days ago it arrived.
    days: i64,
}

/// Lists, shows or decides.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    storage::with_state(&storage, async |state| match action {
        Action::List { wave, format } => list(&state, &wave, format).await,
        Action::Show { wave, number } => show(&*state.store, &wave, number).await,
        Action::Release { decision, although } => {
            decide(&state, decision, Way::Release { although }).await
        }
        Action::Reject { decision, drop_text: false } => {
            decide(&state, decision, Way::Reject).await
        }
        Action::Reject { decision, drop_text: true } => {
            decide(&state, decision, Way::RejectAndDrop).await
        }
    })
    .await
}

async fn known(store: &dyn Store, wave: &WaveId) -> anyhow::Result<Wave> {
    store.wave(wave).await?.with_context(|| format!("there is no wave {wave}"))
}

async fn all(store: &dyn Store, wave: &WaveId) -> anyhow::Result<Vec<QuarantineEntry>> {
    let mut all: Vec<QuarantineEntry> = Vec::new();
    loop {
        let after = all.last().map_or(0, |kept| kept.number);
        let page = store.quarantine_after(wave, after, PAGE).await?;
        if page.is_empty() {
            return Ok(all);
        }
        // Only what is listed is kept: the texts of a whole wave may be large.
        all.extend(page.into_iter().map(|kept| QuarantineEntry { body: None, ..kept }));
    }
}

async fn one(
    store: &dyn Store,
    wave: &WaveId,
    number: u64,
) -> anyhow::Result<Option<QuarantineEntry>> {
    let page = store.quarantine_after(wave, number.saturating_sub(1), 1).await?;
    Ok(page.into_iter().find(|kept| kept.number == number))
}

async fn list(state: &AppState, wave: &WaveId, format: Format) -> anyhow::Result<()> {
    let (store, now) = (&*state.store, state.clock.now());
    let wave = known(store, wave).await?;
    let kept = all(store, &wave.id).await?;
    let rows: Vec<Row> = kept.iter().map(|kept| row(&wave, kept, now)).collect();
    let is_forgotten = |kept: &&QuarantineEntry| {
        kept.state == QuarantineState::Waiting && days(kept, now) > LONG_WAIT_DAYS
    };
    let forgotten = kept.iter().filter(is_forgotten).count();
    if forgotten > 0 {
        output::warning(&format!(
            "{forgotten} records have waited for more than {LONG_WAIT_DAYS} days; their texts are \
             kept until somebody releases or rejects them"
        ));
    }
    let header = [
        "number",
        "submission",
        "reason",
        "state",
        "received_at",
        "in_window",
        "device",
        "session",
        "days",
    ];
    let cells = || rows.iter().map(cells).collect::<Vec<_>>();
    match format {
        Format::Json => output::json(&rows),
        Format::Csv => output::csv(&header, &cells()),
        Format::Table => {
            output::table(&header.map(|name| name.replace('_', " ")), &cells());
            Ok(())
        }
    }
}

/// How many whole days ago it arrived.
fn days(kept: &QuarantineEntry, now: Timestamp) -> i64 {
    now.duration_since(kept.received_at).as_hours() / 24
}

fn row(wave: &Wave, kept: &QuarantineEntry, now: Timestamp) -> Row {
    Row {
        number: kept.number,
        submission: kept.submission.to_string(),
        reason: kept.reason,
        state: kept.state.as_str(),
        received_at: kept.received_at,
        in_window: wave.is_open_at(kept.received_at),
        device: kept.session.map(|(device, _)| device.to_string()),
        sequence: kept.session.map(|(_, sequence)| sequence),
        days: days(kept, now),
    }
}

fn cells(row: &Row) -> Vec<String> {
    vec![
        row.number.to_string(),
        row.submission.clone(),
        row.reason.to_string(),
        row.state.to_owned(),
        row.received_at.to_string(),
        if row.in_window { "yes" } else { "no" }.to_owned(),
        row.device.clone().unwrap_or_default(),
        row.sequence.map(|sequence| sequence.to_string()).unwrap_or_default(),
        row.days.to_string(),
    ]
}

async fn show(store: &dyn Store, wave: &WaveId, number: u64) -> anyhow::Result<()> {
    let kept = one(store, wave, number).await?;
    let kept = kept.with_context(|| format!("the quarantine of {wave} has no number {number}"))?;
    let Some(body) = kept.body else {
        let state = kept.state.as_str();
        bail!("number {number} of wave {wave} is {state}, and its text is not kept here any more");
    };
    output::warning("this is what a citizen answered; do not pass it on");
    output::line(&body);
    Ok(())
}

#[derive(Debug, Clone)]
enum Way {
    Release { although: Vec<QuarantineReason> },
    Reject,
    RejectAndDrop,
}

async fn decide(state: &AppState, decision: Decision, way: Way) -> anyhow::Result<()> {
    let Decision { wave, selection, because } = decision;
    known(&*state.store, &wave).await?;
    let waiting: Vec<_> = all(&*state.store, &wave).await?;
    let numbers = selection.numbers(&waiting);
    let act = NewAct { at: state.clock.now(), actor: Actor::Staff, reason: because };
    let (mut n_done, mut n_before, mut n_impossible) = (0, 0, 0);
    for number in numbers {
        match decide_one(state, (&wave, number), &act, &way).await? {
            Outcome::Done => n_done += 1,
            Outcome::Before(before) => {
                n_before += 1;
                output::line(&format!("  {number} was {} before", before.as_str()));
            }
            Outcome::Impossible(obstacle) => {
                n_impossible += 1;
                output::line(&format!("  {number} goes on waiting: {obstacle}"));
            }
            Outcome::Unknown => {
                n_impossible += 1;
                output::line(&format!("  there is no number {number}"));
            }
        }
    }
    let done = match way {
        Way::Release { .. } => "released",
        Way::Reject => "rejected",
        Way::RejectAndDrop => "rejected without their text",
    };
    output::line(&format!("wave {wave}: {n_done} {done}, {n_before} decided before"));
    ensure!(n_impossible == 0, "{n_impossible} could not be {done}");
    Ok(())
}

async fn decide_one(
    state: &AppState,
    (wave, number): (&WaveId, u64),
    act: &NewAct,
    way: &Way,
) -> anyhow::Result<Outcome> {
    match way {
        Way::Reject => Ok(quarantine::reject(&*state.store, wave, number, act).await?),
        Way::RejectAndDrop => {
            Ok(quarantine::reject_and_drop(&*state.store, wave, number, act).await?)
        }
        Way::Release { although } => match one(&*state.store, wave, number).await? {
            None => Ok(Outcome::Unknown),
            Some(kept) if kept.state != QuarantineState::Waiting => Ok(Outcome::Before(kept.state)),
            Some(kept) => {
                let permission = Permission { act: act.clone(), although: although.clone() };
                quarantine::release(state, wave, &kept, &permission).await.map_err(explain)
            }
        },
    }
}
