//! Defines a submission: what a respondent sends, and who, where and when it was.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::answer::Answer;
use crate::engine::{Answers, Verdict, Violation, ViolationKind, copied, judge};
use crate::generation::{Extra, Generation, Versioned, write_record};
use crate::ids::{PointId, ProcedureGroup, SubmissionId, WaveId};
use crate::instrument::{Instrument, InstrumentRef, Role};
use crate::paradata::Paradata;
use crate::text::{Language, nfc};
use crate::wave::{Population, RespondentType, Wave};

/// A draft is refused with every violation that the engine finds.
#[derive(Debug, Clone, PartialEq, thiserror::Error)]
#[error("{} answers are not valid", .0.len())]
pub struct Invalid(pub Vec<Violation>);

/// One completed form (*phiếu*) as it is sent: nothing in it identifies a person.
#[derive(Debug, Clone, PartialEq, Deserialize, ToSchema)]
pub struct Draft {
    /// Made and stored by the browser before question 1; the same on every attempt to send.
    pub id: SubmissionId,
    /// The wave.
    pub wave: WaveId,
    /// The service point, which gives unit and channel.
    pub point: PointId,
    /// What was asked.
    pub instrument: InstrumentRef,
    /// In which language.
    pub language: Language,
    /// When the form was opened, by the device's clock; never decides anything alone.
    pub started_at: Timestamp,
    /// When “send” was pressed, by the device's clock.
    pub finished_at: Timestamp,
    /// Which version of the app.
    pub app_version: AppVersion,
    /// The answers to relevant questions.
    #[schema(value_type = std::collections::BTreeMap<String, Answer>)]
    pub answers: Answers,
    /// How the form was filled in; absent in forms from elsewhere and from older apps.
    #[serde(default)]
    pub paradata: Option<Paradata>,
    /// The generation of the form that made it.
    #[serde(default = "Generation::first")]
    #[schema(value_type = u32)]
    pub generation: Generation,
    /// What a newer form says besides.
    #[serde(flatten)]
    #[schema(ignore)]
    pub extra: Extra,
}

write_record!(Draft {
    id,
    wave,
    point,
    instrument,
    language,
    started_at,
    finished_at,
    app_version,
    answers,
    paradata unless Option::is_none,
    generation unless Generation::is_first,
});

/// The version of the app: at most 32 bytes of printable ASCII.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(try_from = "String", into = "String")]
#[schema(value_type = String, description = "At most 32 bytes of printable ASCII.")]
pub struct AppVersion(String);

/// A text that is not an app version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("an app version is 1 to 32 bytes of printable ASCII")]
pub struct NotAnAppVersion;

impl TryFrom<String> for AppVersion {
    type Error = NotAnAppVersion;
    fn try_from(text: String) -> Result<Self, NotAnAppVersion> {
        let fits = (1..=32).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_graphic());
        if fits { Ok(Self(text)) } else { Err(NotAnAppVersion) }
    }
}

impl From<AppVersion> for String {
    fn from(version: AppVersion) -> String {
        version.0
    }
}

impl Draft {
    /// The same draft with every text in Unicode NFC.
    #[must_use]
    pub fn normalised(mut self) -> Self {
        for answer in self.answers.values_mut() {
            if let Answer::Text(text) = answer {
                *text = nfc(text).into_owned();
            }
        }
        self
    }
}

impl Versioned for Draft {
    fn generation(&self) -> Generation {
        self.generation
    }

    fn extras(&self) -> [&Extra; 2] {
        let of_paradata = self.paradata.as_ref().map(|paradata| &paradata.extra);
        [&self.extra, of_paradata.unwrap_or(&self.extra)]
    }
}

/// A draft whose answers the engine has accepted: answers to irrelevant questions and blank
/// answers are gone, no violation is left.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(transparent)]
pub struct Submission(Draft);

impl Submission {
    /// Replays the engine on a draft. Both the app, before a draft goes into the outbox, and the
    /// server, before it is recorded, come through here.
    ///
    /// # Errors
    /// [`Invalid`] with every violation, in the order of the questions.
    pub fn accept(instrument: &Instrument, draft: Draft) -> Result<Self, Invalid> {
        Self::unless(instrument, draft, |_| true)
    }

