//! What stands around the questions.

/// The sign of the product, the language switch, the mark of simulated data.
mod header;
/// How far the respondent is.
mod progress;
/// The buttons at the bottom of every step.
mod actions;
/// Where the respondent chooses how the form looks and sounds.
mod preferences;
/// The quiet way out.
mod cancel;

use crate::platform::page;

pub use self::actions::{Button, actions, back_button, button};
pub use self::cancel::{DIALOG as CANCEL_DIALOG, cancel};
pub use self::header::{header, simulated};
pub use self::preferences::panel;
pub use self::progress::progress;
use crate::form::markup::{Element, el};

/// The heading of a screen, which takes the focus when the screen opens.
pub fn heading(text: &str) -> Element {
    el("h1").attr("id", page::HEADING).attr("tabindex", "-1").text(text)
}
