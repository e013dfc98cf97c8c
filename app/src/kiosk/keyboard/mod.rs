//! The on-screen keyboard, for devices whose system has none: Vietnamese letters by Telex, VNI or
//! keys of their own, digits for number fields. It writes into the field as a real one would, so
//! the form knows nothing of it.

mod compose;
mod layout;

use app::form::icons;
use app::form::markup::{Element, el, icon};
use app::form::texts::{Phrase, say};
use app::platform::keyboard::{Focus, TextField, on_focus};
use app::platform::{appearance, taps};
use app::reactive::prelude::*;
use gloo::timers::callback::Timeout;
use survey_defs::text::Language;

use self::compose::{Method, Tone};
use self::layout::{Key, Layout};
use crate::controller::{CODE_ID, Kiosk};
use crate::texts;

/// The keyboard stays this long after its field was left, so that what was pressed beside it does
/// not move away from under the finger.
const LINGER_MS: u32 = 400;

/// The keyboard's own state; a handle.
#[derive(Debug, Clone, Copy)]
struct Keyboard {
    /// The field that is written into.
    field: StoredValue<Option<TextField>, LocalStorage>,
    layout: RwSignal<Option<Layout>>,
    is_capital: RwSignal<bool>,
    method: RwSignal<Method>,
    leaving: StoredValue<Option<Timeout>, LocalStorage>,
}

impl Keyboard {
    fn new(layout: Option<Layout>) -> Self {
        Self {
            field: StoredValue::new_local(None),
            layout: RwSignal::new(layout),
            is_capital: RwSignal::new(false),
            method: RwSignal::new(Method::Off),
            leaving: StoredValue::new_local(None),
        }
    }

    fn follow(self, focus: Focus) {
        match focus {
            Focus::Field(field) => {
                self.leaving.set_value(None);
                self.settle();
                let layout = match &field {
                    field if field.is_number() => Layout::Digits,
                    field if field.has_lines() => Layout::Lines,
                    _ => Layout::Line,
                };
                self.layout.set(Some(layout));
                self.is_capital.set(false);
                appearance::set("data-keyboard", "open");
                field.reveal();
                self.field.set_value(Some(field));
            }
            Focus::Keyboard => self.leaving.set_value(None),
            Focus::Elsewhere => {
                self.settle();
                let timer = Timeout::new(LINGER_MS, move || self.hide());
                self.leaving.set_value(Some(timer));
            }
        }
    }

    fn hide(self) {
        if self.layout.get_untracked().is_some() {
            // What lies below it moves under the finger.
            taps::screen_changed();
        }
        self.field.set_value(None);
        self.layout.set(None);
        appearance::set("data-keyboard", "closed");
    }

    /// Tells the form that the field was left.
    fn settle(self) {
        self.field.with_value(|field| {
            if let Some(field) = field.as_ref().filter(|field| field.is_there()) {
                field.settle();
            }
        });
    }

    fn press(self, key: Key) {
        let Some(field) = self.field.get_value().filter(TextField::is_there) else { return };
        let method = self.method.get_untracked();
        match key {
            Key::Shift => self.is_capital.update(|is_capital| *is_capital = !*is_capital),
            Key::Method => self.method.update(|method| *method = after(*method)),
            Key::Done => {
                field.leave();
                self.hide();
            }
            Key::Letter(letter) => {
                let letter = self.in_case(letter);
                field.edit(|before, has_selection| {
                    // What takes the place of a selection is not a mark on what is before it.
                    let method = if has_selection { Method::Off } else { method };
                    compose::press(before, letter, method)
                });
                self.is_capital.set(false);
            }
            Key::Tone(tone) => field.edit(|before, _| compose::tone(before, tone)),
            Key::Space => field.edit(|before, _| compose::press(before, ' ', method)),
            Key::Enter => field.edit(|before, _| compose::press(before, '\n', method)),
            // What is selected goes by itself.
            Key::Delete => field.edit(|before, has_selection| {
                if has_selection { before.to_owned() } else { compose::delete(before, method) }
            }),
        }
    }

    fn in_case(self, letter: char) -> char {
        let capital = || letter.to_uppercase().next().unwrap_or(letter);
        if self.is_capital.get_untracked() { capital() } else { letter }
    }

    fn rows(self, layout: Layout) -> Element {
        let rows = layout.rows().into_iter().map(|row| {
            el("div").class("key-row").children(row.into_iter().map(|key| self.key(key)))
        });
        el("div")
            .class("keyboard")
            .test_id("keyboard")
            .attr("role", "region")
            .attr("aria-label", say(texts::KEYBOARD))
            .attr("data-layout", layout.name())
            // The field keeps the focus, and with it its caret. Not already at `pointerdown`:
            // without the events of a mouse, browsers do not notice that a key was let go.
            .on("mousedown", |event| event.prevent_default())
            .children(rows)
    }

