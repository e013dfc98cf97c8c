//! Makes one tap mean one thing: a press that belongs to the screen before has no effect on the
//! next.
//!
//! People press twice: their hands tremble, or nothing seems to happen. The second press would hit
//! whatever lies there by then. So each change of the screen is told to [`screen_changed`], and
//! until the new one was visible for a moment, what is pressed is stopped before anybody hears of
//! it. The rules are in [`machine`].

mod machine;

use std::cell::RefCell;

use gloo::events::{EventListener, EventListenerOptions, EventListenerPhase};
use gloo::timers::callback::Timeout;
use js_sys::Reflect;
use wasm_bindgen::JsCast as _;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event};

use self::machine::{ANSWER_REST_MS, Control, Guard, Place, Press, STEP_REST_MS};
use super::{appearance, clock};

/// Buttons that lead to another screen, and areas that do.
const STEPS: &str = ".button, .attract-face, .countdown-backdrop, a";
/// All that can be pressed.
const CONTROLS: &str = "button, label, input, summary, .countdown-backdrop, a";
/// Keys of the on-screen keyboard, which are pressed as fast as people type.
const KEYS: &str = ".key";
/// The attribute of `<html>` while presses do not count.
const SETTLING: &str = "data-settling";
/// When a browser that paints nothing, because nobody sees the page, is no longer waited for.
const LONGEST_PAINT_MS: u32 = 1_000;

/// What the listeners remember.
struct Taps {
    guard: Guard,
    /// Which change of the screen was the last.
    change: u32,
    /// When and where a finger went down last.
    down: Option<(f64, Place)>,
    /// The label that was pressed: the browser will press the control in it, too.
    label: Option<Element>,
}

thread_local! {
    static TAPS: RefCell<Taps> = const {
        RefCell::new(Taps { guard: Guard::new(), change: 0, down: None, label: None })
    };
}

/// Watches all presses, for as long as the page is open.
pub fn watch() {
    let Some(window) = web_sys::window() else { return };
    let options = || EventListenerOptions { phase: EventListenerPhase::Capture, passive: false };
    EventListener::new_with_options(&window, "pointerdown", options(), |event| {
        let down = (event.time_stamp(), place(event));
        TAPS.with_borrow_mut(|taps| (taps.down, taps.label) = (Some(down), None));
    })
    .forget();
    EventListener::new_with_options(&window, "click", options(), |event| {
        if !TAPS.with_borrow_mut(|taps| taps.accepts(event)) {
            event.prevent_default();
            event.stop_immediate_propagation();
        }
    })
    .forget();
}

/// The page is about to move below its buttons: [`page_moved`] follows, or [`settle`] with what this
/// returns. Until then presses count, but whoever can wait should.
pub fn page_will_move() -> u32 {
    appearance::set(SETTLING, "");
    TAPS.with_borrow_mut(|taps| {
        taps.change = taps.change.wrapping_add(1);
        taps.change
    })
}

/// What was announced has happened: answers lie elsewhere, whoever presses one now has not seen it.
pub fn page_moved() {
    TAPS.with_borrow_mut(|taps| taps.guard.moves(clock::event_ms()));
    let change = page_will_move();
    Timeout::new(ANSWER_REST_MS, move || settle(change)).forget();
}

/// The screen is another one, or what is on it lies elsewhere.
pub fn screen_changed() {
    let change = TAPS.with_borrow_mut(|taps| {
        taps.guard.change();
        taps.change = taps.change.wrapping_add(1);
        taps.change
    });
    appearance::set(SETTLING, "");
    let painted = move || {
        let is_first = TAPS.with_borrow_mut(|taps| taps.paint(change));
        if is_first {
            Timeout::new(STEP_REST_MS, move || settle(change)).forget();
        }
    };
    // The first frame from now on is about to be painted; when the second begins, it was.
    next_frame(move || next_frame(painted));
    Timeout::new(LONGEST_PAINT_MS, painted).forget();
}

/// Presses count again, unless the screen has changed once more.
pub fn settle(change: u32) {
    if TAPS.with_borrow(|taps| taps.change == change) {
        appearance::remove(SETTLING);
    }
}

fn next_frame(then: impl FnOnce() + 'static) {
    if let Some(window) = web_sys::window() {
        let then = Closure::once_into_js(then);
        // A browser that has no frames is waited for no longer than the longest paint.
        let _ = window.request_animation_frame(then.unchecked_ref());
    }
}

impl Taps {
    /// True if the change was not known to be painted.
    fn paint(&mut self, change: u32) -> bool {
        let is_news = self.change == change && self.guard.is_changing();
        if is_news {
            self.guard.paint(clock::event_ms());
        }
        is_news
    }

    fn accepts(&mut self, click: &Event) -> bool {
        let target = click.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(target) = target else { return true };
        let closest = |selector| target.closest(selector).ok().flatten();
        if closest(KEYS).is_some() {
            return true;
        }
        let Some(control) = closest(CONTROLS) else { return true };
        let label = closest("label");
        if control.tag_name() == "INPUT" && label.is_some() && label == self.label.take() {
            return true;
        }
        let is_step = closest(STEPS).is_some();
        // A key, a script and assistive technology click without a finger.
        let down = self.down.take().filter(|_| number(click, "detail") > 0.0);
        let (began_at, place) =
            down.map_or((click.time_stamp(), None), |(at, place)| (at, Some(place)));
        let control = if is_step { Control::Step } else { Control::Answer };
        let is_accepted = self.guard.accepts(Press { began_at, place, control });
        self.label = label.filter(|_| is_accepted);
        is_accepted
    }
}

fn place(event: &Event) -> Place {
    let window = web_sys::window();
    let scrolled = window.and_then(|window| window.page_y_offset().ok()).unwrap_or_default();
    Place { x: number(event, "clientX"), y: number(event, "clientY"), scrolled }
}

fn number(event: &Event, name: &str) -> f64 {
    Reflect::get(event, &name.into()).ok().and_then(|value| value.as_f64()).unwrap_or_default()
}
