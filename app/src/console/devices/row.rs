//! One row of the table of devices.

use app::platform::{http, location};
use leptos::either::Either;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::api::{DeviceView, paths};
use survey_defs::device::DeviceState;
use survey_defs::ids::DeviceId;

use super::report::{Cell, Report};
use super::texts;
use crate::layout::Failure;
use crate::state::Console;

/// A row that stays while its device reports anew, so that the focus stays too.
#[component]
pub(super) fn Row(id: DeviceId) -> impl IntoView {
    let console = Console::get();
    let device = Memo::new(move |_| {
        console.devices.value.with(|list| list.as_ref()?.iter().find(|d| d.id == id).cloned())
    });
    let report = Memo::new(move |_| {
        let (now, language) = (console.now.get(), console.language.get());
        device.with(|device| Some(Report::new(device.as_ref()?, now, language)))
    });
    let cell = move |pick: fn(Report) -> Cell| {
        move || {
            let Cell { text, is_warning } = report.get().map(pick).unwrap_or_default();
            let note = is_warning.then(|| {
                view! { <span class="visually-hidden">{texts::WARNING.get(console.language.get())} ": "</span> }
            });
            view! { <td class:warning=is_warning>{note}{text}</td> }
        }
    };
    let name = move || device.with(|device| device.as_ref().map(|device| device.name.clone()));
    view! {
        <tr data-testid="device">
            <th scope="row" id=name_id(&id.to_string()) tabindex="-1">{name}</th>
            <td>{move || device.get().map(|device| place(&console, &device))}</td>
            {cell(|report| report.state)}
            {cell(|report| report.last)}
            {cell(|report| report.queued)}
            {cell(|report| report.refused)}
            {cell(|report| report.clock)}
            {cell(|report| report.version)}
            {cell(|report| report.storage)}
            <td><Revocation device=device/></td>
        </tr>
    }
}

fn name_id(device: &str) -> String {
    ["device-", device].concat()
}

/// The name of the service point where it is known, and the ids.
fn place(console: &Console, device: &DeviceView) -> impl IntoView + use<> {
    let language = console.language.get();
    let name = console.points.value.with(|points| {
        let points = points.as_ref()?.iter();
        let mut points = points.filter(|view| view.point.wave == device.wave);
        Some(points.find(|view| view.point.id == device.point)?.point.name.get(language).to_owned())
    });
    let ids = [device.wave.as_str(), device.point.as_str()].join(" / ");
    view! { {name} <span class="fine ids">{ids}</span> }
}

/// Revokes after a second press.
#[component]
fn Revocation(device: Memo<Option<DeviceView>>) -> impl IntoView {
    let console = Console::get();
    let asks = RwSignal::new(false);
    let error: RwSignal<Option<http::Error>> = RwSignal::new(None);
    let id =
        move || device.with(|device| device.as_ref().map(|d| d.id.to_string())).unwrap_or_default();
    let keep_id = move || ["keep-", &id()].concat();
    let revoke_id = move || ["revoke-", &id()].concat();
    // The question takes the focus, so that it is read and answered at once, and gives it back.
    Effect::new(move |asked: Option<bool>| {
        let asks = asks.get();
        if asks {
            location::focus(&keep_id());
        } else if asked == Some(true) {
            location::focus(&revoke_id());
        }
        asks
    });
    let revoke = move |_| {
        let path = paths::fill(paths::REVOCATION, &[&id()]);
        spawn_local(async move {
            match http::post::<DeviceView>(&path, &()).await {
                Ok(_) => {
                    error.set(None);
                    // The buttons go away with the next list; their device stays.
                    location::focus(&name_id(&id()));
                    console.refresh();
                }
                Err(failure) => error.set(Some(failure)),
            }
        });
    };
    let label = move || {
        let name =
            device.with(|device| device.as_ref().map(|d| d.name.clone())).unwrap_or_default();
        [texts::REVOKE.get(console.language.get()), " ", &name].concat()
    };
    let is_revoked = move || {
        device.with(|device| device.as_ref().is_none_or(|d| d.state == DeviceState::Revoked))
    };
    view! {
        {move || {
            if is_revoked() {
                return None;
            }
            Some(if asks.get() {
                Either::Left(view! {
                    <div class="confirm" role="group" aria-label=label>
                        <p>{console.say(texts::REVOKE_ASK)}</p>
                        <button type="button" class="small-button danger" data-testid="revoke-confirm" on:click=revoke>
                            {console.say(texts::REVOKE_YES)}
                        </button>
                        <button
                            type="button"
                            class="small-button"
                            id=keep_id
                            data-testid="revoke-keep"
                            on:click=move |_| asks.set(false)
                        >
                            {console.say(texts::REVOKE_NO)}
                        </button>
                    </div>
                })
            } else {
                Either::Right(view! {
                    <button
                        type="button"
                        class="small-button"
                        id=revoke_id
                        data-testid="revoke"
                        aria-label=label
                        on:click=move |_| asks.set(true)
                    >
                        {console.say(texts::REVOKE)}
                    </button>
                })
            })
        }}
        <div aria-live="polite">
            <Show when=move || error.with(Option::is_some)>
                <p class="warning">{console.say(texts::NOT_REVOKED)}</p>
            </Show>
            <Failure error=error is_stale=Signal::stored(false)/>
        </div>
    }
}
