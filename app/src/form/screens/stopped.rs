//! Draws the screen after the respondent has given up: nothing was sent, and nothing is kept.

use leptos::prelude::*;

use crate::form::layout::{Heading, follow_title};
use crate::form::texts::{self, say};

/// The last screen of a form that was not sent.
#[component]
pub fn Stopped(
    /// The way on from it.
    children: Children,
) -> impl IntoView {
    let title = say(texts::STOPPED);
    follow_title(move || title().to_owned());
    view! {
        <div class="card message" data-testid="stopped">
            <Heading>{title}</Heading>
            <p>{say(texts::STOPPED_TEXT)}</p>
            {children()}
        </div>
    }
}
