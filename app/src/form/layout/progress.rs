//! Draws how far the respondent is.

use leptos::prelude::*;
use survey_defs::engine::Progress;
use survey_defs::paradata::Mode;

use crate::form::paging::Page;
use crate::form::session::session;
use crate::form::texts::{self, language, say};

/// “Step 2/5”, in the elder mode “Question 5/12”, and a bar. A question or a section that does not
/// apply keeps its number, as on paper.
#[component]
pub fn ProgressBar() -> impl IntoView {
    let session = session();
    let language = language();
    let progress = move || session.progress();
    let text = move |language| {
        let Progress { at, of } = progress();
        match session.page() {
            Page::Review(Mode::Elder) => texts::LAST_STEP.get(language).to_owned(),
            // The review is a step, but no question.
            Page::Question(..) => texts::question(language, at, of.saturating_sub(1)),
            Page::Welcome | Page::Section(_) | Page::Review(Mode::Standard) | Page::Sent => {
                texts::step(language, at, of)
            }
        }
    };
    view! {
        <div
            class="progress"
            data-testid="progress"
            role="progressbar"
            aria-label=say(texts::PROGRESS)
            aria-valuemin="0"
            aria-valuenow=move || progress().at.to_string()
            aria-valuemax=move || progress().of.to_string()
            aria-valuetext=move || text(language.get())
        >
            <span class="progress-text">{move || text(language.get())}</span>
            <span class="progress-parts">
                {move || {
                    let Progress { at, of } = progress();
                    (0..of).map(|part| view! { <Part is_done=part < at/> }).collect_view()
                }}
            </span>
        </div>
    }
}

#[component]
fn Part(is_done: bool) -> impl IntoView {
    view! { <i class=if is_done { "done" } else { "" }></i> }
}
