//! Draws the welcome screen: who asks, promise, purpose, consent, start.

use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::text::Text;

use crate::form::icons::{self, Icon};
use crate::form::layout::{ActionButton, Actions, Button, Heading, follow_title};
use crate::form::session::session;
use crate::form::texts::{self, language, say, words};

/// The first screen. Where an unfinished form can be taken up, that is asked before anything else.
#[component]
pub fn Welcome() -> impl IntoView {
    let session = session();
    let language = language();
    let package = session.package();
    let definition = package.instrument.definition();
    let title = words(&definition.title);
    follow_title(title.clone());
    let head = definition.head.as_ref();
    let seconds = definition.estimated_seconds;
    let duration = move || texts::duration(language.get(), seconds);
    let consent = if session.is_on_phone() { texts::CONSENT } else { texts::CONSENT_AT_COUNTER };
    view! {
        <div class="screen" data-testid="welcome">
            {move || session.has_kept().then(|| view! { <Kept/> })}
            {package.is_clock_wrong.then(|| view! { <ClockNotice/> })}
            <div class="card welcome">
                <div class="hero">
                    {head.map(|head| line("form-number", &head.form))}
                    {line("unit-name", &package.unit_name)}
                    <Heading>{title}</Heading>
                    {head.map(|head| line("form-plan", &head.plan))}
                </div>
                <ul class="promises">
                    <li class="promise-unseen">
                        <Icon drawing=icons::UNSEEN/>
                        <span>{say(texts::PROMISE_UNSEEN)}</span>
                    </li>
                    <li>
                        <Icon drawing=icons::NAMELESS/>
                        <span>{say(texts::PROMISE_NAMELESS)}</span>
                    </li>
                    <li>
                        <Icon drawing=icons::CLOCK/>
                        <span>{move || duration()}</span>
                    </li>
                </ul>
                {line("intro", &definition.intro)}
                {head.map(|head| line("intro", &head.instruction))}
                <p class="consent">{say(consent)}</p>
            </div>
            {move || (!session.has_kept()).then(|| view! { <Start/> })}
        </div>
    }
}

/// A paragraph of the instrument's or the wave's own.
fn line(class: &'static str, text: &Text) -> AnyView {
    view! { <p class=class>{words(text)}</p> }.into_any()
}

#[component]
fn Start() -> impl IntoView {
    let session = session();
    let language = language();
    let words = move || if session.is_busy() { texts::STARTING } else { texts::START };
    let start = move || {
        spawn_local(async move {
            session.start().await;
        });
    };
    view! {
        <Actions>
            <ActionButton kind=Button::Start on_press=start>
                {move || words().get(language.get())}
            </ActionButton>
        </Actions>
    }
}

/// The unfinished form, and the choice to go on or to begin anew.
#[component]
fn Kept() -> impl IntoView {
    const TITLE: &str = "resume-title";
    let session = session();
    let language = language();
    let resume = move || if session.is_busy() { texts::LOADING } else { texts::RESUME_CONTINUE };
    view! {
        <section class="card resume" data-testid="resume" aria-labelledby=TITLE>
            <h2 id=TITLE>{say(texts::RESUME)}</h2>
            <p>{say(texts::RESUME_TEXT)}</p>
            <div class="resume-actions">
                <ActionButton
                    kind=Button::Resume
                    on_press=move || spawn_local(session.resume())
                >
                    {move || resume().get(language.get())}
                </ActionButton>
                <ActionButton kind=Button::Restart on_press=move || session.forget()>
                    {say(texts::RESUME_RESTART)}
                </ActionButton>
            </div>
        </section>
    }
}

/// That the device's clock is wrong, which costs nothing but should be known.
#[component]
fn ClockNotice() -> impl IntoView {
    view! {
        <p class="notice" data-testid="clock-notice">
            <Icon drawing=icons::CLOCK/>
            <span>{say(texts::CLOCK_WRONG)}</span>
        </p>
    }
}
