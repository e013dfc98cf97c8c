//! Moves the respondent from page to page, and takes answers.

use leptos::prelude::*;
use survey_defs::answer::{Answer, Level};
use survey_defs::engine::Step;
use survey_defs::ids::{QuestionId, SubmissionId};
use survey_defs::instrument::QuestionKind;

use super::{Identity, Session, question_id};
use crate::form::paging::{Page, Paging};
use crate::form::paradata::Happening;
use crate::platform::storage::{self, Room};
use crate::platform::{clock, ids, location, page, sessions, taps, worker};

impl Session {
    /// Leaves the welcome screen, once the id of the form is stored, and tells whether it has. A
    /// device without room for another form begins none.
    pub async fn start(self) -> bool {
        if self.is_storing() {
            return false;
        }
        self.is_busy.set(true);
        worker::hold();
        // A phone with a network posts what it cannot store.
        let can_post = self.is_on_phone() && location::is_online();
        let has_room = storage::room().await != Room::Full || can_post;
        if has_room && self.identity().is_none() {
            self.identify(ids::submission_id()).await;
        }
        self.is_busy.set(false);
        if has_room {
            self.go(|paging| paging.next(self.preferences.now().mode));
        } else {
            self.host().full.run(());
        }
        has_room
    }

    /// Begins with the answer to the first statement, which a face on the screen before has given.
    /// `is_open` is told when the form may be drawn.
    pub async fn start_with(self, level: Level, is_open: RwSignal<bool>) {
        if !self.start().await {
            return;
        }
        is_open.set(true);
        let first = self.package().instrument.opening_statement().map(|first| first.id.clone());
        if let Some(first) = first {
            self.answer(first, Some(Answer::Level(level)));
        }
    }

    /// Gives the form an id and stores it. What a crash has left at this address is forgotten.
    pub(super) async fn identify(self, id: SubmissionId) {
        let address = self.package().address.clone();
        let started_at = self.identity().map_or_else(clock::now, |identity| identity.started_at);
        // A browser that keeps nothing can still send while the page is open: see `deliver`.
        let sequence = sessions::begin(&address, id).await.ok();
        let identity = Identity { id, sequence, started_at };
        self.memory.update_value(|memory| memory.identity = Some(identity));
    }

    /// Answers a question, or takes the answer back.
    pub fn answer(self, question: QuestionId, answer: Option<Answer>) {
        self.preferences.speech.stop();
        let package = self.package();
        let is_chosen =
            package.instrument.question(&question).is_some_and(|question| match question.kind {
                QuestionKind::Satisfaction { .. }
                | QuestionKind::Single { .. }
                | QuestionKind::Multiple { .. } => true,
                QuestionKind::Number { .. }
                | QuestionKind::ShortText { .. }
                | QuestionKind::LongText { .. }
                | QuestionKind::Date { .. } => false,
            });
        self.note(if is_chosen {
            Happening::Chose(&question)
        } else {
            Happening::Typed(&question)
        });
        let before = self.shown();
        self.change(|paging| paging.answer(question, answer));
        let shown = self.shown();
        self.note(Happening::Shows(&shown));
        // Who types must not lose the place where they type.
        if let Some(new) = shown.iter().find(|id| !before.contains(id)).filter(|_| is_chosen) {
            page::reveal_soon(question_id(new));
        }
        self.keep();
    }

    /// Forward, if the open page allows it; to the review screen if the respondent came from there.
    pub fn next(self) {
        let mode = self.preferences.now().mode;
        let mut has_moved = self.moves(|paging| paging.next(mode));
        while has_moved && self.is_revising.get_untracked() {
            has_moved = self.moves(|paging| paging.next(mode));
        }
        self.arrive(!has_moved);
    }

    /// Back one page.
    pub fn back(self) {
        if self.is_storing() {
            return self.guard_back_button();
        }
        self.note(Happening::SteppedBack);
        if self.is_revising.get_untracked() {
            // Back to the review, where the respondent came from.
            return self.next();
        }
        self.go(|paging| paging.back(self.preferences.now().mode));
    }

    /// From the review screen to a question.
    pub fn revise(self, question: &QuestionId) {
        if self.is_storing() {
            return;
        }
        self.is_revising.set(true);
        self.go(|paging| paging.go_to(question));
    }

    /// A page has come on the screen, by a step or because the mode or the language has changed.
    pub fn opened(self, page: Page) {
        let shown = self.shown();
        let is_new = self.memory.with_value(|memory| memory.page != page);
        self.memory.update_value(|memory| memory.page = page);
        if is_new {
            taps::screen_changed();
            self.note(Happening::Opened(&shown));
        }
        self.keep();
        self.read_page(page);
    }

    /// The questions on the screen.
    fn shown(self) -> Vec<QuestionId> {
        let mode = self.preferences.now().mode;
        self.paging.with_untracked(|paging| paging.shown(mode).to_vec())
    }

    pub(super) fn note(self, happening: Happening<'_>) {
        let at = clock::monotonic_ms();
        self.memory.update_value(|memory| memory.observer.note(at, happening));
    }

    pub(super) fn change(self, change: impl FnOnce(Paging) -> Paging) {
        self.paging.update(|paging| *paging = change(paging.clone()));
    }

    /// Changes the place and tells whether that has changed what is open.
    pub(super) fn moves(self, change: impl FnOnce(Paging) -> Paging) -> bool {
        let mode = self.preferences.now().mode;
        let page = || self.paging.with_untracked(|paging| paging.page(mode));
        let before = page();
        self.change(change);
        if matches!(page(), Page::Review(_)) {
            self.is_revising.set(false);
        }
        page() != before
    }

    pub(super) fn go(self, change: impl FnOnce(Paging) -> Paging) {
        let has_moved = self.moves(change);
        self.arrive(!has_moved);
    }

    /// Moves the focus to what is open now, or to what is wrong in it.
    pub(super) fn arrive(self, is_blocked: bool) {
        let mode = self.preferences.now().mode;
        self.preferences.speech.stop();
        let violation = self.paging.with_untracked(|paging| paging.first_violation(mode).cloned());
        match violation {
            Some(question) if is_blocked => page::show_control(question_id(&question)),
            Some(_) | None => page::show_heading(),
        }
        self.guard_back_button();
    }

    /// The browser's back button has used up its entry of the history, and gets another one.
    fn guard_back_button(self) {
        let is_begun = self.peek(survey_defs::engine::Form::step) != Step::Welcome;
        if is_begun && self.is_on_phone() {
            page::guard_back_button();
        }
    }
}
