//! Draws the five levels and “not applicable”.

use leptos::prelude::*;
use survey_defs::answer::Level;

use super::Field;
use super::choice::{Choice, Kind};
use super::frame::Group;
use super::options::Clear;
use crate::form::texts::say;
use crate::form::{choice_answer, icons, texts};

const CLASSES: [&str; 5] =
    ["level level-1", "level level-2", "level level-3", "level level-4", "level level-5"];

/// Each level has a face and a word; “not applicable” stands apart, because it is no level.
#[component]
pub(super) fn Satisfaction(field: Field, not_applicable: bool) -> impl IntoView {
    let levels = Level::ALL.into_iter().map(move |level| {
        let index = level.index();
        view! {
            <Choice
                field=field
                kind=Kind::Radio
                class=CLASSES[index]
                value=choice_answer::value_of(level)
                drawing=icons::FACES[index]
            >
                {say(texts::level(index))}
            </Choice>
        }
    });
    let not_applicable = not_applicable.then(|| {
        view! {
            <Choice
                field=field
                kind=Kind::Radio
                class="option not-applicable"
                value=choice_answer::NOT_APPLICABLE.to_owned()
            >
                {say(texts::NOT_APPLICABLE)}
            </Choice>
        }
    });
    view! {
        <Group field=field kind=Kind::Radio>
            <div class="control">
                <div class="levels">{levels.collect_view()}</div>
                {not_applicable}
                {move || field.can_be_cleared().then(|| view! { <Clear field=field/> })}
            </div>
        </Group>
    }
}
