//! Draws the keys.

use app::form::icons::{self, Icon};
use app::form::texts::{Phrase, language, say};
use leptos::ev::MouseEvent;
use leptos::prelude::*;

use super::Keyboard;
use super::compose::{Method, Tone};
use super::layout::{Key, Layout};
use crate::texts;

/// All keys of a layout.
#[component]
pub(super) fn Keys(keyboard: Keyboard, layout: Layout) -> impl IntoView {
    let rows = layout.rows().into_iter().map(|keys| view! { <Row keyboard=keyboard keys=keys/> });
    view! {
        // The field keeps the focus, and with it its caret. Not already at `pointerdown`: without
        // the events of a mouse, browsers do not notice that a key was let go.
        <div
            class="keyboard"
            data-testid="keyboard"
            role="region"
            aria-label=say(texts::KEYBOARD)
            data-layout=layout.name()
            on:mousedown=|event| event.prevent_default()
        >
            {rows.collect_view()}
        </div>
    }
}

#[component]
fn Row(keyboard: Keyboard, keys: Vec<Key>) -> impl IntoView {
    let keys = keys.into_iter().map(|key| draw(keyboard, key));
    view! { <div class="key-row">{keys.collect_view()}</div> }
}

fn draw(keyboard: Keyboard, key: Key) -> AnyView {
    match key {
        Key::Letter(letter) => view! {
            <KeyButton keyboard=keyboard key=key>
                {move || keyboard.in_case(letter).to_string()}
            </KeyButton>
        }
        .into_any(),
        Key::Tone(tone) => {
            let (sample, name) = sign(tone);
            view! {
                <KeyButton keyboard=keyboard key=key>
                    <span class="key-sign" aria-hidden="true">{sample}</span>
                    <span class="key-name" lang="vi">{name}</span>
                </KeyButton>
            }
            .into_any()
        }
        Key::Shift => view! {
            <KeyButton
                keyboard=keyboard
                key=key
                attr:aria-label=say(texts::KEY_SHIFT)
                attr:aria-pressed=move || keyboard.is_capital.get().to_string()
            >
                <Icon drawing=icons::SHIFT/>
            </KeyButton>
        }
        .into_any(),
        Key::Method => view! { <MethodKey keyboard=keyboard/> }.into_any(),
        Key::Delete => view! {
            <KeyButton keyboard=keyboard key=key attr:aria-label=say(texts::KEY_DELETE)>
                <Icon drawing=icons::BACKSPACE/>
            </KeyButton>
        }
        .into_any(),
        Key::Space => view! {
            <KeyButton keyboard=keyboard key=key attr:aria-label=say(texts::KEY_SPACE)>
                "␣"
            </KeyButton>
        }
        .into_any(),
        Key::Enter => view! {
            <KeyButton keyboard=keyboard key=key attr:aria-label=say(texts::KEY_ENTER)>
                "⏎"
            </KeyButton>
        }
        .into_any(),
        Key::Done => view! {
            <KeyButton keyboard=keyboard key=key>{say(texts::DONE)}</KeyButton>
        }
        .into_any(),
    }
}

/// The key that says by which method letters and digits are read, and changes it.
#[component]
fn MethodKey(keyboard: Keyboard) -> impl IntoView {
    let language = language();
    let name = move || name_of(keyboard.method.get()).get(language.get());
    let label = move || [texts::KEY_METHOD.get(language.get()), ": ", name()].concat();
    view! {
        <KeyButton
            keyboard=keyboard
            key=Key::Method
            attr:data-on=move || (keyboard.method.get() != Method::Off).to_string()
            attr:aria-label=label
        >
            {move || name()}
        </KeyButton>
    }
}

/// A key with what stands on it. It acts when a finger comes down: browsers make a click only of a
/// finger that is alone, and who types with two thumbs would lose letters. A click without a finger
/// is that of a keyboard or of a screen reader.
#[component]
fn KeyButton(keyboard: Keyboard, key: Key, children: Children) -> impl IntoView {
    let acts_on_click = move |event: &MouseEvent| event.detail() == 0 || key == Key::Done;
    view! {
        <button
            type="button"
            class="key"
            data-key=kind(key)
            data-testid=test_id(key)
            on:pointerdown=move |_| {
                if key != Key::Done {
                    keyboard.hold(key);
                }
            }
            on:pointerup=move |_| keyboard.release()
            on:pointercancel=move |_| keyboard.release()
            on:pointerleave=move |_| keyboard.release()
            on:click=move |event| {
                if acts_on_click(&event) {
                    keyboard.press(key);
                }
            }
        >
            {children()}
        </button>
    }
}

/// What style sheets know a key by that is no letter.
fn kind(key: Key) -> Option<&'static str> {
    match key {
        Key::Letter(_) => None,
        Key::Tone(_) => Some("tone"),
        Key::Shift => Some("shift"),
        Key::Delete => Some("delete"),
        Key::Method => Some("method"),
        Key::Space => Some("space"),
        Key::Enter => Some("enter"),
        Key::Done => Some("done"),
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
