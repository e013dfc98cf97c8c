//! One section of questions.

use app::platform::page;
use leptos::prelude::*;

use crate::layout::{Button, actions, back_button, button, heading, progress};
use crate::markup::{Element, el};
use crate::session::Session;
use crate::words::{language, words};
use crate::{controls, strings};

/// A step of the form.
pub(crate) fn section(session: Session, index: usize) -> Element {
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let title = words(&section.title);
    page::set_title(&[title, " – ", words(package.instrument.title())].concat());
    let intro = section.intro.as_ref();
    let head = el("div")
        .class("section-head")
        .child(heading(title))
        .children(intro.map(|intro| el("p").class("intro").text(words(intro))));
    let next = move || if session.is_revising() { strings::TO_REVIEW } else { strings::NEXT };
    let screen = el("div")
        .class("screen")
        .test_id("step")
        .attr("data-section", section.id.clone())
        .child(progress(session))
        .child(head);
    let screen = (0..section.questions.len())
        .fold(screen, |screen, place| asked(screen, session, (index, place)));
    screen.child(actions([
        summary(session, index),
        back_button(move || session.back()),
        button(Button::Next, next, move || session.next()),
    ]))
}

/// Questions come and go one by one, and those that stay keep their elements, so that nobody
/// loses the place.
fn asked(screen: Element, session: Session, at: (usize, usize)) -> Element {
    let id = session.question(at, |question| question.id.clone());
    let is_visible = Memo::new(move |_| session.read(|form| form.evaluation().is_visible(&id)));
    screen.slot(move || is_visible.get().then(|| controls::question(session, at)))
}

/// How many questions need another look, once “next” was pressed. The place for it is always
/// there, so that screen readers notice when it is filled.
fn summary(session: Session, section: usize) -> Element {
    let text = move || {
        let n = session.violations_shown(section);
        if n == 0 { String::new() } else { strings::violations(language().get_untracked(), n) }
    };
    el("p").class("summary").attr("role", "status").test_id("summary").live_text(text)
}
