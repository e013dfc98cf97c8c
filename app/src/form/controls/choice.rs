//! Draws one radio button or checkbox.

use crate::reactive::prelude::*;

use super::Field;
use crate::form::choice_answer;
use crate::form::markup::{Element, el};

/// A native input with its words. The label is the target, so all of it can be pressed.
pub(super) fn choice(field: Field, class: &'static str, value: String, words: &str) -> Element {
    pressable(field, class, el("input").attr("type", "radio"), value, words, None)
}

/// A level, with its face.
pub(super) fn level(
    field: Field,
    class: &'static str,
    value: String,
    (face, words): (&'static str, &str),
) -> Element {
    pressable(field, class, el("input").attr("type", "radio"), value, words, Some(face))
}

/// One of several that can be chosen together.
pub(super) fn checkbox(field: Field, class: &'static str, value: String, words: &str) -> Element {
    let input = el("input")
        .attr("type", "checkbox")
        .attr("aria-describedby", field.element("error"))
        .live_attr("aria-invalid", move || field.invalid());
    pressable(field, class, input, value, words, None)
}

fn pressable(
    field: Field,
    class: &'static str,
    input: Element,
    value: String,
    words: &str,
    drawing: Option<&'static str>,
) -> Element {
    let own = value.clone();
    let is_chosen =
        move || field.answer.with(|answer| choice_answer::is_chosen(answer.as_ref(), &own));
    let own = value.clone();
    let choose = move |_| {
        let answer = field.answer.get_untracked();
        let package = field.session.package();
        let answer = field.with(|question| {
            let set = question.kind.options();
            let choices = set.map_or(&[][..], |set| package.instrument.choices(set));
            choice_answer::choose(&question.kind, choices, answer.as_ref(), &own)
        });
        field.answer(answer);
        field.touch();
    };
    let input = input
        .attr("name", field.id())
        .attr("value", value)
        .attr("autocomplete", "off")
        .checked(is_chosen)
        .on("change", choose);
    let seen = el("span")
        .class("choice")
        .child(el("span").class("mark"))
        .children(drawing.map(|markup| el("span").class("drawing").drawing(markup)))
        .child(el("span").class("words").text(words));
    el("label").class(class).child(input).child(seen)
}
