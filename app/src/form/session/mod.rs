//! Holds one form being filled in, from the welcome screen to the outbox.

mod navigation;
mod sending;
mod break_off;
mod draft;
mod read_aloud;

use std::sync::Arc;

use jiff::Timestamp;
use leptos::prelude::*;
use survey_defs::engine::{Answers, Form, Progress};
use survey_defs::ids::{QuestionId, SubmissionId};
use survey_defs::instrument::Question;

use self::sending::Posted;
use crate::form::draft::Draft;
use crate::form::host::{Host, Surface};
use crate::form::package::Package;
use crate::form::paging::{Page, Paging};
use crate::form::paradata::{Observer, Setting};
use crate::form::preferences::{Preferences, preferences};
use crate::platform::{appearance, page};

/// The state of one form, as signals; a handle that screens and controls share. It belongs to the
/// screen that made it: when that is gone, so is every answer.
#[derive(Debug, Clone, Copy)]
pub struct Session {
    memory: StoredValue<Memory>,
    paging: RwSignal<Paging>,
    /// Whether the respondent has come from the review screen and wants back there.
    is_revising: RwSignal<bool>,
    is_busy: RwSignal<bool>,
    failure: RwSignal<Option<Failure>>,
    /// An unfinished form that can be taken up.
    kept: RwSignal<Option<Draft>>,
    preferences: Preferences,
}

/// Why a form is neither stored nor sent. Its answers are still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// The browser keeps nothing, and the server cannot be reached.
    Unsent,
    /// The device has no room left, and the server cannot be reached.
    Full,
}

/// What nothing on the screen depends on.
#[derive(Debug)]
struct Memory {
    host: Host,
    package: Arc<Package>,
    identity: Option<Identity>,
    /// What was about to be stored or posted, and may have been.
    posted: Option<Posted>,
    observer: Observer,
    /// The page that was observed last.
    page: Page,
}

#[derive(Debug, Clone, Copy)]
struct Identity {
    id: SubmissionId,
    /// The number of the session on this device, where it can count.
    sequence: Option<u64>,
    started_at: Timestamp,
}

impl Session {
    /// A fresh form on the welcome screen. It belongs to the owner that is current.
    pub fn new(host: Host, package: Arc<Package>) -> Self {
        let preferences = preferences();
        let session = Self {
            paging: RwSignal::new(Paging::start(Arc::clone(&package.instrument))),
            kept: RwSignal::new(draft::kept(host.surface, &package)),
            memory: StoredValue::new(Memory {
                host,
                package,
                identity: None,
                posted: None,
                observer: Observer::default(),
                page: Page::Welcome,
            }),
            is_revising: RwSignal::new(false),
            is_busy: RwSignal::new(false),
            failure: RwSignal::new(None),
            preferences,
        };
        preferences.enter();
        // Whoever needs large type needs it for the question whether to go on, too.
        session.look_as_kept();
        on_cleanup(move || preferences.leave());
        session
    }

    fn host(self) -> Host {
        self.memory.with_value(|memory| memory.host)
    }

    /// Whether the form is filled in on somebody's own device.
    pub fn is_on_phone(self) -> bool {
        self.host().surface == Surface::Phone
    }

    /// Whether the review keeps the answer to itself, because bystanders at a counter would read it.
    pub fn hides(self, question: &QuestionId) -> bool {
        let is_sensitive =
            self.package().instrument.question(question).is_some_and(|q| q.sensitive);
        is_sensitive && !self.is_on_phone()
    }

    /// Lets the browser's back button lead one step back, where there is a history.
    pub fn follow_back_button(self) {
        if self.is_on_phone() {
            page::on_back_button(move || self.back());
        }
    }

    pub fn package(self) -> Arc<Package> {
        self.memory.with_value(|memory| Arc::clone(&memory.package))
    }

    /// Reads a question, by the places of its section and of itself in the instrument.
    pub fn question<T>(
        self,
        (section, place): (usize, usize),
        read: impl FnOnce(&Question) -> T,
    ) -> T {
        read(&self.package().instrument.sections()[section].questions[place])
    }

    /// Reads the engine's state and follows its changes.
    pub fn read<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.paging.with(|paging| read(paging.form()))
    }

    /// Reads the engine's state as it is now.
    pub fn peek<T>(self, read: impl FnOnce(&Form) -> T) -> T {
        self.paging.with_untracked(|paging| read(paging.form()))
    }

    /// The page that is open; followed.
    pub fn page(self) -> Page {
        let mode = self.preferences.chosen().mode;
        self.paging.with(|paging| paging.page(mode))
    }

    /// How far the respondent is, in the terms of the mode; followed.
    pub fn progress(self) -> Progress {
        let mode = self.preferences.chosen().mode;
        self.paging.with(|paging| paging.progress(mode))
    }

    /// Whether a question's violation is shown because “next” was pressed on its page; followed.
    pub fn is_refused(self, section: usize, question: &QuestionId) -> bool {
        self.paging.with(|paging| paging.is_refused(section, question))
    }

    /// How many violations of the open page are shown because “next” was pressed on it.
    pub fn violations_shown(self, section: usize) -> usize {
        let mode = self.preferences.chosen().mode;
        self.paging.with(|paging| {
            let evaluation = paging.form().evaluation();
            let is_marked = |id: &&QuestionId| {
                paging.is_refused(section, id) && evaluation.violation_of(id).is_some()
            };
            paging.shown(mode).iter().filter(is_marked).count()
        })
    }

    pub fn is_revising(self) -> bool {
        self.is_revising.get()
    }

    /// Whether something is being stored; followed.
    pub fn is_busy(self) -> bool {
        self.is_busy.get()
    }

    /// Whether something is being stored now, so that no press may lead elsewhere.
    pub fn is_storing(self) -> bool {
        self.is_busy.get_untracked()
    }

    /// Why the form could be neither stored nor sent.
    pub fn failure(self) -> Option<Failure> {
        self.failure.get()
    }

    /// Whether an unfinished form can be taken up; followed.
    pub fn has_kept(self) -> bool {
        self.kept.with(Option::is_some)
    }

    /// Whether a question is relevant now, by the places of its section and of itself; followed.
    pub fn is_visible(self, at: (usize, usize)) -> bool {
        self.question(at, |question| self.read(|form| form.evaluation().is_visible(&question.id)))
    }

    /// Whether no earlier question of the section is relevant now.
    pub fn is_first_of_section(self, (section, place): (usize, usize)) -> bool {
        untrack(|| !(0..place).any(|earlier| self.is_visible((section, earlier))))
    }

    fn answers(self) -> Answers {
        self.peek(|form| form.evaluation().answers.clone())
    }

    fn identity(self) -> Option<Identity> {
        self.memory.try_with_value(|memory| memory.identity).flatten()
    }

    /// What is known of the session besides what happened in it.
    fn setting(self) -> Setting {
        let chosen = self.preferences.now();
        Setting {
            mode: chosen.mode,
            high_contrast: chosen.high_contrast,
            large_type: chosen.large_type,
            orientation: appearance::orientation(),
            device: match self.host().surface {
                Surface::Phone => None,
                Surface::Kiosk { device } => device,
            },
            sequence: self.identity().and_then(|identity| identity.sequence),
        }
    }
}

/// The session of the form that is being drawn.
pub fn session() -> Session {
    expect_context()
}

/// The id of a question's element.
pub fn question_id(question: &QuestionId) -> String {
    ["q-", question.as_str()].concat()
}
