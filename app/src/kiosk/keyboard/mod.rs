//! The on-screen keyboard, for devices whose system has none: Vietnamese letters by Telex, VNI or
//! keys of their own, digits for number fields. It writes into the field as a real one would, so
//! the form knows nothing of it.

mod compose;
mod keys;
mod layout;

use app::form::texts::language;
use app::platform::keyboard::{Focus, TextField, on_focus};
use app::platform::{appearance, taps};
use gloo::timers::callback::{Interval, Timeout};
use leptos::prelude::*;
use survey_defs::text::Language;

use self::compose::Method;
use self::keys::Keys;
use self::layout::{Key, Layout};
use crate::controller::{CODE_ID, kiosk};

/// The keyboard stays this long after its field was left, so that what was pressed beside it does
/// not move away from under the finger.
const LINGER_MS: u32 = 400;

/// A key that is held acts again after half a second, and then ten times a second.
const REPEAT_MS: u32 = 100;
const TICKS_BEFORE_REPEAT: u32 = 5;

/// The keyboard in the page.
const KEYBOARD: &str = ".keyboard";

/// The keyboard's own state; a handle.
#[derive(Debug, Clone, Copy)]
struct Keyboard {
    /// The field that is written into.
    field: StoredValue<Option<TextField>, LocalStorage>,
    /// The id of the field that the keys belong to, whatever has the focus.
    own_field: Option<&'static str>,
    layout: RwSignal<Option<Layout>>,
    is_capital: RwSignal<bool>,
    method: RwSignal<Method>,
    leaving: StoredValue<Option<Timeout>, LocalStorage>,
    /// Presses a key again and again, as long as it is held.
    holding: StoredValue<Option<Interval>, LocalStorage>,
}

impl Keyboard {
    fn new(layout: Option<Layout>, own_field: Option<&'static str>) -> Self {
        Self {
            field: StoredValue::new_local(None),
            own_field,
            layout: RwSignal::new(layout),
            is_capital: RwSignal::new(false),
            method: RwSignal::new(Method::Off),
            leaving: StoredValue::new_local(None),
            holding: StoredValue::new_local(None),
        }
    }

    fn follow(self, focus: Focus) {
        match focus {
            Focus::Field(field) => {
                self.leaving.set_value(None);
                self.settle();
                let layout = match &field {
                    field if field.is_whole_number() => Layout::Digits,
                    field if field.is_number() => Layout::Decimals,
                    field if field.has_lines() => Layout::Lines,
                    _ => Layout::Line,
                };
                self.layout.set(Some(layout));
                self.is_capital.set(false);
                appearance::set("data-keyboard", "open");
                field.reveal(KEYBOARD);
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
        self.release();
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

    /// Presses a key, and deletes on as long as that key is held.
    fn hold(self, key: Key) {
        self.press(key);
        if key == Key::Delete {
            let mut ticks = 0;
            let again = move || {
                ticks += 1;
                if ticks >= TICKS_BEFORE_REPEAT {
                    self.press(key);
                }
            };
            self.holding.set_value(Some(Interval::new(REPEAT_MS, again)));
        }
    }

    fn release(self) {
        self.holding.set_value(None);
    }

    fn press(self, key: Key) {
        let field = self.own_field.map_or_else(|| self.field.get_value(), TextField::by_id);
        let Some(field) = field.filter(TextField::is_there) else { return };
        let method = self.method.get_untracked();
        match key {
            Key::Shift => self.is_capital.update(|is_capital| *is_capital = !*is_capital),
            Key::Method => self.method.update(|method| *method = after(*method)),
            Key::Done => {
                field.leave();
                self.hide();
            }
            Key::Letter(letter) => {
                let letter = untrack(|| self.in_case(letter));
                field.edit(|before, has_selection| {
                    // What takes the place of a selection is not a mark on what is before it.
                    let method = if has_selection { Method::Off } else { method };
                    compose::press(before, letter, method)
                });
                self.is_capital.set(false);
            }
            Key::Tone(tone) => {
                field.unselect();
                field.edit(|before, _| compose::tone(before, tone));
            }
            Key::Space => field.edit(|before, _| compose::press(before, ' ', method)),
            Key::Enter => field.edit(|before, _| compose::press(before, '\n', method)),
            // What is selected goes by itself.
            Key::Delete => field.edit(|before, has_selection| {
                if has_selection { before.to_owned() } else { compose::delete(before, method) }
            }),
        }
    }

    /// A letter as its key writes it now; followed.
    fn in_case(self, letter: char) -> char {
        // A letter that a code has in capitals stays so.
        let capital = || letter.to_uppercase().next().unwrap_or(letter);
        if self.is_capital.get() { capital() } else { letter }
    }
}

/// The keyboard of the page: it comes with a text field and goes with it.
#[component]
pub(crate) fn OnScreenKeyboard() -> impl IntoView {
    let kiosk = kiosk();
    let language = language();
    let keyboard = Keyboard::new(None, None);
    on_focus(KEYBOARD, move |focus| {
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
        keyboard.method.set(match language.get() {
            Language::Vi => Method::Telex,
            Language::En => Method::Off,
        });
    });
    view! {
        <div class="keyboard-place">
            // Keyed, so that keys of one layout never become those of another.
            <For each=move || keyboard.layout.get() key=|layout| *layout let:layout>
                <Keys keyboard=keyboard layout=layout/>
            </For>
        </div>
    }
}

/// The keys of an enrolment code, always there.
#[component]
pub(crate) fn CodePad(
    /// The id of the field that they write into.
    field: &'static str,
) -> impl IntoView {
    let keyboard = Keyboard::new(Some(Layout::Code), Some(field));
    view! {
        <div class="code-pad">
            <Keys keyboard=keyboard layout=Layout::Code/>
        </div>
    }
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
