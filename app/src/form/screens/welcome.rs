//! Purpose, promise, start.

use app::platform::page;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::layout::{Button, actions, button, heading};
use crate::markup::{Element, el, icon};
use crate::session::Session;
use crate::words::{language, say, words};
use crate::{icons, strings};

/// The first screen.
pub(crate) fn welcome(session: Session) -> Element {
    let package = session.package();
    let definition = package.instrument.definition();
    page::set_title(words(&definition.title));
    let duration = strings::duration(language().get_untracked(), definition.estimated_seconds);
    let promises = el("ul")
        .class("promises")
        .child(promise(icons::CLOCK, &duration))
        .child(promise(icons::UNSEEN, say(strings::PROMISE_UNSEEN)))
        .child(promise(icons::NAMELESS, say(strings::PROMISE_NAMELESS)));
    let card = el("div")
        .class("card welcome")
        .child(el("p").class("unit-name").text(words(&package.unit_name)))
        .child(heading(words(&definition.title)))
        .child(promises)
        .child(el("p").class("intro").text(words(&definition.intro)))
        .child(el("p").class("consent").text(say(strings::CONSENT)));
    let start = button(Button::Start, || strings::START, move || spawn_local(session.start()));
    el("div").class("screen").test_id("welcome").child(card).child(actions([start]))
}

fn promise(drawing: &'static str, text: &str) -> Element {
    el("li").child(icon(drawing)).child(el("span").text(text))
}
