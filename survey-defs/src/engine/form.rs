//! Walks through the steps of the form: welcome, one step for each section, review, done.

use std::sync::Arc;

use super::evaluate::{Answers, Evaluation, evaluate, kept};
use crate::answer::Answer;
use crate::ids::QuestionId;
use crate::instrument::Instrument;

/// Where the respondent is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Purpose, promise, language.
    Welcome,
    /// A section, by its place in the instrument.
    Section(usize),
    /// All answers before sending.
    Review,
    /// Sent: the answers are final.
    Sent,
}

/// What the respondent did.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// Answered a question; a blank answer takes the answer back.
    Answer(QuestionId, Answer),
    /// Took an answer back.
    Clear(QuestionId),
    /// Pressed “next”: forward one step if the section has no violation.
    Next,
    /// Pressed “back”.
    Back,
    /// Chose a section on the review screen.
    GoTo(usize),
    /// Pressed “send” on the review screen.
    Send,
}

/// How far the respondent is: step `at` of `of`. The steps are all sections of the instrument, relevant
/// or not, and the review: so the total never grows, and the last section is not the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// The step that is open, from 0 on the welcome screen to `of` on the review screen.
    pub at: usize,
    /// All steps.
    pub of: usize,
}

/// The state of one form being filled in. Cheap to clone; every change makes a new state.
#[derive(Debug, Clone, PartialEq)]
pub struct Form {
    instrument: Arc<Instrument>,
    given: Answers,
    evaluation: Evaluation,
    step: Step,
    /// Sections whose violations may be shown, because “next” was pressed on them.
    attempted: Vec<usize>,
}

impl Form {
    /// A fresh form on the welcome screen.
    pub fn start(instrument: Arc<Instrument>) -> Self {
        let evaluation = evaluate(&instrument, &Answers::new());
        Self {
            instrument,
            given: Answers::new(),
            evaluation,
            step: Step::Welcome,
            attempted: Vec::new(),
        }
    }

    /// The instrument.
    pub fn instrument(&self) -> &Instrument {
        &self.instrument
    }

    /// Where the respondent is.
    pub fn step(&self) -> Step {
        self.step
    }

    /// The verdict on the answers so far.
    pub fn evaluation(&self) -> &Evaluation {
        &self.evaluation
    }

    /// The answer to a question as it was given, relevant now or not.
    pub fn answer(&self, question: &QuestionId) -> Option<&Answer> {
        self.given.get(question)
    }

    /// Whether violations of a section may be shown.
    pub fn was_attempted(&self, section: usize) -> bool {
        self.attempted.contains(&section)
    }

    /// How far the respondent is.
    pub fn progress(&self) -> Progress {
        let of = self.instrument.sections().len() + 1;
        let at = match self.step {
            Step::Welcome => 0,
            Step::Section(section) => section + 1,
            Step::Review | Step::Sent => of,
        };
        Progress { at, of }
    }

    /// The first violated question of the open section, or of the whole form on the review
    /// screen: where the focus goes when “next” or “send” is refused.
    pub fn first_violation(&self) -> Option<&QuestionId> {
        let section = match self.step {
            Step::Section(section) => Some(section),
            Step::Welcome | Step::Review | Step::Sent => None,
        };
        self.evaluation.violations.iter().map(|violation| &violation.question).find(|question| {
            section.is_none_or(|section| self.section_of(question) == Some(section))
        })
    }

    /// The state after an event. Events that make no sense in a step change nothing; after
    /// [`Step::Sent`] nothing changes any more.
    #[must_use]
    pub fn apply(mut self, event: Event) -> Self {
        match (event, self.step) {
            (_, Step::Sent) => {}
            (Event::Answer(question, answer), _) if answer.is_blank() => self.set(question, None),
            (Event::Answer(question, answer), _) => self.set(question, Some(answer)),
            (Event::Clear(question), _) => self.set(question, None),
            (Event::Next, Step::Welcome) => self.step = self.after(None),
            (Event::Next, Step::Section(section)) => {
                if self.is_violated(section) {
                    self.attempt(section);
                } else {
                    self.step = self.after(Some(section));
                }
            }
            (Event::Back, Step::Section(section)) => self.step = self.before(section),
            (Event::Back, Step::Review) => self.step = self.before(usize::MAX),
            (Event::GoTo(section), Step::Review) => {
                if self.evaluation.visible.iter().any(|(index, _)| *index == section) {
                    self.step = Step::Section(section);
                }
            }
            (Event::Send, Step::Review) => match self.first_violation() {
                None => self.step = Step::Sent,
                Some(question) => {
                    // The respondent is led to what is missing.
                    let section = self.section_of(question);
                    if let Some(section) = section {
                        self.attempt(section);
                        self.step = Step::Section(section);
                    }
                }
            },
            (Event::Next | Event::GoTo(_) | Event::Send, _) | (Event::Back, Step::Welcome) => {}
        }
        self
    }

    fn set(&mut self, question: QuestionId, answer: Option<Answer>) {
        match answer {
            Some(answer) => {
                self.given.insert(question, answer);
            }
            None => self.given = kept(std::mem::take(&mut self.given), |id| *id != question),
        }
        self.evaluation = evaluate(&self.instrument, &self.given);
    }

    fn attempt(&mut self, section: usize) {
        if !self.was_attempted(section) {
            self.attempted.push(section);
        }
    }

    fn is_violated(&self, section: usize) -> bool {
        self.evaluation
            .violations
            .iter()
            .any(|violation| self.section_of(&violation.question) == Some(section))
    }

    fn section_of(&self, question: &QuestionId) -> Option<usize> {
        let contains = |(_, questions): &&(usize, Vec<QuestionId>)| questions.contains(question);
        self.evaluation.visible.iter().find(contains).map(|(index, _)| *index)
    }

    fn after(&self, section: Option<usize>) -> Step {
        self.evaluation
            .visible
            .iter()
            .map(|(index, _)| *index)
            .find(|index| section.is_none_or(|section| *index > section))
            .map_or(Step::Review, Step::Section)
    }

    fn before(&self, section: usize) -> Step {
        self.evaluation
            .visible
            .iter()
            .rev()
            .map(|(index, _)| *index)
            .find(|index| *index < section)
            .map_or(Step::Welcome, Step::Section)
    }
}
