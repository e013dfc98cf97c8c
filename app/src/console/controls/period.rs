//! Selects the reporting period: a few suggestions, or any text that the server understands.

use leptos::prelude::*;
use survey_defs::period::PeriodRef;
use survey_defs::phrases::hanoi_day;
use survey_defs::wave::Wave;

use crate::state::Console;
use crate::texts;

/// A wave that stays open for long would fill the list with years.
const MOST_YEARS: usize = 3;

/// A box with suggestions. What is typed counts when it is complete: on Enter, or on leaving.
#[component]
pub(super) fn PeriodChoice() -> impl IntoView {
    let console = Console::get();
    let suggestions = Memo::new(move |_| {
        console
            .wave
            .with(|view| view.as_ref().map(|view| suggestions(&view.wave)))
            .unwrap_or_default()
    });
    let entries = move || {
        suggestions
            .get()
            .into_iter()
            .map(|text| view! { <option value=text></option> })
            .collect_view()
    };
    let value = move || {
        let period = console.selection.with(|selection| selection.period.clone());
        period.map(String::from).unwrap_or_default()
    };
    let is_wrong = RwSignal::new(false);
    let choose = move |text: String| {
        let text = text.trim();
        let period = (!text.is_empty()).then(|| text.parse::<PeriodRef>()).transpose();
        is_wrong.set(period.is_err());
        if let Ok(period) = period {
            console.selection.update(|selection| selection.period = period);
        }
    };
    view! {
        <div class="control control-period">
            <label for="period">{console.say(texts::PERIOD)}</label>
            <input
                id="period"
                data-testid="period"
                type="text"
                list="periods"
                autocomplete="off"
                spellcheck="false"
                title=console.say(texts::PERIOD_HINT)
                placeholder=console.say(texts::PERIOD_ALL)
                prop:value=value
                aria-invalid=move || is_wrong.get().to_string()
                on:change=move |event| choose(event_target_value(&event))
            />
            <datalist id="periods">{entries}</datalist>
            <Show when=move || is_wrong.get()>
                <p class="fine" role="alert">{console.say(texts::ADVICE_PERIOD)}</p>
            </Show>
        </div>
    }
}

/// The city's periods in the years of a wave, the latest first.
fn suggestions(wave: &Wave) -> Vec<String> {
    let first = year(wave.opens_at);
    let last = year(wave.closes_at);
    let years = (first..=last).rev().take(MOST_YEARS);
    years
        .flat_map(|year| ["year", "q3", "6m", "q1"].map(|period| format!("{year}-{period}")))
        .collect()
}

/// The year of a moment in Hanoi.
fn year(moment: jiff::Timestamp) -> i16 {
    hanoi_day(moment).year()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_year_changes_at_midnight_in_hanoi() {
        for (moment, expected) in [("2025-12-31T16:59:59Z", 2025), ("2025-12-31T17:00:00Z", 2026)] {
            assert_eq!(year(moment.parse().unwrap()), expected);
        }
    }
}
