//! Shows what was asked and how the numbers were computed, which must stand beside every score.

use leptos::prelude::*;
use survey_defs::analysis::{Filters, FlagFilter, ScoreTable};
use survey_defs::phrases::{self, Phrase};
use survey_defs::text::Language;

use crate::state::Console;
use crate::texts;

/// One fact: its name, its value, a remark.
struct Fact {
    name: &'static str,
    value: String,
    remark: &'static str,
}

/// The facts of the table that is shown.
#[component]
pub(crate) fn Facts() -> impl IntoView {
    let console = Console::get();
    let facts = move || {
        let table = console.scores.value.get();
        table.map(|table| {
            let language = console.language.get();
            let approximate = table.approximate_groups.then(|| phrases::APPROXIMATE.get(language));
            view! {
                <dl class="facts">
                    {facts(&table, language).into_iter().map(draw).collect_view()}
                </dl>
                {approximate.map(|text| view! { <p class="approximate">{text}</p> })}
            }
        })
    };
    view! { <section class="about">{facts}</section> }
}

fn draw(Fact { name, value, remark }: Fact) -> impl IntoView {
    let remark = (!remark.is_empty()).then_some(remark);
    view! {
        <div>
            <dt>{name}</dt>
            <dd>{value}</dd>
            {remark.map(|remark| view! { <dd class="remark">{remark}</dd> })}
        </div>
    }
}

fn facts(table: &ScoreTable, language: Language) -> Vec<Fact> {
    let fact = |name: Phrase, value: String| Fact { name: name.get(language), value, remark: "" };
    let chosen = |name: Phrase, value: Phrase| fact(name, value.get(language).to_owned());
    let number = |number| phrases::whole(number, language);
    let provenance = &table.provenance;
    let method = &provenance.method;
    let status = phrases::status(method.status).get(language);
    let mut facts = vec![
        fact(phrases::WAVE, provenance.wave_title.get(language).to_owned()),
        Fact {
            remark: phrases::population_note(provenance.population).get(language),
            ..chosen(texts::POPULATION, phrases::population(provenance.population))
        },
        fact(phrases::INSTRUMENT, provenance.instrument.to_string()),
        fact(phrases::METHOD, format!("{} v{}, {status}", method.id, method.version)),
    ];
    let Filters { first_day, last_day, channel, respondent_type, quality } = provenance.filters;
    if let (Some(first), Some(last)) = (first_day, last_day) {
        let days = [first, last].map(|day| phrases::day(day, language));
        facts.push(fact(texts::DAYS, days.join(" – ")));
    }
    facts.extend(channel.map(|one| chosen(phrases::CHANNEL, phrases::channel(one))));
    let respondents = respondent_type.map(phrases::respondent_type);
    facts.extend(respondents.map(|name| chosen(phrases::RESPONDENT_TYPE, name)));
    match quality {
        FlagFilter::All => {}
        FlagFilter::Unflagged => facts.push(chosen(phrases::QUALITY, phrases::UNFLAGGED)),
    }
    let weighting = phrases::weighting(provenance.weighting);
    facts.push(fact(phrases::WEIGHTING, weighting.get(language).to_owned()));
    facts.push(chosen(texts::SAMPLING, phrases::sampling(provenance.sampling)));
    facts.push(fact(texts::MIN_N, format!("n ≥ {}", number(provenance.min_n))));
    facts.push(fact(texts::DATA_POSITION, number(provenance.versions.data_position)));
    facts
}
