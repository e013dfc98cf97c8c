//! Reads and writes text fields, as an on-screen keyboard sees them.

use gloo::events::EventListener;
use gloo::timers::callback::Timeout;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Element, Event, EventInit, HtmlElement, HtmlInputElement, HtmlTextAreaElement};

/// What stays free around a field that is moved into view.
const MARGIN_PX: f64 = 12.0;

/// A field that text is typed into.
#[derive(Debug, Clone, PartialEq)]
pub enum TextField {
    /// One line.
    Line(HtmlInputElement),
    /// Several.
    Lines(HtmlTextAreaElement),
}

impl TextField {
    /// The field with this id.
    pub fn by_id(id: &str) -> Option<Self> {
        Self::of(web_sys::window()?.document()?.get_element_by_id(id)?)
    }

    fn of(element: Element) -> Option<Self> {
        match element.dyn_into::<HtmlInputElement>() {
            Ok(input) => {
                let is_typed = matches!(input.type_().as_str(), "text" | "search" | "tel");
                is_typed.then_some(Self::Line(input))
            }
            Err(element) => element.dyn_into().ok().map(Self::Lines),
        }
    }

    fn element(&self) -> &HtmlElement {
        match self {
            Self::Line(field) => field,
            Self::Lines(field) => field,
        }
    }

    /// Whether it is still in the page.
    pub fn is_there(&self) -> bool {
        self.element().is_connected()
    }

    /// Whether only digits belong into it.
    pub fn is_whole_number(&self) -> bool {
        self.has_mode("numeric")
    }

    /// Whether a number belongs into it, perhaps with a fraction.
    pub fn is_number(&self) -> bool {
        self.is_whole_number() || self.has_mode("decimal")
    }

    fn has_mode(&self, mode: &str) -> bool {
        self.element().get_attribute("inputmode").is_some_and(|own| own == mode)
    }

    /// Whether it has this id.
    pub fn has_id(&self, id: &str) -> bool {
        self.element().id() == id
    }

    /// Whether it has several lines.
    pub fn has_lines(&self) -> bool {
        matches!(self, Self::Lines(_))
    }

    fn has_focus(&self) -> bool {
        let document = self.element().owner_document();
        let focused = document.and_then(|document| document.active_element());
        focused.is_some_and(|focused| *self.element() == focused.unchecked_into::<HtmlElement>())
    }

    /// Changes the text before the caret, or at the end of a field without the focus; what is
    /// selected goes. The form hears of it as of any other key.
    pub fn edit(&self, change: impl FnOnce(&str, bool) -> String) {
        let (text, selection) = match self {
            Self::Line(field) => (field.value(), (field.selection_start(), field.selection_end())),
            Self::Lines(field) => (field.value(), (field.selection_start(), field.selection_end())),
        };
        // Places in a field are counted in UTF-16.
        let units: Vec<u16> = text.encode_utf16().collect();
        let place = |place: Result<Option<u32>, _>| {
            let place = place.ok().flatten().and_then(|place| usize::try_from(place).ok());
            place.map_or(units.len(), |place| place.min(units.len()))
        };
        // A field without the focus shows no caret, and browsers differ in where it is then.
        let (start, end) = if self.has_focus() {
            (place(selection.0), place(selection.1))
        } else {
            (units.len(), units.len())
        };
        let before = change(&String::from_utf16_lossy(&units[..start]), start < end);
        let caret = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
        let text = [before.as_str(), &String::from_utf16_lossy(&units[end..])].concat();
        let max = self.element().get_attribute("maxlength").and_then(|max| max.parse().ok());
        if max.is_some_and(|max: usize| text.encode_utf16().count() > max) {
            return;
        }
        if self.write(&text, caret).is_ok() {
            self.tell("input");
        }
    }

    /// Puts the caret behind what is selected, which stays.
    pub fn unselect(&self) {
        // A field that has no caret has no selection.
        let end = match self {
            Self::Line(field) => field.selection_end(),
            Self::Lines(field) => field.selection_end(),
        };
        let _ = end.and_then(|end| self.place_caret(end.unwrap_or_default()));
    }

