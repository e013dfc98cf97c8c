//! Draws the thank-you screen: the form is stored, and nothing that happens now can lose it.

use crate::platform::outbox::{Outbox, Status};
use crate::platform::page;

use crate::form::layout::heading;
use crate::form::markup::{Element, el};
use crate::form::texts::say;
use crate::form::{icons, texts};

/// The last screen, with the way on from it.
pub fn thanks(outbox: Outbox, onward: Element) -> Element {
    page::set_title(say(texts::THANKS));
    let status = move || outbox.status();
    let words = move || {
        say(match status() {
            Status { pending: 1.., .. } => texts::WAITING,
            Status { pending: 0, .. } if outbox.was_refused() => texts::REFUSED,
            Status { pending: 0, .. } => texts::SENT,
        })
        .to_owned()
    };
    let line = el("p")
        .class("outbox-status")
        .attr("role", "status")
        .test_id("outbox-status")
        .live_attr("data-pending", move || Some(status().pending.to_string()))
        .live_text(words);
    el("div")
        .class("card message")
        .test_id("thanks")
        .child(el("span").class("message-art").drawing(icons::LOTUS))
        .child(heading(say(texts::THANKS)))
        .child(el("p").text(say(texts::THANKS_TEXT)))
        .child(line)
        .child(onward)
}
