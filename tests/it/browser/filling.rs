//! Fills in a form through the browser, with the same engine beside it.

use anyhow::{Context, Result};
use survey_defs::answer::Answer;
use survey_defs::api::paths;
use survey_defs::engine::{Answers, Event, Form, Step};
use survey_defs::instrument::{Question, QuestionKind};
use tests::drafts::{instrument_of_wave, level};
use tests::live::LiveServer;
use tests::page::Page;

/// What the filling writes into long texts.
pub(super) const COMMENT: &str = "Cán bộ tận tình.\nCảm ơn.";
const SHORT_TEXT: &str = "Cấp bản sao giấy khai sinh";

/// Which questions are answered.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    All,
    Required,
}

/// One form in a browser. The engine beside says what must be on each screen.
pub(super) struct Filling<'a> {
    page: &'a Page,
    form: Form,
    /// Milliseconds after which each button is tapped a second time, as a trembling hand does.
    pub(super) tapped_again_after: Option<u32>,
}

impl<'a> Filling<'a> {
    /// Opens the form of a wave and waits for its first screen.
    pub(super) async fn open(
        page: &'a Page,
        server: &LiveServer,
        (wave, point): (&str, &str),
    ) -> Result<Self> {
        let path = paths::fill(paths::FORM_PAGE, &[wave, point]);
        page.open(&format!("{}{path}", server.origin)).await?;
        Self::here(page, wave).await
    }

    /// The form whose first screen is already open.
    pub(super) async fn here(page: &'a Page, wave: &str) -> Result<Self> {
        page.test_id("welcome").await?;
        let form = Form::start(instrument_of_wave(wave).into());
        Ok(Self { page, form, tapped_again_after: None })
    }

    /// The form whose first section is open, because a face on the screen before has begun it.
    pub(super) fn begun(page: &'a Page, wave: &str) -> Self {
        let form = Form::start(instrument_of_wave(wave).into()).apply(Event::Next);
        Self { page, form, tapped_again_after: None }
    }

    pub(super) async fn start(&mut self) -> Result<()> {
        self.press("start").await?;
        self.apply(Event::Next);
        self.arrived().await
    }

    /// Answers the questions of the open section; where each has a screen of its own, one after the
    /// other.
    pub(super) async fn answer(&mut self, which: Which) -> Result<()> {
        let Step::Section(section) = self.form.step() else { return Ok(()) };
        let one_by_one = self.page.has("[data-testid='step'][data-question]").await?;
        let mut is_first = true;
        for question in self.form.instrument().sections()[section].questions.clone() {
            if !self.form.evaluation().is_visible(&question.id) {
                continue;
            }
            if one_by_one {
                if !is_first {
                    self.page.press_id("next").await?;
                }
                is_first = false;
                self.page.find(&format!("[data-question='{}']", question.id)).await?;
            }
            if which == Which::All || question.required {
                self.give(&question).await.with_context(|| format!("answering {}", question.id))?;
            }
        }
        Ok(())
    }

    /// Answers the first question of the open section and no other.
    pub(super) async fn answer_first(&mut self) -> Result<()> {
        let Step::Section(section) = self.form.step() else { return Ok(()) };
        let question = self.form.instrument().sections()[section].questions[0].clone();
        self.give(&question).await
    }

    pub(super) async fn next(&mut self) -> Result<()> {
        self.press("next").await?;
        self.apply(Event::Next);
        self.arrived().await
    }

    pub(super) async fn back(&mut self) -> Result<()> {
        self.press("back").await?;
        self.apply(Event::Back);
        self.arrived().await
    }

    /// Fills in everything from the open section to the review screen.
    pub(super) async fn review(&mut self, which: Which) -> Result<()> {
        while self.section().is_some() {
            self.answer(which).await?;
            self.next().await?;
        }
        Ok(())
    }

    /// From the review screen to the thanks.
    pub(super) async fn send(&mut self) -> Result<()> {
        self.press("send").await?;
        self.page.test_id("thanks").await?;
        Ok(())
    }

