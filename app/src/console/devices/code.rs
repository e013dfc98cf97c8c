//! The code of a new device, shown once.

use app::platform::location;
use leptos::prelude::*;
use survey_defs::api::AddedDevice;
use survey_defs::phrases;

use super::texts;
use crate::state::Console;

/// The id of the heading, which takes the focus when a code comes.
const HEADING: &str = "new-code";

/// The code until somebody has noted it.
#[component]
pub(super) fn NewCode(added: RwSignal<Option<AddedDevice>>) -> impl IntoView {
    let console = Console::get();
    Effect::new(move || {
        if added.with(Option::is_some) {
            location::focus(HEADING);
        }
    });
    move || {
        added.get().map(|AddedDevice { device, code, code_expires_at }| {
            let language = console.language.get();
            view! {
                <section class="new-code" aria-labelledby=HEADING data-testid="device-code-card">
                    <h2 id=HEADING tabindex="-1">{texts::CODE.get(language)} " " {device.name}</h2>
                    <p class="code" data-testid="device-code">{String::from(code)}</p>
                    <p>
                        {texts::CODE_ONCE.get(language)} " "
                        <strong>{phrases::moment(code_expires_at, language)}</strong> "."
                    </p>
                    <button
                        type="button"
                        class="small-button"
                        data-testid="device-code-close"
                        on:click=move |_| {
                            added.set(None);
                            location::focus("device-name");
                        }
                    >
                        {texts::CODE_CLOSE.get(language)}
                    </button>
                </section>
            }
        })
    }
}
