//! `thuocdo audit`: what was done to the records of a wave, by whom and why.

use survey_defs::audit::{AuditAction, AuditEntry};
use survey_defs::case::{Devices, Origin};
use survey_defs::ids::{QuestionId, WaveId};

use super::moment::shown;
use super::output::{self, Format};
use super::storage::{self, Access};
use crate::intake::audit;

/// Of which wave.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The format of the output.
    #[arg(long, value_enum, default_value = "table")]
    format: Format,
    #[command(flatten)]
    storage: storage::Options,
}

/// Prints the audit log of a wave in order.
pub(super) async fn run(arguments: Arguments) -> anyhow::Result<()> {
    let Arguments { wave, format, storage } = arguments;
    storage::with(&storage, Access::Work, async |store| {
        let entries = audit::list(&*store, &wave).await?;
        let header = ["number", "at", "who", "action", "subject", "because", "kind", "door"];
        output::rows(format, header, &entries, cells)
    })
    .await
}

fn cells(entry: &AuditEntry) -> Vec<String> {
    let AuditEntry { number, at, actor, door, reason, action } = entry;
    let (action, of) = words(action);
    vec![
        number.to_string(),
        shown(*at),
        actor.to_string(),
        action.to_owned(),
        of,
        reason.clone(),
        actor.kind().to_owned(),
        door.to_string(),
    ]
}

/// What was done, and to what.
pub(super) fn words(action: &AuditAction) -> (&'static str, String) {
    match action {
        AuditAction::Released { quarantine, submission, position } => {
            ("released", format!("{submission} (number {quarantine}) to position {position}"))
        }
        AuditAction::Rejected { quarantine, submission } => {
            ("rejected", format!("{submission} (number {quarantine})"))
        }
        AuditAction::Redacted { position, submission, questions } => {
            let questions: Vec<_> = questions.iter().map(QuestionId::as_str).collect();
            let questions = questions.join(", ");
            ("redacted", format!("{submission} (position {position}): {questions}"))
        }
        AuditAction::BodiesDropped { quarantine } => {
            let numbers: Vec<_> = quarantine.iter().map(u64::to_string).collect();
            ("bodies_dropped", format!("texts of numbers {}", numbers.join(", ")))
        }
        AuditAction::TakesChanged { before, now } => {
            ("takes_changed", format!("{now} instead of {before}"))
        }
        AuditAction::CaseOpened { case, rule } => {
            let fields = rule.fields();
            let origin = match &fields.origin {
                Origin::Point { point } => point.to_string(),
                Origin::SameSender { position, point: None } => {
                    format!("same sender as record {position}")
                }
                Origin::SameSender { position, point: Some(point) } => {
                    format!("same sender as record {position} at {point}")
                }
            };
            let devices = match fields.devices {
                Devices::Any => String::new(),
                Devices::None => ", no device".to_owned(),
                Devices::One { device } => format!(", device {device}"),
            };
            let (from, until) = (shown(fields.from), shown(fields.until));
            ("case_opened", format!("case {case}: {origin}, {from} to {until}{devices}"))
        }
        AuditAction::CaseExamined { case, records } => {
            ("case_examined", format!("case {case}: {records} records"))
        }
        AuditAction::CaseHeard { case, who } => ("case_heard", format!("case {case}: {who}")),
        AuditAction::CaseContacted { case, asked, confirmed } => {
            ("case_contacted", format!("case {case}: {confirmed} of {asked} had answered"))
        }
        AuditAction::CaseConcluded { case } => ("case_concluded", format!("case {case}")),
        AuditAction::AnnulmentProposed { case, cause, records } => {
            ("annulment_proposed", format!("case {case}: {records} records, {cause}"))
        }
        AuditAction::RecordsAnnulled { case, cause, records, act } => {
            ("records_annulled", format!("case {case}: {records} records, {cause} (act {act})"))
        }
        AuditAction::RecordsKept { case } => ("records_kept", format!("case {case}")),
        AuditAction::AnnulmentUndone { case, records, act } => {
            ("annulment_undone", format!("case {case}: {records} records (act {act})"))
        }
    }
}
