//! The table of the numbers behind the bars.

use leptos::prelude::*;
use survey_defs::phrases;
use survey_defs::text::Language;

use crate::chart::Bar;
use crate::state::Console;
use crate::texts;

/// A table of counts and shares.
#[component]
pub(super) fn Counts() -> impl IntoView {
    let console = Console::get();
    let table = move || {
        let language = console.language.get();
        let bars = console.unit_chart.with(|chart| chart.as_ref().map(|chart| chart.bars.clone()));
        let rows = bars.unwrap_or_default().into_iter().map(row).collect_view();
        view! {
            <table class="counts" data-testid="counts">
                {head(language)}
                <tbody>{rows}</tbody>
            </table>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=console.say(texts::COUNTS)>
            {table}
        </div>
    }
}

fn head(language: Language) -> impl IntoView {
    let levels = phrases::LEVELS;
    let after = [phrases::NOT_APPLICABLE, phrases::NO_ANSWER];
    let columns = [phrases::SCORE, phrases::N].into_iter().chain(levels).chain(after);
    let cells = columns.map(|phrase| view! { <th scope="col">{phrase.get(language)}</th> });
    view! {
        <thead>
            <tr>
                <th scope="col">{texts::PART.get(language)}</th>
                {cells.collect_view()}
            </tr>
        </thead>
    }
}

fn row(bar: Bar) -> impl IntoView {
    let Bar { title, depth, score, n, levels } = bar;
    // Score, n, five levels, two other answers; withheld counts leave their cells empty.
    let mut cells = vec![(score.text, String::new()), (n.text, String::new())];
    match levels {
        Some(levels) => {
            cells.extend(levels.segments.map(|segment| (segment.count, segment.percent)));
            cells.extend(
                [levels.not_applicable, levels.no_answer].map(|text| (text, String::new())),
            );
        }
        None => cells.extend((0..7).map(|_| ("–".to_owned(), String::new()))),
    }
    let cells = cells.into_iter().map(|(text, below)| {
        view! { <td>{text} <span class="fine">{below}</span></td> }
    });
    view! {
        <tr class=format!("part-{}", depth.class())>
            <th scope="row">{title}</th>
            {cells.collect_view()}
        </tr>
    }
}
