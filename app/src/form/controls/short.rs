//! Draws the fields for numbers and days.

use jiff::civil::Date;
use leptos::prelude::*;
use survey_defs::answer::Answer;
use survey_defs::text::Text;

use super::frame::{self, Labelled};
use super::{Field, no_autocorrect};
use crate::form::answer_text;
use crate::form::texts::{language, words};

/// A number, typed with the digits of the keyboard that phones show for it. It is a text field,
/// because a native number field hides what it cannot read.
#[component]
pub(super) fn NumberField(field: Field, integer: bool, unit: Option<Text>) -> impl IntoView {
    let typed = match field.answer.get_untracked() {
        Some(Answer::Number(number)) => {
            answer_text::number_text(number, language().get_untracked())
        }
        Some(Answer::Text(text)) => text,
        _ => String::new(),
    };
    let unit_id = field.element("unit");
    let described_by = [unit_id.clone(), field.described_by()].join(" ");
    let unit = unit.map(|unit| view! { <Unit id=unit_id unit=unit/> });
    view! {
        <Labelled field=field>
            <div class="with-unit">
                <input
                    type="text"
                    class="short"
                    inputmode=if integer { "numeric" } else { "decimal" }
                    enterkeyhint="done"
                    on:input=move |event| {
                        field.answer(answer_text::number(&event_target_value(&event), integer));
                    }
                    on:change=move |_| field.touch()
                    {..frame::attributes(field, described_by, typed)}
                    {..no_autocorrect()}
                />
                {unit}
            </div>
        </Labelled>
    }
}

#[component]
fn Unit(id: String, unit: Text) -> impl IntoView {
    view! { <span class="unit" id=id>{words(&unit)}</span> }
}

/// A day, with the calendar of the browser.
#[component]
pub(super) fn DateField(field: Field, min: Option<Date>, max: Option<Date>) -> impl IntoView {
    let chosen = match field.answer.get_untracked() {
        Some(Answer::Date(day)) => answer_text::iso_text(day),
        _ => String::new(),
    };
    view! {
        <Labelled field=field>
            // A day that is not complete has no value, and so is no answer.
            <input
                type="date"
                class="short"
                min=min.map(answer_text::iso_text)
                max=max.map(answer_text::iso_text)
                on:input=move |event| {
                    let day = answer_text::iso_date(&event_target_value(&event));
                    field.answer(day.map(Answer::Date));
                }
                on:blur=move |_| field.touch()
                {..frame::attributes(field, field.described_by(), chosen)}
            />
        </Labelled>
    }
}