    fn write(&self, text: &str, caret: u32) -> Result<(), JsValue> {
        match self {
            Self::Line(field) => field.set_value(text),
            Self::Lines(field) => field.set_value(text),
        }
        self.place_caret(caret)
    }

    fn place_caret(&self, place: u32) -> Result<(), JsValue> {
        match self {
            Self::Line(field) => field.set_selection_range(place, place),
            Self::Lines(field) => field.set_selection_range(place, place),
        }
    }

    /// Writes the text in another way, such as in groups, with the caret behind what it was behind,
    /// and returns it. Tells nobody: it is what was typed.
    pub fn rewrite(&self, write: impl Fn(&str) -> String) -> String {
        let (text, caret) = match self {
            Self::Line(field) => (field.value(), field.selection_end()),
            Self::Lines(field) => (field.value(), field.selection_end()),
        };
        let written = write(&text);
        if written != text {
            let caret = caret.ok().flatten().and_then(|caret| usize::try_from(caret).ok());
            let before: Vec<u16> = text.encode_utf16().take(caret.unwrap_or(usize::MAX)).collect();
            let before = write(&String::from_utf16_lossy(&before));
            let caret = u32::try_from(before.encode_utf16().count()).unwrap_or(u32::MAX);
            // A field that shows no caret has the text all the same.
            let _ = self.write(&written, caret);
        }
        written
    }

    /// Empties the field.
    pub fn clear(&self) {
        match self {
            Self::Line(field) => field.set_value(""),
            Self::Lines(field) => field.set_value(""),
        }
        self.tell("input");
    }

    /// Leaves the field.
    pub fn leave(&self) {
        self.tell("change");
        let _ = self.element().blur();
    }

    /// Tells the form that the text was left as it is: browsers do so only after real keys.
    pub fn settle(&self) {
        self.tell("change");
    }

    /// Moves the field to where the keyboard, found by this selector, does not cover it: its end
    /// if it has no room as a whole.
    pub fn reveal(&self, keyboard: &'static str) {
        let element = self.element().clone();
        Timeout::new(0, move || {
            let rect = element.get_bounding_client_rect();
            let Some(window) = web_sys::window() else { return };
            let keyboard = window.document().and_then(|it| it.query_selector(keyboard).ok()?);
            let Some(keyboard) = keyboard else { return };
            let room = keyboard.get_bounding_client_rect().top() - MARGIN_PX;
            let by = (rect.bottom() - room).max((rect.top() - MARGIN_PX).min(0.0));
            window.scroll_by_with_x_and_y(0.0, by);
        })
        .forget();
    }

    fn tell(&self, event: &str) {
        let init = EventInit::new();
        init.set_bubbles(true);
        if let Ok(event) = Event::new_with_event_init_dict(event, &init) {
            let _ = self.element().dispatch_event(&event);
        }
    }
}

/// Where the focus has gone.
#[derive(Debug, Clone, PartialEq)]
pub enum Focus {
    /// Into a field.
    Field(TextField),
    /// To the keyboard itself.
    Keyboard,
    /// Somewhere else.
    Elsewhere,
}

/// Calls back when the focus moves, for as long as the page is open. `keyboard` is the selector of
/// the keyboard.
pub fn on_focus(keyboard: &'static str, callback: impl Fn(Focus) + Clone + 'static) {
    let Some(window) = web_sys::window() else { return };
    let left = callback.clone();
    EventListener::new(&window, "focusin", move |event| {
        let target = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(element) = target else { return };
        callback(if element.closest(keyboard).is_ok_and(|found| found.is_some()) {
            Focus::Keyboard
        } else {
            TextField::of(element).map_or(Focus::Elsewhere, Focus::Field)
        });
    })
    .forget();
    EventListener::new(&window, "focusout", move |event| {
        let next = js_sys::Reflect::get(event, &"relatedTarget".into());
        // To nothing: a tap beside all controls.
        if next.is_ok_and(|next| next.is_null()) {
            left(Focus::Elsewhere);
        }
    })
    .forget();
}
