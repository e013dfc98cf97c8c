//! All answers before sending.

use app::platform::page;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::ids::QuestionId;

use crate::app::App;
use crate::codec::answer_text;
use crate::layout::{Button, actions, back_button, button, heading, progress};
use crate::markup::{Element, el};
use crate::session::Session;
use crate::strings;
use crate::words::{language, say, words};

/// The last screen before the form is sealed. Answers do not change while it is open.
pub(crate) fn review(app: App, session: Session) -> Element {
    page::set_title(say(strings::REVIEW));
    let head = el("div")
        .class("section-head")
        .child(heading(say(strings::REVIEW)))
        .child(el("p").class("intro").text(say(strings::REVIEW_INTRO)));
    let visible = session.peek(|form| form.evaluation().visible.clone());
    let parts = visible.iter().map(|(index, questions)| part(session, *index, questions));
    let failure = move || {
        if session.has_failed() { say(strings::NOT_SENT).to_owned() } else { String::new() }
    };
    let send = move || if session.is_busy() { strings::SENDING } else { strings::SEND };
    let language = language();
    let press = move || {
        spawn_local(async move {
            if session.send(language.get_untracked(), app.outbox()).await {
                app.thank(session.package());
            }
        });
    };
    el("div")
        .class("screen")
        .test_id("review")
        .child(progress(session))
        .child(head)
        .children(parts)
        .child(actions([
            el("p").class("summary").attr("role", "alert").live_text(failure),
            back_button(move || session.back()),
            button(Button::Send, send, press),
        ]))
}

/// One section with its answers.
fn part(session: Session, index: usize, questions: &[QuestionId]) -> Element {
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let title_id = ["review-", section.id.as_str()].concat();
    let edit = el("button")
        .attr("type", "button")
        .class("button edit")
        .test_id(["edit-", section.id.as_str()].concat())
        .attr("aria-describedby", title_id.as_str())
        .on("click", move |_| session.revise(index))
        .text(say(strings::EDIT));
    let head = el("div")
        .class("part-head")
        .child(el("h2").attr("id", title_id.as_str()).text(words(&section.title)))
        .child(edit);
    let rows = questions.iter().filter_map(|id| row(session, id));
    el("section")
        .class("card part")
        .attr("aria-labelledby", title_id)
        .child(head)
        .child(el("dl").children(rows))
}

fn row(session: Session, id: &QuestionId) -> Option<Element> {
    let package = session.package();
    let question = package.instrument.question(id)?;
    let answer = session.peek(|form| form.evaluation().answers.get(id).cloned());
    let given = match answer {
        Some(answer) => {
            let language = language().get_untracked();
            let text = answer_text(&package.instrument, question, &answer, language);
            el("dd").class("given").text(text)
        }
        None => el("dd").class("given missing").text(say(strings::UNANSWERED)),
    };
    Some(el("div").class("row").child(el("dt").text(words(&question.text))).child(given))
}