    async fn press(&self, id: &str) -> Result<()> {
        match self.tapped_again_after {
            Some(gap_ms) => self.page.tap_twice(&format!("[data-testid='{id}']"), gap_ms).await,
            None => self.page.press_id(id).await,
        }
    }

    /// The open section by its id; none on other screens.
    pub(super) fn section(&self) -> Option<String> {
        match self.form.step() {
            Step::Section(section) => {
                Some(self.form.instrument().sections()[section].id.to_string())
            }
            Step::Welcome | Step::Review | Step::Sent => None,
        }
    }

    /// The selector of the screen that must be open.
    pub(super) fn screen(&self) -> String {
        match (self.form.step(), self.section()) {
            (Step::Section(_), Some(section)) => {
                format!("[data-testid='step'][data-section='{section}']")
            }
            (Step::Welcome, _) => "[data-testid='welcome']".into(),
            (Step::Review | Step::Section(_), _) => "[data-testid='review']".into(),
            (Step::Sent, _) => "[data-testid='thanks']".into(),
        }
    }

    /// How many questions can be seen, given what was answered.
    pub(super) fn asked(&self) -> usize {
        let evaluation = self.form.evaluation();
        self.form.instrument().questions().filter(|one| evaluation.is_visible(&one.id)).count()
    }

    /// What is sent when “send” is pressed now.
    pub(super) fn answers(&self) -> Answers {
        self.form.clone().apply(Event::Send).evaluation().answers.clone()
    }

    async fn arrived(&self) -> Result<()> {
        self.page.find(&self.screen()).await?;
        Ok(())
    }

    async fn give(&mut self, question: &Question) -> Result<()> {
        let answer = answer_to(&self.form, question);
        give(self.page, question, &answer).await?;
        self.apply(Event::Answer(question.id.clone(), answer));
        Ok(())
    }

    pub(super) fn apply(&mut self, event: Event) {
        self.form = self.form.clone().apply(event);
    }
}

/// An answer that shows follow-up questions where there are any.
fn answer_to(form: &Form, question: &Question) -> Answer {
    match &question.kind {
        QuestionKind::Satisfaction { not_applicable: true }
            if question.id.as_str() == "feedback_notified" =>
        {
            Answer::NotApplicable
        }
        QuestionKind::Satisfaction { .. } => level(2),
        QuestionKind::Single { options } => {
            Answer::Option(form.instrument().choices(options)[0].id.clone())
        }
        QuestionKind::Multiple { options, .. } => {
            let choices = form.instrument().choices(options).iter();
            Answer::Options(choices.take(2).map(|choice| choice.id.clone()).collect())
        }
        QuestionKind::Number { .. } => Answer::Number(3.into()),
        QuestionKind::ShortText { .. } => Answer::Text(SHORT_TEXT.into()),
        QuestionKind::LongText { .. } => Answer::Text(COMMENT.into()),
        QuestionKind::Date { .. } => Answer::Date(jiff::civil::date(2026, 2, 10)),
    }
}

async fn give(page: &Page, question: &Question, answer: &Answer) -> Result<()> {
    let id = &question.id;
    let choice = |value: &str| format!("label:has(input[name='{id}'][value='{value}'])");
    let field = format!("[name='{id}']");
    match answer {
        Answer::Level(level) => page.press(&choice(&level.get().to_string())).await,
        Answer::NotApplicable => page.press(&choice("na")).await,
        Answer::Option(option) => page.press(&choice(option.as_str())).await,
        Answer::Options(options) => {
            for option in options {
                page.press(&choice(option.as_str())).await?;
            }
            Ok(())
        }
        Answer::Number(number) => page.type_into(&field, &number.get().to_string()).await,
        Answer::Text(text) => page.type_into(&field, text).await,
        Answer::Date(day) => page.choose(&field, &day.to_string()).await,
    }
}
