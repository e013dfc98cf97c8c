//! Draws single and multiple choice.

use leptos::prelude::*;
use survey_defs::ids::OptionSetId;

use super::Field;
use super::choice::{Choice, Kind};
use super::frame::{Group, Help};
use crate::form::texts::{self, say, words};
use crate::platform::page;

/// One choice of a set.
#[component]
pub(super) fn Single(field: Field, set: OptionSetId) -> impl IntoView {
    view! {
        <Group field=field kind=Kind::Radio>
            <div class="control">
                <Options field=field set=set kind=Kind::Radio/>
                {move || field.can_be_cleared().then(|| view! { <Clear field=field/> })}
            </div>
        </Group>
    }
}

/// Several choices of a set.
#[component]
pub(super) fn Multiple(field: Field, set: OptionSetId) -> impl IntoView {
    let has_help = field.with(|question| question.help.is_some());
    let hint = (!has_help).then(|| view! { <Help field=field>{say(texts::SEVERAL)}</Help> });
    view! {
        <Group field=field kind=Kind::Checkbox>
            <div class="control">
                {hint}
                <Options field=field set=set kind=Kind::Checkbox/>
            </div>
        </Group>
    }
}

#[component]
fn Options(field: Field, set: OptionSetId, kind: Kind) -> impl IntoView {
    let package = field.session.package();
    let choices = package.instrument.choices(&set);
    let class = if choices.len() == 2 { "options pair" } else { "options" };
    let choices = choices.iter().map(|choice| {
        let text = words(&choice.text);
        view! {
            <Choice field=field kind=kind class="option" value=choice.id.to_string()>
                {text}
            </Choice>
        }
    });
    view! { <div class=class>{choices.collect_view()}</div> }
}

/// Radio buttons cannot be taken back, so an optional question offers it.
#[component]
pub(super) fn Clear(field: Field) -> impl IntoView {
    let clear = move |_| {
        field.answer(None);
        // The button vanishes, so the focus goes where the next press belongs.
        page::focus_control(&field.element("q"));
    };
    view! {
        <button
            type="button"
            class="clear"
            data-testid=field.element("clear")
            aria-describedby=field.element("label")
            on:click=clear
        >
            {say(texts::CLEAR)}
        </button>
    }
}
