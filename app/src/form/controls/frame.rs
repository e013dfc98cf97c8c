//! Draws the frame of every control: question, help, error.

use leptos::prelude::*;
use survey_defs::engine::ViolationKind;

use super::Field;
use crate::form::icons::{self, Icon};
use crate::form::texts::{self, language, say, words};
use crate::form::violation_text::violation_text;

/// A group of radio buttons under one question.
#[component]
pub(super) fn RadioGroup(field: Field, children: Children) -> impl IntoView {
    view! {
        <fieldset
            class="question"
            id=field.element("q")
            data-testid=field.element("q")
            role="radiogroup"
            aria-labelledby=field.element("label")
            aria-describedby=field.described_by()
            aria-required=field.required()
            aria-invalid=move || field.invalid()
        >
            <Legend field=field/>
            <Remarks field=field/>
            {children()}
        </fieldset>
    }
}

/// A group of checkboxes under one question; each says for itself that it is invalid, because a
/// group cannot.
#[component]
pub(super) fn CheckboxGroup(field: Field, children: Children) -> impl IntoView {
    view! {
        <fieldset
            class="question"
            id=field.element("q")
            data-testid=field.element("q")
            role="group"
            aria-labelledby=field.element("label")
            aria-describedby=field.described_by()
        >
            <Legend field=field/>
            <Remarks field=field/>
            {children()}
        </fieldset>
    }
}

/// A single control under its label, which names it by the id `input-…`.
#[component]
pub(super) fn Labelled(field: Field, children: Children) -> impl IntoView {
    view! {
        <div class="question" id=field.element("q") data-testid=field.element("q")>
            <label class="question-text" for=field.element("input")>
                <Asked field=field/>
            </label>
            <Remarks field=field/>
            {children()}
        </div>
    }
}

#[component]
fn Legend(field: Field) -> impl IntoView {
    view! {
        <legend class="question-text" id=field.element("label")>
            <Asked field=field/>
        </legend>
    }
}

/// The question in words.
#[component]
fn Asked(field: Field) -> impl IntoView {
    let optional = (!field.is_required()).then(|| view! { <OptionalMark/> });
    view! {
        {field.with(|question| words(&question.text))}
        " "
        {optional}
    }
}

#[component]
fn OptionalMark() -> impl IntoView {
    view! { <span class="optional">{say(texts::OPTIONAL)}</span> }
}

/// More words about a question.
#[component]
pub(super) fn Help(field: Field, children: Children) -> impl IntoView {
    view! { <p class="help" id=field.element("help")>{children()}</p> }
}

/// What stands between a question and its control.
#[component]
fn Remarks(field: Field) -> impl IntoView {
    let help = field.with(|question| question.help.as_ref().map(words));
    let help = help.map(|help| view! { <Help field=field>{help}</Help> });
    let can_read = Memo::new(move |_| field.with(|question| field.session.can_read(question)));
    // The error is above the control, so that it is in view when the control takes the focus.
    view! {
        {help}
        {move || can_read.get().then(|| view! { <Speak field=field/> })}
        {move || field.violation.get().map(|kind| view! { <Violation field=field kind=kind/> })}
    }
}

/// Where nothing can be read aloud, nothing offers it.
#[component]
fn Speak(field: Field) -> impl IntoView {
    let is_reading = move || field.with(|question| field.session.is_reading(question));
    let language = language();
    let label = move || if is_reading() { texts::STOP_READING } else { texts::READ };
    view! {
        <button
            type="button"
            class="speak"
            data-testid=field.element("speak")
            aria-describedby=field.element("label")
            data-reading=move || is_reading().then_some("true")
            on:click=move |_| field.session.read_or_stop(field.at)
        >
            <Icon drawing=icons::SPEAKER/>
            <span>{move || label().get(language.get())}</span>
        </button>
    }
}

#[component]
fn Violation(field: Field, kind: ViolationKind) -> impl IntoView {
    let language = language();
    view! {
        <p class="error" id=field.element("error") data-testid=field.element("error")>
            <Icon drawing=icons::WARNING/>
            {move || violation_text(&kind, language.get())}
        </p>
    }
}
