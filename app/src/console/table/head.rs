//! The headings of the score table, which sort.

use leptos::prelude::*;

use crate::selection::SortColumn;
use crate::state::Console;
use crate::table_model::{Band, Column, Head};
use crate::texts;

/// The two rows of headings. Drawn again only when the columns or the language change.
#[component]
pub(super) fn TableHead() -> impl IntoView {
    let console = Console::get();
    let head = Memo::new(move |_| {
        console.table_model.with(|model| model.as_ref().map(|model| model.head.clone()))
    });
    move || {
        head.get().map(|Head { name, annulled, bands, columns }| {
            let n_title = texts::N_LONG.get(console.language.get());
            view! {
                <thead>
                    <tr>
                        <Heading column=SortColumn::Name class="name" title=name.to_owned() rows=2/>
                        <Heading column=SortColumn::N class="n" title="n".to_owned() hint=n_title rows=2/>
                        {annulled.map(|title| view! { <th class="annulled" scope="col" rowspan="2">{title}</th> })}
                        <th class="spread" scope="col" rowspan="2">{console.say(texts::DISTRIBUTION)}</th>
                        {bands.into_iter().map(band).collect_view()}
                    </tr>
                    <tr>
                        {columns.into_iter().map(column).collect_view()}
                    </tr>
                </thead>
            }
        })
    }
}

fn band(Band { title, span }: Band) -> impl IntoView {
    view! { <th class="band" scope="colgroup" colspan=span>{title}</th> }
}

fn column(Column { sort, title, depth }: Column) -> impl IntoView {
    view! { <Heading column=sort class=depth.class() title=title rows=1/> }
}

/// One heading: a button that sorts by its column, and turns the order round.
#[component]
fn Heading(
    column: SortColumn,
    class: &'static str,
    title: String,
    /// The title in more words.
    #[prop(optional)]
    hint: Option<&'static str>,
    rows: u8,
) -> impl IntoView {
    let console = Console::get();
    let pressed = column.clone();
    let direction = Memo::new(move |_| {
        console.selection.with(|selection| {
            let is_this = selection.sort.column == column;
            is_this.then_some(if selection.sort.descending { "descending" } else { "ascending" })
        })
    });
    let press = move |_| {
        console.selection.update(|selection| selection.sort = selection.sort.pressed(&pressed));
    };
    view! {
        <th class=class scope="col" rowspan=rows aria-sort=move || direction.get()>
            <button type="button" title=hint on:click=press>
                <span>{title}</span>
            </button>
        </th>
    }
}
