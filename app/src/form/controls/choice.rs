//! Draws one radio button or checkbox.

use leptos::prelude::*;

use super::Field;
use crate::form::choice_answer;

/// Whether one or several choices of a question can be chosen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Radio,
    Checkbox,
}

/// A native input with its words. The label is the target, so all of it can be pressed.
#[component]
pub(super) fn Choice(
    field: Field,
    kind: Kind,
    class: &'static str,
    /// The value of the input.
    value: String,
    /// The face of a level.
    #[prop(optional)]
    drawing: Option<&'static str>,
    /// The words.
    children: Children,
) -> impl IntoView {
    let is_checkbox = kind == Kind::Checkbox;
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
    view! {
        <label class=class>
            <input
                type=if is_checkbox { "checkbox" } else { "radio" }
                name=field.id().to_string()
                value=value
                autocomplete="off"
                aria-describedby=is_checkbox.then(|| field.element("error"))
                aria-invalid=move || field.invalid().filter(|_| is_checkbox)
                prop:checked=is_chosen
                on:change=choose
            />
            <span class="choice">
                <span class="mark"></span>
                {drawing.map(|markup| view! { <Drawing markup=markup/> })}
                <span class="words">{children()}</span>
            </span>
        </label>
    }
}

#[component]
fn Drawing(markup: &'static str) -> impl IntoView {
    view! { <span class="drawing" inner_html=markup></span> }
}
