//! Draws the button and the dialog that cancel the form.

use crate::platform::page;

use crate::form::layout::{Button, button};
use crate::form::markup::{Element, el};
use crate::form::session::Session;
use crate::form::texts::{self, say};

/// The id of the question.
pub const DIALOG: &str = "cancel-dialog";
const TITLE: &str = "cancel-title";
const TEXT: &str = "cancel-text";

/// The button that ends the form without sending, and the question whether that is meant. The
/// browser keeps the focus in the dialog, closes it on Escape and gives the focus back.
pub fn cancel(session: Session) -> Element {
    let open = el("button")
        .attr("type", "button")
        .class("cancel")
        .test_id("cancel")
        .on("click", |_| page::open_dialog(DIALOG))
        .text(say(texts::CANCEL));
    let buttons = el("div")
        .class("dialog-actions")
        .child(button(Button::CancelStay, || texts::CANCEL_STAY, || page::close_dialog(DIALOG)))
        .child(button(Button::CancelConfirm, || texts::CANCEL_CONFIRM, move || session.cancel()));
    let dialog = el("dialog")
        .class("dialog")
        .attr("id", DIALOG)
        .test_id("cancel-dialog")
        .attr("aria-labelledby", TITLE)
        .attr("aria-describedby", TEXT)
        .child(el("h2").attr("id", TITLE).text(say(texts::CANCEL_TITLE)))
        .child(el("p").attr("id", TEXT).text(say(texts::CANCEL_TEXT)))
        .child(buttons);
    el("div").class("cancelling").child(open).child(dialog)
}
