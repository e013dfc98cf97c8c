//! Draws single and multiple choice.

use crate::platform::page;
use crate::reactive::prelude::*;
use survey_defs::ids::OptionSetId;

use super::choice::{checkbox, choice};
use super::{Field, frame};
use crate::form::markup::{Element, el};
use crate::form::texts::{self, say, words};

/// One choice of a set.
pub(super) fn single(field: Field, set: &OptionSetId) -> Element {
    let control = el("div").class("control").child(options(field, set, choice));
    frame::radio_group(field, clear(field, control))
}

/// Several choices of a set.
pub(super) fn multiple(field: Field, set: &OptionSetId) -> Element {
    let hint = || el("p").class("help").attr("id", field.element("help")).text(say(texts::SEVERAL));
    let has_help = field.with(|question| question.help.is_some());
    let control = el("div")
        .class("control")
        .children((!has_help).then(hint))
        .child(options(field, set, checkbox));
    frame::checkbox_group(field, control)
}

fn options(
    field: Field,
    set: &OptionSetId,
    option: fn(Field, &'static str, String, &str) -> Element,
) -> Element {
    let package = field.session.package();
    let choices = package.instrument.choices(set);
    let class = if choices.len() == 2 { "options pair" } else { "options" };
    let options = choices
        .iter()
        .map(|choice| option(field, "option", choice.id.to_string(), words(&choice.text)));
    el("div").class(class).children(options)
}

/// Radio buttons cannot be taken back, so an optional question offers it.
pub(super) fn clear(field: Field, control: Element) -> Element {
    if field.required().is_some() {
        return control;
    }
    control.slot(move || {
        let is_answered = field.answer.with(Option::is_some);
        is_answered.then(|| {
            el("button")
                .attr("type", "button")
                .class("clear")
                .test_id(field.element("clear"))
                .attr("aria-describedby", field.element("label"))
                .on("click", move |_| {
                    field.answer(None);
                    // The button vanishes, so the focus goes where the next press belongs.
                    page::focus_control(&field.element("q"));
                })
                .text(say(texts::CLEAR))
        })
    })
}
