//! The citizens' form: what a phone opens after the QR code was scanned, and what a counter's
//! tablet shows.
//!
//! The engine in `survey-defs` decides what is visible, valid and next; [`session::Session`] holds
//! its state in signals and turns presses into its events; screens and controls draw. What leaves
//! the page goes through the outbox of [`app::platform`].

/// Which screen is open.
mod app;
/// What the server has told about the form.
mod package;
/// One form being filled in.
mod session;

/// The screens, in the order in which a respondent meets them.
mod screens;
/// What stands around the questions: header, progress, the bar with the buttons.
mod layout;
/// One control for each kind of question.
mod controls;

/// Elements, with their types erased.
mod markup;
/// Text in the language of the respondent.
mod words;
/// All texts of the form itself.
mod strings;
/// What is said about a violation.
mod violation_text;
/// Between answers and what is typed and read.
mod codec;
/// Between answers and what is chosen.
mod choosing;
/// Drawings.
mod icons;

use ::app::platform::outbox::Outbox;
use ::app::platform::page;

fn main() {
    page::report_failure();
    if let Some(root) = page::root() {
        leptos::mount::mount_to(root, || app::app(Outbox::start())).forget();
    }
}
