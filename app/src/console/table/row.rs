//! The rows of the score table. One reactive part per row, none per cell: hundreds of rows stay
//! quick.

use app::platform::location;
use leptos::ev::MouseEvent;
use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast as _;

use crate::panel::HEADING_ID;
use crate::state::Console;
use crate::table_model::{Cell, Row};

/// The row of one group.
#[component]
pub(super) fn TableRow(key: String) -> impl IntoView {
    let console = Console::get();
    let is_chosen = {
        let key = key.clone();
        move || {
            console.selection.with(|selection| {
                selection.group.as_ref().is_some_and(|group| group.to_string() == key)
            })
        }
    };
    let testid = format!("row-{key}");
    let cells = move || {
        console
            .table_model
            .with(|model| model.as_ref().and_then(|model| model.row(&key)).map(cells))
    };
    view! { <tr data-testid=testid class:chosen=is_chosen>{cells}</tr> }
}

fn cells(row: &Row) -> impl IntoView + use<> {
    let overall = format!("overall-{}", row.key);
    let mut scores = row.scores.iter();
    let overall = scores.next().map(|one| cell(one, "overall").attr("data-testid", overall));
    view! {
        <th scope="row">
            <button type="button" id=button_id(&row.key) data-key=row.key.clone()>
                {row.name.clone()}
            </button>
        </th>
        {cell(&row.n, "n")}
        {row.annulled.as_ref().map(|annulled| cell(annulled, "n"))}
        <td class="spread">{row.levels.map(spread)}</td>
        {overall}
        {scores.map(|one| cell(one, "part")).collect_view()}
    }
}

/// A number; in its place a muted text, which says why to those who point at it or hear it.
fn cell(cell: &Cell, class: &'static str) -> impl IntoView + use<> {
    let Cell { text, note, is_shown, .. } = cell;
    let label = (!is_shown).then(|| format!("{text}, {note}"));
    view! {
        <td class=class class:muted=!is_shown title=label.clone() aria-label=label>
            {text.clone()}
        </td>
    }
}

/// A small picture of the five levels; the panel has the numbers.
fn spread(levels: [u64; 5]) -> impl IntoView {
    let total: u64 = levels.iter().sum();
    let mut start = 0;
    let segments = levels.into_iter().zip(1..).map(|(count, level): (u64, u8)| {
        let x = start;
        start += count;
        view! { <rect class=format!("level-{level}") x=x.to_string() width=count.to_string() height="10"/> }
    });
    let segments = segments.collect_view();
    view! {
        <svg viewBox=format!("0 0 {total} 10") preserveAspectRatio="none" aria-hidden="true">
            {segments}
        </svg>
    }
}

/// The id of the button in a row, which takes the focus back when the panel closes.
pub(crate) fn button_id(key: &str) -> String {
    format!("unit-{key}")
}

/// A click anywhere in a row, or a key press on its button, opens its panel.
pub(super) fn choose(console: &Console, event: &MouseEvent) {
    let target =
        event.target().and_then(|target| target.dyn_into::<leptos::web_sys::Element>().ok());
    let row = target.and_then(|target| target.closest("tr").ok()?);
    let button = row.and_then(|row| row.query_selector("button[data-key]").ok()?);
    let key = button.and_then(|button| button.get_attribute("data-key"));
    let Some(key) = key.and_then(|key| key.parse().ok()) else {
        return;
    };
    console.selection.update(|selection| selection.group = Some(key));
    // The panel is drawn by then.
    request_animation_frame(|| location::focus(HEADING_ID));
}
