//! What stands around the questions.

/// The sign of the product, the language switch, the mark of simulated data.
mod header;
/// How far the respondent is.
mod progress;
/// The buttons at the bottom of every step.
mod actions;

use app::platform::page;

pub(crate) use self::actions::{Button, actions, back_button, button};
pub(crate) use self::header::{header, simulated, speak};
pub(crate) use self::progress::progress;
use crate::markup::{Element, el};

/// The heading of a screen, which takes the focus when the screen opens.
pub(crate) fn heading(text: &str) -> Element {
    el("h1").attr("id", page::HEADING).attr("tabindex", "-1").text(text)
}
