//! `thuocdo case`: records that somebody doubts, and whether they count. Prints no answer and no score.

mod print;

use anyhow::Context as _;
use clap::builder::PossibleValuesParser;
use clap::builder::TypedValueParser as _;
use jiff::Timestamp;
use store::Store;
use survey_defs::audit::Reason;
use survey_defs::caller::{ActorName, Caller};
use survey_defs::case::{AnnulmentCause, CaseState, Devices, Origin, Rule, RuleFields};
use survey_defs::ids::{DeviceId, PointId, WaveId};

use super::moment::moment;
use super::output::{self, Format};
use super::storage::{self, Access};
use crate::intake::Intake;
use crate::intake::annulment::{self, Act, Annulment};
use crate::intake::same_sender;

/// What to do with cases.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    action: Action,
    #[command(flatten)]
    storage: storage::Options,
}

#[derive(Debug, clap::Subcommand)]
enum Action {
    /// Open a case: say which records are doubted, by service point or sender and time, and what was
    /// noticed.
    Open {
        #[command(flatten)]
        rule: RuleOptions,
        /// What was noticed.
        #[arg(long)]
        because: Reason,
    },
    /// List the cases of a wave.
    List {
        /// The wave.
        #[arg(long)]
        wave: WaveId,
        /// The format of the output.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Show a case: what was done to it, and how many records it is about, by unit, point and hour.
    Show {
        #[command(flatten)]
        case: CaseOptions,
        /// The format of the output.
        #[arg(long, value_enum, default_value = "table")]
        format: Format,
    },
    /// Settle for good which records a case is about: those that its rule means by now.
    Examine(Step),
    /// Write down who was heard, and what they said.
    Hear {
        #[command(flatten)]
        step: Step,
        /// Who was heard.
        #[arg(long)]
        who: ActorName,
    },
    /// Write down how many people were asked whether they have answered, and what came out.
    Recontact {
        #[command(flatten)]
        step: Step,
        /// How many were asked.
        #[arg(long)]
        asked: u32,
        /// How many of them had answered.
        #[arg(long)]
        confirmed: u32,
    },
    /// Write down the conclusion.
    Conclude(Step),
    /// Annul the records of a concluded case: they count nowhere from now on. Above 50 records, or 5 %
    /// of those of a unit, a second person must confirm it.
    Annul {
        #[command(flatten)]
        step: Step,
        /// Why, from the list.
        #[arg(long, value_name = "CODE", value_parser = causes())]
        reason: AnnulmentCause,
    },
    /// Confirm an annulment that another person has proposed.
    Confirm(Step),
    /// Decide that the records of a concluded case go on counting.
    Keep(Step),
    /// Undo an annulment: the records count again.
    Undo(Step),
}

/// Which records a case is about. There is no way to choose them by what they say.
#[derive(Debug, clap::Args)]
#[command(group(clap::ArgGroup::new("origin").args(["point", "same_sender_as"]).multiple(true).required(true)))]
struct RuleOptions {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The service point that the records name. Imported records name `import`.
    #[arg(long)]
    point: Option<PointId>,
    /// Only records that came from the same network as the record at this position, on its day; at a
    /// service point and in a time, if these are given. Works for 30 days, where the server keeps tags of
    /// senders.
    #[arg(long, value_name = "POSITION")]
    same_sender_as: Option<u64>,
    /// Received at this time or later, by server time: a day of Hanoi, or a time such as
    /// `2026-03-02T08:00` (Hanoi) or `2026-03-02T01:00:00Z`.
    #[arg(long, value_name = "TIME", value_parser = moment, required_unless_present = "same_sender_as")]
    from: Option<Timestamp>,
    /// Received before this time.
    #[arg(long, value_name = "TIME", value_parser = moment, required_unless_present = "same_sender_as")]
    until: Option<Timestamp>,
    /// Only records of this device.
    #[arg(long, conflicts_with = "no_device")]
    device: Option<DeviceId>,
    /// Only records of no enrolled device.
    #[arg(long)]
    no_device: bool,
}

#[derive(Debug, clap::Args)]
struct CaseOptions {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The number of the case.
    #[arg(long)]
    number: u64,
}

#[derive(Debug, clap::Args)]
struct Step {
    #[command(flatten)]
    case: CaseOptions,
    /// Why, or what came out, for whoever reads the case later. No answers, and of people no more than
    /// must be said.
    #[arg(long)]
    because: Reason,
}

fn causes() -> impl clap::builder::TypedValueParser<Value = AnnulmentCause> {
    let words = AnnulmentCause::ALL.iter().map(|cause| cause.as_str());
    PossibleValuesParser::new(words)
        .map(|word| word.parse::<AnnulmentCause>().expect("the list has its words only"))
}

/// Opens, lists, shows, or takes a step.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    let Arguments { action, storage } = arguments;
    match action {
        Action::List { wave, format } => {
            storage::with(&storage, Access::Work, async |store| {
                print::list(&annulment::list(&*store, &wave).await?, format)
            })
            .await
        }
        Action::Show { case: CaseOptions { wave, number }, format } => {
            storage::with(&storage, Access::Work, async |store| {
                print::report(&annulment::report(&*store, &wave, number).await?, format)
            })
            .await
        }
        action => {
            storage::with_intake(&storage, async |intake| act(&intake, action, caller).await).await
        }
    }
}

