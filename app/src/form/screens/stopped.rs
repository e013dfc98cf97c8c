//! Draws the screen after the respondent has given up: nothing was sent, and nothing is kept.

use crate::platform::page;

use crate::form::layout::heading;
use crate::form::markup::{Element, el};
use crate::form::strings;
use crate::form::words::say;

/// The last screen of a form that was not sent, with the way on from it.
pub fn stopped(onward: Element) -> Element {
    page::set_title(say(strings::STOPPED));
    el("div")
        .class("card message")
        .test_id("stopped")
        .child(heading(say(strings::STOPPED)))
        .child(el("p").text(say(strings::STOPPED_TEXT)))
        .child(onward)
}
