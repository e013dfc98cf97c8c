//! Draws texts in both languages, one after the other, for screens that nobody has chosen a
//! language for.

use app::form::texts::Phrase;
use leptos::prelude::*;

/// A text within a paragraph or a button.
#[component]
pub(super) fn BothInline(phrase: Phrase) -> impl IntoView {
    view! {
        <span lang="vi">{phrase.vi}</span>
        <span class="second" lang="en">{phrase.en}</span>
    }
}

/// A text as two paragraphs.
#[component]
pub(super) fn BothParagraphs(phrase: Phrase) -> impl IntoView {
    view! {
        <p lang="vi">{phrase.vi}</p>
        <p class="second" lang="en">{phrase.en}</p>
    }
}
