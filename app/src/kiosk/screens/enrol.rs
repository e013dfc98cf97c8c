//! Draws the screen on which the device waits for its code.

use app::form::icons::{self, Icon};
use app::form::layout::Heading;
use app::form::texts::Phrase;
use app::platform::device::{CodeEnd, EnrolError};
use app::platform::keyboard::TextField;
use leptos::prelude::*;
use leptos::task::spawn_local;
use survey_defs::device::EnrolmentCode;

use super::bilingual::{BothInline, BothParagraphs};
use crate::controller::{CODE_ID, Kiosk, kiosk};
use crate::keyboard::{self, CodePad};
use crate::texts;

const ERROR: &str = "enrol-error";

/// The code with its keypad, because a kiosk may have no keyboard; in both languages.
#[component]
pub(crate) fn Enrol() -> impl IntoView {
    let kiosk = kiosk();
    let typed = RwSignal::new(String::new());
    let failure = RwSignal::new(None::<Phrase>);
    let is_busy = RwSignal::new(false);
    let send = move || {
        if !is_busy.get_untracked() {
            is_busy.set(true);
            failure.set(None);
            spawn_local(async move {
                let outcome = try_enrol(kiosk, typed.get_untracked()).await;
                // After success the screen is gone, and its signals with it.
                is_busy.try_set(false);
                failure.try_set(outcome.err());
            });
        }
    };
    // A code that somebody began to type is nobody else's business.
    Effect::new(move |before: Option<u32>| {
        let persons = kiosk.persons.get();
        if before.is_some_and(|before| before != persons) {
            failure.set(None);
            keyboard::clear(CODE_ID);
        }
        persons
    });
    let follow = move |event| {
        let field = TextField::by_id(CODE_ID);
        let code = field.map(|field| field.rewrite(EnrolmentCode::grouped));
        typed.set(code.unwrap_or_else(|| event_target_value(&event)));
        failure.set(None);
    };
    let label = move || if is_busy.get() { texts::ENROLLING } else { texts::ENROL_SEND };
    view! {
        <main class="main">
            <div class="card enrol" data-testid="enrol">
                <Heading lang="vi">{texts::ENROL.vi}</Heading>
                <p class="second" lang="en">{texts::ENROL.en}</p>
                <div class="enrol-text">
                    <BothParagraphs phrase=texts::ENROL_TEXT/>
                </div>
                <label class="question-text" for=CODE_ID>{texts::both(texts::CODE)}</label>
                <input
                    class="text enrol-code"
                    data-testid="enrol-code"
                    id=CODE_ID
                    type="text"
                    inputmode="none"
                    autocomplete="off"
                    aria-describedby=ERROR
                    aria-invalid=move || failure.get().map(|_| "true")
                    on:input=follow
                    on:keydown=move |event| {
                        if event.key() == "Enter" {
                            send();
                        }
                    }
                />
                <div id=ERROR role="alert" data-testid="enrol-error">
                    {move || failure.get().map(|phrase| view! { <Failure phrase=phrase/> })}
                </div>
                <CodePad field=CODE_ID/>
                <button
                    type="button"
                    class="button button-primary"
                    data-testid="enrol-send"
                    aria-disabled=move || is_busy.get().then_some("true")
                    on:click=move |_| send()
                >
                    {move || texts::both(label())}
                </button>
            </div>
        </main>
    }
}

#[component]
fn Failure(phrase: Phrase) -> impl IntoView {
    view! {
        <p class="error">
            <Icon drawing=icons::WARNING/>
            <span>
                <BothInline phrase=phrase/>
            </span>
        </p>
    }
}

async fn try_enrol(kiosk: Kiosk, typed: String) -> Result<(), Phrase> {
    let code = EnrolmentCode::try_from(typed).map_err(|_| texts::CODE_SHORT)?;
    kiosk.enrol(code).await.map_err(|error| match error {
        EnrolError::WrongCode => texts::CODE_REFUSED,
        EnrolError::Code(CodeEnd::Ended) => texts::CODE_ENDED,
        EnrolError::Code(CodeEnd::Expired) => texts::CODE_EXPIRED,
        EnrolError::Code(CodeEnd::Used) => texts::CODE_USED,
        EnrolError::Code(CodeEnd::Revoked) => texts::CODE_REVOKED,
        EnrolError::TooOften => texts::ENROL_TOO_OFTEN,
        EnrolError::Unreachable => texts::ENROL_UNREACHABLE,
        EnrolError::Broken => texts::ENROL_BROKEN,
        EnrolError::Storage(_) => texts::ENROL_STORAGE,
    })
}
