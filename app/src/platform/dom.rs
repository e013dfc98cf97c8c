//! Makes and changes elements of the page for [`crate::form::markup`].
//!
//! What fails here fails only for names that no browser takes, and these are all written in the
//! source: so it fails at once, on the desk of whoever wrote them.

use js_sys::Reflect;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::{Document, Element, Event, Node};

use super::page::focus;

fn document() -> Document {
    let document = web_sys::window().and_then(|window| window.document());
    document.expect("the form runs in a page")
}

/// A new element.
pub fn create(tag: &str) -> Element {
    document().create_element(tag).expect("the tag is one of HTML")
}

/// A new text.
pub fn text(text: &str) -> Node {
    document().create_text_node(text).into()
}

/// Adds at the end.
pub fn append(parent: &Node, child: &Node) {
    let _ = parent.append_child(child);
}

/// Changes an attribute, or takes it away.
pub fn set_attribute(element: &Element, name: &str, value: Option<&str>) {
    let _ = match value {
        Some(value) => element.set_attribute(name, value),
        None => element.remove_attribute(name),
    };
}

/// Changes a property, which for what a respondent enters is more than the attribute.
pub fn set_property(element: &Element, name: &str, value: &JsValue) {
    let _ = Reflect::set(element, &name.into(), value);
}

/// Calls back at each event, for as long as the element exists.
pub fn listen(element: &Element, event: &str, listener: Box<dyn FnMut(Event)>) {
    // The browser frees it together with the element.
    let listener = Closure::wrap(listener).into_js_value();
    let _ = element.add_event_listener_with_callback(event, listener.unchecked_ref());
}

/// The text in the field that an event came from.
pub fn event_target_value(event: &Event) -> String {
    let value = event.target().and_then(|target| Reflect::get(&target, &"value".into()).ok());
    value.and_then(|value| value.as_string()).unwrap_or_default()
}

/// Puts one node in the place of another. If the focus was inside, it goes to what stands in the
/// same place now.
pub fn replace(old: &Node, new: &Node) {
    let way = way_to_focus(old);
    if let Some(parent) = old.parent_node() {
        let _ = parent.replace_child(new, old);
    }
    if let Some(control) = way.and_then(|way| follow(new.clone(), &way)) {
        focus(control.unchecked_ref());
    }
}

/// The way up from what has the focus: its place among its siblings, that of its parent, and so on.
fn way_to_focus(from: &Node) -> Option<Vec<usize>> {
    let mut at: Node = document().active_element()?.into();
    let mut way = Vec::new();
    while !at.is_same_node(Some(from)) {
        let mut place = 0;
        let mut sibling = at.previous_sibling();
        while let Some(before) = sibling {
            place += 1;
            sibling = before.previous_sibling();
        }
        way.push(place);
        at = at.parent_node()?;
    }
    Some(way)
}

fn follow(from: Node, way: &[usize]) -> Option<Node> {
    way.iter().rev().try_fold(from, |parent, place| {
        (0..*place).try_fold(parent.first_child()?, |child, _| child.next_sibling())
    })
}
