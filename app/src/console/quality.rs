//! Shows what is unusual about the forms behind the table: flags, bursts, more forms than dossiers. No
//! score and no answer.

use leptos::either::Either;
use leptos::prelude::*;
use survey_defs::analysis::{QualityReport, Table};
use survey_defs::phrases;
use survey_defs::text::Language;

use crate::layout::Failure;
use crate::state::Console;
use crate::texts;

/// A button, and below it the report, which is asked for only while it is open.
#[component]
pub(crate) fn Quality() -> impl IntoView {
    let console = Console::get();
    let is_open = console.quality_is_open;
    let has_report = Signal::derive(move || console.quality.value.with(Option::is_some));
    let report = move || match console.quality.value.get() {
        Some(report) if !console.quality.is_stale() => {
            Either::Left(signs(&report, console.language.get()))
        }
        _ => Either::Right(console.quality.is_busy().then(|| {
            view! { <p class="empty">{console.say(texts::LOADING)}</p> }
        })),
    };
    view! {
        <section class="quality" data-testid="quality">
            <button
                type="button"
                class="small-button"
                data-testid="quality-toggle"
                aria-expanded=move || is_open.get().to_string()
                on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
            >
                {console.say(phrases::QUALITY)}
            </button>
            <Show when=move || is_open.get()>
                <Failure error=console.quality.error is_stale=has_report/>
                {report}
            </Show>
        </section>
    }
}

fn signs(report: &QualityReport, language: Language) -> impl IntoView + use<> {
    let signs = report.signs();
    let tables = signs.tables.iter().map(|one| table(one, language)).collect_view();
    let note = |note: &survey_defs::text::Text| {
        view! { <p class="fine">{note.get(language).to_owned()}</p> }
    };
    let notes = signs.notes.iter().map(note).collect_view();
    view! { {tables} {notes} }
}

fn table(table: &Table, language: Language) -> impl IntoView + use<> {
    let title = |text: &survey_defs::text::Text| text.get(language).to_owned();
    let name = table.columns().first().map(|column| title(&column.title)).unwrap_or_default();
    let heads = table.columns().iter().map(|column| {
        view! { <th scope="col">{title(&column.title)}</th> }
    });
    let row = |cells: &Vec<survey_defs::analysis::Cell>| {
        let mut cells = cells.iter().map(|cell| cell.shown(language));
        let first = cells.next();
        let others = cells.map(|text| view! { <td>{text}</td> }).collect_view();
        view! {
            <tr>
                <th scope="row">{first}</th>
                {others}
            </tr>
        }
    };
    view! {
        <div class="scroll" tabindex="0" role="region" aria-label=name>
            <table class="counts">
                <thead>
                    <tr>{heads.collect_view()}</tr>
                </thead>
                <tbody>{table.rows().iter().map(row).collect_view()}</tbody>
            </table>
        </div>
    }
}