async fn act(intake: &Intake, action: Action, caller: &Caller) -> anyhow::Result<()> {
    match action {
        Action::List { .. } | Action::Show { .. } => unreachable!("they change nothing"),
        Action::Open { rule, because } => {
            let wave = rule.wave.clone();
            let rule = read_rule(intake.store(), rule).await?;
            let act = Act { caller, reason: because };
            let number = annulment::open(intake, &wave, &rule, act).await?;
            output::line(&format!("wave {wave}: case {number} is found"));
            let report = annulment::report(intake.store(), &wave, number).await?;
            print::counts(&report);
            Ok(())
        }
        Action::Examine(Step { case: CaseOptions { wave, number }, because }) => {
            let act = Act { caller, reason: because };
            let report = annulment::examine(intake, (&wave, number), act).await?;
            say(&wave, number, report.case.state);
            print::counts(&report);
            Ok(())
        }
        Action::Annul { step: Step { case: CaseOptions { wave, number }, because }, reason } => {
            let act = Act { caller, reason: because };
            match annulment::annul(intake, (&wave, number), reason, act).await? {
                Annulment::Done => say(&wave, number, CaseState::Annulled),
                Annulment::Proposed => output::line(&format!(
                    "wave {wave}: the annulment of case {number} is proposed; nothing has changed \
                     until another person confirms it with\n  thuocdo --as \"NAME\" case confirm \
                     --wave {wave} --number {number} --because \"TEXT\""
                )),
            }
            warn_of_samples(intake, &wave, number).await
        }
        Action::Hear { step, who } => {
            let (wave, number, act) = parts(step, caller);
            let state = annulment::hear(intake, (&wave, number), who, act).await?;
            say(&wave, number, state);
            Ok(())
        }
        Action::Recontact { step, asked, confirmed } => {
            let (wave, number, act) = parts(step, caller);
            let people = (asked, confirmed);
            let state = annulment::contact(intake, (&wave, number), people, act).await?;
            say(&wave, number, state);
            Ok(())
        }
        Action::Conclude(step) => {
            let (wave, number, act) = parts(step, caller);
            say(&wave, number, annulment::conclude(intake, (&wave, number), act).await?);
            Ok(())
        }
        Action::Confirm(step) => {
            let (wave, number, act) = parts(step, caller);
            say(&wave, number, annulment::confirm(intake, (&wave, number), act).await?);
            Ok(())
        }
        Action::Keep(step) => {
            let (wave, number, act) = parts(step, caller);
            say(&wave, number, annulment::keep(intake, (&wave, number), act).await?);
            Ok(())
        }
        Action::Undo(step) => {
            let (wave, number, act) = parts(step, caller);
            say(&wave, number, annulment::undo(intake, (&wave, number), act).await?);
            Ok(())
        }
    }
}

/// The rule that somebody has typed. That about a sender is about the day of its record, unless a time is
/// given.
async fn read_rule(store: &dyn Store, options: RuleOptions) -> anyhow::Result<Rule> {
    let RuleOptions { wave, point, same_sender_as, from, until, device, no_device } = options;
    let devices = match (device, no_device) {
        (Some(device), _) => Devices::One { device },
        (None, true) => Devices::None,
        (None, false) => Devices::Any,
    };
    let (origin, day) = match (same_sender_as, point) {
        (Some(position), point) => {
            let day = same_sender::day_of(store, &wave, position).await?;
            let unknown = || annulment::Error::UnknownSender { wave: wave.clone(), position };
            (Origin::SameSender { position, point }, Some(day.ok_or_else(unknown)?))
        }
        (None, Some(point)) => (Origin::Point { point }, None),
        (None, None) => anyhow::bail!("name a service point or a record"),
    };
    let from = from.or_else(|| day.as_ref().map(|day| day.start));
    let until = until.or_else(|| day.map(|day| day.end));
    let (from, until) = from.zip(until).context("say from when until when")?;
    Ok(Rule::try_from(RuleFields { origin, from, until, devices })?)
}

fn parts(step: Step, caller: &Caller) -> (WaveId, u64, Act<'_>) {
    let Step { case: CaseOptions { wave, number }, because } = step;
    (wave, number, Act { caller, reason: because })
}

fn say(wave: &WaveId, number: u64, state: CaseState) {
    output::line(&format!("wave {wave}: case {number} is {state}"));
}

/// Weights are those of the plan, whatever is taken out of the sample.
async fn warn_of_samples(intake: &Intake, wave: &WaveId, number: u64) -> anyhow::Result<()> {
    let records = intake.store().records_of_case(wave, number).await?;
    let sampled = records.iter().filter(|record| record.sampled).count();
    if sampled > 0 {
        output::warning(&format!(
            "{sampled} of the records come from a sample; the weights of the others do not change, so \
             the sample stands for fewer people: ask whoever has drawn it"
        ));
    }
    Ok(())
}
