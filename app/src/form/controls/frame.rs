//! Draws the frame of every control: question, help, error.

use leptos::attr::Attribute;
use leptos::prelude::*;
use survey_defs::engine::ViolationKind;
use survey_defs::instrument::Marked;

use super::Field;
use super::choice::Kind;
use crate::form::icons::{self, Icon};
use crate::form::texts::{self, Phrase, language, say, words};
use crate::form::violation_text::violation_text;

/// A group of radio buttons or checkboxes under one question.
#[component]
pub(super) fn Group(field: Field, kind: Kind, children: Children) -> impl IntoView {
    let is_radio = kind == Kind::Radio;
    // Checkboxes say each for itself that they are invalid, because their group cannot.
    view! {
        <fieldset
            class="question"
            id=field.element("q")
            data-testid=field.element("q")
            role=if is_radio { "radiogroup" } else { "group" }
            aria-labelledby=field.element("label")
            aria-describedby=field.described_by()
            aria-required=field.required().filter(|_| is_radio)
            aria-invalid=move || field.invalid().filter(|_| is_radio)
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

/// The attributes that all single controls share, whatever the respondent enters.
pub(super) fn attributes(field: Field, described_by: String, value: String) -> impl Attribute {
    view! {
        <{..}
            id=field.element("input")
            name=field.id().to_string()
            autocomplete="off"
            aria-describedby=described_by
            aria-required=field.required()
            aria-invalid=move || field.invalid()
            prop:value=value
        />
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
    let mark = match field.session.package().instrument.marked() {
        Some(Marked::Required) if field.is_required() => Some(texts::REQUIRED),
        Some(Marked::Optional) if !field.is_required() => Some(texts::OPTIONAL),
        Some(Marked::Required | Marked::Optional) | None => None,
    };
    view! {
        {field.with(|question| words(&question.text))}
        " "
        {mark.map(|mark| view! { <Mark mark=mark/> })}
    }
}

#[component]
fn Mark(mark: Phrase) -> impl IntoView {
    view! { <span class="obligation">{say(mark)}</span> }
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
    let can_read = move || field.with(|question| field.session.can_read(question));
    // The error is above the control, so that it is in view when the control takes the focus.
    view! {
        {help}
        {move || can_read().then(|| view! { <Speak field=field/> })}
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
