//! Draws the fields for numbers and days.

use crate::platform::dom::event_target_value;
use crate::reactive::prelude::*;
use jiff::civil::Date;
use survey_defs::answer::Answer;
use survey_defs::text::Text;

use super::{Field, frame};
use crate::form::answer_text;
use crate::form::markup::{Element, el};
use crate::form::texts::{language, words};

/// A number, typed with the digits of the keyboard that phones show for it. It is a text field,
/// because a native number field hides what it cannot read.
pub(super) fn number(field: Field, integer: bool, unit: Option<&Text>) -> Element {
    let typed = match field.answer.get_untracked() {
        Some(Answer::Number(number)) => {
            answer_text::number_text(number, language().get_untracked())
        }
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    };
    let unit_id = field.element("unit");
    let described_by = [unit_id.clone(), field.described_by()].join(" ");
    let input = el("input")
        .attr("type", "text")
        .class("short")
        .attr("inputmode", if integer { "numeric" } else { "decimal" })
        .attr("enterkeyhint", "done")
        .attr("autocorrect", "off")
        .value(typed)
        .on("input", move |event| {
            field.answer(answer_text::number(&event_target_value(&event), integer));
        })
        .on("change", move |_| field.touch());
    let unit = unit.map(|unit| el("span").class("unit").attr("id", unit_id).text(words(unit)));
    let control =
        el("div").class("with-unit").child(frame::input(field, input, described_by)).children(unit);
    frame::single(field, control)
}

/// A day, with the calendar of the browser.
pub(super) fn date(field: Field, min: Option<Date>, max: Option<Date>) -> Element {
    let chosen = match field.answer.get_untracked() {
        Some(Answer::Date(day)) => answer_text::iso_text(day),
        _ => String::new(),
    };
    let input = el("input")
        .attr("type", "date")
        .class("short")
        .attr_if("min", min.map(answer_text::iso_text))
        .attr_if("max", max.map(answer_text::iso_text))
        .value(chosen)
        // A day that is not complete has no value, and so is no answer.
        .on("input", move |event| {
            field.answer(answer_text::iso_date(&event_target_value(&event)).map(Answer::Date));
        })
        .on("blur", move |_| field.touch());
    frame::single(field, frame::input(field, input, field.described_by()))
}
