//! The frame around the questions.

mod header;
mod progress;
mod actions;
mod preferences;
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
