//! Taking free text out of what is recorded, because somebody is recognised by it.

use store::{QuarantineEntry, Redacted, Store, StoreError};
use survey_defs::answer::Answer;
use survey_defs::audit::{NewAuditEntry, Reason};
use survey_defs::caller::Caller;
use survey_defs::ids::{QuestionId, SubmissionId, WaveId};

use super::Intake;
use super::quarantine::PAGE_SIZE;

/// Why nothing was redacted.
#[derive(Debug, thiserror::Error)]
pub enum RedactionError {
    /// There is no such submission.
    #[error("wave {wave} has no submission {submission}")]
    Unknown {
        /// The wave.
        wave: WaveId,
        /// The submission.
        submission: SubmissionId,
    },
    /// It is not in the log: only quarantine has its text.
    #[error(
        "submission {submission} is not in the log of wave {wave}, but quarantine has its text; \
         `{}` drops it", drop_command(.wave, .numbers)
    )]
    Aside {
        /// The wave.
        wave: WaveId,
        /// The submission.
        submission: SubmissionId,
        /// Its numbers in quarantine.
        numbers: Vec<u64>,
    },
    /// The answer is a choice, not a text: it counts.
    #[error("the answer to {0} is not a text; only free text can be removed")]
    NoText(QuestionId),
    /// The store does not answer.
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// Which answers are to go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Extent {
    /// Every text of the form.
    AllText,
    /// The texts that answer these questions.
    Questions(Vec<QuestionId>),
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The questions whose texts are gone; empty if they were gone before.
    pub questions: Vec<QuestionId>,
    /// The numbers under which quarantine still has a text of this submission.
    pub in_quarantine: Vec<u64>,
}

/// The command that drops texts in quarantine before their time.
pub fn drop_command(wave: &WaveId, numbers: &[u64]) -> String {
    let numbers: Vec<_> = numbers.iter().map(u64::to_string).collect();
    format!(
        "thuocdo quarantine reject --wave {wave} --number {} --drop-text --because …",
        numbers.join(",")
    )
}

/// Takes texts out of a submission. Doing it again changes nothing.
///
/// # Errors
/// [`RedactionError`].
pub async fn redact(
    intake: &Intake,
    (wave, submission): (&WaveId, SubmissionId),
    extent: &Extent,
    (reason, caller): (Reason, &Caller),
) -> Result<Report, RedactionError> {
    let store = intake.store();
    let unknown = || RedactionError::Unknown { wave: wave.clone(), submission };
    let in_quarantine = in_quarantine(store, wave, submission).await?;
    let Some(record) = store.submission(wave, submission).await? else {
        return Err(if in_quarantine.is_empty() {
            unknown()
        } else {
            RedactionError::Aside { wave: wave.clone(), submission, numbers: in_quarantine }
        });
    };
    let mut draft = record.draft;
    let mut questions = Vec::new();
    for (question, answer) in &draft.answers {
        let is_text = matches!(answer, Answer::Text(_));
        match extent {
            Extent::AllText if is_text => questions.push(question.clone()),
            Extent::Questions(asked) if asked.contains(question) => {
                if !is_text {
                    return Err(RedactionError::NoText(question.clone()));
                }
                questions.push(question.clone());
            }
            Extent::AllText | Extent::Questions(_) => {}
        }
    }
    for question in &questions {
        draft.answers.remove(question);
    }
    let audit = NewAuditEntry::new(caller, intake.clock.now(), reason);
    match store.redact(&draft, &questions, &audit).await? {
        Redacted::Done => Ok(Report { questions, in_quarantine }),
        Redacted::Before => Ok(Report { questions: Vec::new(), in_quarantine }),
        Redacted::Unknown => Err(unknown()),
    }
}

/// Where else the text may be: a record can be kept aside as well, with other content.
async fn in_quarantine(
    store: &dyn Store,
    wave: &WaveId,
    submission: SubmissionId,
) -> Result<Vec<u64>, StoreError> {
    let mut numbers = Vec::new();
    let mut after = 0;
    loop {
        let page = store.quarantine_after(wave, after, PAGE_SIZE).await?;
        let Some(last) = page.last() else {
            return Ok(numbers);
        };
        after = last.number;
        let has_text =
            |kept: &&QuarantineEntry| kept.submission == submission && kept.body.is_some();
        numbers.extend(page.iter().filter(has_text).map(|kept| kept.number));
    }
}
