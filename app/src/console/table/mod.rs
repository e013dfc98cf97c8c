//! The score table.

mod tools;
mod head;
mod row;

use leptos::prelude::*;

use self::head::TableHead;
pub(crate) use self::row::button_id;
use self::row::{TableRow, choose};
use self::tools::Tools;
use crate::search_key::search_key;
use crate::state::Console;
use crate::texts;

/// The table with what belongs to it.
#[component]
pub(crate) fn Scores() -> impl IntoView {
    let console = Console::get();
    let needle =
        Memo::new(move |_| console.selection.with(|selection| search_key(&selection.filter)));
    let sort = Memo::new(move |_| console.selection.with(|selection| selection.sort.clone()));
    let keys = Memo::new(move |_| {
        let keys = console.table_model.with(|model| {
            let model = model.as_ref()?;
            Some(sort.with(|sort| needle.with(|needle| model.keys(sort, needle))))
        });
        keys.unwrap_or_default()
    });
    view! {
        <section class="scores" class:blank=move || console.table_model.with(Option::is_none)>
            <Tools n_shown=Signal::derive(move || keys.with(Vec::len))/>
            <div
                class="scroll"
                class:stale=move || console.scores.is_stale()
                tabindex="0"
                role="region"
                aria-label=console.say(texts::SCORES)
            >
                <table
                    class="score-table"
                    data-testid="score-table"
                    aria-busy=move || console.scores.is_busy().to_string()
                >
                    <TableHead/>
                    <tbody on:click=move |event| choose(&console, &event)>
                        <For each=move || keys.get() key=String::clone let:key>
                            <TableRow key=key/>
                        </For>
                    </tbody>
                </table>
                <Nothing n_shown=Signal::derive(move || keys.with(Vec::len))/>
            </div>
            <footer class="fine">
                <p>{console.say(texts::NO_RANKS)}</p>
                <p>{console.say(texts::CAUTION)} " " {console.say(texts::OPEN_UNIT)}</p>
            </footer>
        </section>
    }
}

/// Why there is no row, and what to do.
#[component]
fn Nothing(n_shown: Signal<usize>) -> impl IntoView {
    let console = Console::get();
    let texts = Memo::new(move |_| {
        let n_rows = console.table_model.with(|model| model.as_ref().map(|model| model.len()));
        match n_rows {
            _ if n_shown.get() > 0 => None,
            Some(0) => Some((texts::NO_GROUPS, texts::NO_GROUPS_ADVICE)),
            Some(_) => Some((texts::NO_MATCH, texts::NO_MATCH_ADVICE)),
            None => None,
        }
    });
    move || {
        let language = console.language.get();
        texts.get().map(|(what, advice)| {
            view! {
                <div class="empty">
                    <p><strong>{what.get(language)}</strong></p>
                    <p>{advice.get(language)}</p>
                </div>
            }
        })
    }
}
