//! The form is stored: nothing that happens now can lose it.

use app::platform::outbox::Status;
use app::platform::page;

use crate::app::App;
use crate::layout::{Button, button, heading};
use crate::markup::{Element, el};
use crate::words::say;
use crate::{icons, strings};

/// The last screen.
pub(crate) fn thanks(app: App) -> Element {
    page::set_title(say(strings::THANKS));
    let status = move || app.outbox().status();
    let words = move || {
        say(match status() {
            Status { pending: 1.., .. } => strings::WAITING,
            Status { pending: 0, refused: 1.. } => strings::REFUSED,
            Status { pending: 0, refused: 0 } => strings::SENT,
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
        .child(el("span").class("message-icon good").drawing(icons::CHECK))
        .child(heading(say(strings::THANKS)))
        .child(el("p").text(say(strings::THANKS_TEXT)))
        .child(line)
        .child(button(Button::New, || strings::NEW_FORM, move || app.start_again()))
}
