//! Draws why the device can take no answers and what to do about it, in both languages.

use app::form::icons;
use app::form::layout::heading;
use app::form::markup::{Element, el};
use app::form::texts::Phrase;

use crate::controller::Kiosk;
use crate::machine::Event;
use crate::page::main_of;
use crate::texts;

/// Staff have revoked the device.
pub(crate) fn revoked(kiosk: Kiosk) -> Element {
    let again = el("button")
        .attr("type", "button")
        .class("button button-primary")
        .test_id("enrol-again")
        .on("click", move |_| kiosk.feed(Event::Identified(false)))
        .text(texts::ENROL_AGAIN.vi);
    message("revoked", (texts::REVOKED, texts::REVOKED_TEXT), Some(again))
}

/// The device has no room for another form.
pub(crate) fn full() -> Element {
    message("full", (texts::FULL, texts::FULL_TEXT), None)
}

/// The browser does not say what the device has stored. It is asked again and again.
pub(crate) fn silent() -> Element {
    message("storage", (texts::SILENT, texts::SILENT_TEXT), None)
}

fn message(
    kind: &'static str,
    (title, text): (Phrase, Phrase),
    onward: Option<Element>,
) -> Element {
    let card = el("div")
        .class("card message")
        .test_id("trouble")
        .attr("data-trouble", kind)
        .child(el("span").class("message-icon").drawing(icons::WARNING))
        .child(heading(title.vi).attr("lang", "vi"))
        .child(el("p").attr("lang", "vi").text(text.vi))
        .child(el("h2").attr("lang", "en").text(title.en))
        .child(el("p").attr("lang", "en").text(text.en))
        .children(onward);
    main_of(card)
}