    fn key(self, key: Key) -> Element {
        let button = el("button")
            .attr("type", "button")
            .class("key")
            .test_id(test_id(key))
            .on("click", move |_| self.press(key));
        match key {
            Key::Letter(letter) => {
                // A letter that a code has in capitals stays so.
                button.live_text(move || {
                    self.is_capital.track();
                    self.in_case(letter).to_string()
                })
            }
            Key::Tone(tone) => {
                let (sample, name) = sign(tone);
                button
                    .attr("data-key", "tone")
                    .child(el("span").class("key-sign").attr("aria-hidden", "true").text(sample))
                    .child(el("span").class("key-name").attr("lang", "vi").text(name))
            }
            Key::Shift => button
                .attr("data-key", "shift")
                .attr("aria-label", say(texts::KEY_SHIFT))
                .live_attr("aria-pressed", move || Some(self.is_capital.get().to_string()))
                .child(icon(icons::SHIFT)),
            Key::Method => {
                let name = move || say(name_of(self.method.get()));
                let label = move || Some([say(texts::KEY_METHOD), ": ", name()].concat());
                let is_on = move || (self.method.get() != Method::Off).to_string();
                button
                    .attr("data-key", "method")
                    .live_attr("data-on", move || Some(is_on()))
                    .live_attr("aria-label", label)
                    .live_text(move || name().to_owned())
            }
            Key::Delete => button
                .attr("data-key", "delete")
                .attr("aria-label", say(texts::KEY_DELETE))
                .child(icon(icons::BACKSPACE)),
            Key::Space => {
                button.attr("data-key", "space").attr("aria-label", say(texts::KEY_SPACE)).text("␣")
            }
            Key::Enter => {
                button.attr("data-key", "enter").attr("aria-label", say(texts::KEY_ENTER)).text("⏎")
            }
            Key::Done => button.attr("data-key", "done").text(say(texts::DONE)),
        }
    }
}

/// The keyboard of the page: it comes with a text field and goes with it.
pub(crate) fn keyboard(kiosk: Kiosk) -> Element {
    let keyboard = Keyboard::new(None);
    on_focus(".keyboard", move |focus| {
        let is_wanted = kiosk.config.with_untracked(|config| {
            config.as_ref().is_some_and(|config| config.settings.keyboard)
        });
        let is_code = matches!(&focus, Focus::Field(field) if field.has_id(CODE_ID));
        if is_wanted && !is_code {
            keyboard.follow(focus);
        }
    });
    // Vietnamese is typed in Telex; in English an “s” is an “s”.
    Effect::new(move |_| {
        keyboard.method.set(match kiosk.language().get() {
            Language::Vi => Method::Telex,
            Language::En => Method::Off,
        });
    });
    el("div").class("keyboard-place").slot(move || {
        kiosk.language().track();
        keyboard.layout.get().map(|layout| keyboard.rows(layout))
    })
}

/// The keys of an enrolment code, always there.
pub(crate) fn code_pad(field: &'static str) -> Element {
    let keyboard = Keyboard::new(Some(Layout::Code));
    let find = move |_| keyboard.field.set_value(TextField::by_id(field));
    // Found when it is needed: it is drawn together with its keys.
    el("div")
        .class("code-pad")
        .on("pointerdown", find)
        .on("focusin", find)
        .child(keyboard.rows(Layout::Code))
}

/// Empties a field.
pub(crate) fn clear(id: &str) {
    if let Some(field) = TextField::by_id(id) {
        field.clear();
    }
}

/// The method that its key comes to next.
fn after(method: Method) -> Method {
    match method {
        Method::Telex => Method::Vni,
        Method::Vni => Method::Off,
        Method::Off => Method::Telex,
    }
}

fn name_of(method: Method) -> Phrase {
    match method {
        Method::Telex => texts::METHOD_TELEX,
        Method::Vni => texts::METHOD_VNI,
        Method::Off => texts::METHOD_OFF,
    }
}

fn sign(tone: Tone) -> (&'static str, &'static str) {
    match tone {
        Tone::Acute => ("á", "sắc"),
        Tone::Grave => ("à", "huyền"),
        Tone::Hook => ("ả", "hỏi"),
        Tone::Tilde => ("ã", "ngã"),
        Tone::Dot => ("ạ", "nặng"),
    }
}

fn test_id(key: Key) -> String {
    let name = match key {
        Key::Letter(letter) => return ["key-", &letter.to_string()].concat(),
        Key::Tone(Tone::Acute) => "tone-sac",
        Key::Tone(Tone::Grave) => "tone-huyen",
        Key::Tone(Tone::Hook) => "tone-hoi",
        Key::Tone(Tone::Tilde) => "tone-nga",
        Key::Tone(Tone::Dot) => "tone-nang",
        Key::Shift => "shift",
        Key::Delete => "delete",
        Key::Method => "telex",
        Key::Space => "space",
        Key::Enter => "enter",
        Key::Done => "done",
    };
    ["key-", name].concat()
}
