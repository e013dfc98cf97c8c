//! Shows the score of the whole city.

use leptos::prelude::*;

use crate::chart::{Bar, Chart};
use crate::panel::{Legend, bar};
use crate::state::Console;
use crate::table_model::Depth;
use crate::texts;

/// The score of the whole city with its contents, unless the table itself is about the city.
#[component]
pub(crate) fn Headline() -> impl IntoView {
    let console = Console::get();
    move || {
        let chart: Chart = console.city_chart.get()?;
        let at_depth = |depth| chart.bars.iter().filter(move |bar| bar.depth == depth).cloned();
        let overall = at_depth(Depth::Overall).next()?;
        let contents: Vec<Bar> = at_depth(Depth::Content).collect();
        // A single content says the same again.
        let contents = (contents.len() > 1).then_some(contents);
        Some(view! {
            <section class="headline" data-testid="headline" class:stale=move || console.city.is_stale()>
                <div class="figure">
                    <h2>{console.say(texts::WHOLE_CITY)}</h2>
                    <p class="score" class:muted=!overall.score.is_shown>{overall.score.text.clone()}</p>
                    <p class="fine">{overall.title.clone()} " · " {overall.n.labelled("n")}</p>
                    {overall.score.interval.clone().map(|text| view! { <p class="fine" data-testid="interval">{text}</p> })}
                </div>
                <div class="picture">
                    {bar(overall.levels.as_ref())}
                    <Legend/>
                </div>
                {contents.map(|contents| view! {
                    <dl class="contents">{contents.into_iter().map(content).collect_view()}</dl>
                })}
            </section>
        })
    }
}

fn content(bar: Bar) -> impl IntoView {
    view! {
        <div>
            <dt>{bar.title}</dt>
            <dd class:muted=!bar.score.is_shown>{bar.score.text}</dd>
        </div>
    }
}
