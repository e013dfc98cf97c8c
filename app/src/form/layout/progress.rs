//! Draws how far the respondent is.

use crate::reactive::prelude::*;
use survey_defs::engine::Progress;

use crate::form::markup::{Element, el};
use crate::form::paging::Page;
use crate::form::session::Session;
use crate::form::texts::{self, language, say};

/// “Step 2/4”, in the elder mode “Question 5/12”, and a bar; on the review screen, after all steps,
/// the bar only.
pub fn progress(session: Session) -> Element {
    let progress = move || session.progress();
    let text = move || {
        let language = language().get_untracked();
        let Progress { at, of } = progress();
        match session.page() {
            Page::Review(_) => say(texts::LAST_STEP).to_owned(),
            Page::Question(..) => texts::question(language, at, of),
            Page::Welcome | Page::Section(_) | Page::Sent => texts::step(language, at, of),
        }
    };
    let parts = move || {
        let progress = progress();
        let part = |part| el("i").class(if part < progress.at { "done" } else { "" });
        Some(el("span").class("progress-parts").children((0..progress.of).map(part)))
    };
    el("div")
        .class("progress")
        .test_id("progress")
        .attr("role", "progressbar")
        .attr("aria-label", say(texts::PROGRESS))
        .attr("aria-valuemin", "0")
        .live_attr("aria-valuenow", move || Some(progress().at.to_string()))
        .live_attr("aria-valuemax", move || Some(progress().of.to_string()))
        .live_attr("aria-valuetext", move || Some(text()))
        .child(el("span").class("progress-text").live_text(text))
        .slot(parts)
}
