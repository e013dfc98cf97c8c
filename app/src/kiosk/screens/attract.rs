//! Draws the invitation: who asks, what a touch means, and the faces that answer the first statement.

use app::form::icons::{self, Icon};
use app::form::layout::{Heading, Languages, Simulated, follow_title};
use app::form::package::Package;
use app::form::texts::{self as form_texts, language, say, words};
use app::platform::page::HEADING;
use gloo::timers::callback::Timeout;
use leptos::prelude::*;
use survey_defs::answer::Level;
use survey_defs::text::Text;

use super::bilingual::BothInline;
use crate::controller::{START_ID, kiosk};
use crate::machine::Event;
use crate::texts;

const AGREE_ID: &str = "attract-agree";

/// How long staff hold the sign.
const HOLD_MS: u32 = 3_000;

/// The screen. The faces are the answers to the first statement, where the form opens with one.
#[component]
pub(crate) fn Attract() -> impl IntoView {
    let kiosk = kiosk();
    // The form that was on the screen before has left its own.
    follow_title(|| texts::TITLE.vi.to_owned());
    // The form is asked for again and again; what it says is drawn anew only if it is news.
    let asked = Memo::new(move |_| kiosk.package.with(|package| package.as_deref().map(Asked::of)));
    view! {
        <main class="attract" data-testid="attract">
            <Show when=move || kiosk.is_simulated()>
                <Simulated/>
            </Show>
            <div class="attract-top">
                <Sign/>
                <Languages/>
            </div>
            <div class="attract-art" aria-hidden="true" inner_html=icons::LOTUS></div>
            {move || asked.get().map(|asked| view! { <Invitation asked=asked/> })}
            <Show when=move || kiosk.has_wrong_clock()>
                <p class="notice" data-testid="clock-notice">
                    <BothInline phrase=texts::CLOCK/>
                </p>
            </Show>
        </main>
    }
}

/// What the screen says of the form.
#[derive(Debug, Clone, PartialEq)]
struct Asked {
    unit: Text,
    statement: Option<Text>,
    seconds: u32,
}

impl Asked {
    fn of(package: &Package) -> Self {
        Self {
            unit: package.unit_name.clone(),
            statement: package.instrument.opening_statement().map(|first| first.text.clone()),
            seconds: package.instrument.definition().estimated_seconds,
        }
    }
}

#[component]
fn Invitation(asked: Asked) -> impl IntoView {
    let kiosk = kiosk();
    let language = language();
    let Asked { unit, statement, seconds } = asked;
    let statement = statement.as_ref().map(words);
    let has_faces = statement.is_some();
    let title = move || match &statement {
        Some(statement) => statement(),
        None => texts::INVITATION.get(language.get()).to_owned(),
    };
    let duration = move || form_texts::duration(language.get(), seconds);
    let label = if has_faces { texts::READ_FIRST } else { texts::TOUCH };
    let class = if has_faces {
        "button attract-start attract-more"
    } else {
        "button button-primary attract-start"
    };
    view! {
        <div class="attract-words">
            <p class="unit-name">{words(&unit)}</p>
            <Heading>{title}</Heading>
            <p>{say(texts::WHO)} " " {move || duration()}</p>
            {has_faces.then(|| view! { <Faces/> })}
            <button
                type="button"
                id=START_ID
                class=class
                data-testid="attract-start"
                on:click=move |_| kiosk.begin()
            >
                {say(label)}
            </button>
        </div>
    }
}

#[component]
fn Faces() -> impl IntoView {
    let kiosk = kiosk();
    let faces = Level::ALL.into_iter().map(move |level| {
        let index = level.index();
        view! {
            <button
                type="button"
                class="attract-face"
                data-level=(index + 1).to_string()
                data-testid=["face-", &(index + 1).to_string()].concat()
                on:click=move |_| kiosk.begin_with(level)
            >
                <span class="attract-drawing" aria-hidden="true" inner_html=icons::FACES[index]></span>
                <span>{say(form_texts::level(index))}</span>
            </button>
        }
    });
    view! {
        <p class="attract-agree" id=AGREE_ID>{say(texts::AGREE)}</p>
        <div
            class="attract-faces"
            role="group"
            aria-labelledby=HEADING
            aria-describedby=AGREE_ID
        >
            {faces.collect_view()}
        </div>
    }
}

/// The sign of the product, which staff hold to open their panel. With a keyboard there is a
/// shortcut, so it is no control.
#[component]
pub(crate) fn Sign() -> impl IntoView {
    let kiosk = kiosk();
    let held = StoredValue::new_local(None::<Timeout>);
    let press = move |_| {
        held.set_value(Some(Timeout::new(HOLD_MS, move || kiosk.feed(Event::Staff))));
    };
    let release = move || held.set_value(None);
    view! {
        <div
            class="attract-sign brand"
            aria-hidden="true"
            data-testid="attract-sign"
            on:pointerdown=press
            on:pointerup=move |_| release()
            on:pointercancel=move |_| release()
            on:pointerleave=move |_| release()
            on:click=|event| event.stop_propagation()
        >
            <Icon drawing=icons::RULER/>
        </div>
    }
}
