//! Draws why there is nothing to fill in and what to do about it, in both languages: whoever cannot
//! read one must not have to look for the other.

use jiff::Timestamp;
use leptos::prelude::*;
use survey_defs::api::OpenedWave;
use survey_defs::phrases::hanoi_day;
use survey_defs::text::Language;

use crate::form::answer_text::date_text;
use crate::form::layout::{Heading, follow_title};
use crate::form::package::Trouble;
use crate::form::texts::{Phrase, say};
use crate::form::{icons, texts};

/// The way to try again.
#[derive(Debug, Clone, Copy)]
pub struct Again {
    /// Whether it is being tried.
    pub is_trying: RwSignal<bool>,
    /// Tries.
    pub try_again: Callback<()>,
}

/// The page, and the way out of it.
#[component]
pub fn TroubleScreen(trouble: Trouble, again: Again) -> impl IntoView {
    let (kind, (title, text), retry, package) = match trouble {
        Trouble::Unreachable => ("unreachable", texts::UNREACHABLE, texts::RETRY, None),
        Trouble::Broken => ("broken", texts::BROKEN, texts::RETRY, None),
        Trouble::Unknown => ("unknown", texts::UNKNOWN, texts::RETRY, None),
        Trouble::Closed(package) => ("closed", texts::CLOSED, texts::RETRY, Some(package)),
        Trouble::Outdated => ("outdated", texts::OUTDATED, texts::UPDATE, None),
        Trouble::Full => ("full", texts::FULL, texts::RETRY, None),
    };
    let wave = package.as_ref().map(|package| &package.wave);
    let own = say(title);
    follow_title(move || own().to_owned());
    view! {
        <div class="card message" data-testid="trouble" data-trouble=kind>
            <span class="message-icon" inner_html=icons::WARNING></span>
            <Heading lang="vi">{title.vi}</Heading>
            <Paragraphs language=Language::Vi text=text window=window(Language::Vi, wave)/>
            <h2 lang="en">{title.en}</h2>
            <Paragraphs language=Language::En text=text window=window(Language::En, wave)/>
            <button
                type="button"
                class="button button-primary"
                data-testid="retry"
                on:click=move |_| again.try_again.run(())
            >
                <RetryWords language=Language::Vi usual=retry again=again/>
                <span aria-hidden="true">"·"</span>
                <RetryWords language=Language::En usual=retry again=again/>
            </button>
        </div>
    }
}

#[component]
fn RetryWords(language: Language, usual: Phrase, again: Again) -> impl IntoView {
    let label = move || {
        let label = if again.is_trying.get() { texts::RETRYING } else { usual };
        label.get(language)
    };
    view! { <span lang=language.tag()>{move || label()}</span> }
}

#[component]
fn Paragraphs(language: Language, text: Phrase, window: Option<String>) -> impl IntoView {
    view! {
        {window.map(|window| view! { <Paragraph language=language text=window/> })}
        <Paragraph language=language text=text.get(language).to_owned()/>
    }
}

/// When a closed wave takes answers.
fn window(language: Language, wave: Option<&OpenedWave>) -> Option<String> {
    let wave = wave?;
    // The wave ends just before this moment.
    let last = Timestamp::from_second(wave.closes_at.as_second() - 1);
    let last_day = date_text(hanoi_day(last.unwrap_or(wave.closes_at)));
    let first_day = date_text(hanoi_day(wave.opens_at));
    Some(texts::window(language, &first_day, &last_day))
}

#[component]
fn Paragraph(language: Language, text: String) -> impl IntoView {
    view! { <p lang=language.tag()>{text}</p> }
}
