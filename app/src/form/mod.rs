//! The citizens' form itself, the same on a phone and at a counter.
//!
//! The engine in `survey-defs` decides what is visible, valid and next; [`session::Session`] holds
//! its state in signals and turns presses into its events; screens and controls draw. Where the
//! form stands, and what happens when it ends, is its [`host::Host`]'s business: `phone` and `kiosk`
//! are two programs around this module. Both call [`preferences::Preferences::provide`] first and
//! [`preferences::Preferences::reset`] between two people.

/// Where a form is filled in, and what happens when it ends.
pub mod host;
/// What the server has told about the form.
pub mod package;
/// How this respondent wants the form.
pub mod preferences;
/// One form being filled in.
pub mod session;
/// What is on the screen: a section, or one question of it.
pub mod paging;
/// How a form is filled in, observed.
pub mod paradata;
/// An unfinished form as text.
pub mod draft;
/// What is read aloud, and in which order.
pub mod reading;

/// The screens, in the order in which a respondent meets them.
pub mod screens;
/// What stands around the questions: header, progress, the bar with the buttons.
pub mod layout;
/// One control for each kind of question.
pub mod controls;

/// Elements, with their types erased.
pub mod markup;
/// Text in the language of the respondent.
pub mod words;
/// All texts of the form itself.
pub mod strings;
/// What is said about a violation.
pub mod violation_text;
pub mod answer_text;
pub mod choice_answer;
/// Drawings.
pub mod icons;

/// The colours of the style sheets are told apart by everybody.
#[cfg(test)]
mod contrast;

use crate::reactive::prelude::*;

use self::markup::{Element, el};
use self::paging::Page;
use self::session::Session;
use self::words::language;

/// A form, from the welcome screen to the outbox. Its session ends with the owner that made it.
pub fn filling(session: Session) -> Element {
    let language = language();
    session.follow_back_button();
    let page = Memo::new(move |_| session.page());
    el("div").class("filling").slot(move || {
        language.track();
        let page = page.get();
        session.opened(page);
        match page {
            Page::Welcome => Some(screens::welcome(session)),
            Page::Section(section) => Some(screens::section(session, section)),
            Page::Question(section, place) => Some(screens::question(session, (section, place))),
            Page::Review(mode) => Some(screens::review(session, mode)),
            Page::Sent => None,
        }
    })
}
