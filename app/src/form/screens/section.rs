//! Draws one section of questions, or in the elder mode one question of it.

use crate::platform::page;
use crate::reactive::prelude::*;
use survey_defs::instrument::Section;

use crate::form::layout::{Button, actions, back_button, button, cancel, heading, progress};
use crate::form::markup::{Element, el};
use crate::form::session::Session;
use crate::form::texts::{language, words};
use crate::form::{controls, texts};

/// A page of the standard mode.
pub fn section(session: Session, index: usize) -> Element {
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let intro = section.intro.as_ref();
    let head = el("div")
        .class("section-head")
        .child(heading(words(&section.title)))
        .children(intro.map(|intro| el("p").class("intro").text(words(intro))));
    let screen = screen(session, section).child(head);
    let screen = (0..section.questions.len())
        .fold(screen, |screen, place| asked(screen, session, (index, place)));
    screen.child(cancel(session)).child(bar(session, index))
}

/// A page of the elder mode.
pub fn question(session: Session, at: (usize, usize)) -> Element {
    let (index, place) = at;
    let package = session.package();
    let section = &package.instrument.sections()[index];
    let id = section.questions[place].id.as_str();
    let is_first = session.peek(|form| {
        let visible = &form.evaluation().visible;
        let here = visible.iter().find(|(section, _)| *section == index);
        here.is_some_and(|(_, ids)| ids.first().is_some_and(|first| first.as_str() == id))
    });
    let intro = section.intro.as_ref().filter(|_| is_first);
    let head = el("div")
        .class("section-head")
        // The heading takes the focus, so a screen reader goes on to the question by itself.
        .child(heading(words(&section.title)).attr("aria-describedby", ["label-", id].concat()))
        .children(intro.map(|intro| el("p").class("intro").text(words(intro))));
    screen(session, section)
        .attr("data-question", id)
        .child(head)
        .child(controls::question(session, at))
        .child(cancel(session))
        .child(bar(session, index))
}

fn screen(session: Session, section: &Section) -> Element {
    let title = words(&section.title);
    let package = session.package();
    page::set_title(&[title, " – ", words(package.instrument.title())].concat());
    el("div")
        .class("screen")
        .test_id("step")
        .attr("data-section", section.id.clone())
        .child(progress(session))
}

fn bar(session: Session, section: usize) -> Element {
    let next = move || if session.is_revising() { texts::TO_REVIEW } else { texts::NEXT };
    actions([
        summary(session, section),
        back_button(move || session.back()),
        button(Button::Next, next, move || session.next()),
    ])
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
        if n == 0 { String::new() } else { texts::violations(language().get_untracked(), n) }
    };
    el("p").class("summary").attr("role", "status").test_id("summary").live_text(text)
}
