//! How far the respondent is.

use leptos::prelude::*;
use survey_defs::engine::{Form, Step};

use crate::markup::{Element, el};
use crate::session::Session;
use crate::strings;
use crate::words::{language, say};

/// “Step 2/4” and a bar; on the review screen, after all steps, the bar only.
pub(crate) fn progress(session: Session) -> Element {
    let progress = move || session.read(Form::progress);
    let text = move || match session.read(Form::step) {
        Step::Review => say(strings::LAST_STEP).to_owned(),
        Step::Welcome | Step::Section(_) | Step::Sent => {
            let progress = progress();
            strings::step(language().get_untracked(), progress.at, progress.of)
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
        .attr("aria-label", say(strings::PROGRESS))
        .attr("aria-valuemin", "0")
        .live_attr("aria-valuenow", move || Some(progress().at.to_string()))
        .live_attr("aria-valuemax", move || Some(progress().of.to_string()))
        .live_attr("aria-valuetext", move || Some(text()))
        .child(el("span").class("progress-text").live_text(text))
        .slot(parts)
}
