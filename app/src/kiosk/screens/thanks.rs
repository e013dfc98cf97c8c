//! Draws the way on from the thank-you screen.

use app::form::markup::{Element, el};

use crate::controller::Kiosk;
use crate::page::done;

/// A quiet line that runs out, and a button for who cannot wait.
pub(crate) fn onward(kiosk: Kiosk) -> Element {
    let line = el("div")
        .class("thanks-time")
        .attr("aria-hidden", "true")
        .child(el("span").class("thanks-time-left"));
    el("div").class("onward").child(line).child(done(kiosk))
}
