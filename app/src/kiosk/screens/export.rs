//! Exports what a device could not send, to whoever knows the code with which it was enrolled.
//!
//! The file has answers in it, so a deliberate gesture is not enough: officers and citizens find
//! gestures.

use app::form::markup::{Element, el};
use app::form::texts::Phrase;
use app::platform::dom::event_target_value;
use app::platform::{clock, device, outbox, page};
use app::reactive::prelude::*;
use survey_defs::device::EnrolmentCode;

use super::staff::{local_time, press};
use crate::controller::Kiosk;
use crate::keyboard;
use crate::machine::Event;
use crate::texts;

const FIELD: &str = "staff-code";

/// After so many wrong codes the panel closes.
const MOST_TRIES: u32 = 5;

/// The button, and the question for the code once it was pressed.
pub(super) fn export(kiosk: Kiosk) -> Element {
    let is_asked = RwSignal::new(false);
    let typed = RwSignal::new(String::new());
    let said = RwSignal::new(String::new());
    let tries = StoredValue::new(0);
    let give = move || {
        let code = EnrolmentCode::try_from(typed.get_untracked());
        spawn_local(async move {
            let is_known = match &code {
                Ok(code) => device::knows(code).await.unwrap_or(false),
                Err(_) => false,
            };
            if is_known {
                is_asked.set(false);
                said.set(written().await);
                return;
            }
            said.set(both(texts::EXPORT_REFUSED));
            tries.update_value(|tries| *tries += 1);
            if tries.get_value() >= MOST_TRIES {
                kiosk.feed(Event::Close);
            }
        });
    };
    let question = move || {
        is_asked.get().then(|| {
            let label = el("label")
                .class("question-text")
                .attr("for", FIELD)
                .text(both(texts::EXPORT_CODE));
            let field = el("input")
                .class("text enrol-code")
                .test_id(FIELD)
                .attr("id", FIELD)
                .attr("type", "text")
                .attr("inputmode", "none")
                .attr("maxlength", "9")
                .attr("autocomplete", "off")
                .on("input", move |event| typed.set(event_target_value(&event)));
            el("div")
                .class("staff-export")
                .child(label)
                .child(field)
                .child(keyboard::code_pad(FIELD))
                .child(press(texts::STAFF_EXPORT, "staff-code-send", give))
        })
    };
    let ask = move || {
        typed.set(String::new());
        said.set(String::new());
        is_asked.set(true);
    };
    el("div")
        .child(press(texts::STAFF_EXPORT, "staff-export", ask))
        .slot(question)
        .child(el("p").attr("role", "status").test_id("staff-said").live_text(move || said.get()))
}

/// Writes the file and says so.
async fn written() -> String {
    let Ok(export) = outbox::export().await else { return both(texts::EXPORT_FAILED) };
    let day = local_time(clock::now()).replace(['/', ' ', ':'], "-");
    page::download(&["thuocdo-", &day, ".json"].concat(), &export.text);
    format!("{}: {}", both(texts::EXPORTED), export.n_records)
}

fn both(label: Phrase) -> String {
    [label.vi, " · ", label.en].concat()
}
