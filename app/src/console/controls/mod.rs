//! Controls that select the wave, the grouping, the method, the period and the filters.

mod select;
mod period;
mod method;

use leptos::prelude::*;
use survey_defs::analysis::Grouping;
use survey_defs::api::WaveView;
use survey_defs::phrases;
use survey_defs::text::Language;
use survey_defs::wave::{Channel, RespondentType};

use self::method::{MethodChoice, MethodStatus};
use self::period::PeriodChoice;
pub(crate) use self::select::{Choice, Select};
use crate::state::Console;
use crate::texts;

/// The bar of choices.
#[component]
pub(crate) fn Controls() -> impl IntoView {
    let console = Console::get();
    view! {
        <section class="controls" aria-label=console.say(texts::CONTROLS)>
            <WaveChoice/>
            <GroupingChoice/>
            <PeriodChoice/>
            <ChannelChoice/>
            <RespondentChoice/>
            <MethodChoice/>
            <MethodStatus/>
        </section>
    }
}

/// The choice of a wave alone.
#[component]
pub(crate) fn WaveControl() -> impl IntoView {
    let console = Console::get();
    view! {
        <section class="controls" aria-label=console.say(texts::CONTROLS)>
            <WaveChoice/>
        </section>
    }
}

#[component]
fn WaveChoice() -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let waves = console.waves.value.get();
        waves
            .iter()
            .flat_map(|waves| waves.iter())
            .map(|view| wave_option(view, language))
            .collect()
    });
    let value = Signal::derive(move || {
        console
            .wave
            .with(|view| view.as_ref().map(|view| view.wave.id.to_string()))
            .unwrap_or_default()
    });
    // Units, methods and years of one wave mean nothing in another.
    let choose = Callback::new(move |id: String| {
        console.selection.update(|selection| {
            selection.wave = id.parse().ok();
            selection.method = None;
            selection.period = None;
            selection.group = None;
        });
    });
    view! { <Select testid="wave" label=phrases::WAVE options=options value=value choose=choose/> }
}

fn wave_option(view: &WaveView, language: Language) -> Choice {
    let state = if view.open { texts::WAVE_OPEN } else { texts::WAVE_CLOSED };
    Choice {
        value: view.wave.id.to_string(),
        name: format!(
            "{} · {} {} · {}",
            view.wave.title.get(language),
            phrases::whole(view.submissions, language),
            texts::FORMS.get(language),
            state.get(language),
        ),
    }
}

#[component]
fn GroupingChoice() -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let option = |by: &Grouping| Choice::new(by.as_str(), phrases::grouping(*by).get(language));
        Grouping::ALL.iter().map(option).collect()
    });
    let value = Signal::derive(move || console.by.get().as_str().to_owned());
    let choose = Callback::new(move |word: String| {
        console.selection.update(|selection| {
            selection.by = word.parse().ok();
            selection.group = None;
        });
    });
    view! { <Select testid="by" label=texts::BY options=options value=value choose=choose/> }
}

#[component]
fn ChannelChoice() -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let option =
            |one: &Channel| Choice::new(one.as_str(), phrases::channel(*one).get(language));
        let all = Choice::new("", texts::ALL.get(language));
        std::iter::once(all).chain(Channel::ALL.iter().map(option)).collect()
    });
    let value = Signal::derive(move || {
        console
            .selection
            .with(|selection| selection.channel.map(Channel::as_str))
            .unwrap_or_default()
            .to_owned()
    });
    let choose = Callback::new(move |word: String| {
        console.selection.update(|selection| selection.channel = word.parse().ok());
    });
    view! { <Select testid="channel" label=phrases::CHANNEL options=options value=value choose=choose/> }
}

#[component]
fn RespondentChoice() -> impl IntoView {
    let console = Console::get();
    let options = Signal::derive(move || {
        let language = console.language.get();
        let option = |one: &RespondentType| {
            Choice::new(one.as_str(), phrases::respondent_type(*one).get(language))
        };
        let all = Choice::new("", texts::ALL.get(language));
        std::iter::once(all).chain(RespondentType::ALL.iter().map(option)).collect()
    });
    let value = Signal::derive(move || {
        let chosen = console.selection.with(|selection| selection.respondent_type);
        chosen.map(RespondentType::as_str).unwrap_or_default().to_owned()
    });
    let choose = Callback::new(move |word: String| {
        console.selection.update(|selection| selection.respondent_type = word.parse().ok());
    });
    view! {
        <Select
            testid="respondent-type"
            label=phrases::RESPONDENT_TYPE
            options=options
            value=value
            choose=choose
        />
    }
}
