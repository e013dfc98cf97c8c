//! Service points with their posters and form addresses.

use leptos::prelude::*;
use survey_defs::api::{PointView, paths};
use survey_defs::phrases::{self, Phrase};
use survey_defs::text::Language;

use super::texts;
use crate::state::Console;

/// The points of the chosen wave.
#[component]
pub(super) fn Points() -> impl IntoView {
    let console = Console::get();
    let heads = [texts::PLACE, texts::CHANNEL, texts::ADDRESS, texts::POSTERS];
    let heads = heads.map(|head| view! { <th scope="col">{console.say(head)}</th> });
    let rows = move || {
        let language = console.language.get();
        let points = console.points.value.get();
        let points = points.iter().flat_map(|points| points.iter());
        points.map(|view| row(view, language)).collect_view()
    };
    let is_empty = move || {
        console.points.value.with(|points| points.as_ref().is_some_and(|list| list.is_empty()))
    };
    view! {
        <section class="card-list" aria-labelledby="points">
            <h2 id="points">{console.say(texts::POINTS)}</h2>
            <p class="fine">{console.say(texts::POINTS_HINT)}</p>
            <div class="scroll" tabindex="0" role="group" aria-labelledby="points">
                <table class="list" data-testid="points">
                    <thead><tr>{heads.into_iter().collect_view()}</tr></thead>
                    <tbody>{rows}</tbody>
                </table>
                <Show when=is_empty>
                    <p class="empty">{console.say(texts::NO_POINTS)}</p>
                </Show>
            </div>
        </section>
    }
}

fn row(view: &PointView, language: Language) -> impl IntoView + use<> {
    let point = &view.point;
    let address = paths::fill(paths::FORM_PAGE, &[point.wave.as_str(), point.id.as_str()]);
    let posters = [
        ("a4", "A4", Language::Vi, texts::LARGE_VI),
        ("a4", "A4", Language::En, texts::LARGE_EN),
        ("a5", "A5", Language::Vi, texts::LARGE_VI),
        ("a5", "A5", Language::En, texts::LARGE_EN),
    ];
    let posters = posters.map(|(size, name, large, words)| {
        let files = [("pdf", "PDF"), ("svg", "SVG")].map(|(format, file)| {
            let poster = Poster { size, name, large, words, format, file };
            poster.link(view, language)
        });
        view! {
            <li>
                <span aria-hidden="true">{name} " " {words.get(language)} ": "</span>
                {files.into_iter().collect_view()}
            </li>
        }
    });
    view! {
        <tr>
            <th scope="row">{point.name.get(language).to_owned()}</th>
            <td class="channel">{phrases::channel(point.channel).get(language)}</td>
            <td><a href=address.clone() class="address">{address.clone()}</a></td>
            <td><ul class="posters">{posters.into_iter().collect_view()}</ul></td>
        </tr>
    }
}

/// One file to download.
#[derive(Debug, Clone, Copy)]
struct Poster {
    size: &'static str,
    name: &'static str,
    large: Language,
    words: Phrase,
    format: &'static str,
    file: &'static str,
}

impl Poster {
    fn link(self, view: &PointView, language: Language) -> impl IntoView + use<> {
        let Self { size, name, large, words, format, file } = self;
        let point = &view.point;
        let path = paths::fill(paths::POSTER, &[point.wave.as_str(), point.id.as_str()]);
        let href = format!("{path}?format={format}&size={size}&language={}", large.tag());
        let spoken = format!(
            "{} {name} {} {file}, {}",
            texts::POSTER.get(language),
            words.get(language),
            point.name.get(language),
        );
        view! { <a href=href download="" aria-label=spoken>{file}</a> }
    }
}
