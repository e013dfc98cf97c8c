//! The table of devices.

use leptos::prelude::*;
use survey_defs::ids::DeviceId;

use super::row::Row;
use super::texts;
use crate::state::Console;

/// All devices, whatever their wave.
#[component]
pub(super) fn DeviceList() -> impl IntoView {
    let console = Console::get();
    let ids = Memo::new(move |_| {
        let devices = console.devices.value.get();
        devices
            .iter()
            .flat_map(|list| list.iter())
            .map(|device| device.id)
            .collect::<Vec<DeviceId>>()
    });
    let is_empty = move || {
        console.devices.value.with(|list| list.as_ref().is_some_and(|list| list.is_empty()))
    };
    let heads = [
        texts::NAME,
        texts::PLACE,
        texts::STATE,
        texts::LAST,
        texts::QUEUED,
        texts::REFUSED,
        texts::CLOCK,
        texts::VERSION,
        texts::STORAGE,
        texts::ACTION,
    ];
    let heads = heads.map(|head| view! { <th scope="col">{console.say(head)}</th> });
    view! {
        <section class="card-list" aria-labelledby="devices">
            <h2 id="devices">{console.say(texts::DEVICES)}</h2>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="devices">
                <table class="list" data-testid="devices">
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>
                        <For each=move || ids.get() key=|id| *id let:id>
                            <Row id=id/>
                        </For>
                    </tbody>
                </table>
                <Show when=is_empty>
                    <p class="empty">{console.say(texts::NO_DEVICES)}</p>
                </Show>
            </div>
        </section>
    }
}
