//! Sends the answers: makes the record and hands it to the outbox.

use leptos::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::Answers;
use survey_defs::generation::{Extra, Generation};
use survey_defs::ids::SubmissionId;
use survey_defs::submission::{AppVersion, Draft, Submission};
use survey_defs::text::Language;

use super::{Failure, Identity, Session};
use crate::platform::outbox::{self, Outbox, SealError};
use crate::platform::{clock, drafts, ids, json, sessions, text};

#[derive(Debug, Clone)]
pub(super) struct Posted {
    pub(super) answers: Answers,
    pub(super) id: SubmissionId,
    pub(super) body: String,
}

impl Session {
    /// Seals the form and tells the host when it is stored. Otherwise leads to what is missing, or
    /// tells that it has failed.
    pub async fn send(self, language: Language) {
        if self.is_storing() {
            return;
        }
        if self.peek(|form| form.first_violation().is_some()) {
            self.moves(crate::form::paging::Paging::send);
            self.arrive(true);
            return;
        }
        self.is_busy.set(true);
        let host = self.host();
        let delivered = self.deliver(host.outbox, language).await;
        if self.is_busy.try_set(false).is_some() {
            // A kiosk has gone on to the next person meanwhile, who must not be thanked.
            return;
        }
        self.failure.set(delivered.err());
        if delivered.is_ok() {
            if self.is_on_phone() {
                drafts::delete();
            }
            self.change(crate::form::paging::Paging::send);
            host.sent.run(self.has_complaint());
        }
    }

    /// Whether something is called dissatisfying or worse.
    fn has_complaint(self) -> bool {
        let is_bad = |answer: &Answer| matches!(answer, Answer::Level(level) if level.index() < 2);
        self.peek(|form| form.evaluation().answers.values().any(is_bad))
    }

    /// Stores the form in the outbox; where the browser keeps nothing, posts it at once.
    async fn deliver(self, outbox: Outbox, language: Language) -> Result<(), Failure> {
        let package = self.package();
        // Twice at most: a fresh id that was stored a moment ago is not used in another tab.
        for _ in 0..2 {
            let record = self.record(language).await.ok_or(Failure::Unsent)?;
            // Known to the draft beforehand: if the page goes away now, the same record is sent again.
            self.memory.update_value(|memory| memory.posted = Some(record.clone()));
            self.keep();
            let is_begun = self.identity().is_some_and(|identity| identity.sequence.is_some());
            let sealed = outbox::seal(&package.address, record.id, (&record.body, is_begun));
            let failure = match sealed.await {
                Ok(()) => {
                    outbox.has_sealed(record.id);
                    return Ok(());
                }
                Err(SealError::IdUsed) if self.is_busy.is_disposed() => break,
                Err(SealError::IdUsed) => {
                    self.memory.update_value(|memory| memory.posted = None);
                    self.identify(ids::submission_id()).await;
                    continue;
                }
                Err(SealError::Full) => Failure::Full,
                Err(SealError::Storage) => Failure::Unsent,
            };
            if !outbox.post_unstored(record.id, &record.body).await {
                return Err(failure);
            }
            // The server has it; the next form must have an id of its own.
            let _ = sessions::end(&package.address).await;
            return Ok(());
        }
        Err(Failure::Unsent)
    }

    /// What is stored or posted. What was posted past the outbox may have arrived although nobody
    /// said so: then the same answers are the same text again, and other answers have another id.
    async fn record(self, language: Language) -> Option<Posted> {
        let answers = self.answers();
        let id = self.identity()?.id;
        match self.memory.with_value(|memory| memory.posted.clone()) {
            Some(earlier) if earlier.answers == answers => return Some(earlier),
            Some(earlier) if earlier.id == id => {
                let _ = sessions::end(&self.package().address).await;
                self.identify(ids::submission_id()).await;
            }
            Some(_) | None => {}
        }
        let (id, body) = self.written(language)?;
        Some(Posted { answers, id, body })
    }

    /// The submission as text; none if the engine refuses it after all.
    fn written(self, language: Language) -> Option<(SubmissionId, String)> {
        let Identity { id, sequence: _, started_at } = self.identity()?;
        let package = self.package();
        let mut answers = self.answers();
        for answer in answers.values_mut() {
            if let Answer::Text(typed) = answer {
                *typed = text::nfc(typed);
            }
        }
        let setting = self.setting();
        let draft = Draft {
            id,
            wave: package.wave.id.clone(),
            point: package.address.point.clone(),
            instrument: package.instrument.reference(),
            language,
            started_at,
            finished_at: clock::now(),
            app_version: app_version()?,
            answers,
            paradata: Some(self.memory.with_value(|memory| memory.observer.paradata(setting))),
            generation: Generation::THIS,
            extra: Extra::default(),
        };
        let submission = Submission::accept(&package.instrument, draft).ok()?;
        Some((id, json::to_text(&submission).ok()?))
    }
}

pub(super) fn app_version() -> Option<AppVersion> {
    AppVersion::try_from(env!("CARGO_PKG_VERSION").to_owned()).ok()
}
