//! `thuocdo redact`: take free text out of a recorded submission.

use survey_defs::audit::Reason;
use survey_defs::caller::Caller;
use survey_defs::ids::{QuestionId, SubmissionId, WaveId};

use super::output;
use super::storage;
use crate::intake::redaction::{self, Extent};

/// What to take out of which submission.
#[derive(Debug, clap::Args)]
pub(crate) struct Arguments {
    /// The wave.
    #[arg(long)]
    wave: WaveId,
    /// The submission.
    #[arg(long)]
    submission: SubmissionId,
    /// A question whose text to remove; may be repeated. The default is every text of the form.
    #[arg(long = "question")]
    questions: Vec<QuestionId>,
    /// The reason, for readers of the audit log; not what the text said.
    #[arg(long)]
    because: Reason,
    #[command(flatten)]
    storage: storage::Options,
}

/// Redacts, and says what is not reached.
pub(super) async fn run(arguments: Arguments, caller: &Caller) -> anyhow::Result<()> {
    let Arguments { wave, submission, questions, because, storage } = arguments;
    let extent = if questions.is_empty() { Extent::AllText } else { Extent::Questions(questions) };
    storage::with_intake(&storage, async |intake| {
        let which = (&wave, submission);
        let report = redaction::redact(&intake, which, &extent, (because, caller)).await?;
        if report.questions.is_empty() {
            output::line("nothing to remove: there is no such text, or it was removed before");
        } else {
            let questions: Vec<_> = report.questions.iter().map(QuestionId::as_str).collect();
            output::line(&format!("removed from {submission}: {}", questions.join(", ")));
        }
        if !report.in_quarantine.is_empty() {
            output::line(&format!(
                "  quarantine has texts of this submission too; drop them: {}",
                redaction::drop_command(&wave, &report.in_quarantine)
            ));
        }
        output::line(
            "  not reached: backups and exports that were made before, and what is still on a \
             device",
        );
        Ok(())
    })
    .await
}
