//! Draws the review screen: all answers before sending.

use crate::platform::page;
use crate::reactive::prelude::*;
use survey_defs::ids::QuestionId;
use survey_defs::paradata::Mode;

use crate::form::answer_text::answer_text;
use crate::form::layout::{Button, actions, back_button, button, cancel, heading, progress};
use crate::form::markup::{Element, el};
use crate::form::session::{Failure, Session};
use crate::form::texts::{self, language, say, words};

/// The last screen before the form is sealed. Answers do not change while it is open.
pub fn review(session: Session, mode: Mode) -> Element {
    page::set_title(say(texts::REVIEW));
    let head = el("div")
        .class("section-head")
        .child(heading(say(texts::REVIEW)))
        .child(el("p").class("intro").text(say(texts::REVIEW_INTRO)));
    let visible = session.peek(|form| form.evaluation().visible.clone());
    let parts = visible.iter().map(|(index, ids)| part(session, mode, *index, ids));
    let failure = move || match session.failure() {
        None => String::new(),
        Some(Failure::Unsent) => say(texts::NOT_SENT).to_owned(),
        Some(Failure::Full) => say(texts::NOT_SENT_FULL).to_owned(),
    };
    let send = move || if session.is_busy() { texts::SENDING } else { texts::SEND };
    let language = language();
    let press = move || {
        spawn_local(session.send(language.get_untracked()));
    };
    el("div")
        .class("screen")
        .test_id("review")
        .child(progress(session))
        .child(head)
        .children(parts)
        .child(cancel(session))
        .child(actions([
            el("p").class("summary").attr("role", "alert").live_text(failure),
            back_button(move || session.back()),
            button(Button::Send, send, press),
        ]))
}

/// One section with its answers. What is changed is a page: a section, or in the elder mode a
/// question.
fn part(session: Session, mode: Mode, index: usize, questions: &[QuestionId]) -> Element {
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let title_id = ["review-", section.id.as_str()].concat();
    let edit_all = questions.first().filter(|_| mode == Mode::Standard);
    let edit_all = edit_all.map(|first| {
        edit(session, first, ["edit-", section.id.as_str()].concat(), title_id.clone())
    });
    let head = el("div")
        .class("part-head")
        .child(el("h2").attr("id", title_id.as_str()).text(words(&section.title)))
        .children(edit_all);
    let rows = questions.iter().filter_map(|id| row(session, mode, id));
    el("section")
        .class("card part")
        .attr("aria-labelledby", title_id)
        .child(head)
        .child(el("dl").children(rows))
}

fn edit(session: Session, question: &QuestionId, test_id: String, described_by: String) -> Element {
    let question = question.clone();
    el("button")
        .attr("type", "button")
        .class("button edit")
        .test_id(test_id)
        .attr("aria-describedby", described_by)
        .on("click", move |_| session.revise(&question))
        .text(say(texts::EDIT))
}

fn row(session: Session, mode: Mode, id: &QuestionId) -> Option<Element> {
    let package = session.package();
    let question = package.instrument.question(id)?;
    let answer = session.peek(|form| form.evaluation().answers.get(id).cloned());
    let given = match answer {
        Some(answer) => {
            let language = language().get_untracked();
            let text = answer_text(&package.instrument, question, &answer, language);
            el("dd").class("given").text(text)
        }
        None => el("dd").class("given missing").text(say(texts::UNANSWERED)),
    };
    let term_id = ["asked-", id.as_str()].concat();
    let edit_one = (mode == Mode::Elder).then(|| {
        let button = edit(session, id, ["edit-", id.as_str()].concat(), term_id.clone());
        el("dd").class("row-edit").child(button)
    });
    let term = el("dt").attr("id", term_id).text(words(&question.text));
    Some(el("div").class("row").child(term).child(given).children(edit_one))
}
