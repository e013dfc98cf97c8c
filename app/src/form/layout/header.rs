//! Draws the header: product sign, language switch, preferences, the mark of simulated data.

use leptos::prelude::*;
use survey_defs::text::Language;

use super::preferences::{Opener, PreferencePanel};
use crate::form::icons::{self, Icon};
use crate::form::preferences::{Panel, preferences};
use crate::form::texts::{self, language, say};

/// The line on top of every screen.
#[component]
pub fn Header() -> impl IntoView {
    let preferences = preferences();
    let has_opener = move || preferences.panel() != Panel::Absent;
    let is_open = move || preferences.panel() == Panel::Open;
    view! {
        <header class="header">
            <div class="brand">
                <Icon drawing=icons::RULER/>
                <p class="brand-words">
                    <span class="brand-name" lang="vi">{texts::BRAND.vi}</span>
                    <span class="motto">{say(texts::MOTTO)}</span>
                </p>
            </div>
            {move || has_opener().then(|| view! { <Opener/> })}
            <Languages/>
            {move || is_open().then(|| view! { <PreferencePanel/> })}
        </header>
    }
}

/// The choice between the two languages.
#[component]
pub fn Languages() -> impl IntoView {
    view! {
        <div class="languages" role="group" aria-label=say(texts::LANGUAGES)>
            <LanguageSwitch to=Language::Vi name="Tiếng Việt" test_id="lang-vi"/>
            <LanguageSwitch to=Language::En name="English" test_id="lang-en"/>
        </div>
    }
}

/// A language in its own words, so that nobody has to read the other to find it.
#[component]
fn LanguageSwitch(to: Language, name: &'static str, test_id: &'static str) -> impl IntoView {
    let language = language();
    let preferences = preferences();
    view! {
        <button
            type="button"
            class="language"
            lang=to.tag()
            data-testid=test_id
            aria-pressed=move || (language.get() == to).to_string()
            on:click=move |_| preferences.speak(to)
        >
            {name}
        </button>
    }
}

/// The mark of a simulated wave.
#[component]
pub fn Simulated() -> impl IntoView {
    view! { <p class="simulated" data-testid="simulated">{say(texts::SIMULATED)}</p> }
}
