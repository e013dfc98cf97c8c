//! Draws fields for text of one and of several lines.
//!
//! The field keeps what is being typed: it is read on each input, but while a word is being
//! composed nothing reads it, and nothing writes into it before the respondent has left it.

use leptos::attr::Attribute;
use leptos::ev::Event;
use leptos::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::graphemes;

use super::frame::{self, Labelled};
use super::{Field, no_autocorrect};
use crate::form::texts::{self, language};
use crate::platform::{page, text};

/// One line.
#[component]
pub(super) fn ShortText(field: Field, max_graphemes: usize) -> impl IntoView {
    let shared = frame::attributes(field, field.described_by(), typed(field));
    let own = attributes(field);
    view! {
        <Typed field=field max_graphemes=max_graphemes>
            <input type="text" enterkeyhint="done" {..shared} {..own} {..no_autocorrect()}/>
        </Typed>
    }
}

/// Several lines.
#[component]
pub(super) fn LongText(field: Field, max_graphemes: usize) -> impl IntoView {
    let shared = frame::attributes(field, field.described_by(), typed(field));
    let own = attributes(field);
    view! {
        <Typed field=field max_graphemes=max_graphemes>
            <textarea rows="4" {..shared} {..own} {..no_autocorrect()}></textarea>
        </Typed>
    }
}

/// What fields of one and of several lines have in common.
fn attributes(field: Field) -> impl Attribute {
    // Few devices know Vietnamese words, and those that do not underline every one.
    view! {
        <{..}
            class="text"
            spellcheck="false"
            autocapitalize="sentences"
            on:input=move |event| hear(field, &event)
            on:compositionend=move |event| commit(field, event_target_value(&event))
            on:change=move |event| settle(field, &event)
        />
    }
}

/// What was typed before.
fn typed(field: Field) -> String {
    match field.answer.get_untracked() {
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    }
}

/// The frame of a text field, with how much is written in it.
#[component]
fn Typed(field: Field, max_graphemes: usize, children: Children) -> impl IntoView {
    view! {
        <Labelled field=field>
            <div>
                {children()}
                <Counter field=field max=max_graphemes/>
                <Announcer field=field max=max_graphemes/>
            </div>
        </Labelled>
    }
}

/// Something was typed; a word that is still being composed is none of our business.
fn hear(field: Field, event: &Event) {
    if !text::is_composing(event) {
        commit(field, event_target_value(event));
    }
}

fn commit(field: Field, text: String) {
    field.answer(Some(Answer::Text(text)));
}

/// The respondent has left the field; only now may it be written into.
fn settle(field: Field, event: &Event) {
    let text = text::nfc(&event_target_value(event));
    page::set_value(event, &text);
    commit(field, text);
    field.touch();
}

fn length(field: Field) -> usize {
    field.answer.with(|answer| match answer {
        Some(Answer::Text(text)) => graphemes(text),
        _ => 0,
    })
}

/// How much is written, for the eye.
#[component]
fn Counter(field: Field, max: usize) -> impl IntoView {
    let text = move || [length(field).to_string(), max.to_string()].join("/");
    view! { <p class="counter" aria-hidden="true">{move || text()}</p> }
}

/// For the ear: two thresholds near the limit, so that not every key is announced.
#[component]
fn Announcer(field: Field, max: usize) -> impl IntoView {
    let language = language();
    let text = move || {
        let threshold = match max.saturating_sub(length(field)) {
            0..=10 => 10,
            11..=20 => 20,
            _ => return String::new(),
        };
        texts::characters_left(language.get(), threshold)
    };
    view! { <p class="visually-hidden" role="status">{move || text()}</p> }
}
