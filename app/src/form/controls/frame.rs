//! Draws the frame of every control: question, help, error.

use crate::reactive::prelude::*;

use super::Field;
use crate::form::markup::{Element, el, icon};
use crate::form::texts::{language, say, words};
use crate::form::violation_text::violation_text;
use crate::form::{icons, texts};

/// A group of radio buttons under one question.
pub(super) fn radio_group(field: Field, control: Element) -> Element {
    group(field, "radiogroup", control)
        .attr_if("aria-required", field.required())
        .live_attr("aria-invalid", move || field.invalid())
}

/// A group of checkboxes under one question; each says for itself that it is invalid, because a
/// group cannot.
pub(super) fn checkbox_group(field: Field, control: Element) -> Element {
    group(field, "group", control)
}

fn group(field: Field, role: &'static str, control: Element) -> Element {
    let frame = el("fieldset")
        .attr("role", role)
        .attr("aria-labelledby", field.element("label"))
        .attr("aria-describedby", field.described_by());
    let label = el("legend").attr("id", field.element("label"));
    framed(field, frame, label, control)
}

/// A single control under its label, which names it by the id `input-…`.
pub(super) fn single(field: Field, control: Element) -> Element {
    let label = el("label").attr("for", field.element("input"));
    framed(field, el("div"), label, control)
}

/// The attributes that all single controls share.
pub(super) fn input(field: Field, input: Element, described_by: String) -> Element {
    input
        .attr("id", field.element("input"))
        .attr("name", field.id())
        .attr("autocomplete", "off")
        .attr("aria-describedby", described_by)
        .attr_if("aria-required", field.required())
        .live_attr("aria-invalid", move || field.invalid())
}

fn framed(field: Field, frame: Element, label: Element, control: Element) -> Element {
    let id = field.element("q");
    frame
        .class("question")
        .attr("id", id.as_str())
        .test_id(id)
        .child(asked(field, label))
        .children(help(field))
        .slot(move || speak(field))
        // Above the control, so that it is in view when the control takes the focus.
        .slot(move || error(field))
        .child(control)
}

fn asked(field: Field, label: Element) -> Element {
    let optional = || el("span").class("optional").text(say(texts::OPTIONAL));
    field.with(|question| {
        label
            .class("question-text")
            .text([words(&question.text), " "].concat())
            .children((!question.required).then(optional))
    })
}

/// Where nothing can be read aloud, nothing offers it.
fn speak(field: Field) -> Option<Element> {
    let can_read = field.with(|question| field.session.can_read(question));
    can_read.then(|| {
        let is_reading = move || field.with(|question| field.session.is_reading(question));
        let words = move || if is_reading() { texts::STOP_READING } else { texts::READ };
        el("button")
            .attr("type", "button")
            .class("speak")
            .test_id(field.element("speak"))
            .attr("aria-describedby", field.element("label"))
            .live_attr("data-reading", move || is_reading().then(|| "true".into()))
            .on("click", move |_| field.session.read_or_stop(field.at))
            .child(icon(icons::SPEAKER))
            .child(el("span").live_text(move || say(words()).to_owned()))
    })
}

fn help(field: Field) -> Option<Element> {
    let text = field.with(|question| Some(words(question.help.as_ref()?).to_owned()))?;
    Some(el("p").class("help").attr("id", field.element("help")).text(text))
}

fn error(field: Field) -> Option<Element> {
    let violation = field.violation.get()?;
    let text = violation_text(&violation, language().get_untracked());
    let id = field.element("error");
    let error = el("p").class("error").attr("id", id.as_str()).test_id(id);
    Some(error.child(icon(icons::WARNING)).text(text))
}
