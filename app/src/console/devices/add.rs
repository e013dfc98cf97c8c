//! The form for a new device.

use app::platform::http;
use leptos::ev::SubmitEvent;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::{AddedDevice, paths};
use survey_defs::phrases::Phrase;

use super::draft::Draft;
use super::texts;
use crate::controls::{Choice, Select};
use crate::layout::Failure;
use crate::state::Console;

/// The form; the device that was added goes into `added`.
#[component]
pub(super) fn AddDevice(added: RwSignal<Option<AddedDevice>>) -> impl IntoView {
    let console = Console::get();
    let draft = Draft::new();
    let missing: RwSignal<Option<Phrase>> = RwSignal::new(None);
    let error: RwSignal<Option<http::Error>> = RwSignal::new(None);
    let submit = move |event: SubmitEvent| {
        event.prevent_default();
        error.set(None);
        let Some(wave) = console.wave.get_untracked() else { return };
        match draft.read(wave.wave.id.clone()) {
            Err(phrase) => missing.set(Some(phrase)),
            Ok(device) => {
                missing.set(None);
                spawn_local(async move {
                    match http::post::<AddedDevice>(paths::DEVICES, &device).await {
                        Ok(device) => {
                            draft.name.set(String::new());
                            added.set(Some(device));
                            console.refresh();
                        }
                        Err(failure) => error.set(Some(failure)),
                    }
                });
            }
        }
    };
    view! {
        <section class="card-list" aria-labelledby="add">
            <h2 id="add">{console.say(texts::ADD)}</h2>
            <p class="fine">{console.say(texts::ADD_HINT)}</p>
            <form class="add-device" novalidate on:submit=submit>
                <PointChoice draft=draft/>
                <Field id="device-name" label=texts::NAME value=draft.name numeric=false/>
                <details>
                    <summary>{console.say(texts::SETTINGS)}</summary>
                    <div class="settings">
                        <Field id="device-idle" label=texts::IDLE value=draft.idle numeric=true/>
                        <Field id="device-countdown" label=texts::COUNTDOWN value=draft.countdown numeric=true/>
                        <Field id="device-thanks" label=texts::THANKS value=draft.thanks numeric=true/>
                        <Field id="device-pixels" label=texts::PIXELS value=draft.pixels numeric=true/>
                        <label class="check">
                            <input
                                type="checkbox"
                                data-testid="device-keyboard"
                                prop:checked=move || draft.keyboard.get()
                                on:change=move |event| draft.keyboard.set(event_target_checked(&event))
                            />
                            {console.say(texts::KEYBOARD)}
                        </label>
                    </div>
                </details>
                <button type="submit" class="button button-primary" data-testid="device-add">
                    {console.say(texts::SUBMIT)}
                </button>
            </form>
            <div aria-live="polite">
                {move || missing.get().map(|phrase| {
                    let language = console.language.get();
                    view! {
                        <p class="warning" data-testid="device-missing">
                            {texts::NOT_ADDED.get(language)} ": " {phrase.get(language)}
                        </p>
                    }
                })}
                <Failure error=error is_stale=Signal::stored(false)/>
            </div>
        </section>
    }
}

#[component]
fn PointChoice(draft: Draft) -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let points = console.points.value.get();
        let points = points.iter().flat_map(|points| points.iter());
        let options =
            points.map(|view| Choice::new(view.point.id.as_str(), view.point.name.get(language)));
        std::iter::once(Choice::new("", "–")).chain(options).collect()
    });
    let value = Signal::derive(move || draft.point.get());
    let choose = Callback::new(move |id: String| draft.point.set(id));
    view! { <Select testid="device-point" label=texts::PLACE options=options value=value choose=choose/> }
}

#[component]
fn Field(id: &'static str, label: Phrase, value: RwSignal<String>, numeric: bool) -> impl IntoView {
    let console = Console::get();
    let hint = move || (!numeric).then(|| texts::NAME_HINT.get(console.language.get()));
    view! {
        <div class="control">
            <label for=id>{console.say(label)}</label>
            <input
                id=id
                data-testid=id
                type="text"
                inputmode=if numeric { "decimal" } else { "text" }
                autocomplete="off"
                placeholder=hint
                prop:value=move || value.get()
                on:input=move |event| value.set(event_target_value(&event))
            />
        </div>
    }
}
