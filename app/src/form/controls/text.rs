//! Draws fields for text of one and of several lines.
//!
//! The field keeps what is being typed: it is read on each input, but while a word is being
//! composed nothing reads it, and nothing writes into it before the respondent has left it.

use crate::platform::dom::event_target_value;
use crate::platform::{page, text};
use crate::reactive::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::engine::graphemes;
use web_sys::Event;

use super::{Field, frame};
use crate::form::markup::{Element, el};
use crate::form::texts::{self, language};

/// One line.
pub(super) fn short(field: Field, max_graphemes: usize) -> Element {
    let input = el("input").attr("type", "text").attr("enterkeyhint", "done");
    typed(field, max_graphemes, input)
}

/// Several lines.
pub(super) fn long(field: Field, max_graphemes: usize) -> Element {
    typed(field, max_graphemes, el("textarea").attr("rows", "4"))
}

fn typed(field: Field, max_graphemes: usize, input: Element) -> Element {
    let typed = match field.answer.get_untracked() {
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    };
    let input = input
        .class("text")
        // Few devices know Vietnamese words, and those that do not underline every one.
        .attr("spellcheck", "false")
        .attr("autocorrect", "off")
        .attr("autocapitalize", "sentences")
        .value(typed)
        .on("input", move |event| hear(field, &event))
        .on("compositionend", move |event| commit(field, event_target_value(&event)))
        .on("change", move |event| settle(field, &event));
    let control = el("div")
        .child(frame::input(field, input, field.described_by()))
        .child(counter(field, max_graphemes))
        .child(announcer(field, max_graphemes));
    frame::single(field, control)
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
fn counter(field: Field, max: usize) -> Element {
    let text = move || [length(field).to_string(), max.to_string()].join("/");
    el("p").class("counter").attr("aria-hidden", "true").live_text(text)
}

/// For the ear: two thresholds near the limit, so that not every key is announced.
fn announcer(field: Field, max: usize) -> Element {
    let text = move || {
        let threshold = match max.saturating_sub(length(field)) {
            0..=10 => 10,
            11..=20 => 20,
            _ => return String::new(),
        };
        texts::characters_left(language().get_untracked(), threshold)
    };
    el("p").class("visually-hidden").attr("role", "status").live_text(text)
}
