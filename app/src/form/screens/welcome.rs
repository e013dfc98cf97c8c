//! Draws the welcome screen: who asks, promise, purpose, consent, start.

use leptos::prelude::*;
use leptos::task::spawn_local;

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
    let form_number = head.map(|head| words(&head.form));
    let plan = head.map(|head| words(&head.plan));
    let instruction = head.map(|head| words(&head.instruction));
    let seconds = definition.estimated_seconds;
    let duration = move || texts::duration(language.get(), seconds);
    view! {
        <div class="screen" data-testid="welcome">
            {move || session.has_kept().then(|| view! { <Kept/> })}
            {package.is_clock_wrong.then(|| view! { <ClockNotice/> })}
            <div class="card welcome">
                <div class="hero">
                    {form_number.map(|number| view! { <p class="form-number">{number}</p> })}
                    <p class="unit-name">{words(&package.unit_name)}</p>
                    <Heading>{title}</Heading>
                    {plan.map(|plan| view! { <p class="form-plan">{plan}</p> })}
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
                <p class="intro">{words(&definition.intro)}</p>
                {instruction.map(|text| view! { <p class="intro">{text}</p> })}
                <p class="consent">{say(texts::CONSENT)}</p>
            </div>
            {move || (!session.has_kept()).then(|| view! { <Start/> })}
        </div>
    }
}

#[component]
fn Start() -> impl IntoView {
    let session = session();
    let language = language();
    let words = move || if session.is_busy() { texts::STARTING } else { texts::START };
    view! {
        <Actions>
            <ActionButton kind=Button::Start on_press=move || spawn_local(session.start())>
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
    view! {
        <section class="card resume" data-testid="resume" aria-labelledby=TITLE>
            <h2 id=TITLE>{say(texts::RESUME)}</h2>
            <p>{say(texts::RESUME_TEXT)}</p>
            <div class="resume-actions">
                <ActionButton
                    kind=Button::Resume
                    on_press=move || spawn_local(session.resume())
                >
                    {say(texts::RESUME_CONTINUE)}
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
