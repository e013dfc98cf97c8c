//! The citizens' form itself, the same on a phone and at a counter.
//!
//! The engine in `survey-defs` decides what is visible, valid and next; [`session::Session`] holds
//! its state in signals and turns presses into its events; screens and controls draw. Where the
//! form stands, and what happens when it ends, is its [`host::Host`]'s business: `phone` and
//! `kiosk` are two programs around this module. Both call [`preferences::Preferences::provide`]
//! first and [`preferences::Preferences::reset`] between two people.

pub mod host;
pub mod package;
pub mod preferences;
pub mod session;
pub mod paging;
pub mod paradata;
pub mod draft;
pub mod reading;

pub mod screens;
pub mod layout;
pub mod controls;

pub mod markup;
pub mod texts;
pub mod violation_text;
pub mod answer_text;
pub mod choice_answer;
pub mod icons;

#[cfg(test)]
mod contrast;

use crate::reactive::prelude::*;

use self::markup::{Element, el};
use self::paging::Page;
use self::session::Session;
use self::texts::language;

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
