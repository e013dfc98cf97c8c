//! Takes away what a browser must not offer in a public place: menus, shortcuts, dragging,
//! selecting, copying, zooming, travelling through the history. The rest is in `kiosk.css`.

use gloo::events::{EventListener, EventListenerOptions};
use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, Event, EventTarget, KeyboardEvent, MouseEvent};

/// What never happens. Cutting, copying and pasting would hand one person's words to the next.
const NEVER: [&str; 13] = [
    "contextmenu",
    "dragstart",
    "dragenter",
    "dragover",
    "drop",
    "gesturestart",
    "gesturechange",
    "auxclick",
    "dblclick",
    "copy",
    "cut",
    "beforeprint",
    "beforeinstallprompt",
];

/// The keys that help staff out of a kiosk page or its history.
const KEYS: [&str; 8] = [
    "BrowserBack",
    "BrowserForward",
    "BrowserHome",
    "BrowserRefresh",
    "BrowserSearch",
    "ContextMenu",
    "Help",
    "Print",
];

/// Takes away what can be taken away, for as long as the page is open.
pub fn lock() {
    let Some(window) = web_sys::window() else { return };
    for event in NEVER {
        prevent(&window, event, |_| true);
    }
    // Nobody's words: the code that staff enter.
    prevent(&window, "paste", |event| !is_in_code(event));
    prevent(&window, "selectstart", |event| !is_in_text_field(event));
    prevent(&window, "keydown", is_shortcut);
    // Two fingers, or a wheel with the control key, zoom.
    prevent(&window, "wheel", |event| {
        event.dyn_ref::<MouseEvent>().is_some_and(MouseEvent::ctrl_key)
    });
    prevent(&window, "touchmove", |event| {
        let touches = Reflect::get(event, &"touches".into());
        let touches = touches.and_then(|touches| Reflect::get(&touches, &"length".into()));
        touches.ok().and_then(|n| n.as_f64()).is_some_and(|n| n > 1.0)
    });
    // The side buttons of a mouse travel through the history.
    for event in ["mousedown", "mouseup", "pointerdown"] {
        prevent(&window, event, |event| {
            event.dyn_ref::<MouseEvent>().is_some_and(|event| event.button() > 2)
        });
    }
    EventListener::new(&window, "focusin", plain_field).forget();
    if let Ok(navigation) = Reflect::get(&window, &"navigation".into())
        && let Ok(navigation) = navigation.dyn_into::<EventTarget>()
    {
        prevent(&navigation, "navigate", |event| {
            let kind = Reflect::get(event, &"navigationType".into()).ok();
            let kind = kind.and_then(|kind| kind.as_string()).unwrap_or_default();
            let file = Reflect::get(event, &"downloadRequest".into()).ok();
            let is_download = file.is_some_and(|file| file.is_string());
            kind == "traverse" || (kind == "push" && !is_download)
        });
    }
}

fn prevent(target: &EventTarget, event: &'static str, when: impl Fn(&Event) -> bool + 'static) {
    // In the capture phase, before anybody else hears of it; and not passive, or it has no effect.
    let options =
        EventListenerOptions { phase: gloo::events::EventListenerPhase::Capture, passive: false };
    EventListener::new_with_options(target, event, options, move |event| {
        if event.cancelable() && when(event) {
            event.prevent_default();
        }
    })
    .forget();
}

/// Keys that leave the form: with control, command or alt, function keys, keys of the browser.
fn is_shortcut(event: &Event) -> bool {
    let Some(key) = event.dyn_ref::<KeyboardEvent>() else { return false };
    let name = key.key();
    let is_function = name.len() > 1
        && name.strip_prefix('F').is_some_and(|n| n.bytes().all(|byte| byte.is_ascii_digit()));
    // The right alt key writes letters on some keyboards.
    let is_letter = key.get_modifier_state("AltGraph");
    let is_command = (key.ctrl_key() || key.meta_key() || key.alt_key()) && !is_letter;
    is_command || is_function || KEYS.contains(&name.as_str())
}

fn is_in_text_field(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.matches("input, textarea").unwrap_or(false))
}

fn is_in_code(event: &Event) -> bool {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    target.is_some_and(|element| element.matches(".enrol-code").unwrap_or(false))
}

/// Fields suggest, correct and underline nothing: suggestions are the words of others.
fn plain_field(event: &Event) {
    let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
    let Some(field) = target.filter(|_| is_in_text_field(event)) else { return };
    for (name, value) in [
        ("autocomplete", "off"),
        ("autocorrect", "off"),
        ("autocapitalize", "off"),
        ("spellcheck", "false"),
    ] {
        let _ = field.set_attribute(name, value);
    }
}
