//! Draws the screen after the respondent has given up: nothing was sent, and nothing is kept.

use crate::platform::page;

use crate::form::layout::heading;
use crate::form::markup::{Element, el};
use crate::form::texts::{self, say};

/// The last screen of a form that was not sent, with the way on from it.
pub fn stopped(onward: Element) -> Element {
    page::set_title(say(texts::STOPPED));
    el("div")
        .class("card message")
        .test_id("stopped")
        .child(heading(say(texts::STOPPED)))
        .child(el("p").text(say(texts::STOPPED_TEXT)))
        .child(onward)
}
