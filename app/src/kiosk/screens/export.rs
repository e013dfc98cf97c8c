//! Exports what a device could not send, to whoever knows the code with which it was enrolled.
//!
//! The file has answers in it, so a deliberate gesture is not enough: officers and citizens find
//! gestures.

use app::platform::{clock, device, outbox, page};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::staff::{StaffButton, local_time};
use crate::controller::kiosk;
use crate::keyboard::CodePad;
use crate::machine::Event;
use crate::texts;

const FIELD: &str = "staff-code";

/// After so many wrong codes the panel closes.
const MOST_TRIES: u32 = 5;

/// The button, and the question for the code once it was pressed.
#[component]
pub(super) fn Export() -> impl IntoView {
    let kiosk = kiosk();
    let is_asked = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let tries = StoredValue::new(0);
    let give = move || {
        let typed = typed.get_untracked();
        spawn_local(async move {
            if device::knows(&typed).await.unwrap_or(false) {
                is_asked.set(false);
                said.set(written().await);
                return;
            }
            said.set(texts::both(texts::EXPORT_REFUSED));
            tries.update_value(|tries| *tries += 1);
            if tries.get_value() >= MOST_TRIES {
                kiosk.feed(Event::Close);
            }
        });
    };
    let ask = move || {
        typed.set(String::new());
        said.set(String::new());
        is_asked.set(true);
    };
    view! {
        <div>
            <StaffButton name=texts::STAFF_EXPORT test_id="staff-export" on_press=ask/>
            <Show when=move || is_asked.get()>
                <div class="staff-export">
                    <label class="question-text" for=FIELD>
                        {texts::both(texts::EXPORT_CODE)}
                    </label>
                    <input
                        class="text enrol-code"
                        data-testid=FIELD
                        id=FIELD
                        type="text"
                        inputmode="none"
                        maxlength="18"
                        autocomplete="off"
                        prop:value=move || typed.get()
                        on:input=move |event| typed.set(event_target_value(&event))
                    />
                    <CodePad field=FIELD/>
                    <StaffButton
                        name=texts::STAFF_EXPORT
                        test_id="staff-code-send"
                        on_press=give
                    />
                </div>
            </Show>
            <p role="status" data-testid="staff-said">{move || said.get()}</p>
        </div>
    }
}

/// Writes the file and says so.
async fn written() -> String {
    let Ok(export) = outbox::export().await else { return texts::both(texts::EXPORT_FAILED) };
    let day = local_time(clock::now()).replace(['/', ' ', ':'], "-");
    page::download(&["thuocdo-", &day, ".json"].concat(), &export.text);
    format!("{}: {}", texts::both(texts::EXPORTED), export.n_records)
}
