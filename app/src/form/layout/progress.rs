//! Draws how far the respondent is.

use leptos::prelude::*;
use survey_defs::engine::Progress;

use crate::form::paging::Page;
use crate::form::session::session;
use crate::form::texts::{self, language, say};

/// “Step 2/4”, in the elder mode “Question 5/12”, and a bar; on the review screen, after all steps,
/// the bar only.
#[component]
pub fn ProgressBar() -> impl IntoView {
    let session = session();
    let language = language();
    let progress = Memo::new(move |_| session.progress());
    let text = move || {
        let language = language.get();
        let Progress { at, of } = progress.get();
        match session.page() {
            Page::Review(_) => texts::LAST_STEP.get(language).to_owned(),
            Page::Question(..) => texts::question(language, at, of),
            Page::Welcome | Page::Section(_) | Page::Sent => texts::step(language, at, of),
        }
    };
    view! {
        <div
            class="progress"
            data-testid="progress"
            role="progressbar"
            aria-label=say(texts::PROGRESS)
            aria-valuemin="0"
            aria-valuenow=move || progress.get().at.to_string()
            aria-valuemax=move || progress.get().of.to_string()
            aria-valuetext=text
        >
            <span class="progress-text">{text}</span>
            <span class="progress-parts">
                <For each=move || 0..progress.get().of key=|part| *part let:part>
                    <i class:done=move || part < progress.get().at></i>
                </For>
            </span>
        </div>
    }
}