    /// Accepts a form that was filled in elsewhere (paper, another system, a simulation), in
    /// which required questions may be left open. Everything else is checked as in [`accept`].
    ///
    /// # Errors
    /// [`Invalid`] with every violation but `required`.
    ///
    /// [`accept`]: Self::accept
    pub fn accept_partial(instrument: &Instrument, draft: Draft) -> Result<Self, Invalid> {
        Self::unless(instrument, draft, |violation| violation.kind != ViolationKind::Required)
    }

    /// Accepts a draft unless one of its violations is wrong.
    fn unless(
        instrument: &Instrument,
        draft: Draft,
        is_wrong: impl FnMut(&Violation) -> bool,
    ) -> Result<Self, Invalid> {
        let Verdict { answers, mut violations, .. } = judge(instrument, &draft.answers);
        violations.retain(is_wrong);
        if !violations.is_empty() {
            return Err(Invalid(violations));
        }
        // Mostly all answers count, and then they stay where they are.
        let some = (answers.len() < draft.answers.len()).then(|| copied(answers));
        Ok(Self(kept(instrument, draft, some)))
    }

    /// The accepted draft.
    pub fn draft(&self) -> &Draft {
        &self.0
    }
}

/// The draft with the answers that count, where that is not all of them, and with paradata of
/// questions that exist.
fn kept(instrument: &Instrument, draft: Draft, some: Option<Answers>) -> Draft {
    let answers = some.unwrap_or(draft.answers);
    let paradata = draft.paradata.map(|paradata| paradata.of(instrument));
    Draft { answers, paradata, ..draft }
}

/// What the system reads from the answers themselves, through the roles of questions.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Context {
    /// Who answered; without a question for it, a household or an individual by population.
    pub respondent_type: RespondentType,
    /// Whether staff helped, where that was asked and answered by yes or no. “Prefer not to say” is
    /// neither: it stands here as nothing, and as itself among the answers.
    pub staff_helped: Option<bool>,
    /// The group of procedures, where that was asked and answered.
    pub procedure_group: Option<ProcedureGroup>,
}

impl Context {
    /// Reads the roles.
    pub fn read(instrument: &Instrument, wave: &Wave, answers: &Answers) -> Self {
        let choice = |role| {
            let question = instrument.question_with_role(role)?;
            match answers.get(&question.id) {
                Some(Answer::Option(choice)) => Some(choice.as_str()),
                _ => None,
            }
        };
        let respondent_type = choice(Role::RespondentType).and_then(|word| word.parse().ok());
        Self {
            respondent_type: respondent_type.unwrap_or(match wave.population {
                Population::Household => RespondentType::Household,
                Population::Transaction => RespondentType::Individual,
            }),
            staff_helped: choice(Role::StaffHelped).and_then(|word| match word {
                "yes" => Some(true),
                "no" => Some(false),
                _ => None,
            }),
            procedure_group: choice(Role::ProcedureGroup)
                .and_then(|word| ProcedureGroup::new(word).ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::instrument::embedded_version;

    #[test]
    fn prefer_not_to_say_is_neither_yes_nor_no() {
        let counter = embedded_version("counter", 2).unwrap();
        let wave = serde_json::from_value(serde_json::json!({
            "id": "w", "title": { "vi": "Đợt", "en": "Wave" }, "population": "transaction",
            "instrument": { "id": "counter", "version": 2 }, "method": "t2b",
            "geography": "2026-01-01", "opens_at": "2026-01-01T00:00:00Z",
            "closes_at": "2026-02-01T00:00:00Z", "simulated": false
        }));
        let wave = wave.unwrap();
        let helped = |word: Option<&str>| {
            let answer = |word: &str| {
                let answer = Answer::Option(word.parse().unwrap());
                ("staff_helped".parse().unwrap(), answer)
            };
            let answers: Answers = word.map(answer).into_iter().collect();
            Context::read(&counter, &wave, &answers).staff_helped
        };
        assert_eq!(helped(Some("yes")), Some(true));
        assert_eq!(helped(Some("no")), Some(false));
        assert_eq!(helped(Some("undisclosed")), None);
        assert_eq!(helped(None), None);
    }
}
