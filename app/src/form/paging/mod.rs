//! What is on the screen: a section, or in the elder mode one question of it.
//!
//! The engine's [`Form`] knows sections and all rules; this only cuts its sections into pages, so
//! that both modes lead through the same form to the same answers. The respondent may change the
//! mode at any time: the answers and the place are kept.

use std::sync::Arc;

use survey_defs::answer::Answer;
use survey_defs::engine::{Event, Form, Progress, Step};
use survey_defs::ids::QuestionId;
use survey_defs::instrument::Instrument;
use survey_defs::paradata::Mode;

/// A form and the place in it.
#[derive(Debug, Clone, PartialEq)]
pub struct Paging {
    form: Form,
    /// The question in the open section that was opened or answered last.
    place: Option<QuestionId>,
    /// Questions on whose page “next” was refused.
    refused: Vec<QuestionId>,
}

/// What is on the screen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Page {
    Welcome,
    /// A section, by its place in the instrument.
    Section(usize),
    /// A question, by the places of its section and of itself.
    Question(usize, usize),
    Review(Mode),
    Sent,
}

impl Paging {
    /// A fresh form on the welcome screen.
    pub fn start(instrument: Arc<Instrument>) -> Self {
        Self { form: Form::start(instrument), place: None, refused: Vec::new() }
    }

    pub fn form(&self) -> &Form {
        &self.form
    }

    /// What is on the screen.
    pub fn page(&self, mode: Mode) -> Page {
        match (self.form.step(), mode) {
            (Step::Welcome, _) => Page::Welcome,
            (Step::Section(section), Mode::Standard) => Page::Section(section),
            (Step::Section(section), Mode::Elder) => {
                let questions = &self.form.instrument().sections()[section].questions;
                let open = self.open();
                let place = questions.iter().position(|question| Some(&question.id) == open);
                Page::Question(section, place.unwrap_or_default())
            }
            (Step::Review, mode) => Page::Review(mode),
            (Step::Sent, _) => Page::Sent,
        }
    }

    /// The questions on the screen.
    pub fn shown(&self, mode: Mode) -> &[QuestionId] {
        match mode {
            Mode::Standard => self.here(),
            Mode::Elder => self.open().map_or(&[], std::slice::from_ref),
        }
    }

    /// How far the respondent is: in sections, in the elder mode in questions; the review is the last
    /// step of both.
    pub fn progress(&self, mode: Mode) -> Progress {
        match mode {
            Mode::Standard => self.form.progress(),
            Mode::Elder => {
                let instrument = self.form.instrument();
                let of = instrument.questions().count() + 1;
                let at = match self.form.step() {
                    Step::Welcome => 0,
                    Step::Section(_) => {
                        let open = self.open();
                        let mut questions = instrument.questions();
                        questions
                            .position(|question| Some(&question.id) == open)
                            .map_or(0, |at| at + 1)
                    }
                    Step::Review | Step::Sent => of,
                };
                Progress { at, of }
            }
        }
    }

    /// Whether a violation of a question is shown, because “next” was refused on its page.
    pub fn is_refused(&self, section: usize, question: &QuestionId) -> bool {
        self.form.was_attempted(section) || self.refused.contains(question)
    }

    /// Where the focus goes when “next” or “send” was refused.
    pub fn first_violation(&self, mode: Mode) -> Option<&QuestionId> {
        let evaluation = self.form.evaluation();
        let is_violated = |id: &&QuestionId| evaluation.violation_of(id).is_some();
        match self.page(mode) {
            Page::Question(..) => self.open().filter(is_violated),
            Page::Welcome | Page::Section(_) | Page::Review(_) | Page::Sent => {
                self.form.first_violation()
            }
        }
    }

    /// An answer was given or taken back.
    #[must_use]
    pub fn answer(mut self, question: QuestionId, answer: Option<Answer>) -> Self {
        if self.here().contains(&question) {
            self.place = Some(question.clone());
        }
        self.apply(match answer {
            Some(answer) => Event::Answer(question, answer),
            None => Event::Clear(question),
        })
    }

