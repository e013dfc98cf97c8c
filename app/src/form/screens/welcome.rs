//! Draws the welcome screen: purpose, promise, preferences, start.

use crate::platform::page;
use crate::reactive::prelude::*;

use crate::form::layout::{Button, actions, button, heading, panel};
use crate::form::markup::{Element, el, icon};
use crate::form::session::Session;
use crate::form::texts::{language, say, words};
use crate::form::{icons, texts};

/// The first screen. Where an unfinished form can be taken up, that is asked before anything else.
pub fn welcome(session: Session) -> Element {
    let package = session.package();
    let definition = package.instrument.definition();
    page::set_title(words(&definition.title));
    let duration = texts::duration(language().get_untracked(), definition.estimated_seconds);
    let promises = el("ul")
        .class("promises")
        .child(promise(icons::UNSEEN, say(texts::PROMISE_UNSEEN)).class("promise-unseen"))
        .child(promise(icons::NAMELESS, say(texts::PROMISE_NAMELESS)))
        .child(promise(icons::CLOCK, &duration));
    let hero = el("div")
        .class("hero")
        .child(el("p").class("unit-name").text(words(&package.unit_name)))
        .child(heading(words(&definition.title)));
    // First of all, so that whoever needs large type need not read small type to find it.
    let choices = move || (!session.has_kept()).then(panel);
    let card = el("div")
        .class("card welcome")
        .child(hero)
        .slot(choices)
        .child(promises)
        .child(el("p").class("intro").text(words(&definition.intro)))
        .child(el("p").class("consent").text(say(texts::CONSENT)));
    let start = move || {
        let press = move || spawn_local(session.start());
        let words = move || if session.is_busy() { texts::STARTING } else { texts::START };
        (!session.has_kept()).then(|| actions([button(Button::Start, words, press)]))
    };
    el("div")
        .class("screen")
        .test_id("welcome")
        .slot(move || session.has_kept().then(|| kept(session)))
        .children(package.is_clock_wrong.then(clock_notice))
        .child(card)
        .slot(start)
}

/// The unfinished form, and the choice to go on or to begin anew.
fn kept(session: Session) -> Element {
    const TITLE: &str = "resume-title";
    let resume = move || spawn_local(session.resume());
    el("section")
        .class("card resume")
        .test_id("resume")
        .attr("aria-labelledby", TITLE)
        .child(el("h2").attr("id", TITLE).text(say(texts::RESUME)))
        .child(el("p").text(say(texts::RESUME_TEXT)))
        .child(el("div").class("resume-actions").children([
            button(Button::Resume, || texts::RESUME_CONTINUE, resume),
            button(Button::Restart, || texts::RESUME_RESTART, move || session.forget()),
        ]))
}

/// That the device's clock is wrong, which costs nothing but should be known.
fn clock_notice() -> Element {
    el("p")
        .class("notice")
        .test_id("clock-notice")
        .child(icon(icons::CLOCK))
        .child(el("span").text(say(texts::CLOCK_WRONG)))
}

fn promise(drawing: &'static str, text: &str) -> Element {
    el("li").child(icon(drawing)).child(el("span").text(text))
}
