//! Draws stacked bars and their legend.

use leptos::prelude::*;
use survey_defs::phrases;
use survey_defs::text::Language;

use crate::chart::{Bar, Levels, Segment};
use crate::state::Console;
use crate::texts;

/// The words of the levels with their colours.
#[component]
pub(crate) fn Legend() -> impl IntoView {
    let console = Console::get();
    let entries = phrases::LEVELS.into_iter().zip(1..).map(|(level, number)| {
        view! {
            <li>
                <svg class="swatch" viewBox="0 0 10 10" aria-hidden="true">
                    <rect class=format!("level-{number}") width="10" height="10" rx="2"/>
                </svg>
                {console.say(level)}
            </li>
        }
    });
    view! {
        <ul class="legend" aria-label=console.say(texts::LEVELS)>
            {entries.collect_view()}
        </ul>
    }
}

/// One bar for each node of the chosen group.
#[component]
pub(super) fn Bars() -> impl IntoView {
    let console = Console::get();
    let bars = move || {
        let bars = console.unit_chart.with(|chart| chart.as_ref().map(|chart| chart.bars.clone()));
        let language = console.language.get();
        bars.unwrap_or_default().into_iter().map(|one| row(one, language)).collect_view()
    };
    view! {
        <Legend/>
        <ol class="bars" data-testid="bars">{bars}</ol>
    }
}

fn row(one: Bar, language: Language) -> impl IntoView {
    let Bar { title, depth, score, n, levels } = one;
    let beside = levels.as_ref().map(|levels| {
        format!(
            " · {} {} · {} {}",
            phrases::NOT_APPLICABLE.get(language),
            levels.not_applicable,
            phrases::NO_ANSWER.get(language),
            levels.no_answer,
        )
    });
    view! {
        <li class=format!("bar bar-{}", depth.class())>
            <h3>{title}</h3>
            <p class="score" class:muted=!score.is_shown>{score.text}</p>
            {bar(levels.as_ref())}
            {score.interval.map(|text| view! { <p class="fine">{text}</p> })}
            <p class="fine">{n.labelled("n")} {beside}</p>
        </li>
    }
}

/// The picture of one distribution; nothing where it may not be shown.
pub(crate) fn bar(levels: Option<&Levels>) -> impl IntoView + use<> {
    levels.map(|levels| {
        let segments = levels.segments.clone().into_iter().zip(1..);
        view! {
            <svg class="stack" role="img" aria-label=levels.spoken.clone()>
                {segments.map(segment).collect_view()}
            </svg>
        }
    })
}

fn segment((segment, level): (Segment, u8)) -> impl IntoView {
    let Segment { start, share, label, .. } = segment;
    view! {
        <g class=format!("level-{level}")>
            <rect x=percent(start) width=percent(share) height="100%"/>
            <text x=percent(start + share / 2.0) y="50%">{label}</text>
        </g>
    }
}

fn percent(number: f64) -> String {
    format!("{number:.2}%")
}