    /// Forward one page, if nothing on this one is violated.
    #[must_use]
    pub fn next(mut self, mode: Mode) -> Self {
        let step = self.form.step();
        if let (Mode::Elder, Step::Section(_), Some(open)) = (mode, step, self.open().cloned()) {
            if self.form.evaluation().violation_of(&open).is_some() {
                if !self.refused.contains(&open) {
                    self.refused.push(open);
                }
                return self;
            }
            let following = self.here().iter().skip_while(|id| **id != open).nth(1);
            if let Some(following) = following.cloned() {
                self.place = Some(following);
                return self;
            }
        }
        self = self.apply(Event::Next);
        self.place = if self.form.step() == step {
            // The section has a violation that the last page of the elder mode does not show.
            self.form.first_violation().cloned()
        } else {
            None
        };
        self
    }

    /// Back one page.
    #[must_use]
    pub fn back(mut self, mode: Mode) -> Self {
        if let (Mode::Elder, Some(open)) = (mode, self.open()) {
            let preceding = self.here().iter().take_while(|id| *id != open).last();
            if let Some(preceding) = preceding.cloned() {
                self.place = Some(preceding);
                return self;
            }
        }
        self = self.apply(Event::Back);
        self.place = self.here().last().filter(|_| mode == Mode::Elder).cloned();
        self
    }

    /// From the review screen to the page of a question.
    #[must_use]
    pub fn go_to(mut self, question: &QuestionId) -> Self {
        let visible = &self.form.evaluation().visible;
        let section = visible.iter().find(|(_, questions)| questions.contains(question));
        if let Some(section) = section.map(|(section, _)| *section) {
            self = self.apply(Event::GoTo(section));
            self.place = Some(question.clone());
        }
        self
    }

    /// Seals the answers, or leads to what is missing.
    #[must_use]
    pub fn send(mut self) -> Self {
        self = self.apply(Event::Send);
        if self.form.step() != Step::Sent {
            self.place = self.form.first_violation().cloned();
        }
        self
    }

    /// Takes the form up again where it was left: at a question, or at the review screen. It stops
    /// earlier where an answer on the way is missing.
    #[must_use]
    pub fn resume(mut self, at: &ResumeAt) -> Self {
        loop {
            let is_there = match at {
                ResumeAt::Question(question) => self.here().contains(question),
                ResumeAt::Review => self.form.step() == Step::Review,
            };
            if is_there {
                if let ResumeAt::Question(question) = at {
                    self.place = Some(question.clone());
                }
                return self;
            }
            // Asked before, because “next” would show what is missing as an error.
            let is_blocked = match self.form.step() {
                Step::Welcome => false,
                Step::Section(_) => self.form.first_violation().is_some(),
                Step::Review | Step::Sent => true,
            };
            if is_blocked {
                return self;
            }
            self = self.apply(Event::Next);
        }
    }

    /// The place to take the form up at; none on the welcome screen.
    pub fn resume_at(&self) -> Option<ResumeAt> {
        match self.form.step() {
            Step::Welcome | Step::Sent => None,
            Step::Section(_) => self.open().cloned().map(ResumeAt::Question),
            Step::Review => Some(ResumeAt::Review),
        }
    }

    fn apply(mut self, event: Event) -> Self {
        self.form = self.form.apply(event);
        self
    }

    /// The relevant questions of the open section.
    fn here(&self) -> &[QuestionId] {
        let Step::Section(section) = self.form.step() else { return &[] };
        let visible = &self.form.evaluation().visible;
        visible.iter().find(|(index, _)| *index == section).map_or(&[], |(_, ids)| ids)
    }

    /// The question that the elder mode shows.
    fn open(&self) -> Option<&QuestionId> {
        let here = self.here();
        here.iter().find(|id| Some(*id) == self.place.as_ref()).or(here.first())
    }
}

/// Where an unfinished form was left.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ResumeAt {
    Question(QuestionId),
    Review,
}

#[cfg(test)]
mod tests;
