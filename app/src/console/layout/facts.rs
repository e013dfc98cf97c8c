//! What was asked and how the numbers came about: what has to be printed beside every score.

use leptos::prelude::*;
use survey_defs::analysis::{Filters, Quality, SamplingBasis, ScoreTable, Weighting};
use survey_defs::text::Language;

use crate::state::Console;
use crate::words::Phrase;
use crate::{labels, numbers, words};

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
            let approximate = table.approximate_groups.then(|| words::APPROXIMATE.get(language));
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
    let number = |number| numbers::whole(number, language);
    let method = &table.method;
    let status = labels::status(method.status).get(language);
    let mut facts = vec![
        fact(words::WAVE, table.wave_title.get(language).to_owned()),
        Fact {
            remark: labels::population_note(table.population).get(language),
            ..chosen(words::POPULATION, labels::population(table.population))
        },
        fact(words::INSTRUMENT, table.instrument.to_string()),
        fact(words::METHOD, format!("{} v{}, {status}", method.id, method.version)),
    ];
    let Filters { first_day, last_day, channel, respondent_type, quality } = table.filters;
    if let (Some(first), Some(last)) = (first_day, last_day) {
        let days = [first, last].map(|day| numbers::day(day, language));
        facts.push(fact(words::DAYS, days.join(" – ")));
    }
    facts.extend(channel.map(|one| chosen(words::CHANNEL, labels::channel(one))));
    let respondents = respondent_type.map(labels::respondent_type);
    facts.extend(respondents.map(|name| chosen(words::RESPONDENT_TYPE, name)));
    match quality {
        Quality::All => {}
        Quality::Unflagged => facts.push(chosen(words::QUALITY, words::UNFLAGGED)),
    }
    facts.push(fact(words::WEIGHTING, weighting(table.weighting, language)));
    facts.push(chosen(
        words::SAMPLING,
        match table.sampling {
            SamplingBasis::AsCollected => words::AS_COLLECTED,
            SamplingBasis::Plan => words::SAMPLING_PLAN,
        },
    ));
    facts.push(fact(words::MIN_N, format!("n ≥ {}", number(table.min_n))));
    facts.push(fact(words::DATA_POSITION, number(table.data_position)));
    facts
}

fn weighting(weighting: Weighting, language: Language) -> String {
    match weighting {
        Weighting::Plain => words::PLAIN.get(language).to_owned(),
        Weighting::SampleWeights => words::SAMPLE_WEIGHTS.get(language).to_owned(),
        Weighting::PostStratified { version } => {
            format!("{} {version}", words::POST_STRATIFIED.get(language))
        }
    }
}
