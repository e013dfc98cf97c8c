//! The code of a new device, shown once.

use app::platform::location;
use jiff::Timestamp;
use jiff::tz::{Offset, TimeZone};
use leptos::prelude::*;
use survey_defs::api::AddedDevice;
use survey_defs::text::Language;

use super::words;
use crate::numbers;
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
                    <h2 id=HEADING tabindex="-1">{words::CODE.get(language)} " " {device.name}</h2>
                    <p class="code" data-testid="device-code">{String::from(code)}</p>
                    <p>
                        {words::CODE_ONCE.get(language)} " "
                        <strong>{moment(code_expires_at, language)}</strong> "."
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
                        {words::CODE_CLOSE.get(language)}
                    </button>
                </section>
            }
        })
    }
}

/// Day and time in Hanoi, which has no summer time.
fn moment(moment: Timestamp, language: Language) -> String {
    let local = TimeZone::fixed(Offset::constant(7)).to_datetime(moment);
    let day = numbers::day(local.date(), language);
    format!("{:02}:{:02} {day}", local.hour(), local.minute())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_expire_by_the_clock_on_the_wall() {
        let expiry = "2026-03-02T20:05:00Z".parse().unwrap();
        assert_eq!(moment(expiry, Language::Vi), "03:05 3/3/2026");
        assert_eq!(moment(expiry, Language::En), "03:05 2026-03-03");
    }
}
