//! Draws the invitation, which begins a form wherever it is touched.

use app::form::icons;
use app::form::layout::{self, heading};
use app::form::markup::{Element, el, icon};
use app::form::texts::Phrase;
use app::platform::page;
use app::reactive::prelude::*;
use gloo::timers::callback::Timeout;

use crate::controller::{Kiosk, START_ID};
use crate::machine::Event;
use crate::page::is_simulated;
use crate::texts;

/// How long staff hold the sign.
const HOLD_MS: u32 = 3_000;

/// The screen, in both languages at once.
pub(crate) fn attract(kiosk: Kiosk) -> Element {
    // The form that was on the screen before has left its own.
    page::set_title(texts::TITLE.vi);
    let unit = move || {
        let package = kiosk.package.get()?;
        Some(el("p").class("unit-name").text(package.unit_name.vi.as_str()))
    };
    let faces = icons::FACES.into_iter().enumerate().map(|(index, face)| {
        el("span").class("attract-face").attr("data-level", (index + 1).to_string()).drawing(face)
    });
    let start = el("button")
        .attr("type", "button")
        .attr("id", START_ID)
        .class("button button-primary attract-start")
        .test_id("attract-start")
        .children(both("span", texts::TOUCH));
    let clock = move || {
        let notice =
            || el("p").class("notice").test_id("clock-notice").children(both("span", texts::CLOCK));
        kiosk.has_wrong_clock().then(notice)
    };
    let simulated = move || {
        kiosk.package.track();
        is_simulated(kiosk).then(layout::simulated)
    };
    el("main")
        .class("attract")
        .test_id("attract")
        .on("click", move |_| kiosk.begin())
        .slot(simulated)
        .child(sign(kiosk))
        .child(el("div").class("attract-art").attr("aria-hidden", "true").drawing(icons::LOTUS))
        .child(
            el("div")
                .class("attract-words")
                .slot(unit)
                .child(heading(texts::INVITATION.vi))
                .child(
                    el("p").class("attract-second").attr("lang", "en").text(texts::INVITATION.en),
                )
                .child(el("div").class("attract-faces").attr("aria-hidden", "true").children(faces))
                .child(start)
                .children(both("p", texts::INVITATION_TEXT)),
        )
        .slot(clock)
}

/// A text in both languages, one after the other.
pub(crate) fn both(tag: &'static str, label: Phrase) -> [Element; 2] {
    [
        el(tag).attr("lang", "vi").text(label.vi),
        el(tag).class("second").attr("lang", "en").text(label.en),
    ]
}

/// The sign of the product, which staff hold to open their panel. With a keyboard there is a
/// shortcut, so it is no control.
fn sign(kiosk: Kiosk) -> Element {
    let held = StoredValue::new_local(None::<Timeout>);
    let release = move || held.set_value(None);
    el("div")
        .class("attract-sign brand")
        .attr("aria-hidden", "true")
        .test_id("attract-sign")
        .on("pointerdown", move |_| {
            held.set_value(Some(Timeout::new(HOLD_MS, move || kiosk.feed(Event::Staff))));
        })
        .on("pointerup", move |_| release())
        .on("pointercancel", move |_| release())
        .on("pointerleave", move |_| release())
        .on("click", |event| event.stop_propagation())
        .child(icon(icons::RULER))
}
