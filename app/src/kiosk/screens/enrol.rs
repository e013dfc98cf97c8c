//! Draws the screen on which the device waits for its code.

use app::form::icons;
use app::form::layout::heading;
use app::form::markup::{Element, el, icon};
use app::form::texts::Phrase;
use app::platform::device::EnrolError;
use app::platform::dom::event_target_value;
use app::reactive::prelude::*;

use survey_defs::device::EnrolmentCode;
use wasm_bindgen::JsCast as _;
use web_sys::KeyboardEvent;

use super::attract::both;
use crate::controller::{CODE_ID, Kiosk};
use crate::keyboard;
use crate::page::main_of;
use crate::texts;

/// The code with its keypad, because a kiosk may have no keyboard; in both languages.
pub(crate) fn enrol(kiosk: Kiosk) -> Element {
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
    let input = el("input")
        .class("text enrol-code")
        .test_id("enrol-code")
        .attr("id", CODE_ID)
        .attr("type", "text")
        .attr("inputmode", "none")
        .attr("maxlength", "9")
        .attr("autocomplete", "off")
        .attr("aria-describedby", "enrol-error")
        .live_attr("aria-invalid", move || failure.get().map(|_| "true".into()))
        .on("input", move |event| typed.set(event_target_value(&event)))
        .on("keydown", move |event| {
            if event.dyn_ref::<KeyboardEvent>().is_some_and(|key| key.key() == "Enter") {
                send();
            }
        });
    let error = move || {
        let failure = failure.get()?;
        let text = el("span").children(both("span", failure));
        Some(el("p").class("error").child(icon(icons::WARNING)).child(text))
    };
    let words = move || {
        let label = if is_busy.get() { texts::ENROLLING } else { texts::ENROL_SEND };
        [label.vi, label.en].join(" · ")
    };
    let button = el("button")
        .attr("type", "button")
        .class("button button-primary")
        .test_id("enrol-send")
        .live_attr("aria-disabled", move || is_busy.get().then(|| "true".into()))
        .on("click", move |_| send())
        .live_text(words);
    // A code that somebody began to type is nobody else's business.
    Effect::new(move |before: Option<u32>| {
        let persons = kiosk.persons.get();
        if before.is_some_and(|before| before != persons) {
            failure.set(None);
            keyboard::clear(CODE_ID);
        }
        persons
    });
    let card = el("div")
        .class("card enrol")
        .test_id("enrol")
        .child(heading(texts::ENROL.vi))
        .child(el("p").class("second").attr("lang", "en").text(texts::ENROL.en))
        .children(both("p", texts::ENROL_TEXT))
        .child(
            el("label")
                .class("question-text")
                .attr("for", CODE_ID)
                .text([texts::CODE.vi, texts::CODE.en].join(" · ")),
        )
        .child(input)
        .child(
            el("div")
                .attr("id", "enrol-error")
                .attr("role", "alert")
                .test_id("enrol-error")
                .slot(error),
        )
        .child(keyboard::code_pad(CODE_ID))
        .child(button);
    main_of(card)
}

async fn try_enrol(kiosk: Kiosk, typed: String) -> Result<(), Phrase> {
    let code = EnrolmentCode::try_from(typed).map_err(|_| texts::CODE_SHORT)?;
    kiosk.enrol(code).await.map_err(|error| match error {
        EnrolError::Refused => texts::CODE_REFUSED,
        EnrolError::Unreachable => texts::ENROL_UNREACHABLE,
        EnrolError::Broken => texts::ENROL_BROKEN,
        EnrolError::Storage(_) => texts::ENROL_STORAGE,
    })
}
