//! One form being filled in, from the welcome screen to the outbox.

use std::sync::Arc;

use app::platform::outbox::{self, Outbox, SealError};
use app::platform::{clock, ids, page, sessions, text};
use jiff::Timestamp;
use leptos::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::{Answers, Event, Form, Step};
use survey_defs::ids::{QuestionId, SubmissionId};
use survey_defs::instrument::Question;
use survey_defs::submission::{AppVersion, Draft, Submission};
use survey_defs::text::Language;

use crate::package::Package;

/// The state of one form, as signals; a handle that screens and controls share. It belongs to the
/// screen that made it: when that is gone, so is every answer.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Session {
    memory: StoredValue<Memory>,
    form: RwSignal<Form>,
    /// Whether the respondent has come from the review screen and wants back there.
    is_revising: RwSignal<bool>,
    is_busy: RwSignal<bool>,
    has_failed: RwSignal<bool>,
}

/// What nothing on the screen depends on.
#[derive(Debug)]
struct Memory {
    package: Arc<Package>,
    identity: Option<Identity>,
    /// What was posted past the outbox, because the browser keeps nothing.
    posted: Option<Posted>,
}

#[derive(Debug, Clone, Copy)]
struct Identity {
    id: SubmissionId,
    started_at: Timestamp,
}

#[derive(Debug, Clone)]
struct Posted {
    answers: Answers,
    id: SubmissionId,
    body: String,
}

impl Session {
    /// A fresh form on the welcome screen.
    pub(crate) fn new(package: Arc<Package>) -> Self {
        Self {
            form: RwSignal::new(Form::start(Arc::clone(&package.instrument))),
            memory: StoredValue::new(Memory { package, identity: None, posted: None }),
            is_revising: RwSignal::new(false),
            is_busy: RwSignal::new(false),
            has_failed: RwSignal::new(false),
        }
    }

    pub(crate) fn package(self) -> Arc<Package> {
        self.memory.with_value(|memory| Arc::clone(&memory.package))
    }

    /// Reads a question, by the places of its section and of itself in the instrument.
    pub(crate) fn question<T>(
        self,
        (section, place): (usize, usize),
        read: impl FnOnce(&Question) -> T,
    ) -> T {
        read(&self.package().instrument.sections()[section].questions[place])
    }

