//! Draws the panel for staff, which never shows an answer.

use app::form::layout::heading;
use app::form::markup::{Element, el};
use app::form::texts::{Phrase, say};
use app::platform::{storage, worker};
use app::reactive::prelude::*;

use super::export::export;
use crate::controller::{CLOSE_ID, Kiosk};
use crate::machine::Event;
use crate::texts;

/// The panel.
pub(crate) fn staff(kiosk: Kiosk) -> Element {
    let persisted = RwSignal::new(None::<bool>);
    spawn_local(async move {
        let is_persisted = storage::is_persisted().await;
        persisted.try_set(Some(is_persisted));
    });
    let queue = move || kiosk.outbox.status();
    let name = move || {
        kiosk
            .config
            .with(|config| config.as_ref().map_or_else(|| "–".into(), |config| config.name.clone()))
    };
    let state = move || say(kiosk.status()).to_owned();
    let success = move || match queue().last_success_at {
        Some(at) => local_time(at),
        None => say(texts::NEVER).to_owned(),
    };
    let skew = move || kiosk.skew_s.get().map_or_else(|| "–".into(), |skew| skew.to_string());
    let persisted = move || match persisted.get() {
        Some(true) => say(texts::YES).to_owned(),
        Some(false) => say(texts::NO).to_owned(),
        None => "…".into(),
    };
    let version = || env!("CARGO_PKG_VERSION").to_owned();
    let facts = el("dl")
        .class("staff-facts")
        .child(fact(texts::STAFF_NAME, "staff-name", name))
        .child(fact(texts::STAFF_STATE, "staff-state", state))
        .child(fact(texts::STAFF_QUEUED, "staff-queued", move || queue().pending.to_string()))
        .child(fact(texts::STAFF_REFUSED, "staff-refused", move || queue().refused.to_string()))
        .child(fact(texts::STAFF_SUCCESS, "staff-success", success))
        .child(fact(texts::STAFF_SKEW, "staff-skew", skew))
        .child(fact(texts::STAFF_VERSION, "staff-version", version))
        .child(fact(texts::STAFF_PERSISTED, "staff-persisted", persisted));
    let send = move || {
        kiosk.outbox.wake();
        kiosk.sync();
    };
    let close = press(texts::STAFF_CLOSE, "staff-close", move || kiosk.feed(Event::Close));
    let buttons = el("div")
        .class("staff-buttons")
        .child(press(texts::STAFF_SEND, "staff-send", send))
        .child(press(texts::STAFF_UPDATE, "staff-update", worker::look_for_update))
        .child(close.attr("id", CLOSE_ID));
    el("main").class("main").child(
        el("div")
            .class("card staff")
            .test_id("staff")
            .child(heading(say(texts::STAFF)))
            .child(facts)
            .child(buttons)
            .child(export(kiosk)),
    )
}

fn fact(
    name: Phrase,
    test_id: &'static str,
    value: impl Fn() -> String + Send + 'static,
) -> Element {
    el("div")
        .class("row")
        .child(el("dt").text([name.vi, " · ", name.en].concat()))
        .child(el("dd").test_id(test_id).live_text(value))
}

pub(super) fn press(name: Phrase, test_id: &'static str, press: impl Fn() + 'static) -> Element {
    el("button")
        .attr("type", "button")
        .class("button")
        .test_id(test_id)
        .on("click", move |_| press())
        .text([name.vi, " · ", name.en].concat())
}

/// A moment as the device's staff read it.
pub(super) fn local_time(at: jiff::Timestamp) -> String {
    let local = jiff::tz::Offset::constant(7).to_datetime(at);
    let (day, time) = (local.date(), local.time());
    format!(
        "{:02}/{:02}/{} {:02}:{:02}",
        day.day(),
        day.month(),
        day.year(),
        time.hour(),
        time.minute()
    )
}
