//! `thuocdo quarantine`: list, show, release and reject what was kept aside.

mod numbers;

use anyhow::{Context, bail, ensure};
use jiff::Timestamp;
use serde::Serialize;
use store::{QuarantineFilter, QuarantineState, Store};
use survey_defs::audit::Reason;
use survey_defs::caller::Caller;
use survey_defs::ids::WaveId;
use survey_defs::quarantine::QuarantineReason;

use self::numbers::{Filter, Numbers};
use super::moment::shown;
use super::output::{self, Format};
use super::storage;
use crate::intake::Intake;
use crate::intake::quarantine::{self, Decision, ListedEntry, Outcome, REMIND_AFTER_DAYS};
use crate::operations::retention;

/// What to do with what was kept aside.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// List the records in quarantine, without answers.
    List {
        /// The wave.
        #[arg(long)]
        wave: WaveId,
        #[command(flatten)]
        filter: Filter,
        /// The format of the output.
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
    /// Release records: let them count in spite of the reason for which they are in quarantine.
    Release {
        #[command(flatten)]
        request: Request,
        /// Further reasons to override, separated by commas: `device_revoked`, `device_unproven`,
        /// `window_closed`.
        #[arg(long = "override", value_name = "REASON", value_delimiter = ',')]
        overriding: Vec<QuarantineReason>,
    },
    /// Decide for good that records never count: nobody can release them afterwards. Their texts are
    /// dropped 180 days later.
    Reject {
        #[command(flatten)]
        request: Request,
        /// Drop the texts now, also those of records that were rejected before, because they identify
        /// somebody or somebody asks for it. The SHA-256 stays.
        #[arg(long)]
        drop_text: bool,
    },
}

#[derive(Debug, clap::Args)]
struct Request {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    #[command(flatten)]
    numbers: Numbers,
    /// Why, for whoever reads the audit log.
    #[arg(long)]
    because: Reason,
}

/// What is shown of a record: no answers.
#[derive(Serialize)]
struct Row {
    number: u64,
    submission: String,
    point: Option<String>,
    reason: QuarantineReason,
    state: &'static str,
    received_at: Timestamp,
    /// Whether it arrived while the wave was open.
    in_window: bool,
    /// Whether a device that has signed it, or staff, has sent it.
    proven: bool,
    device: Option<String>,
    sequence: Option<u64>,
    /// How many days ago it arrived.
    days: i64,
}

/// Lists, shows or decides.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    storage::with_intake(&storage, async |intake| match action {
        Action::List { wave, filter, format } => list(&intake, &wave, &filter.into(), format).await,
        Action::Show { wave, number } => show(&*intake.catalogue.store, &wave, number).await,
        Action::Release { request, overriding } => {
            decide(&intake, request, Decision::Release { overriding }, caller).await
        }
        Action::Reject { request, drop_text: false } => {
            decide(&intake, request, Decision::Reject, caller).await
        }
        Action::Reject { request, drop_text: true } => {
            decide(&intake, request, Decision::RejectAndDrop, caller).await
        }
    })
    .await
}

async fn list(
    intake: &Intake,
    wave: &WaveId,
    filter: &QuarantineFilter,
    format: Format,
) -> anyhow::Result<()> {
    let (store, now) = (&*intake.catalogue.store, intake.clock.now());
    let listed = quarantine::list(store, wave, filter, now).await?;
    let overdue = listed.iter().filter(|one| one.is_overdue()).count();
    if overdue > 0 {
        output::warning(&format!(
            "{overdue} records have waited for more than {REMIND_AFTER_DAYS} days; their texts are \
             kept until somebody releases or rejects them"
        ));
    }
    let rows: Vec<Row> = listed.iter().map(row).collect();
    let header = [
        "number",
        "submission",
        "point",
        "reason",
        "state",
        "received_at",
        "in_window",
        "proven",
        "device",
        "session",
        "days",
    ];
    output::rows(format, header, &rows, cells)
}

fn row(ListedEntry { entry, in_window, days }: &ListedEntry) -> Row {
    Row {
        number: entry.number,
        submission: entry.submission.to_string(),
        point: entry.point.as_ref().map(ToString::to_string),
        reason: entry.reason,
        state: entry.state.as_str(),
        received_at: entry.received_at,
        in_window: *in_window,
        proven: entry.proven,
        device: entry.session.map(|(device, _)| device.to_string()),
        sequence: entry.session.map(|(_, sequence)| sequence),
        days: *days,
    }
}

fn cells(row: &Row) -> Vec<String> {
    vec![
        row.number.to_string(),
        row.submission.clone(),
        row.point.clone().unwrap_or_default(),
        row.reason.to_string(),
        row.state.to_owned(),
        shown(row.received_at),
        yes(row.in_window),
        yes(row.proven),
        row.device.clone().unwrap_or_default(),
        row.sequence.map(|sequence| sequence.to_string()).unwrap_or_default(),
        row.days.to_string(),
    ]
}

fn yes(is: bool) -> String {
    if is { "yes" } else { "no" }.to_owned()
}

async fn show(store: &dyn Store, wave: &WaveId, number: u64) -> anyhow::Result<()> {
    let entry = quarantine::entry(store, wave, number).await?;
    let entry =
        entry.with_context(|| format!("the quarantine of {wave} has no number {number}"))?;
    let Some(body) = entry.body else {
        let state = entry.state.as_str();
        bail!("number {number} of wave {wave} is {state}, and its text is not kept here any more");
    };
    output::warning("this is what a citizen answered; do not pass it on");
    output::line(&body);
    Ok(())
}

async fn decide(
    intake: &Intake,
    request: Request,
    decision: Decision,
    caller: &Caller,
) -> anyhow::Result<()> {
    let Request { wave, numbers, because } = request;
    let selection = numbers.selection()?;
    let chosen = (&selection, &decision);
    let wanted = match decision {
        Decision::Release { .. } => QuarantineState::Released,
        Decision::Reject | Decision::RejectAndDrop => QuarantineState::Rejected,
    };
    let (mut n_done, mut n_before, mut n_blocked) = (0, 0, 0);
    for (number, outcome) in quarantine::decide(intake, &wave, chosen, (because, caller)).await? {
        match outcome {
            Outcome::Done => n_done += 1,
            Outcome::Before(before) if before != wanted => {
                n_blocked += 1;
                output::line(&format!("  {number} was {} before, for good", before.as_str()));
            }
            Outcome::Before(before) => {
                n_before += 1;
                output::line(&format!("  {number} was {} before", before.as_str()));
            }
            Outcome::Blocked(blocker) => {
                n_blocked += 1;
                output::line(&format!("  {number} keeps waiting: {blocker}"));
            }
            Outcome::Unknown => {
                n_blocked += 1;
                output::line(&format!("  there is no number {number}"));
            }
        }
    }
    if decision == Decision::RejectAndDrop {
        retention::give_space_back(&*intake.catalogue.store).await?;
    }
    let done = match decision {
        Decision::Release { .. } => "released",
        Decision::Reject => "rejected",
        Decision::RejectAndDrop => "rejected without their text",
    };
    output::line(&format!("wave {wave}: {n_done} {done}, {n_before} decided before"));
    ensure!(n_blocked == 0, "{n_blocked} could not be {done}");
    Ok(())
}