    /// Reads the engine's state and follows its changes.
    pub(crate) fn read<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.form.with(read)
    }

    /// Reads the engine's state as it is now.
    pub(crate) fn peek<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.form.with_untracked(read)
    }

    /// How many violations of a section are shown because “next” was pressed on it.
    pub(crate) fn violations_shown(self, section: usize) -> usize {
        let package = self.package();
        let questions = &package.instrument.sections()[section].questions;
        self.read(|form| {
            let violations = &form.evaluation().violations;
            let is_here = |id: &QuestionId| questions.iter().any(|question| question.id == *id);
            let here = violations.iter().filter(|violation| is_here(&violation.question));
            if form.was_attempted(section) { here.count() } else { 0 }
        })
    }

    pub(crate) fn is_revising(self) -> bool {
        self.is_revising.get()
    }

    /// Whether something is being stored, so that a second press must do nothing.
    pub(crate) fn is_busy(self) -> bool {
        self.is_busy.get()
    }

    /// Whether the form could be neither stored nor sent.
    pub(crate) fn has_failed(self) -> bool {
        self.has_failed.get()
    }

    /// Answers a question, or takes the answer back.
    pub(crate) fn answer(self, question: QuestionId, answer: Option<Answer>) {
        self.apply(match answer {
            Some(answer) => Event::Answer(question, answer),
            None => Event::Clear(question),
        });
    }

    /// Leaves the welcome screen, once the id of the form is stored.
    pub(crate) async fn start(self) {
        if self.is_busy.get_untracked() {
            return;
        }
        self.is_busy.set(true);
        if self.identity().is_none() {
            let fresh = ids::submission_id();
            let place = &self.package().place;
            // A browser that keeps nothing can still send while the page is open: see `deliver`.
            let id = sessions::begin(place, fresh).await.unwrap_or(fresh);
            let identity = Identity { id, started_at: clock::now() };
            self.memory.update_value(|memory| memory.identity = Some(identity));
        }
        self.is_busy.set(false);
        self.go(Event::Next);
    }

    /// Forward, if the open section allows it; to the review screen if the respondent came from
    /// there.
    pub(crate) fn next(self) {
        let mut has_moved = self.moves(Event::Next);
        while has_moved && self.is_revising.get_untracked() {
            has_moved = self.moves(Event::Next);
        }
        self.arrive(!has_moved);
    }

    /// Back one step.
    pub(crate) fn back(self) {
        self.go(Event::Back);
    }

    /// From the review screen to a section.
    pub(crate) fn revise(self, section: usize) {
        self.is_revising.set(true);
        self.go(Event::GoTo(section));
    }

    /// Seals the form; true when it is stored. Otherwise leads to what is missing, or tells that
    /// it has failed.
    pub(crate) async fn send(self, language: Language, outbox: Outbox) -> bool {
        if self.is_busy.get_untracked() {
            return false;
        }
        if self.peek(|form| form.first_violation().is_some()) {
            self.apply(Event::Send);
            self.arrive(true);
            return false;
        }
        self.is_busy.set(true);
        let is_delivered = self.deliver(language, outbox).await;
        self.is_busy.set(false);
        self.has_failed.set(!is_delivered);
        if is_delivered {
            self.apply(Event::Send);
        }
        is_delivered
    }

    fn apply(self, event: Event) {
        self.form.update(|form| *form = form.clone().apply(event));
    }

    /// Applies an event and tells whether it has changed the step.
    fn moves(self, event: Event) -> bool {
        let step = || self.peek(Form::step);
        let before = step();
        self.apply(event);
        if step() == Step::Review {
            self.is_revising.set(false);
        }
        step() != before
    }

    fn go(self, event: Event) {
        let has_moved = self.moves(event);
        self.arrive(!has_moved);
    }

    /// Moves the focus to what is open now, or to what is wrong in it.
    fn arrive(self, is_blocked: bool) {
        let violation = self.peek(|form| form.first_violation().cloned());
        match violation {
            Some(question) if is_blocked => page::show_control(question_id(&question)),
            Some(_) | None => page::show_heading(),
        }
        if self.peek(Form::step) != Step::Welcome {
            page::guard_back_button();
        }
    }

    /// Stores the form in the outbox; where the browser keeps nothing, posts it at once.
    async fn deliver(self, language: Language, outbox: Outbox) -> bool {
        let package = self.package();
        // Twice at most: a fresh id that was stored a moment ago is not used in another tab.
        for _ in 0..2 {
            let Some((id, body)) = self.written(language) else { return false };
            match outbox::seal(&package.place, id, &body).await {
                Ok(()) => {
                    outbox.has_sealed();
                    return true;
                }
                Err(SealError::IdUsed) => {
                    let fresh = ids::submission_id();
                    let id = sessions::begin(&package.place, fresh).await.unwrap_or(fresh);
                    self.identify(id);
                }
                Err(SealError::Storage(_)) => return self.post(language, id, body).await,
            }
        }
        false
    }

    /// Posts past the outbox. What was posted once may have arrived, so the same answers are
    /// posted again as the same text, and other answers under another id.
    async fn post(self, language: Language, id: SubmissionId, body: String) -> bool {
        let answers = self.peek(|form| form.evaluation().answers.clone());
        let earlier = self.memory.with_value(|memory| memory.posted.clone());
        let posted = match earlier {
            Some(earlier) if earlier.answers == answers => earlier,
            Some(earlier) if earlier.id == id => {
                self.identify(ids::submission_id());
                let Some((id, body)) = self.written(language) else { return false };
                Posted { answers, id, body }
            }
            Some(_) | None => Posted { answers, id, body },
        };
        self.memory.update_value(|memory| memory.posted = Some(posted.clone()));
        outbox::post_unstored(posted.id, &posted.body).await
    }

    fn identity(self) -> Option<Identity> {
        self.memory.with_value(|memory| memory.identity)
    }

    fn identify(self, id: SubmissionId) {
        self.memory.update_value(|memory| {
            if let Some(identity) = &mut memory.identity {
                identity.id = id;
            }
        });
    }

    /// The submission as text; none if the engine refuses it after all.
    fn written(self, language: Language) -> Option<(SubmissionId, String)> {
        let Identity { id, started_at } = self.identity()?;
        let package = self.package();
        let mut answers = self.peek(|form| form.evaluation().answers.clone());
        for answer in answers.values_mut() {
            if let Answer::Text(typed) = answer {
                *typed = text::nfc(typed);
            }
        }
        let draft = Draft {
            id,
            wave: package.wave.id.clone(),
            point: package.place.point.clone(),
            instrument: package.instrument.reference(),
            language,
            started_at,
            finished_at: clock::now(),
            app_version: AppVersion::try_from(env!("CARGO_PKG_VERSION").to_owned()).ok()?,
            answers,
        };
        let submission = Submission::accept(&package.instrument, draft).ok()?;
        Some((id, serde_json::to_string(&submission).ok()?))
    }
}

/// The id of a question's element.
pub(crate) fn question_id(question: &QuestionId) -> String {
    ["q-", question.as_str()].concat()
}
